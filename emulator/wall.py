"""The PBX's wall clock: local time in the formats that it shows and sends."""

import datetime
from zoneinfo import ZoneInfo

from .house import House

_DATES = {"YYYY/MM/DD": "%Y/%m/%d", "DD/MM/YYYY": "%d/%m/%Y", "MM/DD/YYYY": "%m/%d/%Y"}
_TIMES = {"hh:mm:ss": "%H:%M:%S", "hh:mm:ss AM": "%I:%M:%S %p"}


class Wall:
    """Writes Unix seconds as local time."""

    def __init__(self, house: House) -> None:
        self._house = house

    def _local(self, moment: float) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(int(moment), ZoneInfo(self._house.timezone))

    def display(self, moment: float) -> str:
        """In the display format that the administrator has chosen."""
        return self._local(moment).strftime(f"{_DATES[self._house.date_format]} {_TIMES[self._house.time_format]}")

    def event(self, moment: float) -> str:
        """As ``time_start`` of event 30012."""
        return self._local(moment).strftime("%Y-%m-%d %H:%M:%S")

    def timeline(self, moment: float) -> str:
        """As in events 30034 to 30036 and 30039."""
        return self._local(moment).strftime("%Y/%m/%d %H:%M:%S")

    def parse(self, text: str) -> float | None:
        """Unix seconds of a text in the display format, or of digits; None for anything else."""
        if text.isascii() and text.isdigit():
            return float(text)
        pattern = f"{_DATES[self._house.date_format]} {_TIMES[self._house.time_format]}"
        try:
            return datetime.datetime.strptime(text, pattern).replace(tzinfo=ZoneInfo(self._house.timezone)).timestamp()
        except ValueError:
            return None
