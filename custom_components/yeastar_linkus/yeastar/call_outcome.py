"""How a call ended: pure functions of a call's facts, so that the order of events cannot change the answer."""

from collections.abc import Container, Iterable

from .call_model import Outcome
from .call_record import CallRecord, Share
from .event_kinds import CallEnded, CallStatus, CallType
from .members import MemberKind

_REASONS = (
    ("user busy", Outcome.REJECTED),
    ("486", Outcome.BUSY),
    ("dnd", Outcome.BUSY),
    ("603", Outcome.NO_ANSWER),
    ("408", Outcome.NO_ANSWER),
    ("480", Outcome.NO_ANSWER),
)


def outcome_of_reason(reason: str) -> Outcome:
    """What the text of event 30015 means. The vendor: "User Busy" is refused by the user, "603 Declined" timed out."""
    words = reason.lower()
    return next((outcome for text, outcome in _REASONS if text in words), Outcome.FAILED)


def rung(record: CallRecord) -> set[str]:
    """The extensions that were called."""
    return {leg.number for leg in record.legs.values() if leg.kind is MemberKind.EXTENSION and not leg.is_caller}


def is_stage(record: CallRecord, row: CallEnded, extensions: Container[str] | None) -> bool:
    """Whether a record is about an IVR, a queue or a group, which "answers" although no person did."""
    if row.callee in record.paths:
        return True
    if extensions is None or row.destination_trunk or row.type is CallType.OUTBOUND:
        return False
    return row.callee not in extensions


def answered(record: CallRecord, extensions: Container[str] | None) -> bool:
    """Whether a person took the call."""
    if record.person_answered():
        return True
    people = [row for row in record.rows.values() if not is_stage(record, row, extensions)]
    if people:
        return any(
            row.status is CallStatus.ANSWERED or (row.status is CallStatus.UNKNOWN and row.talk_duration > 0)
            for row in people
        )
    if not record.rows:
        return record.seems_answered()
    if any(row.status is CallStatus.VOICEMAIL for row in record.rows.values()):
        return False
    return bool(rung(record)) and any(
        row.status is CallStatus.ANSWERED and row.talk_duration > 0 for row in record.rows.values()
    )


def is_outbound(record: CallRecord) -> bool:
    """Whether the call goes from an extension to the outside."""
    if any(row.type is CallType.OUTBOUND for row in record.rows.values()):
        return True
    if any(row.type in {CallType.INBOUND, CallType.INTERNAL} for row in record.rows.values()):
        return False
    if not record.legs or any(leg.kind is MemberKind.INBOUND for leg in record.legs.values()):
        return False
    return not rung(record)


def call_outcome(record: CallRecord, extensions: Container[str] | None = None) -> Outcome:
    """The outcome of the whole call. `extensions` are the numbers known to be extensions, None when nobody knows."""
    if answered(record, extensions):
        passed_on = record.transfers or record.transferors
        return Outcome.TRANSFERRED if passed_on else Outcome.ANSWERED
    statuses = {row.status for row in record.rows.values()}
    if CallStatus.VOICEMAIL in statuses:
        return Outcome.VOICEMAIL
    called = rung(record)
    if failure := _failure(record, called):
        return failure
    people = [row for row in record.rows.values() if not is_stage(record, row, extensions)]
    statuses = {row.status for row in people}
    if CallStatus.NO_ANSWER not in statuses:
        for status, outcome in (
            (CallStatus.ABANDONED, Outcome.ABANDONED),
            (CallStatus.BUSY, Outcome.BUSY),
            (CallStatus.FAILED, Outcome.FAILED),
        ):
            if status in statuses:
                return outcome
    if is_outbound(record):
        return Outcome.NO_ANSWER
    return Outcome.MISSED if called or people else Outcome.ABANDONED


def may_have_more(record: CallRecord, outcome: Outcome) -> bool:
    """Whether what is still under way may change that outcome: the record of a later stage where nobody took the call,
    the reason (30015) why a call to outside was not taken, which another way may bring later than the record.
    """
    if any(row.type is CallType.OUTBOUND for row in record.rows.values()):
        return outcome is Outcome.NO_ANSWER
    return outcome not in {Outcome.ANSWERED, Outcome.TRANSFERRED, Outcome.VOICEMAIL}


def _failure(record: CallRecord, called: set[str]) -> Outcome | None:
    """The refusal that ended the call: everybody who was called refused alike, or the only leg did."""
    if not record.failures:
        return None
    # Several reasons of one extension: the last in the alphabet, so that the order in which they came says nothing.
    reasons = {max(record.failures.get(number, (Outcome.NO_ANSWER,))) for number in called}
    if len(called) <= 1:
        found = _worst(record.failures[number] for number in record.failures if number not in called)
        if found and not (called and found is Outcome.FAILED):
            return found
    if reasons in ({Outcome.REJECTED}, {Outcome.FAILED}):
        return reasons.pop()
    return Outcome.BUSY if reasons and reasons <= {Outcome.REJECTED, Outcome.BUSY} else None


def _worst(outcomes: Iterable[Iterable[Outcome]]) -> Outcome | None:
    found = set[Outcome]().union(*outcomes)
    return next((o for o in (Outcome.REJECTED, Outcome.BUSY, Outcome.FAILED) if o in found), None)


def party_outcome(record: CallRecord, number: str, share: Share, whole: Outcome) -> Outcome:
    """The outcome of one extension's share, given the outcome of the whole call."""
    if number in record.transferors:
        return Outcome.TRANSFERRED
    if any(leg.is_caller for leg in share.legs):
        if whole in {Outcome.ANSWERED, Outcome.TRANSFERRED}:
            return Outcome.ANSWERED
        return Outcome.NO_ANSWER if whole in {Outcome.MISSED, Outcome.ABANDONED} else whole
    if number in record.takers or any(leg.took for leg in share.legs):
        return Outcome.ANSWERED
    reasons = record.failures.get(number, ())
    if Outcome.REJECTED in reasons or (whole is Outcome.REJECTED):
        return Outcome.REJECTED
    if whole in {Outcome.ANSWERED, Outcome.TRANSFERRED}:
        return Outcome.ELSEWHERE
    if whole is Outcome.VOICEMAIL:
        return Outcome.VOICEMAIL
    if Outcome.BUSY in reasons or whole is Outcome.BUSY:
        return Outcome.BUSY
    return Outcome.FAILED if whole is Outcome.FAILED else Outcome.MISSED


def ends_call(record: CallRecord, row: CallEnded) -> bool:
    """Whether a row (30012) ends the call: nobody is in it but those whom the row names.

    The PBX may send one row per routing stage while the call goes on, or one at the end without any BYE.
    """
    live = record.live_legs()
    if not live:
        return True
    if record.forwarded or not any(leg.number == row.callee for leg in record.legs.values()):
        return False
    return all(leg.number in {row.caller, row.callee} for leg in live if leg.kind is MemberKind.EXTENSION)
