"""The PBX's wall clock: how it writes times, and how far its zone is from UTC (query-pbx-information).

Lists of messages, recordings and v2.0 call records tell local time as text, in the display format that the administrator
chose. ``system/information`` names that format, and tells the present both as such a text and in Unix seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
import re
from typing import Any, Final, Self

from .shape import integer, text

_WORDS: Final = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH": "%H", "hh": "%H", "mm": "%M", "ss": "%S"}
_TOKEN: Final = re.compile("YYYY|MM|DD|HH|hh|mm|ss|AM|PM|%")
# Texts that begin with the year can be read in one way only, whatever the display format is.
_PLAIN: Final = ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %I:%M:%S %p")
# Zones are whole quarters of an hour from UTC; the clock that is compared ticks meanwhile.
_QUARTER: Final = 900
_DAY: Final = 86400 - _QUARTER


@dataclass(frozen=True, slots=True)
class WallClock:
    """`pattern` is strptime's; `offset` is in seconds east of UTC at `at` (Unix seconds), None while unknown."""

    pattern: str = ""
    offset: int | None = None
    at: int = 0

    @classmethod
    def from_api(cls, data: Mapping[str, Any]) -> Self:
        """Read ``system/information``; what is missing there stays unknown."""
        pattern = _pattern(text(data, "system_date_format", 32), text(data, "system_time_format", 32))
        at = integer(data, "timestamp")
        shown = cls(pattern).local(text(data, "system_time", 64))
        ahead = shown.replace(tzinfo=UTC).timestamp() - at if shown and at else _DAY
        if abs(ahead) >= _DAY:
            return cls(pattern)
        return cls(pattern, round(ahead / _QUARTER) * _QUARTER, at)

    def local(self, told: str) -> datetime | None:
        """The local time that a text tells, without a zone; None for a text in another format."""
        for pattern in filter(None, (self.pattern, *_PLAIN)):
            try:
                return datetime.strptime(told, pattern)  # noqa: DTZ007 - the text has no zone; `moment` gives it one
            except ValueError:
                continue
        return None

    def moment(self, told: str, zone: tzinfo = UTC) -> datetime | None:
        """When that was. `zone` counts, with its summer time, if it is as far from UTC as the PBX is, or that is unknown."""
        local = self.local(told)
        if local is None or self.offset is None:
            return None if local is None else local.replace(tzinfo=zone)
        offset = timedelta(seconds=self.offset)
        same = datetime.fromtimestamp(self.at, zone).utcoffset() == offset
        return local.replace(tzinfo=zone if same else timezone(offset))


def _pattern(date: str, clock: str) -> str:
    """Translate a display format, for example ``DD/MM/YYYY`` and ``hh:mm:ss AM``, for strptime."""
    if not date or not clock:
        return ""
    half = "AM" in clock or "PM" in clock

    def word(found: re.Match[str]) -> str:
        token = found.group()
        if token in {"AM", "PM"}:
            return "%p"
        if token in {"hh", "HH"} and half:
            return "%I"
        return _WORDS.get(token, "%%")

    return _TOKEN.sub(word, f"{date} {clock}")
