"""What is known of one call: facts that only grow, whatever the order in which events bring them."""

from dataclasses import dataclass, field
from typing import Final

from .call_model import CallState, Outcome, Role
from .event_kinds import CallEnded
from .members import Member, MemberKind, MemberStatus

LEG_LIMIT: Final = 512
"""Most legs kept of one call."""

_RANK: Final = {
    MemberStatus.UNKNOWN: 0,
    MemberStatus.RING: 1,
    MemberStatus.ALERT: 2,
    MemberStatus.EARLY_MEDIA: 2,
    MemberStatus.ANSWERED: 3,
    MemberStatus.ANSWER: 3,
    MemberStatus.HOLD: 3,
    MemberStatus.BYE: 4,
}
"""A leg only climbs; between ANSWER and HOLD it goes both ways. A calling extension is first rung itself by
``call/dial``, then hears ringback: RING is below ALERT."""


@dataclass(slots=True)
class Leg:
    """One channel of one party. `live` is derived from what was seen last; the other flags never go back."""

    kind: MemberKind
    number: str
    channel: str
    first_at: float
    changed_at: float
    other: str = ""
    trunk: str = ""
    path: str = ""
    status: MemberStatus = MemberStatus.UNKNOWN
    live: bool = True
    rang: bool = False
    placed: bool = False
    """Was ALERT: placed the call."""
    picked_up: bool = False
    """Was ANSWER: answered the call."""
    connected: bool = False
    """Was ANSWERED: its call was answered."""
    held: bool = False
    said_bye: bool = False
    answered_at: float | None = None

    def note(self, member: Member) -> None:
        """Keep what the member tells for good."""
        self.other = self.other or member.other
        self.trunk = self.trunk or member.trunk
        self.path = self.path or member.path
        match member.status:
            case MemberStatus.RING:
                self.rang = True
            case MemberStatus.ALERT:
                self.placed = True
            case MemberStatus.ANSWERED:
                self.connected = True
            case MemberStatus.ANSWER:
                self.picked_up = True
            case MemberStatus.HOLD:
                self.held = True
            case MemberStatus.BYE:
                self.said_bye = True
            case _:
                pass

    def advance(self, status: MemberStatus, at: float) -> bool:
        """Move on to a status unless it is late; whether that is news."""
        rank = _RANK[status]
        if rank < _RANK[self.status] or status is self.status or rank == 0:
            return False
        if not self.live and rank == _RANK[self.status]:
            return False
        self._enter(status, at)
        return True

    def force(self, status: MemberStatus, at: float) -> bool:
        """Take a status from a snapshot, which knows better; whether that is news."""
        if status is MemberStatus.UNKNOWN or (status is self.status and self.live):
            return False
        self._enter(status, at)
        return True

    def _enter(self, status: MemberStatus, at: float) -> None:
        self.status = status
        self.live = status is not MemberStatus.BYE
        self.changed_at = at
        if _RANK[status] == 3 and self.answered_at is None:
            self.answered_at = at

    def leave(self, at: float) -> None:
        """No longer in the call, as far as can be told."""
        self.live = False
        self.changed_at = at

    @property
    def in_talk(self) -> bool:
        """Whether the leg is connected right now."""
        return self.live and _RANK[self.status] == 3


def leg_key(member: Member) -> tuple[MemberKind, str]:
    """What tells one leg from another: its channel, or without one its number."""
    return member.kind, member.channel or f"#{member.number}"


