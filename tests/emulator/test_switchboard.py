"""Calls between simulated telephones: who rings, who hears whom, and how each call ends."""

from typing import Any

import pytest

from emulator import EmulatedPbx
from emulator.clock import ManualClock
from emulator.house import BUSY_NUMBER, SILENT_NUMBER, UNREACHABLE_NUMBER, PhoneScript
from emulator.legs import Call
from tests.emulator.conftest import until

CALLER = "+49301112223"


class Sound:
    """Media that remembers what it was told to play."""

    def __init__(self, name: str = "?") -> None:
        self.incoming: object | None = name
        self.playing: object | None = "nothing yet"

    def play(self, track: object | None) -> None:
        self.playing = track


async def over(pbx: EmulatedPbx, call: Call) -> str:
    """Wait for the end of a call; its outcome."""
    await until(lambda: not call.alive)
    record = pbx.books.calls[call.id]
    assert record.recorded == 1
    assert len(pbx.books.of_type(30012)) == sum(r.recorded for r in pbx.books.calls.values())
    return record.outcome


async def test_inbound_answered_and_ended_by_the_caller(pbx: EmulatedPbx, clock: ManualClock) -> None:
    call = await pbx.call_in(CALLER, "+493012345601", name="Dora")
    await pbx.desk("1001").wait("ringing")
    assert [(leg.number, leg.status) for leg in call.members] == [(CALLER, "ALERT"), ("1001", "RING")]
    await clock.advance(4)
    await pbx.desk("1001").answer()
    await clock.advance(20)
    await pbx.outside(CALLER).hang_up()
    assert await over(pbx, call) == "ANSWERED"
    assert call.ended_by == CALLER
    (row,) = pbx.books.of_type(30012)
    assert (row["call_from"], row["call_to"], row["type"], row["status"]) == (CALLER, "1001", "Inbound", "ANSWERED")
    assert (row["call_duration"], row["talk_duration"]) == (24, 20)
    assert (row["src_trunk_name"], row["did_number"]) == ("Outside", "+493012345601")
    assert row["time_start"] == "2026-02-15 10:05:00"
    await until(lambda: not pbx.desk("1001").legs)
    assert pbx.desk("1001").told[-1][0] == "hangup"


async def test_inbound_ended_by_the_extension(pbx: EmulatedPbx) -> None:
    call = await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
    await pbx.desk("1001").hang_up()
    assert await over(pbx, call) == "ANSWERED"
    assert call.ended_by == "1001"
    await until(lambda: ("hangup", call.legs[0].channel_id) in pbx.outside(CALLER).told)
    assert all(verb != "hangup" for verb, _ in pbx.desk("1001").told)


async def test_caller_gives_up(pbx: EmulatedPbx) -> None:
    call = await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").wait("ringing")
    await pbx.outside(CALLER).hang_up()
    assert await over(pbx, call) == "NO ANSWER"
    await until(lambda: pbx.desk("1001").told[-1][0] == "cancel")


async def test_nobody_answers(pbx: EmulatedPbx, clock: ManualClock) -> None:
    call = await pbx.call_in(CALLER, "1096")
    await pbx.desk("1096").wait("ringing")
    await clock.advance(30)
    assert await over(pbx, call) == "NO ANSWER"
    assert pbx.outside(CALLER).told[-1][0] == "refuse 408"
    (failure,) = pbx.books.of_type(30015)
    assert failure["reason"] == "408 Request Time"
    assert failure["members"][0]["extension"]["number"] == "1096"


