"""Door phones: an extension at a door, its camera, and what opens the door."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.components.event import (
    DoorbellEventType,
    EventDeviceClass,
    EventEntity,
    EventEntityDescription,
)
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.script import Script, async_validate_actions_config
from homeassistant.helpers.update_coordinator import CoordinatorEntity
import voluptuous as vol

from .const import DOMAIN
from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .pbx.doors import DoorPhone
from .yeastar.call_model import Moment, MomentKind

DOORBELL = EventEntityDescription(
    key="doorbell",
    translation_key="doorbell",
    device_class=EventDeviceClass.DOORBELL,
    event_types=[DoorbellEventType.RING],
)
UNLOCK = ButtonEntityDescription(key="unlock", translation_key="unlock")


def door_identifier(coordinator: YeastarCoordinator, door_id: str) -> tuple[str, str]:
    """Return the device identifier of a door phone."""
    return (DOMAIN, f"{coordinator.key}_door_{door_id}")


def browser_door(coordinator: YeastarCoordinator, extension: str) -> dict[str, Any] | None:
    """Return the browser door's `door` of a call with this extension, or None if it is no door phone."""
    if (door := coordinator.choices.doors.get(extension)) is None:
        return None
    return {
        "name": door.name,
        "camera_entity": door.camera,
        "unlock_entity": er.async_get(coordinator.hass).async_get_entity_id(
            "button", DOMAIN, _unique_id(coordinator, door, UNLOCK)
        ),
        "unlock_digits": door.digits or None,
    }


@callback
def async_add_door_entities(
    coordinator: YeastarCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[DoorPhone], Iterable[Entity]],
) -> None:
    """Add the entities of every door phone: those there are, and those that come, without a reload."""
    known: set[str] = set()

    @callback
    def add_new(change: ConfigEntryChange, changed: ConfigEntry) -> None:
        if change is not ConfigEntryChange.UPDATED or changed is not coordinator.config_entry:
            return
        for door in coordinator.choices.doors.values():
            if door.door_id not in known:
                known.add(door.door_id)
                async_add_entities(make(door), config_subentry_id=door.door_id)

    add_new(ConfigEntryChange.UPDATED, coordinator.config_entry)
    coordinator.config_entry.async_on_unload(
        async_dispatcher_connect(coordinator.hass, SIGNAL_CONFIG_ENTRY_CHANGED, add_new)
    )


@callback
def async_add_doorbells(entry: YeastarConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback) -> None:
    """Add the doorbell of every door phone."""
    coordinator = entry.runtime_data
    async_add_door_entities(coordinator, async_add_entities, lambda door: [Doorbell(coordinator, door, DOORBELL)])


@callback
def async_add_unlock_buttons(entry: YeastarConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback) -> None:
    """Add the button that opens the door, where actions say how."""
    coordinator = entry.runtime_data
    async_add_door_entities(
        coordinator,
        async_add_entities,
        lambda door: [UnlockButton(coordinator, door, UNLOCK)] if door.actions else [],
    )


def _unique_id(coordinator: YeastarCoordinator, door: DoorPhone, description: EntityDescription) -> str:
    return f"{coordinator.key}_door_{door.door_id}_{description.key}"


class DoorEntity(CoordinatorEntity[YeastarCoordinator]):
    """An entity of a door phone, on a device of its own: it has a place, its extension has none."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: YeastarCoordinator, door: DoorPhone, description: EntityDescription) -> None:
        """Belong to the door's device, below the PBX's."""
        super().__init__(coordinator)
        self.entity_description = description
        self.door = door
        self._attr_unique_id = _unique_id(coordinator, door, description)
        self._attr_device_info = DeviceInfo(
            identifiers={door_identifier(coordinator, door.door_id)},
            name=door.name,
            via_device_id=dr.async_get_device_id_by_identifier(
                coordinator.hass, (DOMAIN, coordinator.key), config_entry_id=coordinator.config_entry.entry_id
            ),
        )


class Doorbell(DoorEntity, EventEntity):
    """Rings when the door phone calls somebody."""

    _unrecorded_attributes = frozenset({"call_id", "called"})

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the door phone's extension while the entity exists."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_listen_moments(self.door.extension, self._happened))

    @callback
    def _happened(self, moment: Moment) -> None:
        if moment.kind is MomentKind.OUTGOING:
            self._trigger_event(
                DoorbellEventType.RING,
                {
                    "call_id": moment.call.id,
                    "extension": self.door.extension,
                    "called": moment.remote or moment.call.callee,
                    "camera_entity": self.door.camera,
                },
            )
            self.async_write_ha_state()


class UnlockButton(DoorEntity, ButtonEntity):
    """Runs the actions that open the door."""

    @override
    async def async_press(self) -> None:
        """Open the door. What the actions name may be gone since they were chosen."""
        door, call = self.door, self.coordinator.main_call(self.door.extension)
        try:
            actions = await async_check_actions(self.hass, door.actions)
        except (vol.Invalid, HomeAssistantError) as err:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="invalid_unlock_actions",
                translation_placeholders={"door": door.name, "error": str(err)},
            ) from err
        variables = {"extension": door.extension, "camera_entity": door.camera, "call_id": call.id if call else None}
        await Script(self.hass, actions, door.name, DOMAIN).async_run(variables, self._context)


async def async_check_actions(hass: HomeAssistant, actions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return actions as a script runs them. Raises vol.Invalid or HomeAssistantError when they make no sense."""
    return await async_validate_actions_config(hass, cv.SCRIPT_SCHEMA([dict(action) for action in actions]))
