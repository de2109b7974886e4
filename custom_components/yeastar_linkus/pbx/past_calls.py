"""One extension's calls that are over, as the PBX's call records tell them, page by page and the newest first."""

from collections.abc import Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Final, override

from homeassistant.util import dt as dt_util

from ..coordinator import YeastarCoordinator
from ..yeastar.call_model import Outcome
from ..yeastar.errors import NotSupported
from ..yeastar.history import PastCall, Stage, calls_from
from ..yeastar.paging import rows_from

ROWS: Final = 200
"""Rows asked for at a time: a call has one for every extension, queue or IVR it went through."""
ROUNDS: Final = 5
"""A number with few calls in a long history: so many times the PBX is asked before a page may stay short."""
ROUTING_SECONDS: Final = 900
"""How long after an extension rang somebody else may have taken the call: callers wait in queues."""


class BadCursor(ValueError):
    """A cursor that no page gave."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: calls that started at `until` (Unix seconds) or before, without those in `seen`."""

    until: int | None = None
    seen: frozenset[str] = frozenset()

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Read what a page gave. Raises BadCursor."""
        until, _, seen = text.partition("|")
        if not (until.isascii() and until.isdigit()):
            raise BadCursor("not a cursor")
        return cls(int(until), frozenset(seen.split("|")))

    @override
    def __str__(self) -> str:
        """Return the text that `read` takes."""
        return "|".join((str(self.until), *sorted(self.seen)))


@dataclass(frozen=True, slots=True)
class OwnCall:
    """A call as one extension saw it: `outcome` is the extension's, `call` the PBX's."""

    call: PastCall
    placed: bool
    outcome: Outcome

    @property
    def id(self) -> str:
        """What the call is known by."""
        return self.call.call_id or self.call.uid

    @property
    def number(self) -> str:
        """Who was at the other end."""
        return self.call.callee if self.placed else self.call.caller

    @property
    def name(self) -> str:
        """The name of that, as the PBX tells it."""
        return self.call.callee_name if self.placed else self.call.caller_name

    @property
    def answered_by(self) -> str:
        """The number of who took a call that came in; empty when nobody did, or it was placed."""
        return self.call.callee if self.outcome in {Outcome.ANSWERED, Outcome.ELSEWHERE} and not self.placed else ""

    @property
    def recording(self) -> str:
        """The file of what was recorded of the extension's own part; empty when nothing was."""
        return self.call.recording if self.outcome is Outcome.ANSWERED else ""