@pytest.mark.parametrize(
    ("callee", "outcome", "reason", "told"),
    [
        ("1097", "BUSY", "486 Busy here", "refuse 486"),
        ("1095", "BUSY", "User Busy", "refuse 603"),
        (BUSY_NUMBER, "BUSY", "486 Busy here", "refuse 486"),
        (UNREACHABLE_NUMBER, "FAILED", "Line Unreachable", "refuse 503"),
        ("777", "FAILED", "404 NOT found", "refuse 404"),
        ("1005", "NO ANSWER", "480 Temporatily Unavailable", "refuse 480"),
        ("1010", "BUSY", "DND", "refuse 486"),
    ],
)
async def test_calls_that_fail(
    pbx: EmulatedPbx, clock: ManualClock, callee: str, outcome: str, reason: str, told: str
) -> None:
    pbx.unplug("1005")
    pbx.set_presence("1010", "do_not_disturb")
    leg = await pbx.desk("1001").dial(callee)
    call = leg.call
    await until(lambda: not call.alive or pbx.phone(callee).legs)
    await clock.advance(2)
    assert await over(pbx, call) == outcome
    assert [failure["reason"] for failure in pbx.books.of_type(30015)] == [reason]
    await until(lambda: pbx.desk("1001").told and pbx.desk("1001").told[-1][0] == told)
    assert pbx.switchboard.calls == {}
    assert pbx.switchboard.activity("1001") == "Idle"


async def test_outbound_is_answered(pbx: EmulatedPbx, clock: ManualClock) -> None:
    leg = await pbx.desk("1002").dial("+493055500001")
    await pbx.outside("+493055500001").wait("ringing")
    assert leg.call.kind == "Outbound"
    assert pbx.switchboard.activity("1002") == "Busy"
    await clock.advance(1)
    await until(lambda: leg.status == "ANSWERED")
    assert [m.as_json() for m in pbx.switchboard.members(leg.call)][1] == {
        "outbound": {
            "from": "+493012345600",
            "to": "+493055500001",
            "trunk_name": "Outside",
            "channel_id": leg.call.legs[1].channel_id,
            "member_status": "ANSWER",
            "call_path": "",
        }
    }
    await pbx.outside("+493055500001").hang_up()
    assert await over(pbx, leg.call) == "ANSWERED"
    (row,) = pbx.books.of_type(30012)
    assert (row["type"], row["dst_trunk_name"], row["src_trunk_name"]) == ("Outbound", "Outside", "")


async def test_outbound_without_permission_or_line(pbx: EmulatedPbx) -> None:
    pbx.house.extensions[0].dial_permission = False
    leg = await pbx.desk("1001").dial("+493055500001")
    assert await over(pbx, leg.call) == "FAILED"
    pbx.set_trunk_status("Outside", 41)
    leg = await pbx.desk("1002").dial("+493055500001")
    assert await over(pbx, leg.call) == "FAILED"
    assert [f["reason"] for f in pbx.books.of_type(30015)] == ["NO Dial Permission", "Line Unreachable"]


async def test_a_full_trunk_is_congested(pbx: EmulatedPbx) -> None:
    pbx.house.trunks[0].channels = 1
    await pbx.call_in(CALLER, "1001")
    leg = await pbx.desk("1002").dial("+493055500001")
    await over(pbx, leg.call)
    assert pbx.books.of_type(30015)[0]["reason"] == "Circuit/channel congestion"


async def test_call_waiting_rings_a_busy_phone(pbx: EmulatedPbx) -> None:
    await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
    second = await pbx.call_in("+4940333", "1001")
    await until(lambda: pbx.desk("1001").ringing)
    await pbx.desk("1001").reject(486)
    assert await over(pbx, second) == "BUSY"
    assert pbx.books.of_type(30015)[0]["reason"] == "486 Busy here"
    assert pbx.switchboard.activity("1001") == "Busy"


async def test_media_is_bridged_both_ways_and_silenced_on_hold(pbx: EmulatedPbx) -> None:
    call = await pbx.call_in(CALLER, "1001")
    outside, inside = Sound("outside"), Sound("inside")
    call.legs[0].media = outside
    leg = await pbx.desk("1001").wait("ringing")
    await pbx.switchboard.answered(leg, inside)
    assert (outside.playing, inside.playing) == ("inside", "outside")
    await pbx.switchboard.held(leg, True)
    assert (outside.playing, inside.playing) == (None, None)
    assert [m.status for m in call.members] == ["HOLD", "ANSWER"]
    await until(lambda: pbx.outside(CALLER).told[-1][0] == "hold")
    assert all(verb != "hold" for verb, _ in pbx.desk("1001").told)
    await pbx.switchboard.held(leg, True)
    await pbx.switchboard.held(leg, False)
    assert (outside.playing, inside.playing) == ("inside", "outside")
    await until(lambda: pbx.outside(CALLER).told[-1][0] == "unhold")
    inside.incoming = "another track"
    pbx.switchboard.media_changed(leg)
    assert outside.playing == "another track"
    await pbx.desk("1001").hang_up()
    assert (outside.playing, inside.playing) == (None, None)


