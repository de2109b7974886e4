"""Figures of the whole PBX. They change with every call and cost the same however many there are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfRatio
from homeassistant.helpers.typing import StateType

from ..coordinator import YeastarCoordinator
from ..entity import YeastarEntity
from ..pbx.subjects import PBX
from ..yeastar.call_model import Direction
from .daily import DailySensor, daily


@dataclass(frozen=True, kw_only=True)
class PbxSensorDescription(SensorEntityDescription):
    """A figure of the PBX."""

    value_fn: Callable[[YeastarCoordinator], StateType | datetime]


def _capacity(coordinator: YeastarCoordinator) -> int | None:
    capacity = coordinator.data.capacity
    return capacity.calls or None if capacity else None


def _capacity_use(coordinator: YeastarCoordinator) -> float | None:
    capacity = _capacity(coordinator)
    return round(100 * coordinator.counts.active / capacity, 1) if capacity else None


def _last_event(coordinator: YeastarCoordinator) -> datetime | None:
    at = coordinator.flow.last_event_at
    return None if at is None else datetime.fromtimestamp(int(at), UTC)


SENSORS = (
    PbxSensorDescription(
        key="active_calls",
        translation_key="active_calls",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda coordinator: coordinator.counts.active,
    ),
    PbxSensorDescription(
        key="extensions_online",
        translation_key="extensions_online",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda coordinator: coordinator.state.online,
    ),
    PbxSensorDescription(
        key="call_capacity",
        translation_key="call_capacity",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_capacity,
    ),
    PbxSensorDescription(
        key="call_capacity_use",
        translation_key="call_capacity_use",
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        suggested_display_precision=0,
        value_fn=_capacity_use,
    ),
    PbxSensorDescription(
        key="last_event",
        translation_key="last_event",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=_last_event,
    ),
    PbxSensorDescription(
        key="firmware",
        translation_key="firmware",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda coordinator: coordinator.data.system.firmware if coordinator.data.system else None,
    ),
)
TODAY = (
    (Direction.IN, daily("inbound_calls_today")),
    (Direction.OUT, daily("outbound_calls_today")),
    (Direction.INTERNAL, daily("internal_calls_today")),
)


def pbx_sensors(coordinator: YeastarCoordinator) -> list[SensorEntity]:
    """Return the sensors of the PBX itself."""
    return [
        *(PbxSensor(coordinator, description, PBX) for description in SENSORS),
        *(CallsTodaySensor(coordinator, direction, description) for direction, description in TODAY),
    ]


class PbxSensor(YeastarEntity, SensorEntity):
    """One figure of the PBX."""

    entity_description: PbxSensorDescription

    @override
    def watched(self) -> object:
        return self.native_value

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self.entity_description.value_fn(self.coordinator)


class CallsTodaySensor(DailySensor, YeastarEntity):
    """Calls of one direction that ended today."""

    def __init__(
        self, coordinator: YeastarCoordinator, direction: Direction, description: SensorEntityDescription
    ) -> None:
        """Count the calls of that direction."""
        super().__init__(coordinator, description, PBX)
        self.counted = ("", direction.value)
