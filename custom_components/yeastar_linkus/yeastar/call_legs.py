"""How members, records and refusals change the facts of a call, under every reading of the protocol.

A list of members may be the whole call or only what changed, so a member's absence alone means nothing. A party may
leave with BYE, with everybody's BYE, or without any.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from .call_outcome import outcome_of_reason
from .call_record import RINGING, CallRecord, Leg, LegKey, leg_key
from .members import Member, MemberKind, MemberStatus

FAILURE_LIMIT: Final = 512
"""Most numbers of which it is kept how they failed."""
GONE: Final = frozenset({MemberStatus.BYE, MemberStatus.UNKNOWN})
_CALLER_SIDE: Final = frozenset({MemberStatus.ALERT, MemberStatus.ANSWERED})
_CALLEE_SIDE: Final = frozenset({MemberStatus.RING, MemberStatus.ANSWER})


def expand(record: CallRecord, members: Sequence[Member]) -> Sequence[Member]:
    """The members as extensions and outside lines.

    An `internal` member (in no guide, seen in the field) names both numbers of an internal call without channels:
    its status belongs to the caller or to the called one. It tells nothing where an extension member tells more.
    """
    for member in members:
        if member.kind is MemberKind.INTERNAL or not (member.channel or member.number):
            break
    else:
        return members
    known = {leg.number for leg in record.legs.values() if leg.channel}
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
        found += [
            Member(MemberKind.EXTENSION, number, member.status, path=member.path)
            for number in numbers
            if number not in known
        ]
    return found


def take(record: CallRecord, members: Sequence[Member], at: float) -> tuple[bool, list[Leg]]:
    """Take the members of an event. Whether it raises doubt about an ended call - somebody unheard of is in it - and
    the legs that the event listed.
    """
    listed: list[Leg] = []
    doubt = changed = picked_up = caller_unchanged = said_bye = False
    back: set[Leg] = set()
    for member in expand(record, members):
        status = member.status
        if status is MemberStatus.UNKNOWN:
            continue
        key = leg_key(member)
        new = key not in record.legs
        leg = record.leg(key, member, at)
        listed.append(leg)
        if record.over_at is not None:
            if new and not record.rows and status is not MemberStatus.BYE:
                # Those whom we know have left, but nothing says that the call is over: the rest of it was out of sight.
                reopen(record)
            else:
                if status is MemberStatus.BYE:
                    # Said for good: what comes late of this leg is older.
                    leg.advance(status, at)
                doubt |= new and status is not MemberStatus.BYE
                leg.live = leg.live and not new
                continue
        before, was_live = leg.status, leg.live
        if leg.advance(status, at):
            changed = True
            if leg.live and not was_live:
                back.add(leg)
            said_bye |= not leg.live
            picked_up |= leg.took and before is not MemberStatus.HOLD and leg.in_talk
        elif leg.is_caller and leg.live and status is leg.status:
            caller_unchanged = True
    if changed:
        record.closing_at = None
        # One called party picked up: the phones that rang beside it stop. A caller who is listed without having
        # changed proves that the list is whole: a phone that is not in it has stopped. Unless the list is late: where
        # somebody leaves and a phone that rings is all that the caller has, it may have begun to ring since.
        if picked_up or caller_unchanged:
            doubt |= _stop_unlisted(record, listed, at, late=said_bye)
    if said_bye and back and back.issuperset(record.live_legs()):
        # The list in which everybody else leaves is the last one: it tells that they picked up, not that they are back.
        for leg in back:
            leg.leave(at)
        doubt = True
    return doubt, listed


def _stop_unlisted(record: CallRecord, listed: list[Leg], at: float, *, late: bool) -> bool:
    """The called phones that ring as far as we know, and are not in that list, stop. Whether they are all that is called,
    in a list that may be `late`: then nothing is known.
    """
    known = set(listed)
    stopped: list[Leg] = []
    others = False
    for leg in record.legs.values():
        if not leg.live or leg.is_caller:
            continue
        if leg.status in RINGING and leg not in known:
            stopped.append(leg)
        else:
            others = True
    if stopped and late and not others:
        return True
    for leg in stopped:
        leg.leave(at)
    return False


def take_snapshot(record: CallRecord, members: Sequence[Member], at: float) -> list[Leg]:
    """Take the whole member list of a running call as it was at that time; what changed later stays.

    Returns the legs of the list.
    """
    listed: dict[LegKey, Leg] = {}
    for member in expand(record, members):
        key = leg_key(member)
        new = key not in record.legs
        leg = listed[key] = record.leg(key, member, at)
        if new or leg.changed_at <= at:
            leg.force(member.status, at)
    for key, leg in record.legs.items():
        if key not in listed and leg.live and leg.changed_at <= at:
            leg.leave(at)
    record.closing_at = None
    return list(listed.values())


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


def fail(record: CallRecord, members: Iterable[Member], reason: str, at: float) -> bool:
    """Note that a leg failed. The call may go on (ring groups, queues): whether only the PBX knows if it does."""
    record.reason = record.reason or reason
    if not record.legs:
        record.closing_at = record.closing_at or at
    outcome = outcome_of_reason(reason)
    numbers = {member.number for member in members if member.kind is not MemberKind.INBOUND}
    if len(record.failures) < FAILURE_LIMIT:
        for number in numbers or {""}:
            record.failures.setdefault(number, set()).add(outcome)
    called = False
    for leg in record.legs.values():
        if leg.live and not leg.is_caller:
            if leg.number in numbers and leg.status in RINGING:
                leg.leave(at)
            else:
                called = True
    return record.over_at is None and not called


def hand_over(before: CallRecord, after: CallRecord, channels: set[str], at: float) -> None:
    """Channels went on to another call: an extension that had answered and is in both has transferred the call.

    Where several went on together, those whom they carried have transferred each other.
    """
    for leg in before.legs.values():
        if gone := leg.channel in channels:
            leg.leave(at)
        if (
            (not gone or len(channels) > 1)
            and leg.kind is MemberKind.EXTENSION
            and leg.answered_at is not None
            and (MemberKind.EXTENSION, leg.number) in after.shares
        ):
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
    newest = max((leg.first_at for leg in live if not leg.is_caller), default=0.0)
    for leg in legs:
        if leg.number in here or leg.number in record.transferors or not live:
            continue
        joined = newest > (leg.answered_at or 0)
        if (joined and len(here) > 1) or len(record.transfers) > len(record.transferors):
            record.transferors.add(leg.number)
