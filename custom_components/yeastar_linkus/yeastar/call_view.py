"""From a call's facts to the frozen call that others see, and from two such views to what happened in between."""

from collections.abc import Container

from .call_model import Call, CallState, Direction, Moment, MomentKind, Outcome, Party, Role
from .call_outcome import call_outcome, is_outbound, is_stage, party_outcome
from .call_record import CallRecord, Leg
from .event_kinds import CallEnded, CallStatus, CallType
from .members import MemberKind

_STRENGTH = {
    CallState.TALKING: 4,
    CallState.ON_HOLD: 3,
    CallState.RINGING: 2,
    CallState.DIALING: 1,
    CallState.ENDED: 0,
}
_DIRECTIONS = {
    CallType.INBOUND: Direction.IN,
    CallType.OUTBOUND: Direction.OUT,
    CallType.INTERNAL: Direction.INTERNAL,
}
_CONNECTED = frozenset({CallState.TALKING, CallState.ON_HOLD})


def view(record: CallRecord, extensions: Container[str] | None) -> Call:
    """The call as it is now."""
    outcome = call_outcome(record, extensions) if record.settled else None
    parties = _parties(record, outcome, extensions)
    ended_at = record.over_at
    answered_at = record.answered_at
    inbound: Leg | None = None
    trunk = path = ""
    for leg in record.legs.values():
        if inbound is None and leg.kind is MemberKind.INBOUND:
            inbound = leg
        trunk = trunk or leg.trunk
        path = path or leg.path
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
        if answered_at is None and ended_at is not None and outcome in {Outcome.ANSWERED, Outcome.TRANSFERRED}:
            answered_at = ended_at - best.talk_duration
    elif ended_at is not None:
        duration = round(ended_at - record.started_at)
        talk = round(ended_at - answered_at) if answered_at is not None else 0
    return Call(
        id=record.id,
        direction=_direction(record, best),
        state=_state(record, parties),
        parties=parties,
        caller=_caller(record, inbound, best),
        callee=_callee(record, best),
        started_at=record.started_at,
        answered_at=answered_at,
        ended_at=ended_at,
        outcome=outcome,
        did=did,
        did_name=did_name,
        trunk=trunk,
        path=path,
        duration=duration,
        talk_duration=talk,
        recording=recording,
        reason=record.reason,
        digits="".join(record.digits.values())[-64:],
        uid=uid,
    )


def _weight(record: CallRecord, row: CallEnded, extensions: Container[str] | None) -> tuple[bool, int, int, str]:
    """Which record of several tells most about the call: a person's before a stage's, then the longest."""
    person = row.status is CallStatus.ANSWERED and not is_stage(record, row, extensions)
    return (person, row.talk_duration, row.duration, row.callee)


def _parties(record: CallRecord, outcome: Outcome | None, extensions: Container[str] | None) -> tuple[Party, ...]:
    groups: dict[tuple[MemberKind, str], list[Leg]] = {}
    for (kind, channel), leg in record.legs.items():
        groups.setdefault((kind, leg.number if kind is MemberKind.EXTENSION else channel), []).append(leg)
    return tuple([_party(record, legs, outcome, extensions) for legs in groups.values()])


def _party(record: CallRecord, legs: list[Leg], outcome: Outcome | None, extensions: Container[str] | None) -> Party:
    first = legs[0]
    if len(legs) == 1:
        state = record.state_of_leg(first)
        live = [(state, first)] if first.live else []
        caller = record.is_caller(first)
    else:
        states = [(record.state_of_leg(leg), leg) for leg in legs]
        state = max((state for state, _ in states), key=_STRENGTH.__getitem__)
        live = sorted((pair for pair in states if pair[1].live), key=lambda pair: -_STRENGTH[pair[0]])
        caller = any(record.is_caller(leg) for leg in legs)
    own: Outcome | None = None
    if state is CallState.ENDED and first.kind is MemberKind.EXTENSION:
        if outcome is not None:
            own = party_outcome(record, first.number, outcome, extensions)
        elif first.number in record.transferors:
            own = Outcome.TRANSFERRED
        elif record.person_answered() and not any(record.took(leg) or record.is_caller(leg) for leg in legs):
            own = party_outcome(record, first.number, Outcome.ANSWERED)
    return Party(
        number=first.number,
        kind=first.kind,
        role=Role.CALLER if caller else Role.CALLEE,
        state=state,
        channels=tuple([leg.channel for _, leg in live if leg.channel]),
        outcome=own,
    )


