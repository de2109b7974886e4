"""A call as one extension sees it, for the browser door."""

from typing import Any

from ..yeastar.call_model import Call, CallState


def browser_call(call: Call, number: str, door: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the browser door's `Call`. Times in Unix milliseconds; `door` if the other side is a door phone."""
    # An extension's share may be over (somebody else picked up, it passed the call on) while the call goes on.
    state = call.state_of(number)
    return {
        "id": call.id,
        "direction": call.direction_of(number).value,
        "number": call.remote_of(number),
        # Who it is, is for the directory to say.
        "name": "",
        "company": "",
        "avatar": None,
        "state": "ended" if state in {CallState.IDLE, CallState.ENDED} else state.value,
        "started_at": _milliseconds(call.started_at),
        "answered_at": _milliseconds(call.answered_at),
        "ended_at": _milliseconds(call.ended_at),
        "outcome": call.outcome.value if call.outcome else None,
        "did": call.did,
        "trunk": call.trunk,
        "channel_id": None,
        "door": door,
    }


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)
