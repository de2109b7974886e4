"""From a call's facts to the frozen call that others see, and from two such views to what happened in between.

A call may have hundreds of members, and most have two: each view looks at each leg once.
"""

from collections.abc import Container, Iterable
from typing import Final

from .call_model import Call, CallState, Direction, Moment, MomentKind, Outcome, Party, Role
from .call_outcome import is_outbound, is_stage, party_outcome
from .call_record import IN_TALK, CallRecord, Leg, Share
from .event_kinds import CallEnded, CallStatus, CallType
from .members import MemberKind, MemberStatus

_STRENGTH: Final = {
    CallState.TALKING: 4,
    CallState.ON_HOLD: 3,
    CallState.RINGING: 2,
    CallState.DIALING: 1,
    CallState.ENDED: 0,
}
_DIRECTIONS: Final = {
    CallType.INBOUND: Direction.IN,
    CallType.OUTBOUND: Direction.OUT,
    CallType.INTERNAL: Direction.INTERNAL,
}
_CONNECTED: Final = frozenset({CallState.TALKING, CallState.ON_HOLD})
_COUNTED: Final = frozenset({Outcome.ANSWERED, Outcome.TRANSFERRED})


def view(record: CallRecord, outcome: Outcome | None, extensions: Container[str] | None) -> Call:
    """The call as it is now; `outcome` once it is settled."""
    inbound: Leg | None = None
    trunk = path = ""
    connected: list[Leg] = []
    taken = False
    for leg in record.legs.values():
        if inbound is None and leg.kind is MemberKind.INBOUND:
            inbound = leg
        trunk = trunk or leg.trunk
        path = path or leg.path
        taken |= leg.took
        if leg.live and leg.status in IN_TALK:
            connected.append(leg)
    parties = tuple([_party(record, share, connected, taken, outcome) for share in record.shares.values()])
    ended_at = record.over_at
    answered_at = record.answered_at
    did = inbound.other if inbound is not None else ""
    did_name = recording = uid = ""
    best: CallEnded | None = None
    duration: int | None = None
    talk: int | None = None
    if record.rows:
        rows = sorted(record.rows.values(), key=lambda row: _weight(record, row, extensions), reverse=True)
        best = rows[0]
        did = next((row.did for row in rows if row.did), did)
        did_name = next((row.did_name for row in rows if row.did_name), "")
        trunk = next((found for row in rows if (found := row.source_trunk or row.destination_trunk)), trunk)
        recording = next((row.recording for row in rows if row.recording), "")
        uid = next((row.uid for row in rows if row.uid), "")
        duration = max(row.duration for row in rows)
        talk = best.talk_duration
        if answered_at is None and ended_at is not None and outcome in _COUNTED:
            answered_at = ended_at - best.talk_duration
    elif ended_at is not None:
        duration = round(ended_at - record.started_at)
        talk = round(ended_at - answered_at) if answered_at is not None else 0
    return Call(
        record.id,
        _direction(record, inbound, best),
        _state(record, inbound, parties),
        parties,
        _caller(record, inbound, best),
        _callee(record, best),
        record.started_at,
        answered_at,
        ended_at,
        outcome,
        did,
        did_name,
        trunk,
        path,
        duration,
        talk,
        recording,
        record.reason,
        "".join(record.digits.values())[-64:] if record.digits else "",
        uid,
    )


def _weight(record: CallRecord, row: CallEnded, extensions: Container[str] | None) -> tuple[bool, int, int, str]:
    """Which record of several tells most about the call: a person's before a stage's, then the longest."""
    person = row.status is CallStatus.ANSWERED and not is_stage(record, row, extensions)
    return (person, row.talk_duration, row.duration, row.callee)


def _party(record: CallRecord, share: Share, connected: list[Leg], taken: bool, outcome: Outcome | None) -> Party:
    """The party as it is now: the same object as long as nothing about it changed. `taken`: a person took the call."""
    legs = share.legs
    first = legs[0]
    if len(legs) == 1:
        state = _state_of_leg(record, first, connected)
        caller = first.is_caller
        channels: tuple[str, ...] = (first.channel,) if first.live and first.channel else ()
    else:
        states = [(_state_of_leg(record, leg, connected), leg) for leg in legs]
        state = max((state for state, _ in states), key=_STRENGTH.__getitem__)
        caller = any(leg.is_caller for leg in legs)
        live = sorted((pair for pair in states if pair[1].live), key=lambda pair: -_STRENGTH[pair[0]])
        channels = tuple([leg.channel for _, leg in live if leg.channel])
    own: Outcome | None = None
    if state is CallState.ENDED and first.kind is MemberKind.EXTENSION:
        if outcome is not None:
            own = party_outcome(record, first.number, share, outcome)
        elif first.number in record.transferors:
            own = Outcome.TRANSFERRED
        elif taken and not any(leg.took or leg.is_caller for leg in legs):
            own = party_outcome(record, first.number, share, Outcome.ANSWERED)
    role = Role.CALLER if caller else Role.CALLEE
    shown = share.shown
    if (
        shown is None
        or shown.state is not state
        or shown.role is not role
        or shown.outcome is not own
        or shown.channels != channels
    ):
        shown = share.shown = Party(first.number, first.kind, role, state, channels, own)
    return shown


