"""Sensors of an extension: its call, missed and last calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, override

from homeassistant.components.sensor import (
    RestoreSensor,
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.core import callback
from homeassistant.helpers.typing import StateType

from ..coordinator import YeastarCoordinator
from ..entity import ExtensionEntity
from ..pbx.subjects import About
from ..yeastar.call_model import Call, CallState, Direction, Moment, MomentKind
from ..yeastar.models import Extension
from .voicemail import UNREAD, VoicemailSensor


@dataclass(frozen=True, kw_only=True)
class CallSensorDescription(SensorEntityDescription):
    """A sensor of an extension: its value from what it is doing, and from the call that matters now, None for an idle one."""

    value_fn: Callable[[YeastarCoordinator, str, CallState, Call | None], StateType | datetime]


def _call_state(coordinator: YeastarCoordinator, number: str, doing: CallState, call: Call | None) -> str:
    return doing.value


def _other_party(coordinator: YeastarCoordinator, number: str, doing: CallState, call: Call | None) -> str | None:
    if call is None or not (remote := call.remote_of(number)):
        return None
    name = coordinator.name_of(remote)
    # Names come from strangers too; a state holds 255 characters.
    return f"{name[:200]} ({remote[:50]})" if name else remote[:255]


def _direction(coordinator: YeastarCoordinator, number: str, doing: CallState, call: Call | None) -> str | None:
    return None if call is None else call.direction_of(number).value


def _call_started(coordinator: YeastarCoordinator, number: str, doing: CallState, call: Call | None) -> datetime | None:
    return None if call is None else datetime.fromtimestamp(call.started_at, UTC)


CALL_SENSORS = (
    CallSensorDescription(
        key="call_state",
        name=None,
        translation_key="call_state",
        device_class=SensorDeviceClass.ENUM,
        options=[state.value for state in CallState if state is not CallState.ENDED],
        value_fn=_call_state,
    ),
    CallSensorDescription(key="other_party", translation_key="other_party", value_fn=_other_party),
    CallSensorDescription(
        key="call_direction",
        translation_key="call_direction",
        device_class=SensorDeviceClass.ENUM,
        options=[direction.value for direction in Direction],
        value_fn=_direction,
    ),
    CallSensorDescription(
        key="call_started",
        translation_key="call_started",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=_call_started,
    ),
)
MISSED = SensorEntityDescription(key="missed_calls", translation_key="missed_calls", state_class=SensorStateClass.TOTAL)
LAST_CALL = SensorEntityDescription(
    key="last_call", translation_key="last_call", device_class=SensorDeviceClass.TIMESTAMP
)


def extension_sensors(coordinator: YeastarCoordinator, extension: Extension) -> list[SensorEntity]:
    """Return the sensors of one extension."""
    return [
        *(CallSensor(coordinator, extension, description) for description in CALL_SENSORS),
        MissedSensor(coordinator, extension, MISSED),
        LastCallSensor(coordinator, extension, LAST_CALL),
        VoicemailSensor(coordinator, extension, UNREAD, About.MAILBOX),
    ]


class CallSensor(ExtensionEntity, SensorEntity):
    """One fact about what an extension is doing."""

    entity_description: CallSensorDescription

    _value: StateType | datetime = None

    @override
    def watched(self) -> object:
        coordinator, number = self.coordinator, self.number
        # Worked out once, for the comparison and for the state.
        self._value = self.entity_description.value_fn(coordinator, number, *coordinator.doing(number))
        return self._value

    @property
    @override
    def native_value(self) -> StateType | datetime:
        return self._value

    @override
    async def async_added_to_hass(self) -> None:
        """Have a value before the state is written for the first time."""
        await super().async_added_to_hass()
        self.watched()


class MissedSensor(ExtensionEntity, RestoreSensor):
    """Calls missed since somebody looked at them, on the card or with the button. The PBX does not keep this."""

    @override
    def watched(self) -> object:
        return self.native_value

    @property
    @override
    def native_value(self) -> int:
        return self.coordinator.missed.get(self.number, 0)

    @override
    async def async_added_to_hass(self) -> None:
        """Take up the count from before the restart."""
        await super().async_added_to_hass()
        last = await self.async_get_last_sensor_data()
        if last is not None and isinstance(last.native_value, int):
            self.coordinator.restore_missed(self.number, last.native_value)


class LastCallSensor(ExtensionEntity, RestoreSensor):
    """When the extension's last call ended, and with whom."""

    about = None
    _unrecorded_attributes = frozenset({"number", "name"})

    _attr_native_value: datetime | None = None

    @override
    def watched(self) -> object:
        return self._attr_native_value

    @override
    async def async_added_to_hass(self) -> None:
        """Take up the last call from before the restart, then follow."""
        await super().async_added_to_hass()
        last = await self.async_get_last_sensor_data()
        state = await self.async_get_last_state()
        if last is not None and state is not None and isinstance(last.native_value, datetime):
            self._attr_native_value = last.native_value
            kept = ("number", "name", "direction", "outcome")
            self._attr_extra_state_attributes = {key: state.attributes[key] for key in kept if key in state.attributes}
        self.async_on_remove(self.coordinator.async_listen_moments(self.number, self._happened))

    @callback
    def _happened(self, moment: Moment) -> None:
        if moment.kind is not MomentKind.ENDED:
            return
        self._attr_native_value = datetime.fromtimestamp(moment.call.ended_at or moment.at, UTC)
        attributes: dict[str, Any] = {
            "number": moment.remote,
            "name": self.coordinator.name_of(moment.remote),
            "direction": moment.call.direction_of(self.number).value,
            "outcome": moment.outcome,
        }
        self._attr_extra_state_attributes = attributes
        self.look()
