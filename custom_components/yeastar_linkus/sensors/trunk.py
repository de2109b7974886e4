"""The state of a trunk."""

from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription

from ..coordinator import YeastarCoordinator
from ..entity import TrunkEntity
from ..yeastar.models import Trunk, TrunkState

STATE = SensorEntityDescription(
    key="state",
    translation_key="trunk_state",
    device_class=SensorDeviceClass.ENUM,
    options=[state.value for state in TrunkState if state is not TrunkState.UNKNOWN],
)


def trunk_sensors(coordinator: YeastarCoordinator, trunk: Trunk) -> list[SensorEntity]:
    """Return the sensors of one trunk."""
    return [TrunkSensor(coordinator, trunk, STATE)]


class TrunkSensor(TrunkEntity, SensorEntity):
    """What a trunk is doing, in words."""

    @override
    def watched(self) -> object:
        return self.native_value

    @property
    @override
    def native_value(self) -> str | None:
        state = self.coordinator.state.trunk(self.trunk)
        return None if state is TrunkState.UNKNOWN else state.value