def _direction(record: CallRecord, best: CallEnded | None) -> Direction:
    if best is not None and best.type in _DIRECTIONS:
        return _DIRECTIONS[best.type]
    kinds = {leg.kind for leg in record.legs.values()}
    if MemberKind.INBOUND in kinds:
        return Direction.IN
    if MemberKind.OUTBOUND in kinds:
        return Direction.OUT
    if len({leg.number for leg in record.legs.values()}) > 1:
        return Direction.INTERNAL
    return Direction.OUT if is_outbound(record) else Direction.IN


def _state(record: CallRecord, parties: tuple[Party, ...]) -> CallState:
    if record.over_at is not None:
        return CallState.ENDED
    states = {party.state for party in parties if party.internal}
    if record.answered_at is not None:
        return (
            CallState.ON_HOLD if CallState.ON_HOLD in states and CallState.TALKING not in states else CallState.TALKING
        )
    if CallState.RINGING in states or any(party.kind is MemberKind.INBOUND for party in parties):
        return CallState.RINGING
    return CallState.DIALING


def _caller(record: CallRecord, inbound: Leg | None, best: CallEnded | None) -> str:
    if inbound is not None and inbound.number:
        return inbound.number
    if record.dialer:
        return record.dialer
    for leg in record.legs.values():
        if leg.number and record.is_caller(leg):
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
        if not called and not record.is_caller(leg):
            called = leg.number
    return called


def moments_between(record: CallRecord, old: Call | None, new: Call, at: float) -> list[Moment]:
    """What happened from one view to the next, each thing told once; `record.told` remembers what was."""
    found: list[Moment] = []

    def tell(kind: MomentKind, number: str, outcome: Outcome | None = None) -> None:
        key = (kind.value, number)
        if key not in record.told:
            record.told.add(key)
            found.append(Moment(kind, number, new, at, new.remote_of(number), outcome))

    for party in new.parties:
        if not party.internal:
            continue
        number, state = party.number, party.state
        before = old.party(number) if old is not None else None
        if state is not CallState.ENDED and (MomentKind.ENDED.value, number) in record.told:
            record.told -= {(kind.value, number) for kind in MomentKind}
        if party.role is Role.CALLER and state is not CallState.ENDED:
            tell(MomentKind.OUTGOING, number)
        elif state is CallState.RINGING:
            tell(MomentKind.INCOMING, number)
        if state in _CONNECTED and (party.role is Role.CALLEE or new.answered_at is not None):
            tell(MomentKind.ANSWERED, number)
        if state is CallState.ON_HOLD and (before is None or before.state is not CallState.ON_HOLD):
            found.append(Moment(MomentKind.HELD, number, new, at, new.remote_of(number)))
        if state is CallState.TALKING and before is not None and before.state is CallState.ON_HOLD:
            found.append(Moment(MomentKind.RESUMED, number, new, at, new.remote_of(number)))
        if number in record.transferors:
            tell(MomentKind.TRANSFERRED, number)
        if party.outcome is not None:
            tell(MomentKind.ENDED, number, party.outcome)
            if party.outcome is Outcome.MISSED:
                tell(MomentKind.MISSED, number, party.outcome)
            elif party.outcome is Outcome.VOICEMAIL and party.role is Role.CALLEE:
                tell(MomentKind.VOICEMAIL, number, party.outcome)
    if new.outcome is not None and not new.extensions:
        tell(MomentKind.ENDED, "", new.outcome)
    return found
