"""Whether events of the PBX arrive, devices of extensions are registered, browsers can be rung, trunks work."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import YeastarConfigEntry
from .entity import ExtensionEntity, TrunkEntity, YeastarEntity
from .pbx.devices import async_add_extension_entities, async_add_trunk_entities
from .pbx.subjects import About
from .shared import SHARED
from .yeastar.models import EndpointKind, Extension, Trunk, TrunkState, trunk_usable

PARALLEL_UPDATES = 0

EVENTS = BinarySensorEntityDescription(
    key="events",
    translation_key="events",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
BROWSER_PHONE = BinarySensorEntityDescription(
    key="browser_phone",
    translation_key="browser_phone",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
TRUNK_PROBLEM = BinarySensorEntityDescription(
    key="problem",
    device_class=BinarySensorDeviceClass.PROBLEM,
    entity_category=EntityCategory.DIAGNOSTIC,
)


@dataclass(frozen=True, kw_only=True)
class EndpointDescription(BinarySensorEntityDescription):
    """The kinds of devices, as the PBX calls them, of which one is registered."""

    kinds: tuple[EndpointKind, ...]


def _endpoint(key: str, *kinds: EndpointKind, enabled: bool = False) -> EndpointDescription:
    return EndpointDescription(
        key=key,
        translation_key=key,
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=enabled,
        kinds=kinds,
    )


ENDPOINTS = (
    _endpoint("desk_phone", EndpointKind.SIP, EndpointKind.FXS, enabled=True),
    _endpoint("linkus_desktop", EndpointKind.DESKTOP),
    _endpoint("linkus_mobile", EndpointKind.MOBILE, EndpointKind.PAD),
    _endpoint("linkus_web", EndpointKind.WEB),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: YeastarConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the binary sensors of one PBX."""
    coordinator = entry.runtime_data
    if not coordinator.client.has_api:
        return
    async_add_entities([EventsSensor(coordinator, EVENTS)])

    def of_extension(extension: Extension) -> list[BinarySensorEntity]:
        made: list[BinarySensorEntity] = [
            EndpointSensor(coordinator, extension, description, About.ENDPOINTS) for description in ENDPOINTS
        ]
        if coordinator.client.has_sdk:
            made.append(BrowserPhoneSensor(coordinator, extension, BROWSER_PHONE))
        return made

    def of_trunk(trunk: Trunk) -> list[BinarySensorEntity]:
        return [TrunkProblemSensor(coordinator, trunk, TRUNK_PROBLEM)]

    async_add_extension_entities(coordinator, async_add_entities, of_extension)
    async_add_trunk_entities(coordinator, async_add_entities, of_trunk)


class EventsSensor(YeastarEntity, BinarySensorEntity):
    """Whether events arrive. Known even while the PBX does not answer, and most wanted then."""

    @property
    @override
    def available(self) -> bool:
        return True

    @override
    def watched(self) -> object:
        return self.is_on

    @property
    @override
    def is_on(self) -> bool:
        return self.coordinator.flow.arriving

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the delivery while the entity exists."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.flow.async_listen(self.look))


class BrowserPhoneSensor(ExtensionEntity, BinarySensorEntity):
    """Whether a browser is registered for the extension and can be rung, as that browser itself reports."""

    about = None

    @override
    def watched(self) -> object:
        return self.is_on

    @property
    @override
    def is_on(self) -> bool:
        holder = self.hass.data[SHARED].leases.holder(self._line)
        return holder is not None and holder.state in {"ready", "in_call"}

    @property
    def _line(self) -> tuple[str, str]:
        return (self.coordinator.config_entry.entry_id, self.number)

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the lease while the entity exists."""
        await super().async_added_to_hass()
        self.async_on_remove(self.hass.data[SHARED].leases.listen(self._line, self.look))


class EndpointSensor(ExtensionEntity, BinarySensorEntity):
    """Whether a device of some kind is registered for the extension."""

    entity_description: EndpointDescription

    @override
    def watched(self) -> object:
        return self.is_on

    @property
    @override
    def is_on(self) -> bool | None:
        return self.coordinator.state.registered(self.number, self.entity_description.kinds)


class TrunkProblemSensor(TrunkEntity, BinarySensorEntity):
    """Whether no call can pass the trunk. Unknown while its state is, or while it is registering."""

    @override
    def watched(self) -> object:
        return self.is_on

    @property
    @override
    def is_on(self) -> bool | None:
        state = self.coordinator.state.trunk(self.trunk)
        return None if state in {TrunkState.UNKNOWN, TrunkState.REGISTERING} else not trunk_usable(state)