def _state_of_leg(record: CallRecord, leg: Leg, connected: list[Leg]) -> CallState:
    """What the leg's party is doing on it. `connected` are all legs of the call that are in talk."""
    if not leg.live:
        return CallState.ENDED
    match leg.status:
        case MemberStatus.RING:
            caller = leg.number == record.dialer and leg.kind is MemberKind.EXTENSION
            return CallState.DIALING if caller else CallState.RINGING
        case MemberStatus.ALERT:
            return CallState.DIALING
        case MemberStatus.EARLY_MEDIA:
            return CallState.RINGING
        case MemberStatus.HOLD:
            return CallState.ON_HOLD
        case MemberStatus.ANSWER if (
            # The caller of ``call/dial`` took up its own phone, and the far side is being called now.
            leg.is_caller and MemberStatus.ANSWERED not in leg.seen and len(connected) == 1
        ):
            return CallState.DIALING
        case _:
            # HOLD marks the one who holds or the one who is held: between two, the whole call is on hold.
            held = len(connected) == 2 and any(leg.status is MemberStatus.HOLD for leg in connected)
            return CallState.ON_HOLD if held else CallState.TALKING


def _direction(record: CallRecord, inbound: Leg | None, best: CallEnded | None) -> Direction:
    if best is not None and best.type in _DIRECTIONS:
        return _DIRECTIONS[best.type]
    if inbound is not None:
        return Direction.IN
    if any(leg.kind is MemberKind.OUTBOUND for leg in record.legs.values()):
        return Direction.OUT
    if len(record.shares) > 1:
        return Direction.INTERNAL
    return Direction.OUT if is_outbound(record) else Direction.IN


def _state(record: CallRecord, inbound: Leg | None, parties: tuple[Party, ...]) -> CallState:
    if record.over_at is not None:
        return CallState.ENDED
    states = {party.state for party in parties if party.kind is MemberKind.EXTENSION}
    if record.answered_at is not None:
        return (
            CallState.ON_HOLD if CallState.ON_HOLD in states and CallState.TALKING not in states else CallState.TALKING
        )
    return CallState.RINGING if inbound is not None or CallState.RINGING in states else CallState.DIALING


def _caller(record: CallRecord, inbound: Leg | None, best: CallEnded | None) -> str:
    if inbound is not None and inbound.number:
        return inbound.number
    if record.dialer:
        return record.dialer
    for leg in record.legs.values():
        if leg.number and leg.is_caller:
            return leg.number
    return best.caller if best is not None else ""


def _callee(record: CallRecord, best: CallEnded | None) -> str:
    if best is not None and best.callee:
        return best.callee
    if record.dialed:
        return record.dialed
    called = ""
    for leg in record.legs.values():
        if leg.kind is MemberKind.OUTBOUND and leg.number:
            return leg.number
        if not called and not leg.is_caller:
            called = leg.number
    return called


def concerned_by(new: Call, before: Iterable[Party]) -> list[Party]:
    """The extensions that are in the call, and those whose part in it changed. `before`: the parties it had."""
    known = set(map(id, before))
    return [
        party
        for party in new.parties
        if party.kind is MemberKind.EXTENSION and (party.state is not CallState.ENDED or id(party) not in known)
    ]


def moments_of(record: CallRecord, old: Call | None, new: Call, concerned: list[Party], at: float) -> list[Moment]:
    """What happened to the concerned from one view to the next, each thing told once; `record.told` remembers what was."""
    found: list[Moment] = []
    told = record.told

    def tell(kind: MomentKind, number: str, outcome: Outcome | None = None) -> None:
        if (key := (kind, number)) not in told:
            told.add(key)
            found.append(Moment(kind, number, new, at, new.remote_of(number), outcome))

    for party in concerned:
        number, state = party.number, party.state
        live = state is not CallState.ENDED
        if live and (MomentKind.ENDED, number) in told:
            told.difference_update([(kind, number) for kind in MomentKind])
        if live and party.role is Role.CALLER:
            tell(MomentKind.OUTGOING, number)
        elif state is CallState.RINGING:
            tell(MomentKind.INCOMING, number)
        if state in _CONNECTED:
            if party.role is Role.CALLEE or new.answered_at is not None:
                tell(MomentKind.ANSWERED, number)
            before = old.state_of(number) if old is not None else CallState.IDLE
            if state is not before and CallState.ON_HOLD in {state, before}:
                kind = MomentKind.HELD if state is CallState.ON_HOLD else MomentKind.RESUMED
                found.append(Moment(kind, number, new, at, new.remote_of(number)))
        if number in record.transferors:
            tell(MomentKind.TRANSFERRED, number)
        if (outcome := party.outcome) is not None:
            tell(MomentKind.ENDED, number, outcome)
            if outcome is Outcome.MISSED:
                tell(MomentKind.MISSED, number, outcome)
            elif outcome is Outcome.VOICEMAIL and party.role is Role.CALLEE:
                tell(MomentKind.VOICEMAIL, number, outcome)
    if new.outcome is not None and not new.extensions:
        tell(MomentKind.ENDED, "", new.outcome)
    return found