async def test_the_echo_and_tone_parties_use_the_media_factory(pbx: EmulatedPbx) -> None:
    made: list[str] = []

    def factory(kind: str) -> Any:
        made.append(kind)
        return Sound(kind)

    pbx.switchboard.media_factory = factory
    pbx.desk("1001").script = PhoneScript(sound="none")
    for number, kind in (("1099", "echo"), ("1098", "tone"), ("*43", "echo")):
        mine = Sound("me")
        leg = await pbx.desk("1001").dial(number)
        leg.media = mine
        await until(lambda leg=leg: leg.talking)
        assert mine.playing == kind
        assert made[-1] == kind
        await pbx.desk("1001").hang_up()
        assert await over(pbx, leg.call) == "ANSWERED"


async def test_a_feature_number_has_no_second_member(pbx: EmulatedPbx) -> None:
    leg = await pbx.desk("1001").dial("*43")
    await until(lambda: leg.talking)
    assert [(m.number, m.status, m.call_path) for m in leg.call.members] == [("1001", "ANSWERED", "*43")]


async def test_dtmf_is_told_digit_by_digit(pbx: EmulatedPbx) -> None:
    call = await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
    await pbx.desk("1001").press("1#")
    assert [(e["info"], e["flag"], e["infos"]) for e in pbx.books.of_type(30017)] == [("1", 0, "1"), ("#", 1, "1#")]
    assert pbx.books.of_type(30017)[0]["call_id"] == call.id


async def test_the_first_of_a_ring_group_gets_the_call(pbx: EmulatedPbx) -> None:
    call = await pbx.call_in(CALLER, "6300")
    for number in ("1001", "1002", "1004"):
        await pbx.desk(number).wait("ringing")
    await pbx.desk("1002").answer()
    assert [(m.number, m.status, m.call_path) for m in call.members] == [
        (CALLER, "ANSWERED", ""),
        ("1002", "ANSWER", "6300"),
    ]
    await until(lambda: pbx.desk("1001").told[-1][0] == pbx.desk("1004").told[-1][0] == "cancel")
    await pbx.desk("1002").hang_up()
    assert await over(pbx, call) == "ANSWERED"
    assert [(stage.number, stage.status) for stage in call.stages] == [("6300", "ANSWERED"), ("1002", "ANSWERED")]


async def test_one_refusal_in_a_ring_group_does_not_end_it(pbx: EmulatedPbx, clock: ManualClock) -> None:
    call = await pbx.call_in(CALLER, "6300")
    await pbx.desk("1001").reject()
    assert call.alive
    assert len(pbx.books.of_type(30015)) == 1
    await clock.advance(30)
    assert await over(pbx, call) == "NO ANSWER"


async def test_a_queue_takes_the_caller_and_rings_its_agents_again(pbx: EmulatedPbx, clock: ManualClock) -> None:
    call = await pbx.call_in(CALLER, "6500")
    await pbx.desk("1002").wait("ringing")
    assert call.legs[0].status == "ANSWERED"
    assert call.queue == "6500"
    await clock.advance(15)
    assert {e["agent_number"] for e in pbx.books.of_type(30026)} == {"1002", "1003"}
    await clock.advance(5)
    await pbx.desk("1003").answer()
    assert [(m.number, m.status, m.call_path) for m in call.members] == [
        (CALLER, "ANSWERED", ""),
        ("1003", "ANSWER", "6500"),
    ]
    await pbx.outside(CALLER).hang_up()
    assert await over(pbx, call) == "ANSWERED"
    (row,) = pbx.books.of_type(30012)
    assert row["call_to"] == "1003"


