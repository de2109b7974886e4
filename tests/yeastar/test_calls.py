"""The reducer's rules one by one, where the emulated PBX does not go."""

import random
from typing import Any

import pytest

from custom_components.yeastar_linkus.yeastar import (
    AgentRingTimeout,
    CallBook,
    CallEnded,
    CallFailed,
    CallForwarded,
    CallSnapshot,
    CallState,
    CallStateChanged,
    CallStatus,
    CallTransferred,
    CallType,
    Changes,
    Direction,
    DtmfDigit,
    Event,
    ExtensionCallStatus,
    ExtensionStatus,
    IncomingCallRequest,
    Member,
    MemberKind,
    MemberStatus as S,
    MomentKind,
    Outcome,
    Role,
    SurveyFeedback,
    call_record,
    call_times,
    calls,
)
from custom_components.yeastar_linkus.yeastar.call_outcome import outcome_of_reason
from tests.interpreter import instructions
from tests.yeastar.bench import Bench

CALLER = "+4930999"


def ext(number: str, status: S, channel: str = "", path: str = "") -> Member:
    return Member(MemberKind.EXTENSION, number, status, channel or f"PJSIP/{number}-1", path=path)


def inbound(status: S, number: str = CALLER) -> Member:
    return Member(MemberKind.INBOUND, number, status, "PJSIP/trunk-1", "+493012345601", "Outside")


def outbound(status: S, number: str = "0456") -> Member:
    return Member(MemberKind.OUTBOUND, number, status, "PJSIP/trunk-2", "1001", "Outside")


def state(*members: Member, call: str = "a") -> CallStateChanged:
    return CallStateChanged(call_id=call, members=members)


def cdr(
    callee: str, status: CallStatus = CallStatus.ANSWERED, caller: str = CALLER, call: str = "a", **more: Any
) -> CallEnded:
    return CallEnded(
        **{"call_id": call, "status": status, "type": CallType.INBOUND, "caller": caller, "callee": callee} | more
    )


class Desk:
    """A book, events a second apart, and what was told last."""

    def __init__(self, extensions: set[str] | None = None) -> None:
        self.book = CallBook(extensions)
        self.at = 1000.0
        self.last = Changes()
        self.moments: list[tuple[str, str]] = []

    def __call__(self, *events: Event) -> Desk:
        for event in events:
            self.at += 1
            self.note(self.book.apply(event, self.at))
        return self

    def note(self, changes: Changes) -> None:
        self.last = changes
        self.moments += [(moment.kind.value, moment.extension) for moment in changes.moments]

    def verify(self, *members: Member, call: str = "a") -> None:
        self.at += 1
        self.note(self.book.verify(call, CallSnapshot(call, members) if members else None, self.at))

    def wait(self, seconds: float = 10) -> Desk:
        self.at += seconds
        self.note(self.book.expire(self.at))
        return self

    @property
    def call(self) -> Any:
        return self.book.calls["a"]

    def states(self, *numbers: str) -> list[str]:
        return [self.book.state_of(number).value for number in numbers]


@pytest.fixture
def desk() -> Desk:
    return Desk({"1001", "1002", "1003"})


def test_a_late_status_does_not_turn_a_call_back(desk: Desk) -> None:
    ringing = state(inbound(S.ALERT), ext("1001", S.RING))
    desk(ringing, state(inbound(S.ANSWERED), ext("1001", S.ANSWER)), ringing)
    assert desk.states("1001") == ["talking"]
    desk(state(ext("1001", S.BYE)), state(ext("1001", S.ANSWER)))
    assert desk.states("1001") == ["idle"]


def test_a_leg_that_was_never_heard_of_brings_no_ended_call_back(desk: Desk) -> None:
    desk(state(inbound(S.ALERT), ext("1001", S.RING)), cdr("1001", CallStatus.NO_ANSWER))
    assert not desk.last.doubtful
    desk(state(inbound(S.ALERT), ext("1002", S.RING)))
    assert desk.states("1001", "1002") == ["idle", "idle"]
    assert desk.last.doubtful == {"a"}
    desk.verify()
    assert not desk.call.active


def test_the_pbx_says_that_an_ended_call_goes_on(desk: Desk) -> None:
    desk(state(inbound(S.ALERT), ext("1001", S.RING)), cdr("1001", CallStatus.NO_ANSWER))
    desk(state(inbound(S.ALERT), ext("1002", S.RING)))
    desk.verify(inbound(S.ALERT), ext("1002", S.RING))
    assert desk.states("1001", "1002") == ["idle", "ringing"]
    desk(state(ext("1002", S.ANSWER)), cdr("1002", talk_duration=5)).wait()
    assert desk.call.outcome is Outcome.ANSWERED
    assert [moment for moment in desk.moments if moment[0] == "ended"] == [("ended", "1001"), ("ended", "1002")]