class PastCalls:
    """The calls of one extension."""

    def __init__(self, coordinator: YeastarCoordinator, extension: str) -> None:
        """Read from this PBX."""
        self._coordinator = coordinator
        self._extension = extension

    async def page(
        self,
        fits: Callable[[OwnCall], bool],
        after: str | None,
        limit: int,
        *,
        since: int | None = None,
        until: int | None = None,
    ) -> tuple[list[OwnCall], str | None]:
        """Return at most `limit` calls that fit, and the cursor of the next page, None at the end.

        `since` and `until` are Unix seconds; a page may be short. Raises what the client raises, and BadCursor.
        """
        cursor = Cursor.read(after) if after is not None else Cursor(until)
        found: list[OwnCall] = []
        for _ in range(ROUNDS):
            calls, floor = await self._calls(since, cursor.until)
            for one in calls:
                started = one.call.started_at
                if started is None or one.id in cursor.seen:
                    continue
                cursor = Cursor(started, (cursor.seen if cursor.until == started else frozenset()) | {one.id})
                if fits(one):
                    found.append(one)
                    if len(found) == limit:
                        return found, str(cursor)
            if floor is None:
                return found, None
            if cursor.until != floor:
                cursor = Cursor(floor)
        return found, str(cursor)

    async def find(self, call_id: str, started_at: int) -> OwnCall | None:
        """Return a call by its id and when it began in Unix seconds, or None. Raises what the client raises."""
        # Its later rows too: it may have come to the extension more than once.
        calls, _ = await self._calls(started_at, started_at + ROUTING_SECONDS)
        return next((one for one in calls if one.id == call_id), None)

    async def _calls(self, since: int | None, until: int | None) -> tuple[list[OwnCall], int | None]:
        """Return calls that began at `until` or before, and down to where there are all of them: None for the beginning."""
        history, own = self._coordinator.client.history, self._extension
        try:
            out = await history.stages(since=since, until=until, caller=own, limit=ROWS)
            came = await history.stages(since=since, until=until, callee=own, limit=ROWS)
        except NotSupported:
            return await self._newer_records(since, until)
        full = [rows[-1].at for rows in (out, came) if len(rows) == ROWS]
        floor = max(full, default=None)
        if floor is not None and floor == until:
            # More rows in one second than fit: go on before it rather than for ever.
            floor -= 1
        # The PBX finds numbers by a part of them.
        outgoing = calls_from(stage for stage in out if stage.caller == own)
        incoming = calls_from(_incoming(came, own), self._coordinator.data.extensions)
        calls = [call for call in (*outgoing, *incoming) if floor is None or (call.started_at or 0) >= floor]
        calls.sort(key=lambda call: call.started_at or 0, reverse=True)
        return [self._seen(call) for call in await self._async_taken(calls)], floor

    async def _newer_records(self, since: int | None, until: int | None) -> tuple[list[OwnCall], int | None]:
        """Do the same for a PBX with records of v2.0 only, which filters neither by number nor by Unix time."""
        coordinator, own = self._coordinator, self._extension
        wall = coordinator.data.wall
        zone = dt_util.get_default_time_zone()

        def early_enough(call: PastCall) -> bool:
            return call.started_at is not None and (until is None or call.started_at <= until)

        found: list[OwnCall] = []
        read, last = 0, 0
        pages = rows_from(lambda number: coordinator.client.history.page(number, wall, zone), early_enough)
        async with aclosing(pages) as calls:
            async for call in calls:
                started = call.started_at or 0
                if since is not None and started < since:
                    break
                if read >= ROWS and started < last:
                    return found, last - 1
                read, last = read + 1, started
                if call.involves(own):
                    found.append(self._seen(call))
        return found, None

    def _seen(self, call: PastCall) -> OwnCall:
        return OwnCall(call, call.caller == self._extension, call.outcome_of(self._extension))

    async def _async_taken(self, calls: list[PastCall]) -> list[PastCall]:
        """Find who else took calls that this extension let ring: the rows of the others are not among its own.

        One look into the PBX's history of that time tells of many calls, so it is a few requests at most. Calls come and go
        the newest first.
        """
        book = self._coordinator.taken
        waiting = [call for call in calls if _may_be_taken(call, self._extension) and call.call_id not in book]
        extensions = self._coordinator.data.extensions
        while waiting:
            newest = waiting[0].started_at or 0
            rows = await self._coordinator.client.history.stages(
                since=waiting[-1].started_at, until=newest + ROUTING_SECONDS, limit=ROWS
            )
            told = rows[-1].at if len(rows) == ROWS else 0
            taken = {c.call_id: (c.callee, c.callee_name) for c in calls_from(rows, extensions) if c.outcome is _TAKEN}
            # The first is settled in any case: a PBX so busy that its routing does not fit would be asked for ever.
            settled = [call for call in waiting if call is waiting[0] or (call.started_at or 0) > told]
            for call in settled:
                book[call.call_id] = taken.get(call.call_id)
            waiting = waiting[len(settled) :]
        told_calls = [_by(call, book.get(call.call_id)) for call in calls]
        book.forget_oldest()
        return told_calls


_TAKEN: Final = Outcome.ANSWERED


def _by(call: PastCall, taker: tuple[str, str] | None) -> PastCall:
    """Return the call with who took it, where its own rows do not tell."""
    return call if taker is None else replace(call, outcome=_TAKEN, callee=taker[0], callee_name=taker[1])


def _may_be_taken(call: PastCall, own: str) -> bool:
    return call.caller != own and call.outcome is not _TAKEN and bool(call.call_id)


def _incoming(stages: tuple[Stage, ...], own: str) -> Iterator[Stage]:
    return (stage for stage in stages if stage.callee == own and stage.caller != own)
