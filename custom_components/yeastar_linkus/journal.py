"""The call history of one extension, read from the PBX's call records page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, override

from .coordinator import YeastarCoordinator
from .directory import number_key
from .memory import Memory
from .yeastar.call_model import Direction, Outcome
from .yeastar.errors import NotSupported
from .yeastar.history import PastCall, Stage, calls_from

PAGE = 30
# Rows asked for at a time: a call has one for every extension, queue or IVR it went through.
ROWS = 200
# A number with few calls in a long history: so many times the PBX is asked before a page may stay short.
ROUNDS = 5
# A PBX without the older records gives calls without a filter: so many of the newest are looked through.
NEWEST = 1000

_UNANSWERED = {Outcome.MISSED, Outcome.ABANDONED, Outcome.VOICEMAIL}


class BadCursor(ValueError):
    """A cursor that no page gave."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: calls that started at `until` (Unix seconds) or before, without those in `seen`."""

    until: int | None = None
    seen: frozenset[str] = frozenset()

    @classmethod
    def read(cls, text: str | None) -> Cursor:
        """Read what a page gave. Raises BadCursor."""
        if text is None:
            return cls()
        until, _, seen = text.partition("|")
        if not (until.isascii() and until.isdigit()):
            raise BadCursor("not a cursor")
        return cls(int(until), frozenset(seen.split("|")))

    @override
    def __str__(self) -> str:
        """Return the text that `read` takes."""
        return "|".join((str(self.until), *sorted(self.seen)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls: with one number only, or those that nobody took."""

    number: str = ""
    missed_only: bool = False


class Journal:
    """One extension's history as its user reads it."""

    def __init__(self, coordinator: YeastarCoordinator, extension: str, memory: Memory) -> None:
        """Read from this PBX; nothing is kept but the notes and qualities."""
        self._coordinator = coordinator
        self._extension = extension
        self._memory = memory
        self._country = coordinator.hass.config.country

    async def page(self, wanted: Wanted, after: str | None) -> dict[str, Any]:
        """Return `{records, next}`, the newest first. Raises what the client raises, and BadCursor."""
        cursor = Cursor.read(after)
        records: list[dict[str, Any]] = []
        for _ in range(ROUNDS):
            calls, floor = await self._calls(cursor.until)
            for call in calls:
                if call.started_at is None or _id(call) in cursor.seen:
                    continue
                seen = cursor.seen if cursor.until == call.started_at else frozenset()
                cursor = Cursor(call.started_at, seen | {_id(call)})
                record = self._record(call)
                if self._fits(record, wanted):
                    records.append(record)
                    if len(records) == PAGE:
                        return {"records": records, "next": str(cursor)}
            if floor is None:
                return {"records": records, "next": None}
            if cursor.until != floor:
                cursor = Cursor(floor)
        return {"records": records, "next": str(cursor)}

    async def _calls(self, until: int | None) -> tuple[tuple[PastCall, ...], int | None]:
        """Return calls that began at `until` or before, and down to where there are all of them: None for the beginning."""
        history, own = self._coordinator.client.history, self._extension
        try:
            out = await history.stages(until=until, caller=own, limit=ROWS)
            came = await history.stages(until=until, callee=own, limit=ROWS)
        except NotSupported:
            newest = await history.latest(NEWEST)
            return tuple(c for c in newest if c.involves(own) and (until is None or (c.started_at or 0) <= until)), None
        full = [rows[-1].at for rows in (out, came) if len(rows) == ROWS]
        floor = max(full, default=None)
        if floor is not None and floor == until:
            # More rows in one second than fit: go on before it rather than for ever.
            floor -= 1
        # The PBX finds numbers by a part of them.
        outgoing = calls_from(stage for stage in out if stage.caller == own)
        incoming = calls_from(_incoming(came, own), self._coordinator.data.extensions)
        calls = sorted((*outgoing, *incoming), key=lambda call: call.started_at or 0, reverse=True)
        return tuple(call for call in calls if floor is None or (call.started_at or 0) >= floor), floor

    def _record(self, call: PastCall) -> dict[str, Any]:
        """Return the browser door's `CallRecord`. Times in Unix milliseconds."""
        out = call.caller == self._extension
        number, told = (call.callee, call.callee_name) if out else (call.caller, call.caller_name)
        person = self._coordinator.directory.caller(number)
        internal = call.direction is Direction.INTERNAL
        kept = (self._coordinator.config_entry.entry_id, self._extension, _id(call))
        outcome = call.outcome
        if out and outcome is Outcome.MISSED:
            outcome = Outcome.NO_ANSWER
        way = "out" if out else "in"
        return {
            "id": _id(call),
            "direction": f"internal_{way}" if internal else way,
            "name": person.name if person else told,
            "number": number,
            "company": person.company if person else "",
            "started_at": (call.started_at or 0) * 1000,
            "duration_ms": call.talk_duration * 1000,
            "outcome": outcome.value,
            "did": call.did,
            "note": self._memory.note(*kept),
            "quality": self._memory.quality(*kept),
        }

    def _fits(self, record: dict[str, Any], wanted: Wanted) -> bool:
        if wanted.missed_only and (
            record["direction"] in {"out", "internal_out"} or record["outcome"] not in _UNANSWERED
        ):
            return False
        return not wanted.number or number_key(record["number"], self._country) == number_key(
            wanted.number, self._country
        )


def _id(call: PastCall) -> str:
    return call.call_id or call.uid


def _incoming(stages: tuple[Stage, ...], own: str) -> Iterator[Stage]:
    return (stage for stage in stages if stage.callee == own and stage.caller != own)
