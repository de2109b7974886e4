"""Local times as text, in the format and zone that the PBX tells."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.yeastar_linkus.yeastar.wall_clock import WallClock

BERLIN = ZoneInfo("Europe/Berlin")
NOON = int(datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp())


def told(date: str = "DD/MM/YYYY", clock: str = "hh:mm:ss", now: str = "01/07/2026 14:00:20") -> dict[str, Any]:
    return {"system_date_format": date, "system_time_format": clock, "system_time": now, "timestamp": NOON}


@pytest.mark.parametrize(
    ("date", "clock", "now", "text"),
    [
        ("DD/MM/YYYY", "hh:mm:ss", "01/07/2026 14:00:20", "05/03/2026 09:07:00"),
        ("MM/DD/YYYY", "hh:mm:ss", "07/01/2026 14:00:20", "03/05/2026 09:07:00"),
        ("YYYY/MM/DD", "hh:mm:ss AM", "2026/07/01 02:00:20 PM", "2026/03/05 09:07:00 AM"),
        ("DD.MM.YYYY", "HH:mm:ss", "01.07.2026 14:00:20", "05.03.2026 09:07:00"),
        ("YYYY%MM%DD", "hh:mm:ss", "2026%07%01 14:00:20", "2026%03%05 09:07:00"),
        # Whatever the format is said to be, the year in front leaves no doubt.
        ("", "", "2026-07-01 14:00:20", "2026-03-05 09:07:00"),
    ],
)
def test_the_display_format_is_the_one_that_the_pbx_names(date: str, clock: str, now: str, text: str) -> None:
    wall = WallClock.from_api(told(date, clock, now))
    assert wall.offset == 7200
    # In March the PBX was an hour nearer to UTC, as is who lives in its zone.
    assert wall.moment(text, BERLIN) == datetime(2026, 3, 5, 8, 7, tzinfo=UTC)
    assert wall.moment(text, ZoneInfo("Asia/Tokyo")) == datetime(2026, 3, 5, 7, 7, tzinfo=UTC)


def test_what_is_not_told_is_not_guessed() -> None:
    wall = WallClock.from_api({})
    assert wall == WallClock()
    assert wall.moment("05/03/2026 09:07:00", BERLIN) is None
    assert wall.moment("2026/03/05 09:07:00", BERLIN) == datetime(2026, 3, 5, 8, 7, tzinfo=UTC)
    assert WallClock.from_api(told(now="soon")) == WallClock("%d/%m/%Y %H:%M:%S")