def test_a_snapshot_older_than_the_end_does_not_reopen(desk: Desk) -> None:
    desk(state(inbound(S.ALERT), ext("1001", S.RING)), cdr("1001", CallStatus.NO_ANSWER))
    assert not desk.book.verify("a", CallSnapshot("a", (ext("1001", S.RING),)), desk.at - 0.5)
    assert not desk.call.active


def test_a_snapshot_does_not_undo_what_came_after_it_was_asked_for(desk: Desk) -> None:
    desk(state(inbound(S.ALERT), ext("1001", S.RING)))
    asked = desk.at + 0.5
    desk(state(ext("1001", S.ANSWER)), state(inbound(S.ALERT), ext("1002", S.RING), call="b"))
    desk.note(desk.book.reconcile([CallSnapshot("a", (inbound(S.ALERT), ext("1001", S.RING)))], asked))
    assert desk.states("1001", "1002") == ["talking", "ringing"]


def test_calls_found_by_a_snapshot_tell_only_what_is_still_new() -> None:
    desk = Desk()
    snapshots = [
        CallSnapshot("a", (inbound(S.ANSWERED), ext("1001", S.ANSWER))),
        CallSnapshot("b", (inbound(S.ALERT, "0123"), ext("1002", S.RING))),
        CallSnapshot("c", (ext("1003", S.BYE),)),
        CallSnapshot("d", ()),
    ]
    desk.note(desk.book.reconcile(snapshots, desk.at))
    assert desk.moments == [("incoming", "1002")]
    assert set(desk.book.calls) == {"a", "b"}
    desk(state(ext("1001", S.BYE), inbound(S.BYE)), cdr("1001", talk_duration=3))
    assert desk.moments[1:] == [("ended", "1001")]


def test_a_stage_of_a_call_does_not_end_it(desk: Desk) -> None:
    desk(state(inbound(S.ANSWERED)), cdr("6500", talk_duration=8))
    assert desk.last.doubtful == {"a"}
    assert desk.call.active
    desk(state(inbound(S.ANSWERED), ext("1001", S.RING, path="6500")))
    assert desk.states("1001") == ["ringing"]
    assert desk.book.due is None
    desk(state(ext("1001", S.BYE)), state(inbound(S.BYE)), cdr("1001", CallStatus.NO_ANSWER)).wait()
    assert desk.call.outcome is Outcome.MISSED


def test_a_record_that_nobody_could_interpret_ends_the_call_in_the_end(desk: Desk) -> None:
    desk(state(inbound(S.ANSWERED), ext("1001", S.ANSWER, path="6500")), cdr("6500", talk_duration=8))
    assert desk.book.due == desk.at + call_times.DOUBT_WAIT
    desk.wait(call_times.DOUBT_WAIT - 1)
    assert desk.call.active
    desk.wait(1)
    assert desk.call.outcome is Outcome.ANSWERED


def test_a_caller_who_leaves_in_the_ivr(desk: Desk) -> None:
    desk(state(inbound(S.ANSWERED)), state(inbound(S.BYE)), cdr("6500", talk_duration=8)).wait()
    assert desk.call.outcome is Outcome.ABANDONED
    assert desk.moments == [("ended", "")]


def test_a_forwarded_call_goes_on_after_the_first_record(desk: Desk) -> None:
    desk(state(inbound(S.ALERT), ext("1001", S.RING)))
    desk(CallForwarded(call_id="a", members=(inbound(S.ALERT),)), cdr("1001", CallStatus.NO_ANSWER))
    assert desk.last.doubtful == {"a"}
    assert desk.call.active


def test_everybody_left_but_the_call_was_only_out_of_sight(desk: Desk) -> None:
    desk(state(ext("1001", S.RING)), state(ext("1001", S.BYE)))
    assert desk.states("1001", "1002") == ["idle", "idle"]
    desk(state(ext("1002", S.RING)))
    assert desk.states("1001", "1002") == ["idle", "ringing"]
    desk.verify()
    desk.wait()
    assert desk.call.outcome is Outcome.MISSED


def test_a_second_device_of_an_extension(desk: Desk) -> None:
    desk(state(inbound(S.ALERT), ext("1001", S.RING, "d1"), ext("1001", S.RING, "d2")))
    (party,) = (party for party in desk.call.parties if party.internal)
    assert party.channels == ("d1", "d2")
    desk(state(ext("1001", S.BYE, "d1")))
    assert desk.states("1001") == ["ringing"]
    desk(state(ext("1001", S.ANSWER, "d2")))
    assert desk.call.channel_of("1001") == "d2"
    assert desk.call.state_of("1001") is CallState.TALKING