async def test_leaving_a_queue_is_abandoning_it(pbx: EmulatedPbx) -> None:
    call = await pbx.call_in(CALLER, "6500")
    await pbx.desk("1002").wait("ringing")
    await pbx.outside(CALLER).hang_up()
    assert await over(pbx, call) == "ABANDONED"
    assert pbx.books.of_type(30012)[0]["status"] == "ABANDONED"
    pbx.knobs.abandoned = False
    call = await pbx.call_in(CALLER, "6500")
    await pbx.outside(CALLER).hang_up()
    await over(pbx, call)
    assert pbx.books.of_type(30012)[1]["status"] == "NO ANSWER"


async def test_no_answer_goes_on_to_the_mailbox(pbx: EmulatedPbx, clock: ManualClock) -> None:
    call = await pbx.call_in(CALLER, "1003")
    await pbx.desk("1003").wait("ringing")
    await clock.advance(30)
    await until(lambda: call.mailbox == "1003")
    assert [(m.number, m.status) for m in call.members] == [(CALLER, "ANSWERED")]
    assert len(pbx.books.of_type(30014)) == 1
    assert pbx.books.of_type(30015) == []
    await clock.advance(7)
    await pbx.outside(CALLER).hang_up()
    assert await over(pbx, call) == "VOICEMAIL"


async def test_forwarding_in_a_circle_ends(pbx: EmulatedPbx) -> None:
    for number, target in (("1001", "1002"), ("1002", "1001")):
        extension = pbx.house.extension(number)
        assert extension is not None
        extension.no_answer = target
        pbx.unplug(number)
    call = await pbx.call_in(CALLER, "1001")
    assert await over(pbx, call) == "FAILED"


async def test_several_devices_ring_and_one_answers(pbx: EmulatedPbx) -> None:
    from emulator.simulated import DeskPhone

    second = DeskPhone(pbx.switchboard, "1001")
    second.kind = "linkus_mobile"
    pbx.switchboard.register(second, "1001", address="192.0.2.7")
    call = await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").wait("ringing")
    await second.reject()
    assert call.alive
    assert pbx.desk("1001").ringing is not None
    await pbx.desk("1001").answer()
    shown = [m.number for m in pbx.events.shown(pbx.switchboard.members(call))]
    assert shown == [CALLER, "1001"]
    assert pbx.books.of_type(30015) == []


async def test_a_device_that_vanishes_stops_ringing(pbx: EmulatedPbx) -> None:
    call = await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").wait("ringing")
    pbx.unplug("1001")
    assert await over(pbx, call) == "NO ANSWER"


async def test_a_device_that_fails_does_not_harm_the_call(pbx: EmulatedPbx) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise ConnectionResetError

    call = await pbx.call_in(CALLER, "6300")
    pbx.desk("1001").cancel = broken  # type: ignore[method-assign]
    await pbx.desk("1002").answer()
    assert call.legs[0].status == "ANSWERED"


async def test_blind_transfer_by_the_phone(pbx: EmulatedPbx, clock: ManualClock) -> None:
    call = await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
    await clock.advance(10)
    assert await pbx.desk("1001").send_to("1002")
    await pbx.desk("1002").wait("ringing")
    assert [(m.number, m.status) for m in call.members] == [(CALLER, "ANSWERED"), ("1002", "RING")]
    assert pbx.switchboard.activity("1001") == "Idle"
    await pbx.desk("1002").answer()
    await pbx.outside(CALLER).hang_up()
    assert await over(pbx, call) == "ANSWERED"
    assert len(pbx.books.of_type(30013)) == 1
    assert pbx.books.calls[call.id].statuses("1001") == ["RING", "ANSWER", "BYE"]
    assert [stage.number for stage in call.stages] == ["1001", "1002"]


async def test_blind_transfer_to_nowhere_is_refused(pbx: EmulatedPbx) -> None:
    call = await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
    assert not await pbx.desk("1001").send_to("777")
    assert [m.status for m in call.members] == ["ANSWERED", "ANSWER"]


async def test_blind_transfer_to_a_busy_phone_ends_the_call(pbx: EmulatedPbx) -> None:
    call = await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
    assert await pbx.desk("1001").send_to("1097")
    assert await over(pbx, call) == "ANSWERED"
    assert len(pbx.books.of_type(30015)) == 1


