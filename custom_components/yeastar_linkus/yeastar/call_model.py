"""Calls as others see them: frozen values, replaced and never changed. Times are Unix seconds, durations seconds."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from enum import StrEnum

from .members import MemberKind
from .value import value


class Direction(StrEnum):
    """Which way a call crosses the PBX."""

    IN = "in"
    OUT = "out"
    INTERNAL = "internal"


class CallState(StrEnum):
    """What an extension, a party or a whole call is doing. IDLE is for extensions, ENDED for calls and parties."""

    IDLE = "idle"
    RINGING = "ringing"
    DIALING = "dialing"
    TALKING = "talking"
    ON_HOLD = "on_hold"
    ENDED = "ended"


class Outcome(StrEnum):
    """How a call ended, or one party's share of it."""

    ANSWERED = "answered"
    MISSED = "missed"
    """Rang, and nobody took it."""
    NO_ANSWER = "no_answer"
    """We called, and nobody took it."""
    REJECTED = "rejected"
    """The called party refused."""
    BUSY = "busy"
    VOICEMAIL = "voicemail"
    FAILED = "failed"
    """No permission, no route, no such number, line out of order."""
    ABANDONED = "abandoned"
    """The caller gave up before anybody rang or while waiting."""
    TRANSFERRED = "transferred"
    """Answered, then passed on."""
    ELSEWHERE = "answered_elsewhere"
    """One party only: rang, and another one took it."""


class Role(StrEnum):
    """Whether a party placed the call or was called."""

    CALLER = "caller"
    CALLEE = "callee"


@value
class Party:
    """One participant: an extension with all its ringing devices, or one outside line.

    `channels` are its live channels; the first is the one to hang up. `outcome` is set when the party's share is over
    and known.
    """

    number: str
    kind: MemberKind
    role: Role
    state: CallState
    channels: tuple[str, ...] = ()
    outcome: Outcome | None = None

    @property
    def internal(self) -> bool:
        """Whether this is an extension."""
        return self.kind is MemberKind.EXTENSION


@value
class Call:
    """One call. `ended_at` with `outcome` None: over, its record has not come yet.

    `answered_at` is when a person picked up, not an IVR or a queue. `path` is the number of the queue, ring group, IVR
    or conference it came through. `did` is the number that was dialled from outside.
    """

    id: str
    direction: Direction
    state: CallState
    parties: tuple[Party, ...]
    caller: str
    callee: str
    started_at: float
    answered_at: float | None = None
    ended_at: float | None = None
    outcome: Outcome | None = None
    did: str = ""
    did_name: str = ""
    trunk: str = ""
    path: str = ""
    duration: int | None = None
    talk_duration: int | None = None
    recording: str = ""
    reason: str = ""
    digits: str = ""
    uid: str = ""
    # What was looked for once: of a call with many parties each of them asks.
    _by_number: Mapping[str, Party] | None = field(default=None, init=False, compare=False, repr=False)
    _far_side: dict[Role | None, str | None] | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def active(self) -> bool:
        """Whether the call is still going on."""
        return self.ended_at is None

    @property
    def extensions(self) -> tuple[str, ...]:
        """The numbers of the extensions that are or were in the call."""
        return tuple([party.number for party in self.parties if party.kind is MemberKind.EXTENSION])

    def party(self, number: str) -> Party | None:
        """The extension with this number, if it is or was in the call."""
        if (known := self._by_number) is None:
            known = {party.number: party for party in self.parties if party.kind is MemberKind.EXTENSION}
            object.__setattr__(self, "_by_number", known)
        return known.get(number)

    def state_of(self, number: str) -> CallState:
        """What this extension is doing in this call."""
        party = self.party(number)
        return CallState.IDLE if party is None or party.state is CallState.ENDED else party.state

    def channel_of(self, number: str) -> str | None:
        """A live channel of this extension, as hangup, hold and the like need it."""
        party = self.party(number)
        return party.channels[0] if party is not None and party.channels else None

    def remote_of(self, number: str) -> str:
        """The number at the far side, seen from this extension; empty while nobody is known."""
        own = self.party(number)
        role = None if own is None else own.role
        if (known := self._far_side) is None:
            known = {}
            object.__setattr__(self, "_far_side", known)
        if role not in known:
            known[role] = self._far_from(role)
        if (found := known[role]) is not None:
            return found
        fallback = self.callee if role is Role.CALLER else self.caller
        return "" if fallback == number else fallback

    def _far_from(self, role: Role | None) -> str | None:
        """The number at the far side of those with this role; None while nobody is known there.

        Those who are still in the call come before those who left, outside lines before extensions.
        """
        opposite: str | None = None
        left: str | None = None
        left_outside: str | None = None
        for party in self.parties:
            outside = party.number and party.kind is not MemberKind.EXTENSION
            if party.state is not CallState.ENDED:
                if outside:
                    return party.number
                if opposite is None and party.role is not role:
                    opposite = party.number
            elif outside:
                left_outside = left_outside or party.number
            elif left is None and party.role is not role:
                left = party.number
        return next((found for found in (opposite, left_outside, left) if found is not None), None)

    def direction_of(self, number: str) -> Direction:
        """Which way the call goes, seen from this extension; between extensions it is internal both ways."""
        if self.direction is Direction.INTERNAL:
            return Direction.INTERNAL
        party = self.party(number)
        return Direction.OUT if party is not None and party.role is Role.CALLER else Direction.IN


class MomentKind(StrEnum):
    """What happened just now to one extension."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    ANSWERED = "answered"
    HELD = "held"
    RESUMED = "resumed"
    TRANSFERRED = "transferred"
    ENDED = "ended"
    MISSED = "missed"
    VOICEMAIL = "voicemail"
    DTMF = "dtmf"
    UNDECIDED = "undecided"
    """The PBX holds an inbound call for up to 10 s: it is let in or turned away, or goes on by itself."""


@value
class Moment:
    """Something that just happened, told once.

    `extension` is empty where no extension took part (a caller who hung up in an IVR). ENDED comes once per extension
    and call, with `outcome`; MISSED and VOICEMAIL come right after it. For DTMF `digit` is the key and
    `digits` all that the same party pressed so far, this one the last.
    """

    kind: MomentKind
    extension: str
    call: Call
    at: float
    remote: str = ""
    outcome: Outcome | None = None
    digit: str = ""
    digits: str = ""


@value
class Changes:
    """What an event changed.

    `extensions` are those whose listeners to tell, `calls` the changed calls as they are now. `doubtful` are ids of
    calls of which only the PBX knows whether they go on: ask ``client.call(id)`` and hand the answer to
    `CallBook.verify`.
    """

    extensions: frozenset[str] = frozenset()
    calls: tuple[Call, ...] = ()
    moments: tuple[Moment, ...] = ()
    doubtful: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.extensions or self.calls or self.moments or self.doubtful)

    @classmethod
    def joined(cls, parts: Iterable[Changes]) -> Changes:
        """Several changes as one; of a call only its last view."""
        found = [part for part in parts if part]
        if len(found) < 2:
            return found[0] if found else NOTHING
        calls = {call.id: call for part in found for call in part.calls}
        return cls(
            frozenset().union(*(part.extensions for part in found)),
            tuple(calls.values()),
            tuple(moment for part in found for moment in part.moments),
            frozenset().union(*(part.doubtful for part in found)),
        )


NOTHING = Changes()