def test_paging_is_answered_by_all(desk: Desk) -> None:
    desk(state(ext("1001", S.ALERT), ext("1002", S.RING), ext("1003", S.RING)))
    desk(state(ext("1001", S.ANSWERED), ext("1002", S.ANSWER)), state(ext("1003", S.ANSWER)))
    assert desk.states("1001", "1002", "1003") == ["talking"] * 3
    desk(state(ext("1003", S.HOLD)))
    assert desk.states("1001", "1002", "1003") == ["talking", "talking", "on_hold"]


def test_the_other_phones_stop_without_a_word(desk: Desk) -> None:
    desk(state(inbound(S.ANSWERED), ext("1001", S.RING, path="6500")))
    desk(state(inbound(S.ANSWERED), ext("1002", S.RING, path="6500")))
    assert desk.states("1001", "1002") == ["idle", "ringing"]


def test_a_late_list_does_not_stop_the_phone_that_rings_since(desk: Desk) -> None:
    """A transfer's events in the wrong order: the one who transferred leaves after the next phone began to ring."""
    desk(state(inbound(S.ANSWERED), ext("1001", S.ANSWER)), state(inbound(S.ANSWERED), ext("1002", S.RING)))
    desk(state(inbound(S.ANSWERED), ext("1001", S.BYE)))
    assert desk.states("1001", "1002") == ["idle", "ringing"]
    assert desk.last.doubtful == {"a"}
    desk(state(inbound(S.ANSWERED), ext("1002", S.ANSWER)))
    assert [moment for moment in desk.moments if moment[0] == "ended"] == [("ended", "1001")]


def test_a_phone_that_stopped_while_another_left_is_settled_by_asking(desk: Desk) -> None:
    desk(state(inbound(S.ANSWERED), ext("1001", S.ANSWER)), state(inbound(S.ANSWERED), ext("1002", S.RING)))
    desk(state(inbound(S.ANSWERED), ext("1001", S.BYE)))
    desk.verify(inbound(S.ANSWERED))
    assert desk.states("1001", "1002") == ["idle", "idle"]


def test_why_a_call_failed_may_come_after_its_record(desk: Desk) -> None:
    row = cdr("0456", CallStatus.NO_ANSWER, "1001", type=CallType.OUTBOUND)
    desk(state(ext("1001", S.ALERT)), state(ext("1001", S.BYE)), row)
    assert desk.call.outcome is None
    desk(CallFailed(call_id="a", members=(ext("1001", S.ALERT),), reason="Line Unreachable"))
    assert desk.wait().call.outcome is Outcome.FAILED


def test_a_call_of_which_a_member_without_a_name_is_left_goes_with_the_next_poll(desk: Desk) -> None:
    desk.verify(ext("", S.ALERT))
    desk(state())
    assert desk.call.active
    desk.verify()
    assert not desk.call.active


def test_an_agent_who_let_it_ring(desk: Desk) -> None:
    timeout = AgentRingTimeout(queue="6500", agent="1001", caller=CALLER, call_id="a")
    desk(timeout)
    assert not desk.last
    desk(state(inbound(S.ANSWERED), ext("1001", S.RING), ext("1002", S.RING)), timeout)
    assert desk.states("1001", "1002") == ["idle", "ringing"]


def test_idle_repairs_an_extension(desk: Desk) -> None:
    idle = ExtensionCallStatus(extension="1002", status=ExtensionStatus.IDLE)
    desk(state(ext("1001", S.ANSWERED), ext("1002", S.ANSWER)), state(ext("1001", S.BYE)))
    assert desk.states("1001", "1002") == ["idle", "talking"]
    desk.note(desk.book.apply(idle, desk.at - 0.5))
    assert desk.states("1002") == ["talking"]
    desk(idle)
    assert desk.states("1002") == ["idle"]
    assert desk.last.extensions == {"1002"}
    assert desk.wait().call.outcome is Outcome.ANSWERED


def test_what_an_idle_extension_was_last_said_to_do_does_not_bring_it_back(desk: Desk) -> None:
    desk(state(ext("1001", S.ANSWERED), ext("1002", S.ANSWER)))
    desk(SurveyFeedback(call_id="a", result="5"), ExtensionCallStatus(extension="1002", status=ExtensionStatus.IDLE))
    desk(state(ext("1002", S.HOLD)))
    assert desk.states("1001", "1002") == ["talking", "idle"]


def test_the_end_of_a_call_does_not_bring_an_idle_extension_back(desk: Desk) -> None:
    """Nobody told that it picked up; its Idle came before the list in which the caller leaves it."""
    desk(state(inbound(S.ALERT), ext("1002", S.RING)))
    desk(ExtensionCallStatus(extension="1002", status=ExtensionStatus.IDLE))
    desk(state(inbound(S.BYE), ext("1002", S.ANSWER)))
    assert desk.states("1002") == ["idle"]
    assert desk.last.doubtful == {"a"}
    desk(cdr("1002"))
    assert desk.call.outcome is Outcome.ANSWERED
    assert desk.moments.count(("ended", "1002")) == 1


