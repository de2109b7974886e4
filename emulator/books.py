"""What truly happened, for tests to compare with what a client believes."""

from dataclasses import dataclass, field
from typing import Any

from .clock import Clock
from .facts import CallEnded, CallFailed, CallMoved, CallRecorded, CallTransferred, Fact, Member
from .legs import Call


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of a call."""

    at: float
    what: str  # moved | failed | transferred | ended
    members: tuple[tuple[str, str], ...]  # (number, status)
    detail: str = ""


@dataclass(slots=True)
class CallRecord:
    """A call's true history. ``outcome`` is empty while it lives."""

    call: Call
    history: list[Entry] = field(default_factory=list)
    recorded: int = 0

    @property
    def outcome(self) -> str:
        """ANSWERED, NO ANSWER, BUSY, FAILED, VOICEMAIL or ABANDONED."""
        return "" if self.call.alive else self.call.outcome

    def statuses(self, number: str) -> list[str]:
        """The statuses that one number went through, without repetitions."""
        seen: list[str] = []
        for entry in self.history:
            for who, status in entry.members:
                if who == number and (not seen or seen[-1] != status):
                    seen.append(status)
        return seen

    def as_json(self) -> dict[str, Any]:
        """For the control door."""
        call = self.call
        return {
            "call_id": call.id,
            "type": call.kind,
            "from": call.caller_number,
            "to": call.callee_number,
            "started_at": call.started_at,
            "answered_at": call.answered_at,
            "ended_at": call.ended_at,
            "outcome": self.outcome,
            "ended_by": call.ended_by,
            "history": [
                {"at": entry.at, "what": entry.what, "members": dict(entry.members), "detail": entry.detail}
                for entry in self.history
            ],
        }


@dataclass(frozen=True, slots=True)
class Request:
    """One request to the Open API."""

    at: float
    method: str
    path: str
    errcode: int
    address: str


@dataclass(frozen=True, slots=True)
class Sent:
    """One event as it was made, before any fault."""

    at: float
    type: int
    msg: dict[str, Any]


class Books:
    """Calls, events and requests since the start."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.calls: dict[str, CallRecord] = {}
        self.events: list[Sent] = []
        self.requests: list[Request] = []

    def note(self, fact: Fact) -> None:
        """Write down a fact about a call."""
        match fact:
            case CallMoved(call, members):
                self._add(call, "moved", members)
            case CallFailed(call, reason, _, members):
                self._add(call, "failed", members, reason)
            case CallTransferred(call, members):
                self._add(call, "transferred", members)
            case CallEnded(call, members, hanger):
                self._add(call, "ended", members, hanger)
            case CallRecorded(call):
                self._record(call).recorded += 1
            case _:
                pass

    def event(self, number: int, msg: dict[str, Any]) -> None:
        """Write down an event."""
        self.events.append(Sent(self._clock.now(), number, msg))

    def request(self, method: str, path: str, errcode: int, address: str) -> None:
        """Write down a request."""
        self.requests.append(Request(self._clock.now(), method, path, errcode, address))

    def of_type(self, number: int) -> list[dict[str, Any]]:
        """The ``msg`` of all events with that number."""
        return [entry.msg for entry in self.events if entry.type == number]

    def requested(self, path: str) -> list[Request]:
        """The requests to a path, given without its version."""
        return [entry for entry in self.requests if entry.path.partition("/")[2] == path]

    def history_of(self, call_id: str) -> list[Entry]:
        """The steps of a call; empty for one that never was."""
        record = self.calls.get(call_id)
        return record.history if record else []

    def _record(self, call: Call) -> CallRecord:
        return self.calls.setdefault(call.id, CallRecord(call))

    def _add(self, call: Call, what: str, members: tuple[Member, ...], detail: str = "") -> None:
        entry = Entry(self._clock.now(), what, tuple((m.number, m.status) for m in members), detail)
        self._record(call).history.append(entry)
