"""Paging through the call history of a PBX with a million call records."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
import gc
from statistics import median
import time
import tracemalloc
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.yeastar_linkus.browser.journal import Journal, Wanted
from custom_components.yeastar_linkus.shared import SHARED
from custom_components.yeastar_linkus.yeastar.session import Session
from tests.bench.house import pbx_with
from tests.bench.rows import QUICK, Row

SUBJECT = "history"
RECORDS = 1_000_000
NOW = 1_760_000_000
EVERY = 60
"""A call a minute."""
PAGES = 3 if QUICK else 100


class Records:
    """A million records of one extension, made when they are asked for: half of them incoming."""

    def __init__(self, number: str) -> None:
        self._number = number
        self.asked = 0

    def row(self, n: int) -> dict[str, Any]:
        """Return the n-th record, the newest first."""
        outgoing = n % 2 == 0
        other = f"+4930{n:07d}"
        return {
            "id": n,
            "call_id": f"{NOW - EVERY * n}.{n}",
            "uid": f"2025{n:012d}",
            "timestamp": NOW - EVERY * n,
            "call_type": "Outbound" if outgoing else "Inbound",
            "disposition": "ANSWERED",
            "call_from_number": self._number if outgoing else other,
            "call_to_number": other if outgoing else self._number,
            "duration": 50,
            "ring_duration": 5,
            "talk_duration": 45,
        }

    async def pages(self, path: str, *, query: Mapping[str, Any], size: int, limit: int) -> list[dict[str, Any]]:
        """Answer as `Session.pages` does."""
        self.asked += 1
        first = max(0, -(-(NOW - query.get("end_time", NOW)) // EVERY))
        first += (first % 2 == 0) if "call_to" in query else (first % 2 == 1)
        return [self.row(n) for n in range(first, RECORDS, 2)[:limit]]


async def test_pages(
    hass: HomeAssistant,
    socket_enabled: None,
    reachable: str,
    as_at_home: None,
    rows: list[Row],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with AsyncExitStack() as stack:
        house = await pbx_with(hass, stack, 10, 10)
        records = Records(house.extensions[0])
        coordinator = house.entry.runtime_data

        async def pages(self: Session, path: str, **asked: Any) -> list[dict[str, Any]]:
            return await records.pages(path, **asked)

        monkeypatch.setattr(Session, "pages", pages)
        journal = Journal(coordinator, house.extensions[0], hass.data[SHARED].memory)

        async def read(begin: str | None) -> list[float]:
            took: list[float] = []
            after, seen = begin, set[str]()
            for _ in range(PAGES):
                begun = time.perf_counter()
                page = await journal.page(Wanted(), after)
                took.append(time.perf_counter() - begun)
                assert len(page["records"]) == 30
                ids = {record["id"] for record in page["records"]}
                assert seen.isdisjoint(ids)
                seen |= ids
                after = page["next"]
            return took

        deep = f"{NOW - EVERY * (RECORDS - 50 * PAGES)}|"
        await read(None)
        records.asked = 0
        new, old = await read(None), await read(deep)
        asked = records.asked / (2 * PAGES)
        gc.collect()
        tracemalloc.start()
        stack.callback(tracemalloc.stop)
        await read(None)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        await read(deep)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    rows += [
        Row(
            SUBJECT,
            "a page of 30 calls at the end of 1,000,000 records / at their beginning",
            median(old) / median(new),
            at_most=1.05,
            detail=f"{1000 * median(new):.1f} ms a page without the PBX's own time, {asked:.1f} requests",
        ),
        Row(SUBJECT, f"memory kept after {PAGES} more pages", grown / 1024, "KiB"),
    ]
