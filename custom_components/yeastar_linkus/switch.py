"""Do not disturb, as a switch beside the presence that it is one of."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import YeastarConfigEntry
from .entity import PresenceEntity
from .pbx.devices import async_add_extension_entities
from .yeastar.models import Extension, Presence

PARALLEL_UPDATES = 1

DO_NOT_DISTURB = SwitchEntityDescription(key="do_not_disturb", translation_key="do_not_disturb")


async def async_setup_entry(
    hass: HomeAssistant, entry: YeastarConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the switches of one PBX's extensions."""
    coordinator = entry.runtime_data

    def make(extension: Extension) -> list[DoNotDisturbSwitch]:
        return [DoNotDisturbSwitch(coordinator, extension, DO_NOT_DISTURB)]

    async_add_extension_entities(coordinator, async_add_entities, make)


class DoNotDisturbSwitch(PresenceEntity, SwitchEntity):
    """Do not disturb. Switched off, the extension gets the presence back that it had before."""

    _before = Presence.AVAILABLE

    @override
    async def async_added_to_hass(self) -> None:
        """Remember the presence from the start."""
        await super().async_added_to_hass()
        self._remember()

    @callback
    @override
    def look(self) -> None:
        self._remember()
        super().look()

    @callback
    def _remember(self) -> None:
        if (presence := self.presence) is not None and presence is not Presence.DO_NOT_DISTURB:
            self._before = presence

    @property
    @override
    def is_on(self) -> bool | None:
        return None if self.presence is None else self.presence is Presence.DO_NOT_DISTURB

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Set the presence to "do not disturb"."""
        await self.async_set_presence(Presence.DO_NOT_DISTURB)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Set the presence to what it was before."""
        await self.async_set_presence(self._before)