def test_an_idle_extension_that_talks_on_is_back(desk: Desk) -> None:
    desk(state(inbound(S.ALERT), ext("1002", S.RING)))
    desk(ExtensionCallStatus(extension="1002", status=ExtensionStatus.IDLE))
    desk(state(inbound(S.ANSWERED), ext("1002", S.ANSWER)))
    assert desk.states("1002") == ["talking"]


def test_an_extension_whose_calls_are_not_told(desk: Desk) -> None:
    def tell(status: ExtensionStatus) -> frozenset[str]:
        desk(ExtensionCallStatus(extension="1001", status=status))
        return desk.last.extensions

    assert tell(ExtensionStatus.RINGING) == {"1001"}
    assert desk.states("1001") == ["ringing"]
    assert tell(ExtensionStatus.RINGING) == frozenset()
    assert tell(ExtensionStatus.BUSY) == {"1001"}
    assert desk.states("1001") == ["talking"]
    assert tell(ExtensionStatus.IDLE) == {"1001"}
    tell(ExtensionStatus.BUSY)
    desk.note(desk.book.reconcile([], desk.at))
    assert desk.states("1001") == ["idle"]
    assert desk.last.extensions == {"1001"}


def test_a_late_busy_after_a_call(desk: Desk) -> None:
    desk(state(inbound(S.ALERT), ext("1001", S.RING)), cdr("1001", CallStatus.NO_ANSWER))
    desk(ExtensionCallStatus(extension="1001", status=ExtensionStatus.BUSY))
    assert desk.states("1001") == ["idle"]


def test_hints_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "REMEMBERED", 3)
    desk = Desk()
    for number in range(10):
        desk(ExtensionCallStatus(extension=str(number), status=ExtensionStatus.BUSY))
        desk(state(ext(f"2{number}", S.RING), call=str(number)))
    assert len(desk.book._hints) == 3
    assert len(desk.book._heard) == 3


def test_an_internal_member(desk: Desk) -> None:
    def internal(status: S) -> Member:
        return Member(MemberKind.INTERNAL, "1001", status, other="1002")

    desk(state(internal(S.ALERT)))
    desk(state(internal(S.RING)))
    assert desk.states("1001", "1002") == ["dialing", "ringing"]
    assert (desk.call.caller, desk.call.callee, desk.call.direction) == ("1001", "1002", Direction.INTERNAL)
    desk(state(internal(S.ANSWER)), state(internal(S.ANSWERED)))
    assert desk.states("1001", "1002") == ["talking", "talking"]
    desk(state(internal(S.BYE)))
    assert desk.states("1001", "1002") == ["idle", "idle"]
    desk(state(ext("1001", S.RING), call="b"), state(internal(S.ALERT), call="b"))
    assert [party.number for party in desk.book.calls["b"].parties] == ["1001"]


def test_our_own_dialling(desk: Desk) -> None:
    desk.book.dials.expect("1001", "0456", desk.at)
    desk(state(ext("1001", S.RING)))
    assert desk.states("1001") == ["dialing"]
    assert (desk.call.callee, desk.call.direction) == ("0456", Direction.OUT)
    desk(state(ext("1001", S.ANSWER)))
    assert desk.states("1001") == ["dialing"]
    desk(state(ext("1001", S.ANSWERED)))
    assert desk.states("1001") == ["talking"]
    assert desk.moments == [("outgoing", "1001"), ("answered", "1001")]
    assert desk.call.remote_of("1001") == "0456"
    assert desk.call.answered_at == desk.at


def test_somebody_calls_while_we_are_about_to_dial(desk: Desk) -> None:
    desk.book.dials.expect("1001", "0456", desk.at)
    desk(state(inbound(S.ALERT), ext("1001", S.RING)))
    assert desk.states("1001") == ["ringing"]
    assert desk.call.remote_of("1001") == CALLER


def test_an_expectation_ends(desk: Desk) -> None:
    desk.book.dials.expect("1001", "0456", desk.at)
    desk.book.dials.expect("1002", "0456", desk.at)
    desk.book.dials.cancel("1001")
    desk(state(ext("1001", S.RING)))
    assert desk.states("1001") == ["ringing"]
    desk.at += 100
    desk(state(ext("1002", S.RING), call="b"))
    assert desk.states("1002") == ["ringing"]
    # Another order forgets those that nothing came of.
    desk.book.dials.expect("1003", "1", desk.at)
    assert desk.book.dials.claim("1001", 0) is None


