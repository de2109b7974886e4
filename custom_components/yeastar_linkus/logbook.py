"""What the logbook says about calls."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.components.logbook import LOGBOOK_ENTRY_ICON, LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback

from .call_log import ATTR_TYPE, EVENT_CALL, TYPE_ANSWERED, TYPE_MISSED
from .const import DOMAIN
from .yeastar.call_model import Direction, Outcome

_SECONDS_PER_MINUTE = 60

# How an extension's call ended that was not simply over; %s is the other side.
_ENDINGS = {
    Outcome.NO_ANSWER: "called %s, who did not answer",
    Outcome.BUSY: "did not get through to %s: busy",
    Outcome.REJECTED: "had a call with %s that was rejected",
    Outcome.VOICEMAIL: "was called by %s, who got the mailbox",
    Outcome.FAILED: "did not get through to %s",
    Outcome.ABANDONED: "was called by %s, who gave up",
    Outcome.TRANSFERRED: "passed on a call with %s",
    Outcome.ELSEWHERE: "rang for %s, and another phone took the call",
}
_ICONS = {TYPE_ANSWERED: "mdi:phone-in-talk", TYPE_MISSED: "mdi:phone-missed"}


@callback
def async_describe_events(
    hass: HomeAssistant, async_describe_event: Callable[[str, str, Callable[[Event], dict[str, Any]]], None]
) -> None:
    """Describe the bus events of calls."""

    @callback
    def describe(event: Event) -> dict[str, Any]:
        data = event.data
        return {
            LOGBOOK_ENTRY_NAME: data["extension_name"] or data["extension"],
            LOGBOOK_ENTRY_MESSAGE: message(data),
            LOGBOOK_ENTRY_ICON: _ICONS.get(data[ATTR_TYPE], "mdi:phone-hangup"),
        }

    async_describe_event(DOMAIN, EVENT_CALL, describe)


def message(data: Mapping[str, Any]) -> str:
    """Return the sentence that goes on from the extension's name. Core's logbook has no translations."""
    number, name = data["number"], data["name"]
    other = f"{name} ({number})" if name else number or "an unknown number"
    if data[ATTR_TYPE] == TYPE_ANSWERED:
        return f"talks with {other}"
    if data[ATTR_TYPE] == TYPE_MISSED:
        return f"missed a call from {other}"
    if (ending := _ENDINGS.get(data["outcome"])) is not None:
        return ending % other
    verb = "called" if data["direction"] == Direction.OUT else "talked with"
    return f"{verb} {other} for {_spoken(data['talk_duration'])}"


def _spoken(seconds: int) -> str:
    if seconds < _SECONDS_PER_MINUTE:
        return f"{seconds} s"
    minutes, rest = divmod(seconds, _SECONDS_PER_MINUTE)
    return f"{minutes} min {rest} s"
