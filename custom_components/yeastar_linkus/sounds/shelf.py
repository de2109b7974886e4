"""The recordings of one PBX by day. The API gives them by page, the newest first, with the PBX's local time as text."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ..coordinator import YeastarCoordinator
from ..yeastar.errors import NotFound
from ..yeastar.paging import Page, rows_from
from ..yeastar.recordings import Recording

DAYS: Final = 31
"""Most days in one folder."""
ROWS: Final = 1000
"""Most recordings that are read to fill it."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A recording and when it began, in the PBX's local time."""

    recording: Recording
    at: datetime


class RecordingShelf:
    """All recordings, or with `extension` only those of calls that it placed or took."""

    def __init__(self, coordinator: YeastarCoordinator, extension: str) -> None:
        """Prepare; nothing is asked yet."""
        self._coordinator = coordinator
        self.extension = extension
        self._wall = coordinator.data.wall

    async def days(self, latest: date) -> tuple[list[date], date | None]:
        """Return the days until `latest` with recordings, the latest first, and before which day there may be more.

        Raises what the client raises.
        """
        days: list[date] = []
        last, read = latest, 0
        async with aclosing(self._from(latest)) as rows:
            async for row in rows:
                last = row.at.date()
                if read == ROWS or (len(days) == DAYS and last != days[-1]):
                    # The day that was not read to its end has all of its recordings in its own folder.
                    return days, days[-1] if days else min(max(latest, last), last + timedelta(days=1))
                read += 1
                if self._fits(row.recording) and last not in days[-1:]:
                    days.append(last)
        return days, None

    async def of_day(self, day: date, first: int, count: int) -> list[Shelved]:
        """Return recordings of a day, the latest first, without the `first`. Raises what the client raises."""
        found: dict[int, Shelved] = {}
        async with aclosing(self._from(day)) as rows:
            async for row in rows:
                if row.at.date() < day or len(found) == first + count:
                    break
                if self._fits(row.recording):
                    found[row.recording.id] = row
        return list(found.values())[first:]

    async def find(self, day: date, recording_id: int) -> Recording:
        """Return a recording of that day by its id. Raises NotFound, and what the client raises."""
        async with aclosing(self._from(day)) as rows:
            async for row in rows:
                if row.at.date() < day:
                    break
                if row.recording.id == recording_id and self._fits(row.recording):
                    return row.recording
        raise NotFound(60001, "no such recording")

    async def _from(self, latest: date) -> AsyncGenerator[Shelved]:
        async def read(number: int) -> Page[Shelved]:
            # The keyword spares an extension the recordings of all others; which of them are its own is decided here.
            page = await self._coordinator.client.recordings.page(number, search=self.extension)
            rows = [Shelved(row, at) for row in page.rows if (at := self._wall.local(row.time))]
            return Page(tuple(rows), page.total)

        async with aclosing(rows_from(read, lambda row: row.at.date() <= latest)) as rows:
            async for row in rows:
                yield row

    def _fits(self, row: Recording) -> bool:
        return not self.extension or self.extension in {row.caller, row.callee}