def test_a_failed_leg_does_not_end_the_call(desk: Desk) -> None:
    desk(state(inbound(S.ANSWERED), ext("1001", S.RING), ext("1002", S.RING)))
    desk(CallFailed(call_id="a", reason="User Busy", members=(ext("1001", S.RING),)))
    assert desk.states("1001", "1002") == ["idle", "ringing"]
    assert not desk.last.doubtful
    desk(CallFailed(call_id="a", reason="408 Request Time", members=None or ()))
    assert desk.states("1002") == ["ringing"]
    desk(state(ext("1002", S.ANSWER)), cdr("1002", talk_duration=3))
    outcomes = {party.number: party.outcome for party in desk.call.parties if party.internal}
    assert outcomes == {"1001": Outcome.REJECTED, "1002": Outcome.ANSWERED}
    assert desk.call.outcome is Outcome.ANSWERED
    assert desk.call.reason == "User Busy"


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("No Dial Permission", Outcome.FAILED),
        ("404 NOT found", Outcome.FAILED),
        ("404 Not found", Outcome.FAILED),
        ("Line Unreachable", Outcome.FAILED),
        ("User Busy", Outcome.REJECTED),
        ("486 Busy here", Outcome.BUSY),
        ("DND", Outcome.BUSY),
        ("603 Declined", Outcome.NO_ANSWER),
        ("480 Temporatily Unavailable", Outcome.NO_ANSWER),
    ],
)
def test_reasons(desk: Desk, reason: str, outcome: Outcome) -> None:
    assert outcome_of_reason(reason) is outcome
    desk(state(ext("1001", S.ALERT)), CallFailed(call_id="a", reason=reason, members=(ext("1001", S.ALERT),)))
    assert desk.last.doubtful == {"a"}
    assert desk.states("1001") == ["dialing"]
    desk.verify()
    desk.wait()
    assert desk.call.outcome is outcome
    assert desk.call.reason == reason


def test_a_failure_is_all_that_is_told_of_a_call(desk: Desk) -> None:
    desk(CallFailed(call_id="a", reason="404 NOT found"))
    assert desk.last.doubtful == {"a"}
    desk.wait(call_times.DOUBT_WAIT)
    assert desk.call.outcome is Outcome.FAILED
    desk(CallFailed(call_id="b", reason="404 NOT found"))
    desk.verify(call="b")
    assert desk.wait().book.calls["b"].outcome is Outcome.FAILED


def test_everybody_was_busy_or_out_of_order(desk: Desk) -> None:
    desk(state(inbound(S.ALERT), ext("1001", S.RING), ext("1002", S.RING)))
    for number, reason in (("1001", "DND"), ("1002", "User Busy")):
        desk(CallFailed(call_id="a", reason=reason, members=(ext(number, S.BYE),)))
    desk(cdr("6300", CallStatus.BUSY)).verify()
    assert desk.wait().call.outcome is Outcome.BUSY
    assert {p.number: p.outcome for p in desk.call.parties if p.internal} == {
        "1001": Outcome.BUSY,
        "1002": Outcome.REJECTED,
    }
    desk(state(inbound(S.ALERT), ext("1001", S.RING), call="b"))
    desk(CallFailed(call_id="b", reason="410 Gone", members=(ext("1001", S.BYE),)))
    desk.verify(call="b")
    assert desk.wait().book.calls["b"].outcome is Outcome.FAILED
    assert desk.book.calls["b"].parties[1].outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("status", "kind", "outcome"),
    [
        (CallStatus.FAILED, CallType.INBOUND, Outcome.FAILED),
        (CallStatus.BUSY, CallType.INBOUND, Outcome.BUSY),
        (CallStatus.ABANDONED, CallType.INBOUND, Outcome.ABANDONED),
        (CallStatus.NO_ANSWER, CallType.OUTBOUND, Outcome.NO_ANSWER),
        (CallStatus.NO_ANSWER, CallType.INTERNAL, Outcome.MISSED),
        (CallStatus.VOICEMAIL, CallType.INTERNAL, Outcome.VOICEMAIL),
        (CallStatus.UNKNOWN, CallType.UNKNOWN, Outcome.MISSED),
    ],
)
def test_a_record_alone(desk: Desk, status: CallStatus, kind: CallType, outcome: Outcome) -> None:
    desk(cdr("1002", status, caller="1001", type=kind, duration=9, recording="r.wav", uid="u", did="1", did_name="d"))
    desk.wait(1)
    call = desk.call
    assert (call.outcome, call.duration, call.recording, call.uid, call.did, call.did_name) == (
        outcome,
        9,
        "r.wav",
        "u",
        "1",
        "d",
    )
    assert (call.caller, call.callee) == ("1001", "1002")
    assert desk.book.due is None


def test_an_answered_record_alone(desk: Desk) -> None:
    desk(cdr("1001", talk_duration=30, duration=40, destination_trunk="T"))
    assert desk.call.outcome is Outcome.ANSWERED
    assert desk.call.answered_at == desk.at - 30
    assert desk.call.trunk == "T"


def test_a_queue_record_alone_counts_when_somebody_rang() -> None:
    for extensions in ({"1001"}, None):
        desk = Desk(extensions)
        desk(state(inbound(S.ANSWERED), ext("1001", S.RING, path="6500")), state(ext("1001", S.BYE)))
        desk(state(inbound(S.BYE)), cdr("6500", talk_duration=20)).wait()
        assert desk.call.outcome is Outcome.ANSWERED


