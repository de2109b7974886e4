"""What one can press: hang up, forget the missed calls, open the door of a door phone."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .door_phone import async_add_unlock_buttons
from .entity import ExtensionEntity
from .pbx.devices import async_add_extension_entities
from .pbx.problems import failure
from .yeastar.errors import YeastarError
from .yeastar.models import Extension

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class ExtensionButtonDescription(ButtonEntityDescription):
    """What pressing does to an extension."""

    press_fn: Callable[[YeastarCoordinator, str], Awaitable[None]]


async def _hang_up(coordinator: YeastarCoordinator, number: str) -> None:
    call = coordinator.main_call(number)
    channel = call.channel_of(number) if call is not None else None
    if channel is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_call", translation_placeholders={"extension": number}
        )
    await coordinator.client.hangup(channel)


async def _clear_missed(coordinator: YeastarCoordinator, number: str) -> None:
    coordinator.clear_missed(number)


BUTTONS = (
    ExtensionButtonDescription(key="hang_up", translation_key="hang_up", press_fn=_hang_up),
    ExtensionButtonDescription(key="clear_missed", translation_key="clear_missed", press_fn=_clear_missed),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: YeastarConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the buttons of one PBX."""
    coordinator = entry.runtime_data

    def make(extension: Extension) -> list[ExtensionButton]:
        return [ExtensionButton(coordinator, extension, description) for description in BUTTONS]

    async_add_extension_entities(coordinator, async_add_entities, make)
    async_add_unlock_buttons(entry, async_add_entities)


class ExtensionButton(ExtensionEntity, ButtonEntity):
    """A button of an extension."""

    entity_description: ExtensionButtonDescription
    about = None

    @override
    def watched(self) -> object:
        return None

    @override
    async def async_press(self) -> None:
        """Do it."""
        try:
            await self.entity_description.press_fn(self.coordinator, self.number)
        except YeastarError as err:
            raise failure(err) from err