@pytest.mark.parametrize("keeps", ["first", "consultation"])
@pytest.mark.parametrize("target_answers", [True, False])
async def test_attended_transfer_by_the_phone(pbx: EmulatedPbx, keeps: Any, target_answers: bool) -> None:
    pbx.knobs.transfer_keeps = keeps
    outside, inside = Sound("outside"), Sound("ben")
    first = await pbx.call_in(CALLER, "1001")
    first.legs[0].media = outside
    await pbx.desk("1001").answer()
    leg = await pbx.desk("1001").dial("1002")
    assert first.legs[0].status == "HOLD"
    second = leg.call
    ringing = await pbx.desk("1002").wait("ringing")
    if target_answers:
        await pbx.switchboard.answered(ringing, inside)
    assert await pbx.desk("1001").join()
    kept, given = (first, second) if keeps == "first" else (second, first)
    assert not given.alive
    assert pbx.switchboard.activity("1001") == "Idle"
    if not target_answers:
        await pbx.switchboard.answered(ringing, inside)
    assert {(m.number, m.status) for m in kept.members} == {(CALLER, "ANSWERED"), ("1002", "ANSWER")}
    assert (outside.playing, inside.playing) == ("ben", "outside")
    await until(lambda: not pbx.desk("1001").legs)
    await pbx.desk("1002").hang_up()
    assert await over(pbx, kept) == "ANSWERED"
    assert len(pbx.books.of_type(30013)) == 1
    assert len(pbx.books.of_type(30012)) == 2


@pytest.mark.parametrize("keeps", ["first", "consultation"])
async def test_attended_transfer_whose_target_never_answers(pbx: EmulatedPbx, keeps: Any, clock: ManualClock) -> None:
    pbx.knobs.transfer_keeps = keeps
    first = await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
    second = (await pbx.desk("1001").dial("1096")).call
    await pbx.desk("1096").wait("ringing")
    assert await pbx.desk("1001").join()
    await clock.advance(31)
    assert not first.alive
    assert not second.alive
    assert len(pbx.books.of_type(30012)) == 2
    assert pbx.switchboard.activity("1096") == "Idle"


async def test_an_inbound_call_can_wait_for_a_decision(pbx: EmulatedPbx, clock: ManualClock) -> None:
    pbx.house.trunks[0].control_inbound = True
    call = await pbx.call_in(CALLER, "1001")
    await until(lambda: pbx.books.of_type(30016))
    assert pbx.books.of_type(30016)[0]["members"][0]["inbound"]["from"] == CALLER
    assert pbx.desk("1001").ringing is None
    await clock.advance(10)
    await pbx.desk("1001").wait("ringing")
    assert call.alive


async def test_a_silent_subscriber_is_given_up_by_the_caller(pbx: EmulatedPbx) -> None:
    leg = await pbx.desk("1001").dial(SILENT_NUMBER)
    await pbx.outside(SILENT_NUMBER).wait("ringing")
    await pbx.desk("1001").hang_up()
    assert await over(pbx, leg.call) == "NO ANSWER"
    await until(lambda: pbx.outside(SILENT_NUMBER).told[-1][0] == "cancel")


async def test_early_media_is_heard_before_the_answer(pbx: EmulatedPbx) -> None:
    leg = await pbx.desk("1001").dial(SILENT_NUMBER)
    mine = leg.media = Sound("me")
    far = await pbx.outside(SILENT_NUMBER).wait("ringing")
    await pbx.switchboard.progressing(far, early_media=True, media=Sound("announcement"))
    assert far.status == "EARLYMEDIA"
    assert mine.playing == "announcement"
    await pbx.switchboard.answered(far, Sound("voice"))
    assert mine.playing == "voice"
    assert pbx.books.calls[leg.call_id].statuses(SILENT_NUMBER) == ["RING", "EARLYMEDIA", "ANSWER"]


async def test_a_restart_ends_everything_without_a_word(pbx: EmulatedPbx) -> None:
    await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
    url, events = pbx.url, len(pbx.books.events)
    await pbx.restart()
    assert pbx.url == url
    assert pbx.switchboard.calls == {}
    assert [e.type for e in pbx.books.events[events:]].count(30012) == 0
    await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
