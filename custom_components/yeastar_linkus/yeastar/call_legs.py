"""How members, records and refusals change the facts of a call, under every reading of the protocol.

A list of members may be the whole call or only what changed, so a member's absence alone means nothing. A party may
leave with BYE, with everybody's BYE, or without any.
"""

from collections.abc import Iterable
from typing import Final

from .call_outcome import outcome_of_reason
from .call_record import CallRecord, Leg, leg_key
from .event_kinds import CallEnded
from .members import Member, MemberKind, MemberStatus

ROW_LIMIT: Final = 64
"""Most records kept of one call."""
FAILURE_LIMIT: Final = 512
GONE: Final = frozenset({MemberStatus.BYE, MemberStatus.UNKNOWN})
_RINGING: Final = frozenset({MemberStatus.RING, MemberStatus.EARLY_MEDIA})
_CALLER_SIDE: Final = frozenset({MemberStatus.ALERT, MemberStatus.ANSWERED})
_CALLEE_SIDE: Final = frozenset({MemberStatus.RING, MemberStatus.ANSWER})


def expand(record: CallRecord, members: Iterable[Member]) -> list[Member]:
    """The members as extensions and outside lines.

    An `internal` member (in no guide, seen in the field) names both numbers of an internal call without channels:
    its status belongs to the caller or to the called one. It tells nothing where an extension member tells more.
    """
    found: list[Member] = []
    for member in members:
        if member.kind is not MemberKind.INTERNAL:
            if member.channel or member.number:
                found.append(member)
            continue
        numbers = [
            number
            for number, statuses in ((member.number, _CALLEE_SIDE), (member.other, _CALLER_SIDE))
            if number and member.status not in statuses
        ]
        known = {leg.number for leg in record.legs.values() if leg.channel}
        found += [
            Member(MemberKind.EXTENSION, number, member.status, path=member.path)
            for number in numbers
            if number not in known
        ]
    return found


def take(record: CallRecord, members: Iterable[Member], at: float) -> bool:
    """Take the members of an event. Whether it raises doubt about an ended call: somebody unheard of is in it."""
    listed: set[tuple[MemberKind, str]] = set()
    doubt = changed = picked_up = caller_unchanged = said_bye = False
    back: list[Leg] = []
    for member in expand(record, members):
        if member.status is MemberStatus.UNKNOWN:
            continue
        key = leg_key(member)
        listed.add(key)
        new = key not in record.legs
        leg = record.leg(member, at)
        leg.note(member)
        if new and record.over_at is not None and not record.rows and member.status is not MemberStatus.BYE:
            # Those whom we know have left, but nothing says that the call is over: the rest of it was out of sight.
            reopen(record)
        if record.over_at is not None:
            doubt |= new and member.status is not MemberStatus.BYE
            leg.live = leg.live and not new
            continue
        before, was_live = leg.status, leg.live
        if leg.advance(member.status, at):
            changed = True
            if leg.live and not was_live:
                back.append(leg)
            said_bye |= not leg.live
            picked_up |= record.took(leg) and leg.in_talk and before is not MemberStatus.HOLD
        elif leg.live and record.is_caller(leg) and member.status is leg.status:
            caller_unchanged = True
    if changed:
        record.closing_at = None
        # One called party picked up: the phones that rang beside it stop. A caller who is listed without having
        # changed proves that the list is whole: a phone that is not in it has stopped. Unless the list is late: where
        # somebody leaves and a phone that rings is all that the caller has, it may have begun to ring since.
        stopped = [] if not (picked_up or caller_unchanged) else _unlisted_ringing(record, listed)
        if (
            stopped
            and said_bye
            and not any(leg not in stopped and not record.is_caller(leg) for leg in record.live_legs())
        ):
            return True
        for leg in stopped:
            leg.leave(at)
    if said_bye and back and all(leg in back for leg in record.live_legs()):
        # The list in which everybody else leaves is the last one: it tells that they picked up, not that they are back.
        for leg in back:
            leg.leave(at)
        return True
    return doubt


