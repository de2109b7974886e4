"""The presence of an extension, as its user sets it."""

from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import YeastarConfigEntry
from .entity import PresenceEntity
from .pbx.devices import async_add_extension_entities
from .yeastar.models import Extension, Presence

PARALLEL_UPDATES = 1

PRESENCE = SelectEntityDescription(
    key="presence", translation_key="presence", options=[presence.value for presence in Presence]
)


async def async_setup_entry(
    hass: HomeAssistant, entry: YeastarConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the selects of one PBX's extensions."""
    coordinator = entry.runtime_data

    def make(extension: Extension) -> list[PresenceSelect]:
        return [PresenceSelect(coordinator, extension, PRESENCE)]

    async_add_extension_entities(coordinator, async_add_entities, make)


class PresenceSelect(PresenceEntity, SelectEntity):
    """Presence; unknown while the PBX names one that this integration does not know."""

    @property
    @override
    def current_option(self) -> str | None:
        return self.presence

    @override
    async def async_select_option(self, option: str) -> None:
        """Set the presence."""
        await self.async_set_presence(Presence(option))
