"""How the audio of a call was, as the browser that carried it measured it: taken, kept with the call, and told."""

from typing import Any, Final, TypedDict

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
import voluptuous as vol

from ..const import DOMAIN
from ..pbx.memory import Memory
from ..pbx.token_bucket import TokenBucket
from ..yeastar.call_model import Call
from .softphone import Line

# Whose network the faults point to.
SIDES: Final = ("own", "far")
# A browser reports once for each call: so many at once, and one more every ten seconds.
BURST: Final = 6
RATE: Final = 0.1


class CallQuality(TypedDict):
    """The audio of one call as it arrived in the browser.

    Lost packets in percent, jitter and round trip in milliseconds (the latter null while unknown), `score` from 1 (bad)
    to 5 (excellent) as a mean opinion score, `side` whose network the faults point to: `own`, `far`, or null.
    """

    loss_percent: float
    jitter_ms: float
    round_trip_ms: float | None
    score: float
    side: str | None


def _number(value: object) -> float:
    """Return a number as it is. Booleans, which Python takes for numbers, are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise vol.Invalid("expected a number")
    return round(value, 1)


def _between(least: float, most: float) -> vol.All[float]:
    return vol.All(_number, vol.Range(min=least, max=most))


QUALITY: Final = vol.Schema(
    {
        vol.Required("loss_percent"): _between(0, 100),
        vol.Required("jitter_ms"): _between(0, 10_000),
        vol.Required("round_trip_ms"): vol.Any(None, _between(0, 60_000)),
        vol.Required("score"): _between(1, 5),
        vol.Optional("side", default=None): vol.Any(None, *SIDES),
    }
)


def quality_signal(line: Line) -> str:
    """Return the dispatcher signal that brings the call and its `CallQuality`."""
    entry_id, extension = line
    return f"{DOMAIN}_quality_{entry_id}_{extension}"


class QualityDesk:
    """Takes the reports of all browsers."""

    def __init__(self, hass: HomeAssistant, memory: Memory) -> None:
        """Keep what comes in this memory."""
        self._hass = hass
        self._memory = memory
        self._buckets: dict[Line, TokenBucket] = {}

    @callback
    def take(self, line: Line, call: Call, quality: CallQuality) -> bool:
        """Keep and tell the quality of one of the extension's calls. False when it reports too often."""
        if not self._buckets.setdefault(line, TokenBucket(RATE, BURST)).take():
            return False
        entry_id, extension = line
        self._memory.set_quality(entry_id, extension, call.id, dict[str, Any](quality))
        async_dispatcher_send(self._hass, quality_signal(line), call, quality)
        return True