def test_the_mailbox_of_a_group(desk: Desk) -> None:
    desk(state(inbound(S.ANSWERED), ext("1001", S.RING, path="6300")), state(ext("1001", S.BYE)))
    desk(cdr("6300", talk_duration=20), cdr("6100", CallStatus.VOICEMAIL, talk_duration=9)).verify()
    assert desk.call.outcome is Outcome.VOICEMAIL
    assert desk.moments[-2:] == [("ended", "1001"), ("voicemail", "1001")]


def test_records_are_kept_once_and_not_for_ever(desk: Desk) -> None:
    desk(state(inbound(S.ANSWERED)))
    desk(cdr("6500", duration=1), cdr("6500", duration=1), cdr("6500", duration=2))
    assert len(desk.book._records["a"].rows) == 2
    for duration in range(200):
        desk(cdr("6500", duration=duration))
    assert len(desk.book._records["a"].rows) == 64


def test_the_far_party_from_each_side(desk: Desk) -> None:
    desk(state(ext("1001", S.ALERT), outbound(S.RING)))
    assert (desk.call.remote_of("1001"), desk.call.direction_of("1001")) == ("0456", Direction.OUT)
    assert desk.call.direction is Direction.OUT
    desk(state(ext("1001", S.ALERT), ext("1002", S.RING), call="b"))
    call = desk.book.calls["b"]
    assert (call.remote_of("1001"), call.remote_of("1002")) == ("1002", "1001")
    assert call.direction_of("1001") is call.direction_of("1002") is Direction.INTERNAL
    assert call.extensions == ("1001", "1002")
    assert call.remote_of("1003") == "1001"
    assert (call.party("1003"), call.channel_of("1003")) == (None, None)
    assert call.state_of("1003") is CallState.IDLE
    desk(state(ext("1003", S.RING), call="c"))
    assert desk.book.calls["c"].remote_of("1003") == ""
    assert [party.role for party in call.parties] == [Role.CALLER, Role.CALLEE]


def test_early_media_and_an_answer_from_outside(desk: Desk) -> None:
    desk(state(ext("1001", S.ALERT), outbound(S.EARLY_MEDIA)))
    assert desk.call.state is CallState.DIALING
    desk(state(ext("1001", S.ANSWERED), outbound(S.ANSWER)))
    assert desk.call.state is CallState.TALKING
    assert desk.call.answered_at == desk.at
    desk(state(outbound(S.HOLD)))
    assert desk.call.state is CallState.ON_HOLD


def test_transfers_are_counted(desk: Desk) -> None:
    desk(state(inbound(S.ANSWERED), ext("1001", S.ANSWER)))
    report = CallTransferred(call_id="a", members=(inbound(S.HOLD),))
    desk(report, state(ext("1001", S.BYE)))
    assert ("transferred", "1001") in desk.moments
    desk(report, state(ext("1002", S.RING)), state(ext("1002", S.ANSWER)), report, state(ext("1002", S.BYE)))
    desk(cdr("1002", talk_duration=3))
    assert {p.number: p.outcome for p in desk.call.parties if p.internal} == {
        "1001": Outcome.TRANSFERRED,
        "1002": Outcome.ANSWERED,
    }
    assert [moment for moment in desk.moments if moment[0] == "transferred"] == [("transferred", "1001")]


def test_reports_of_transfers_are_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "TRANSFER_LIMIT", 2)
    desk(state(inbound(S.ANSWERED), ext("1001", S.ANSWER)))
    for number in range(5):
        desk(CallTransferred(call_id="a", members=(inbound(S.HOLD, str(number)),)))
    assert len(desk.book._records["a"].transfers) == 2


def test_a_channel_that_goes_on_to_another_call(desk: Desk) -> None:
    desk(state(ext("1002", S.ANSWERED, "x"), ext("1001", S.ANSWER, "y1")))
    desk(state(ext("1001", S.ANSWERED, "y2"), ext("1003", S.ANSWER, "z"), call="b"))
    desk(state(ext("1002", S.ANSWERED, "x"), ext("1001", S.BYE, "y2"), call="b"))
    assert desk.book.calls["a"].state_of("1002") is CallState.IDLE
    assert desk.book.calls["b"].state_of("1002") is CallState.TALKING
    assert ("transferred", "1001") in desk.moments


def test_a_party_that_comes_back_is_told_of_again(desk: Desk) -> None:
    desk(state(inbound(S.ALERT), ext("1001", S.RING), ext("1002", S.RING)))
    desk(state(ext("1001", S.ANSWER)))
    assert ("ended", "1002") in desk.moments
    desk(state(ext("1001", S.BYE), ext("1002", S.RING, "again")))
    desk(state(ext("1002", S.ANSWER, "again")), cdr("1002", talk_duration=2))
    assert [kind for kind, number in desk.moments if number == "1002"] == [
        "incoming",
        "ended",
        "incoming",
        "answered",
        "ended",
    ]


