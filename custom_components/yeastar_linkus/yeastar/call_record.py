"""What is known of one call: facts that only grow, whatever the order in which events bring them."""

from dataclasses import dataclass, field
from typing import Final

from .call_model import Outcome, Party
from .event_kinds import CallEnded, CallStatus
from .members import Member, MemberKind, MemberStatus

LEG_LIMIT: Final = 512
"""Most legs kept of one call."""
ROW_LIMIT: Final = 64
"""Most records kept of one call."""

RINGING: Final = frozenset({MemberStatus.RING, MemberStatus.EARLY_MEDIA})
IN_TALK: Final = frozenset({MemberStatus.ANSWERED, MemberStatus.ANSWER, MemberStatus.HOLD})

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

type LegKey = tuple[MemberKind, str]


@dataclass(slots=True, eq=False)
class Leg:
    """One channel of one party. `live` is derived from what was seen last; what was `seen` never goes back."""

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
    seen: set[MemberStatus] = field(default_factory=set)
    answered_at: float | None = None
    is_caller: bool = False
    """Whether the leg's party placed the call."""
    took: bool = False
    """Whether a called party picked up on this leg."""

    def advance(self, status: MemberStatus, at: float) -> bool:
        """Move on to a status unless it is late; whether that is news."""
        if status is self.status:
            return False
        rank, before = _RANK[status], _RANK[self.status]
        if rank < before or rank == 0 or (rank == before and not self.live):
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
        if self.answered_at is None and status in IN_TALK:
            self.answered_at = at

    def leave(self, at: float) -> None:
        """No longer in the call, as far as can be told."""
        self.live = False
        self.changed_at = at

    @property
    def in_talk(self) -> bool:
        """Whether the leg is connected right now."""
        return self.live and self.status in IN_TALK


def leg_key(member: Member) -> LegKey:
    """What tells one leg from another: its channel, or without one its number."""
    return member.kind, member.channel or f"#{member.number}"


@dataclass(slots=True, eq=False)
class Share:
    """All legs of one party, an extension's by its number; and the party as others saw it last."""

    legs: list[Leg] = field(default_factory=list)
    shown: Party | None = None


@dataclass(slots=True, eq=False)
class CallRecord:
    """All facts of one call, and what was told of it.

    What every commit asks of every leg is worked out when a fact comes, and not again each time: an event must cost no
    more than its call has members, and of two members next to nothing.
    """

    id: str
    started_at: float
    changed_at: float
    legs: dict[LegKey, Leg] = field(default_factory=dict)
    shares: dict[LegKey, Share] = field(default_factory=dict)
    """The same legs by the party that they belong to, in the order in which the parties came."""
    dropped: set[str] = field(default_factory=set)
    """Extensions of which no leg is kept any more, since the last commit."""
    paths: set[str] = field(default_factory=set)
    """The queues, groups and IVRs that the legs came through."""
    rows: dict[tuple[str, ...], CallEnded] = field(default_factory=dict)
    callers: set[str] = field(default_factory=set)
    """Whom the rows name as callers of somebody else."""
    takers: set[str] = field(default_factory=set)
    """Who answered, by the rows."""
    failures: dict[str, set[Outcome]] = field(default_factory=dict)
    """How legs failed, by number; "" stands for a failure of nobody in particular."""
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

    def leg(self, key: LegKey, member: Member, at: float) -> Leg:
        """The leg of a member, made when it is new; a full call drops one that is gone, else its oldest.

        What the member tells for good is kept.
        """
        leg = self.legs.get(key)
        if leg is None:
            if len(self.legs) >= LEG_LIMIT:
                self._drop(next((k for k, leg in self.legs.items() if not leg.live), next(iter(self.legs))))
            leg = self.legs[key] = Leg(member.kind, member.number, member.channel, at, at)
            party = _party_key(key, leg)
            if (share := self.shares.get(party)) is None:
                share = self.shares[party] = Share()
            share.legs.append(leg)
        leg.other = leg.other or member.other
        leg.trunk = leg.trunk or member.trunk
        if member.path and not leg.path:
            leg.path = member.path
            self.paths.add(member.path)
        if member.status not in leg.seen:
            leg.seen.add(member.status)
            self._weigh(leg)
        return leg

    def _drop(self, key: LegKey) -> None:
        leg = self.legs.pop(key)
        party = _party_key(key, leg)
        share = self.shares[party]
        share.legs.remove(leg)
        if not share.legs:
            del self.shares[party]
            if leg.kind is MemberKind.EXTENSION:
                self.dropped.add(leg.number)
        self.paths = {leg.path for leg in self.legs.values() if leg.path}

    def _weigh(self, leg: Leg) -> None:
        """Say anew what part the leg's party has."""
        seen = leg.seen
        if leg.kind is MemberKind.EXTENSION:
            leg.is_caller = (
                MemberStatus.ALERT in seen
                or (MemberStatus.ANSWERED in seen and MemberStatus.ANSWER not in seen)
                or leg.number == self.dialer
                or leg.number in self.callers
            )
        else:
            leg.is_caller = leg.kind is MemberKind.INBOUND
        leg.took = not leg.is_caller and not seen.isdisjoint(IN_TALK)

    def let_dial(self, dialer: str, dialed: str) -> None:
        """Note who was let dial whom, or with "" that nobody was."""
        if (dialer, dialed) != (self.dialer, self.dialed):
            self.dialer, self.dialed = dialer, dialed
            for leg in self.legs.values():
                self._weigh(leg)

    def add_row(self, row: CallEnded) -> None:
        """Keep a record; the same one may come twice, and one per routing stage."""
        key = (row.caller, row.callee, row.status, row.started, str(row.duration), str(row.talk_duration))
        if len(self.rows) >= ROW_LIMIT or key in self.rows:
            return
        self.rows[key] = row
        if row.status is CallStatus.ANSWERED:
            self.takers.add(row.callee)
        if row.caller != row.callee and row.caller not in self.callers:
            self.callers.add(row.caller)
            for leg in self.legs.values():
                self._weigh(leg)

    def live_legs(self) -> list[Leg]:
        """The legs that are in the call now."""
        return [leg for leg in self.legs.values() if leg.live]

    def person_answered(self) -> bool:
        """Whether a called party was seen picking up; an IVR or a queue answers the caller only."""
        return any(leg.took for leg in self.legs.values())

    def seems_answered(self) -> bool:
        """Whether the caller alone tells that the far side picked up: over a trunk whose call monitor is off."""
        return any(MemberStatus.ANSWERED in leg.seen for leg in self.legs.values()) and all(
            leg.kind is MemberKind.OUTBOUND or (leg.kind is MemberKind.EXTENSION and leg.is_caller and not leg.path)
            for leg in self.legs.values()
        )


def _party_key(key: LegKey, leg: Leg) -> LegKey:
    """Whose leg it is: an extension may have several, one per device; each outside line is a party of its own."""
    return (leg.kind, leg.number) if leg.kind is MemberKind.EXTENSION else key
