"""What the logbook says about calls."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.components.logbook import LOGBOOK_ENTRY_ICON, LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback

from .const import DOMAIN
from .triggers.call_log import ATTR_TYPE, EVENT_CALL, TYPE_ANSWERED, TYPE_MISSED
from .wording import wording
from .yeastar.call_model import Direction, Outcome

_SECONDS_PER_MINUTE = 60

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
            LOGBOOK_ENTRY_MESSAGE: message(hass, data),
            LOGBOOK_ENTRY_ICON: _ICONS.get(data[ATTR_TYPE], "mdi:phone-hangup"),
        }

    async_describe_event(DOMAIN, EVENT_CALL, describe)


@callback
def message(hass: HomeAssistant, data: Mapping[str, Any]) -> str:
    """Return the sentence that goes on from the extension's name, in Home Assistant's own language."""

    def say(key: str, **values: object) -> str:
        return wording(hass, hass.config.language, f"logbook_{key}", **values)

    number, name = data["number"], data["name"]
    other = f"{name} ({number})" if name else number or say("unknown_number")
    if data[ATTR_TYPE] in {TYPE_ANSWERED, TYPE_MISSED}:
        return say(data[ATTR_TYPE], other=other)
    if (outcome := data["outcome"]) != Outcome.ANSWERED:
        return say(outcome, other=other)
    minutes, seconds = divmod(data["talk_duration"], _SECONDS_PER_MINUTE)
    duration = say("minutes", minutes=minutes, seconds=seconds) if minutes else say("seconds", seconds=seconds)
    return say("called" if data["direction"] == Direction.OUT else "talked", other=other, duration=duration)