def test_digits(desk: Desk) -> None:
    def press(digit: str, index: int, digits: str, *members: Member) -> DtmfDigit:
        return DtmfDigit(call_id="a", members=members, digit=digit, index=index, digits=digits)

    desk(press("1", 0, "1"))
    assert not desk.last
    desk(state(inbound(S.ANSWERED)), press("1", 0, "1", inbound(S.ANSWERED)))
    assert desk.moments == [("dtmf", "")]
    desk(state(ext("1001", S.ANSWER)))
    first = press("5", 0, "5", ext("1001", S.ANSWER))
    desk(first)
    assert [(m.kind, m.extension, m.digit, m.remote) for m in desk.last.moments] == [
        (MomentKind.DTMF, "1001", "5", CALLER)
    ]
    desk(first)
    assert not desk.last.moments
    desk(press("6", 1, "56"))
    assert [(m.extension, m.digit, m.digits) for m in desk.last.moments] == [("1001", "6", "56")]
    assert desk.call.digits == "156"


def test_a_call_held_at_the_door(desk: Desk) -> None:
    desk(IncomingCallRequest(call_id="a", members=(inbound(S.ALERT),)))
    assert (desk.call.state, desk.call.direction, desk.moments) == (
        CallState.RINGING,
        Direction.IN,
        [("undecided", "")],
    )
    assert [moment.remote for moment in desk.last.moments] == [CALLER]
    desk(IncomingCallRequest(call_id="a", members=(inbound(S.ALERT),)))
    assert desk.moments == [("undecided", "")]


def test_what_is_no_call(desk: Desk) -> None:
    desk(SurveyFeedback(call_id="a", result="5"), state(), state(Member(MemberKind.EXTENSION, "", S.RING)))
    assert not desk.last
    assert not desk.book.calls
    desk(state(ext("1001", S.UNKNOWN)))
    assert not desk.book.calls


def test_a_call_that_is_over_waits_for_its_record(desk: Desk) -> None:
    desk(state(inbound(S.ALERT), ext("1001", S.RING)), state(ext("1001", S.BYE), inbound(S.BYE)))
    assert desk.book.due == desk.at + call_times.RECORD_WAIT
    desk.wait(call_times.RECORD_WAIT - 1)
    assert desk.call.outcome is None
    assert desk.call.ended_at is not None
    desk(cdr("1001", CallStatus.VOICEMAIL))
    assert desk.call.outcome is Outcome.VOICEMAIL


def test_a_call_that_fell_silent(desk: Desk) -> None:
    desk(state(inbound(S.ANSWERED), ext("1001", S.ANSWER)))
    desk.wait(calls.STALE - 1)
    assert desk.call.active
    desk.wait(calls.STALE_LOOK)
    assert desk.call.outcome is Outcome.ANSWERED
    desk.wait(call_times.KEEP)
    assert not desk.book.calls


def test_the_number_of_calls_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "CALL_LIMIT", 5)
    monkeypatch.setattr(calls, "REMEMBERED", 4)
    desk = Desk()
    for number in range(20):
        own = ext(f"3{number}", S.RING)
        desk(state(inbound(S.ALERT), own, ext("1001", S.RING), ext("1002", S.RING, f"c{number}"), call=str(number)))
    assert set(desk.book.calls) == {str(number) for number in range(15, 20)}
    assert len(desk.book._forgotten) == 4
    assert {call.id for call in desk.book.calls_of("1002")} == set(desk.book.calls)
    desk(state(inbound(S.ALERT), ext("1001", S.RING), call="14"), cdr("1001", call="14"))
    assert "14" not in desk.book.calls
    desk.note(desk.book.reconcile([], desk.at))
    desk.wait()
    desk.wait(call_times.KEEP)
    assert not desk.book._live


def test_members_of_both_forms_in_one_list(desk: Desk) -> None:
    both = Member(MemberKind.INTERNAL, "1001", S.RING, other="1002")
    desk(state(both, ext("1003", S.RING), Member(MemberKind.EXTENSION, "", S.RING)))
    assert desk.states("1001", "1002", "1003") == ["idle", "ringing", "ringing"]


def test_a_call_from_outside_is_none_that_was_ordered(desk: Desk) -> None:
    desk.book.dials.expect("1001", "0456", desk.at)
    desk(state(ext("1001", S.RING)))
    assert desk.states("1001") == ["dialing"]
    desk(state(inbound(S.ALERT), ext("1001", S.RING)))
    assert desk.states("1001") == ["ringing"]
    assert desk.call.caller == CALLER