@dataclass(slots=True)
class CallRecord:
    """All facts of one call, and what was told of it."""

    id: str
    started_at: float
    changed_at: float
    legs: dict[tuple[MemberKind, str], Leg] = field(default_factory=dict)
    rows: dict[tuple[str, ...], CallEnded] = field(default_factory=dict)
    failures: set[tuple[str, Outcome]] = field(default_factory=set)
    reason: str = ""
    dialer: str = ""
    """The extension that we let dial: its first RING is no incoming call."""
    dialed: str = ""
    transfers: set[tuple[Member, ...]] = field(default_factory=set)
    """The distinct reports of a transfer (30013)."""
    forwarded: bool = False
    transferors: set[str] = field(default_factory=set)
    digits: dict[tuple[str, int, str], str] = field(default_factory=dict)
    undecided: bool = False
    """The PBX asked whether the call may come in (30016)."""
    answered_at: float | None = None
    over_at: float | None = None
    """Nobody is in the call any more."""
    closing_at: float | None = None
    """A record came although somebody still seems to be in the call."""
    settled: bool = False
    """The outcome was told."""
    told: set[tuple[str, str]] = field(default_factory=set)
    """(moment, extension) pairs that were told."""

    def leg(self, member: Member, at: float) -> Leg:
        """The leg of a member, made when it is new; a full call drops one that is gone, else its oldest."""
        key = leg_key(member)
        found = self.legs.get(key)
        if found is None:
            if len(self.legs) >= LEG_LIMIT:
                del self.legs[next((k for k, leg in self.legs.items() if not leg.live), next(iter(self.legs)))]
            found = self.legs[key] = Leg(member.kind, member.number, member.channel, at, at)
        return found

    def live_legs(self) -> list[Leg]:
        """The legs that are in the call now."""
        return [leg for leg in self.legs.values() if leg.live]

    def is_caller(self, leg: Leg) -> bool:
        """Whether this leg's party placed the call."""
        if leg.kind is not MemberKind.EXTENSION:
            return leg.kind is MemberKind.INBOUND
        if leg.placed or leg.number == self.dialer or (leg.connected and not leg.picked_up):
            return True
        return bool(self.rows) and any(
            row.caller == leg.number and row.callee != leg.number for row in self.rows.values()
        )

    def role(self, leg: Leg) -> Role:
        """The role of the leg's party."""
        return Role.CALLER if self.is_caller(leg) else Role.CALLEE

    def took(self, leg: Leg) -> bool:
        """Whether a called party picked up on this leg."""
        return not self.is_caller(leg) and (leg.picked_up or leg.held or leg.connected)

    def person_answered(self) -> bool:
        """Whether a called party was seen picking up; an IVR or a queue answers the caller only."""
        return any(self.took(leg) for leg in self.legs.values())

    def seems_answered(self) -> bool:
        """Whether the caller alone tells that the far side picked up: over a trunk whose call monitor is off."""
        return any(leg.connected for leg in self.legs.values()) and all(
            leg.kind is MemberKind.OUTBOUND
            or (leg.kind is MemberKind.EXTENSION and self.is_caller(leg) and not leg.path)
            for leg in self.legs.values()
        )

    def state_of_leg(self, leg: Leg) -> CallState:
        """What the leg's party is doing on it."""
        if not leg.live:
            return CallState.ENDED
        match leg.status:
            case MemberStatus.RING:
                caller = leg.number == self.dialer and leg.kind is MemberKind.EXTENSION
                return CallState.DIALING if caller else CallState.RINGING
            case MemberStatus.ALERT:
                return CallState.DIALING
            case MemberStatus.EARLY_MEDIA:
                return CallState.RINGING
            case MemberStatus.HOLD:
                return CallState.ON_HOLD
            case _:
                if leg.status is MemberStatus.ANSWER and self._waits_for_far_side(leg):
                    return CallState.DIALING
                return CallState.ON_HOLD if self._other_side_holds(leg) else CallState.TALKING

    def _waits_for_far_side(self, leg: Leg) -> bool:
        """The caller of ``call/dial`` took up its own phone, and the far side is being called now."""
        return (
            self.is_caller(leg)
            and not leg.connected
            and not any(other is not leg and other.in_talk for other in self.legs.values())
        )

    def _other_side_holds(self, leg: Leg) -> bool:
        """HOLD marks the one who holds or the one who is held: between two, the whole call is on hold."""
        connected = [other for other in self.legs.values() if other.in_talk]
        return len(connected) == 2 and any(
            other is not leg and other.status is MemberStatus.HOLD for other in connected
        )
