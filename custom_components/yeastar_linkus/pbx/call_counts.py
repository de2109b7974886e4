"""How many calls there are and were today, for the whole PBX and for each queue. Constant cost per changed call."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ..yeastar.call_model import Call, CallState, Direction, Outcome
from ..yeastar.members import MemberKind

REMEMBERED: Final = 4096
"""Most ids of counted calls that are kept, so that a late record does not count a call twice."""

_TAKEN = {Outcome.ANSWERED, Outcome.TRANSFERRED}
_LOST = {Outcome.ABANDONED, Outcome.MISSED, Outcome.NO_ANSWER, Outcome.VOICEMAIL}

ANSWERED: Final = "answered"
ABANDONED: Final = "abandoned"


@dataclass(slots=True)
class CallCounts:
    """Running calls, and the calls that ended since `since`: by direction, and by queue and what became of them."""

    since: datetime
    today: dict[tuple[str, str], int] = field(default_factory=dict)
    _active: set[str] = field(default_factory=set)
    _unattended: set[str] = field(default_factory=set)
    _counted: OrderedDict[str, None] = field(default_factory=OrderedDict)

    @property
    def active(self) -> int:
        """How many calls are going on."""
        return len(self._active)

    @property
    def unattended(self) -> bool:
        """Whether a caller is in the PBX with no extension in the call: in a queue, an IVR, or waiting."""
        return bool(self._unattended)

    def of(self, group: str, what: str) -> int:
        """Return how many calls ended today: group "" by direction, else the queue's number by its outcome."""
        return self.today.get((group, what), 0)

    def add(self, group: str, what: str, count: int = 1) -> None:
        """Count, or take over what was counted before a restart."""
        self.today[group, what] = self.of(group, what) + count

    def begin_day(self, since: datetime) -> None:
        """Begin at zero."""
        self.since = since
        self.today = {}

    def take(self, calls: Iterable[Call], queues: frozenset[str]) -> None:
        """Take changed calls. A call counts once, when it is over and known how."""
        for call in calls:
            self._follow(call)
            if call.outcome is None or call.id in self._counted:
                continue
            self._counted[call.id] = None
            if len(self._counted) > REMEMBERED:
                self._counted.popitem(last=False)
            self.add("", call.direction)
            if call.path in queues and call.outcome in _TAKEN | _LOST:
                self.add(call.path, ANSWERED if call.outcome in _TAKEN else ABANDONED)

    def _follow(self, call: Call) -> None:
        if call.ended_at is not None:
            self._active.discard(call.id)
            self._unattended.discard(call.id)
            return
        self._active.add(call.id)
        if call.direction is Direction.IN:
            for party in call.parties:
                if party.kind is MemberKind.EXTENSION and party.state is not CallState.ENDED:
                    break
            else:
                self._unattended.add(call.id)
                return
        self._unattended.discard(call.id)