def test_who_said_bye_while_the_call_seemed_over_does_not_come_back(desk: Desk) -> None:
    desk(state(inbound(S.BYE)), state(ext("1002", S.BYE), ext("1003", S.ANSWER)))
    assert desk.states("1002", "1003") == ["idle", "talking"]
    desk(state(ext("1002", S.RING), ext("1003", S.RING)))
    assert desk.states("1002", "1003") == ["idle", "talking"]
    assert desk.moments.count(("incoming", "1002")) == 0


def test_the_number_of_legs_is_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call_record, "LEG_LIMIT", 3)
    for number in range(6):
        desk(state(ext("1001", S.RING, f"c{number}")))
    assert len(desk.book._records["a"].legs) == 3
    desk(state(ext("1001", S.BYE, "c4")), state(ext("1001", S.RING, "c9")))
    assert {key[1] for key in desk.book._records["a"].legs} == {"c3", "c5", "c9"}
    desk(state(ext("1002", S.RING), ext("1003", S.RING), outbound(S.RING), inbound(S.ALERT)))
    assert desk.states("1001", "1002", "1003") == ["idle", "idle", "ringing"]
    assert desk.book.calls_of("1001") == ()
    assert "1002" in desk.last.extensions
    desk(state(*(ext("1003", S.RING, f"d{number}") for number in range(3))))
    assert {key[1] for key in desk.book._records["a"].legs} == {"d0", "d1", "d2"}


@pytest.mark.parametrize("statuses", [(S.RING, S.ANSWER, S.HOLD, S.BYE), (S.ALERT, S.ANSWERED, S.BYE), (S.RING, S.BYE)])
def test_an_event_costs_no_more_than_it_has_members(statuses: tuple[S, ...]) -> None:
    def cost(members: int) -> int:
        book = CallBook(set())
        events: list[Event] = [
            state(inbound(S.ALERT), *(ext(f"1{n}", status, f"c{n}") for n in range(members))) for status in statuses
        ]
        events += [CallFailed(call_id="a", reason="DND", members=events[0].members)]  # type: ignore[attr-defined]
        events += [cdr(f"1{n}") for n in range(3)]

        def take() -> None:
            for event in events:
                changes = book.apply(event, 1.0)
                for number in changes.extensions:
                    for call in changes.calls:
                        assert call.remote_of(number) == CALLER
                        assert book.state_of(number) is call.state_of(number)

        return instructions(take)

    cost(1)
    assert cost(256) < 4 * cost(64)


def test_failures_are_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.yeastar_linkus.yeastar.call_legs.FAILURE_LIMIT", 2)
    desk(state(inbound(S.ALERT), ext("1001", S.RING)))
    for number in range(5):
        desk(CallFailed(call_id="a", reason="DND", members=(ext(f"2{number}", S.BYE, f"x{number}"),)))
    assert len(desk.book._records["a"].failures) == 2


def test_a_conference_is_no_transfer(desk: Desk) -> None:
    desk(state(ext("1001", S.ANSWERED, path="6400")), state(ext("1002", S.ANSWERED, path="6400")))
    desk(state(ext("1003", S.ANSWERED, path="6400")), state(ext("1001", S.BYE)))
    assert desk.states("1001", "1002", "1003") == ["idle", "talking", "talking"]
    assert not any(kind == "transferred" for kind, _ in desk.moments)


@pytest.mark.parametrize("seed", range(12))
async def test_snapshots_repair_running_calls_from_which_half_the_events_were_lost(seed: int) -> None:
    async def scene(bench: Bench) -> list[tuple[str, ...]]:
        seen = []

        async def look() -> None:
            await bench.pass_time()
            if bench.lossy:  # type: ignore[attr-defined]
                bench.note(bench.book.reconcile(bench.snapshots(), bench.clock.now()))
            seen.append(bench.states("1001", "1002", "1004", "1005"))

        for step in (
            lambda: bench.pbx.call_in(CALLER, "6300"),
            lambda: bench.pbx.desk("1001").answer(),
            lambda: bench.pbx.desk("1005").dial("1001"),
            lambda: bench.pbx.desk("1001").hold_call(),
            lambda: bench.pbx.desk("1001").answer(),
            lambda: bench.pbx.desk("1005").hang_up(),
            lambda: bench.pbx.desk("1001").hold_call(False),
            lambda: bench.pbx.desk("1001").send_to("1002"),
            lambda: bench.pbx.desk("1002").answer(),
            lambda: bench.pbx.outside(CALLER).hang_up(),
        ):
            await step()
            await look()
        return seen

    clean = Bench()
    clean.lossy = False  # type: ignore[attr-defined]
    lossy = Bench()
    lossy.lossy = True  # type: ignore[attr-defined]
    chance = random.Random(seed)
    sink = lossy._sink
    lossy.pbx.events.sinks[-1] = lambda number, msg: sink(number, msg) if chance.random() < 0.5 else None
    assert await scene(lossy) == await scene(clean)
    await lossy.finish()
