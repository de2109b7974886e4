"""The call history of one extension as its user reads it in the browser."""

from dataclasses import dataclass
from typing import Any

from ..coordinator import YeastarCoordinator
from ..numbers.key import number_key
from ..pbx.memory import Memory
from ..pbx.past_calls import OwnCall, PastCalls
from ..yeastar.call_model import Direction, Outcome
from .directory import Directory

PAGE = 30

_UNANSWERED = {Outcome.MISSED, Outcome.ABANDONED, Outcome.VOICEMAIL}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls: with one number only, or those that nobody took."""

    number: str = ""
    missed_only: bool = False


class Journal:
    """One extension's history, with its user's notes."""

    def __init__(self, coordinator: YeastarCoordinator, extension: str, memory: Memory) -> None:
        """Read from this PBX; nothing is kept but the notes and qualities."""
        self._coordinator = coordinator
        self._extension = extension
        self._memory = memory
        self._calls = PastCalls(coordinator, extension)

    async def page(self, wanted: Wanted, after: str | None) -> dict[str, Any]:
        """Return `{records, next}`, the newest first. Raises what the client raises, and BadCursor."""
        country = self._coordinator.hass.config.country
        key = number_key(wanted.number, country) if wanted.number else ""

        def fits(one: OwnCall) -> bool:
            if wanted.missed_only and (one.placed or one.outcome not in _UNANSWERED):
                return False
            return not key or number_key(one.number, country) == key

        calls, following = await self._calls.page(fits, after, PAGE)
        return {"records": [self._record(one) for one in calls], "next": following}

    def _record(self, one: OwnCall) -> dict[str, Any]:
        """Return the browser door's `CallRecord`. Times in Unix milliseconds."""
        call = one.call
        person = Directory(self._coordinator).caller(one.number)
        way = "out" if one.placed else "in"
        elsewhere = one.outcome is Outcome.ELSEWHERE
        taker = self._coordinator.name_of(call.callee) or call.callee_name or call.callee
        kept = (self._coordinator.config_entry.entry_id, self._extension, one.id)
        return {
            "id": one.id,
            "direction": f"internal_{way}" if call.direction is Direction.INTERNAL else way,
            "name": person.name if person else one.name,
            "number": one.number,
            "company": person.company if person else "",
            "started_at": (call.started_at or 0) * 1000,
            "duration_ms": 0 if elsewhere else call.talk_duration * 1000,
            "outcome": one.outcome.value,
            "answered_by": taker if elsewhere else "",
            "did": call.did,
            "recorded": bool(one.recording),
            "note": self._memory.note(*kept),
            "quality": self._memory.quality(*kept),
        }
