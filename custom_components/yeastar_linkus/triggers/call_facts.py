"""What just happened to an extension, told to automations and the logbook: plain values that fit into JSON."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr

from ..const import DOMAIN
from ..coordinator import YeastarCoordinator
from ..entity import device_identifier
from ..yeastar.call_model import Moment, Outcome

_CONNECTED = {Outcome.ANSWERED, Outcome.TRANSFERRED}


@callback
def facts_of(coordinator: YeastarCoordinator, moment: Moment) -> dict[str, Any]:
    """Return the documented facts of a moment. Times are ISO 8601 in UTC, durations whole seconds, unknown texts empty."""
    call, number = moment.call, moment.extension
    remote = moment.remote or ("" if number else call.caller)
    over = moment.outcome is not None
    # Another phone took the call, or nobody did: this extension did not talk, whatever the call's record says.
    talked = moment.outcome in _CONNECTED
    return {
        "call_id": call.id,
        "pbx": coordinator.config_entry.title,
        "config_entry_id": coordinator.config_entry.entry_id,
        "device_id": _device_id(coordinator, number),
        "extension": number,
        "extension_name": coordinator.extension_name(number) or "",
        "number": remote,
        "name": coordinator.name_of(remote) or "",
        "direction": (call.direction_of(number) if number else call.direction).value,
        "did": call.did,
        "trunk": call.trunk,
        "path": call.path,
        "outcome": moment.outcome.value if moment.outcome else None,
        "started_at": _time(call.started_at),
        "answered_at": _time(call.answered_at),
        "ended_at": _time(call.ended_at),
        "ring_duration": _seconds(call.started_at, call.answered_at or call.ended_at),
        "talk_duration": (call.talk_duration or 0) if talked else 0 if over else None,
        "duration": call.duration,
    }


def _device_id(coordinator: YeastarCoordinator, number: str) -> str | None:
    """Return the device of the extension, or the PBX's own where there is none."""
    registry, entry_id = dr.async_get(coordinator.hass), coordinator.config_entry.entry_id
    extension = coordinator.data.extensions.get(number)
    device = extension and registry.async_get_device_by_identifier(device_identifier(coordinator, extension), entry_id)
    device = device or registry.async_get_device_by_identifier((DOMAIN, coordinator.key), entry_id)
    return device.id if device else None


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(round(seconds), UTC).isoformat()


def _seconds(start: float, end: float | None) -> int | None:
    return None if end is None else max(round(end - start), 0)