def _unlisted_ringing(record: CallRecord, listed: set[tuple[MemberKind, str]]) -> list[Leg]:
    """The called phones that ring as far as we know, and are not in that list of members."""
    return [
        leg
        for key, leg in record.legs.items()
        if key not in listed and leg.live and leg.status in _RINGING and not record.is_caller(leg)
    ]


def take_snapshot(record: CallRecord, members: Iterable[Member], at: float) -> None:
    """Take the whole member list of a running call as it was at that time; what changed later stays."""
    listed: set[tuple[MemberKind, str]] = set()
    for member in expand(record, members):
        key = leg_key(member)
        listed.add(key)
        new = key not in record.legs
        leg = record.leg(member, at)
        leg.note(member)
        if new or leg.changed_at <= at:
            leg.force(member.status, at)
    for key, leg in record.legs.items():
        if key not in listed and leg.live and leg.changed_at <= at:
            leg.leave(at)
    record.closing_at = None


def leave_all(record: CallRecord, at: float, *, until: float | None = None) -> None:
    """Nobody is in the call any more; with `until` only those who did not change since."""
    for leg in record.legs.values():
        if leg.live and (until is None or leg.changed_at <= until):
            leg.leave(at)


def reopen(record: CallRecord) -> None:
    """The PBX says that the call goes on: what ended was a stage of it."""
    record.over_at = None
    record.closing_at = None
    record.settled = False


def add_row(record: CallRecord, row: CallEnded) -> None:
    """Keep a record; the same one may come twice, and one per routing stage."""
    key = (row.caller, row.callee, row.status, row.started, str(row.duration), str(row.talk_duration))
    if len(record.rows) < ROW_LIMIT:
        record.rows.setdefault(key, row)


def fail(record: CallRecord, members: Iterable[Member], reason: str, at: float) -> bool:
    """Note that a leg failed. The call may go on (ring groups, queues): whether only the PBX knows if it does."""
    record.reason = record.reason or reason
    if not record.legs:
        record.closing_at = record.closing_at or at
    outcome = outcome_of_reason(reason)
    numbers = {member.number for member in members if member.kind is not MemberKind.INBOUND}
    if len(record.failures) < FAILURE_LIMIT:
        record.failures |= {(number, outcome) for number in numbers or {""}}
    for leg in record.legs.values():
        if leg.live and leg.number in numbers and leg.status in _RINGING and not record.is_caller(leg):
            leg.leave(at)
    return record.over_at is None and not any(not record.is_caller(leg) for leg in record.live_legs())


def hand_over(before: CallRecord, after: CallRecord, moved: Leg, at: float) -> None:
    """A channel went on to another call: an extension that had answered and is in both has transferred the call."""
    shared = {leg.number for leg in after.legs.values() if leg.kind is MemberKind.EXTENSION}
    for leg in before.legs.values():
        if leg.channel == moved.channel:
            leg.leave(at)
        elif leg.kind is MemberKind.EXTENSION and leg.answered_at is not None and leg.number in shared:
            before.transferors.add(leg.number)


def infer_transfers(record: CallRecord) -> None:
    """An extension that talked has left, and somebody who was called after that is in the call: it transferred.

    Event 30013 may not come for transfers made through the API; where it came, leaving others behind is enough.
    """
    legs = [
        leg for leg in record.legs.values() if leg.kind is MemberKind.EXTENSION and not leg.live and leg.answered_at
    ]
    if not legs:
        return
    live = record.live_legs()
    here = {leg.number for leg in live}
    for leg in legs:
        if leg.number in here or leg.number in record.transferors or not live:
            continue
        joined = any(not record.is_caller(o) and o.first_at > (leg.answered_at or 0) for o in live)
        if (joined and len(here) > 1) or len(record.transfers) > len(record.transferors):
            record.transferors.add(leg.number)
