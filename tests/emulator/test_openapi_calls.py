"""``call/*``: dial, query, hang up, and everything that can be done with a call that exists."""

from typing import Any

import pytest

from emulator import EmulatedPbx
from emulator.clock import ManualClock
from emulator.legs import Call, Leg
from tests.emulator.conftest import Api, until
from tests.emulator.test_switchboard import CALLER, Sound, over


async def talk(pbx: EmulatedPbx, extension: str = "1001") -> tuple[Call, Leg, Leg]:
    """An inbound call that was answered: the call, the caller's leg, the extension's leg."""
    call = await pbx.call_in(CALLER, extension)
    leg = await pbx.desk(extension).answer()
    return call, call.legs[0], leg


def statuses(call: Call) -> dict[str, str]:
    return {leg.number: leg.status for leg in call.members}


async def test_dial_rings_the_caller_and_then_the_callee(pbx: EmulatedPbx, api: Api) -> None:
    answer = await api.post("call/dial", caller="1001", callee="1002", auto_answer="no")
    assert list(answer) == ["errcode", "errmsg", "call_id"]
    await pbx.desk("1001").wait("ringing")
    assert pbx.desk("1002").legs == []
    assert pbx.switchboard.activity("1001") == "Ringing"
    await pbx.desk("1001").answer()
    await pbx.desk("1002").answer()
    call = pbx.switchboard.calls[answer["call_id"]]
    assert statuses(call) == {"1001": "ANSWERED", "1002": "ANSWER"}
    await pbx.desk("1002").hang_up()
    await until(lambda: pbx.desk("1001").told[-1][0] == "hangup")
    assert await over(pbx, call) == "ANSWERED"
    assert pbx.books.of_type(30012)[0]["call_id"] == answer["call_id"]


async def test_auto_answer_picks_up_a_desk_phone(pbx: EmulatedPbx, api: Api) -> None:
    answer = await api.post("call/dial", caller="1001", callee="1099", auto_answer="yes")
    call = pbx.switchboard.calls[answer["call_id"]]
    await until(lambda: statuses(call) == {"1001": "ANSWERED", "1099": "ANSWER"})


async def test_the_dialling_phone_is_hung_up_when_the_callee_is_busy(pbx: EmulatedPbx, api: Api) -> None:
    answer = await api.post("call/dial", caller="1001", callee="1097")
    call = pbx.switchboard.calls[answer["call_id"]]
    await pbx.desk("1001").answer()
    assert await over(pbx, call) == "BUSY"
    await until(lambda: pbx.desk("1001").told[-1][0] == "hangup")
    (failure,) = pbx.books.of_type(30015)
    assert (failure["call_id"], failure["reason"]) == (answer["call_id"], "486 Busy here")


@pytest.mark.parametrize("how", ["reject", "timeout", "offline"])
async def test_the_caller_of_dial_does_not_answer(pbx: EmulatedPbx, api: Api, clock: ManualClock, how: str) -> None:
    if how == "offline":
        pbx.unplug("1001")
    answer = await api.post("call/dial", caller="1001", callee="1002")
    assert answer["errcode"] == 0
    if how == "reject":
        await pbx.desk("1001").reject()
    elif how == "timeout":
        await pbx.desk("1001").wait("ringing")
        await clock.advance(30)
    await until(lambda: pbx.books.of_type(30012))
    (failure,) = pbx.books.of_type(30015)
    assert failure["call_id"] == answer["call_id"]
    assert failure["members"][0]["extension"]["number"] == "1001"
    expected = {
        "reject": "User Busy",
        "timeout": "408 Request Time",
        "offline": "480 Temporatily Unavailable",
    }
    assert failure["reason"] == expected[how]
    assert pbx.desk("1002").legs == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"callee": "1002"}, "caller"),
        ({"caller": "1001"}, "callee"),
        ({"caller": "77", "callee": "1002"}, "caller"),
        ({"caller": "1001", "callee": "1002", "auto_answer": "maybe"}, "auto_answer"),
        ({"caller": "1001", "callee": "1002", "auto_answer": True}, "auto_answer"),
        ({"caller": "1001", "callee": "1002", "dial_permission": "77"}, "dial_permission"),
        ({"caller": ["1001"], "callee": "1002"}, "caller"),
        ({"caller": "1001", "callee": "9" * 300}, "callee"),
    ],
)
async def test_dial_checks_its_parameters(api: Api, body: dict[str, Any], field: str) -> None:
    answer = await api.post("call/dial", **body)
    assert answer["errcode"] == 40002
    assert answer["invalid_param_list"][0]["field"] == field


async def test_an_outside_caller_is_called_first_or_ignored(pbx: EmulatedPbx, api: Api, clock: ManualClock) -> None:
    answer = await api.post("call/dial", caller="+493055500001", callee="1001", dial_permission="1002")
    await pbx.outside("+493055500001").wait("ringing")
    await clock.advance(1)
    await pbx.desk("1001").answer()
    assert set(statuses(pbx.switchboard.calls[answer["call_id"]]).values()) == {"ANSWERED", "ANSWER"}
    await api.post("call/dial", caller="+493055500001", callee="1001")
    await until(lambda: [f["reason"] for f in pbx.books.of_type(30015)] == ["NO Dial Permission"])
    pbx.knobs.external_caller = "ignored"
    before = len(pbx.books.events)
    answer = await api.post("call/dial", caller="+493055500005", callee="1001", dial_permission="1002")
    assert answer["errcode"] == 0
    assert answer["call_id"] not in pbx.switchboard.calls
    assert len(pbx.books.events) == before


async def test_query_by_id_type_and_extension(pbx: EmulatedPbx, api: Api) -> None:
    inbound, _, leg = await talk(pbx)
    internal = (await pbx.desk("1002").dial("1004")).call
    await pbx.desk("1004").answer()
    by_id = await api.get("call/query", call_id=inbound.id)
    assert by_id["data"] == [
        {
            "call_id": inbound.id,
            "members": [
                {
                    "inbound": {
                        "from": CALLER,
                        "to": "+493012345601",
                        "trunk_name": "Outside",
                        "channel_id": inbound.legs[0].channel_id,
                        "member_status": "ANSWERED",
                        "call_path": "",
                    }
                },
                {
                    "extension": {
                        "number": "1001",
                        "channel_id": leg.channel_id,
                        "member_status": "ANSWER",
                        "call_path": "",
                    }
                },
            ],
        }
    ]
    assert [row["call_id"] for row in (await api.get("call/query", type="internal"))["data"]] == [internal.id]
    assert [row["call_id"] for row in (await api.get("call/query", extension="1001"))["data"]] == [inbound.id]
    assert await api.code("call/query", type="outbound") == 60001
    assert await api.code("call/query", extension="1005") == 60001
    assert await api.code("call/query", call_id="1.1") == 60001
    assert await api.code("call/query") == 40002
    assert await api.code("call/query", type="all") == 40002
    assert await api.code("call/query", type="internal", extension="1002") == 40002


async def test_hang_up_by_channel(pbx: EmulatedPbx, api: Api) -> None:
    call, _, leg = await talk(pbx)
    answer = await api.post("call/hangup", channel_id=leg.channel_id)
    assert answer == {"errcode": 0, "errmsg": "SUCCESS", "call_id": call.id}
    assert await over(pbx, call) == "ANSWERED"
    await until(lambda: pbx.desk("1001").told[-1][0] == "hangup")
    assert await api.post_code("call/hangup", channel_id=leg.channel_id) == 70130
    assert await api.post_code("call/hangup") == 40002


async def test_hanging_up_a_ringing_channel_refuses_the_call(pbx: EmulatedPbx, api: Api) -> None:
    call = await pbx.call_in(CALLER, "1001")
    leg = await pbx.desk("1001").wait("ringing")
    assert await api.post_code("call/hangup", channel_id=leg.channel_id) == 0
    assert await over(pbx, call) == "BUSY"
    await until(lambda: pbx.desk("1001").told[-1][0] == "cancel")


async def test_hanging_up_a_dialling_phone(pbx: EmulatedPbx, api: Api) -> None:
    leg = await pbx.desk("1001").dial("1002")
    await pbx.desk("1002").wait("ringing")
    assert await api.post_code("call/hangup", channel_id=leg.channel_id) == 0
    await until(lambda: pbx.desk("1001").told[-1][0] == "refuse 487")
    await until(lambda: pbx.desk("1002").told[-1][0] == "cancel")


@pytest.mark.parametrize(
    "path",
    ["hold", "unhold", "mute", "unmute", "park", "record_start", "record_pause", "accept_inbound", "refuse_inbound"],
)
async def test_unknown_channels(api: Api, path: str) -> None:
    assert await api.post_code(f"call/{path}", channel_id="PJSIP/1001-00000001") == 70130
    assert await api.post_code(f"call/{path}") == 40002


async def test_hold_and_mute(pbx: EmulatedPbx, api: Api) -> None:
    call, outside, leg = await talk(pbx)
    there, here = Sound("there"), Sound("here")
    outside.media, leg.media = there, here
    pbx.switchboard.media_changed(leg)
    assert await api.post_code("call/hold", channel_id=leg.channel_id) == 0
    assert statuses(call) == {CALLER: "HOLD", "1001": "ANSWER"}
    assert there.playing is here.playing is None
    assert await api.post_code("call/unhold", channel_id=leg.channel_id) == 0
    assert statuses(call) == {CALLER: "ANSWERED", "1001": "ANSWER"}
    assert await api.post_code("call/mute", channel_id=leg.channel_id) == 0
    assert (there.playing, here.playing) == (None, "there")
    assert await api.post_code("call/unmute", channel_id=leg.channel_id) == 0
    assert there.playing == "here"


async def test_a_ringing_member_cannot_hold(pbx: EmulatedPbx, api: Api) -> None:
    await pbx.call_in(CALLER, "1001")
    leg = await pbx.desk("1001").wait("ringing")
    assert await api.post_code("call/hold", channel_id=leg.channel_id) == 70132


async def test_blind_transfer_names_the_far_party(pbx: EmulatedPbx, api: Api) -> None:
    call, outside, _ = await talk(pbx)
    body = {"type": "blind", "channel_id": outside.channel_id, "number": "1002"}
    assert await api.post_code("call/transfer", **body) == 40002
    assert await api.post_code("call/transfer", **body, dial_permission="1001") == 0
    await pbx.desk("1002").answer()
    assert statuses(call) == {CALLER: "ANSWERED", "1002": "ANSWER"}
    assert len(pbx.books.of_type(30013)) == 1
    await until(lambda: pbx.desk("1001").told[-1][0] == "hangup")


async def test_transfers_by_the_api_may_go_untold(pbx: EmulatedPbx, api: Api) -> None:
    pbx.knobs.report_api_transfers = False
    pbx.knobs.transfer_needs_permission = False
    _, outside, _ = await talk(pbx)
    assert await api.post_code("call/transfer", type="blind", channel_id=outside.channel_id, number="1002") == 0
    await pbx.desk("1002").answer()
    assert pbx.books.of_type(30013) == []


async def consultation(pbx: EmulatedPbx, api: Api) -> tuple[Call, Leg]:
    call, _, leg = await talk(pbx)
    body = {"type": "attended", "channel_id": leg.channel_id, "number": "1002", "dial_permission": "1001"}
    assert await api.post_code("call/transfer", **body) == 0
    await pbx.desk("1002").answer()
    assert statuses(call) == {CALLER: "HOLD", "1001": "ANSWER", "1002": "ANSWER"}
    return call, leg


@pytest.mark.parametrize(
    ("operate", "expected"),
    [
        ("complete", {CALLER: "ANSWERED", "1002": "ANSWER"}),
        ("abort", {CALLER: "ANSWERED", "1001": "ANSWER"}),
        ("threeway", {CALLER: "ANSWERED", "1001": "ANSWER", "1002": "ANSWER"}),
        ("swap", {CALLER: "ANSWERED", "1001": "ANSWER", "1002": "HOLD"}),
    ],
)
async def test_attended_transfer(pbx: EmulatedPbx, api: Api, operate: str, expected: dict[str, str]) -> None:
    call, leg = await consultation(pbx, api)
    body = {"type": "attended", "channel_id": leg.channel_id, "attended_operate": operate}
    assert await api.post_code("call/transfer", **body) == 0
    assert statuses(call) == expected
    if operate != "swap":
        again = await api.post_code("call/transfer", **body)
        assert again == (70130 if operate == "complete" else 70132)
    await pbx.outside(CALLER).hang_up()
    if operate in ("threeway", "swap"):
        assert statuses(call) == {"1001": "ANSWER", "1002": "ANSWER"}
        await pbx.desk("1002").hang_up()
    assert await over(pbx, call) == "ANSWERED"


async def test_attended_transfer_needs_its_first_step(pbx: EmulatedPbx, api: Api) -> None:
    _, _, leg = await talk(pbx)
    body = {"type": "attended", "channel_id": leg.channel_id}
    assert await api.post_code("call/transfer", **body, attended_operate="complete") == 70132
    assert await api.post_code("call/transfer", **body, attended_operate="finish") == 40002
    assert await api.post_code("call/transfer", **body) == 40002
    assert await api.post_code("call/transfer", **body, number="1002", attended_operate="complete") == 40002


async def test_a_consultation_that_fails_brings_the_caller_back(pbx: EmulatedPbx, api: Api) -> None:
    call, _, leg = await talk(pbx)
    body = {"type": "attended", "channel_id": leg.channel_id, "number": "1097", "dial_permission": "1001"}
    assert await api.post_code("call/transfer", **body) == 0
    await until(lambda: call.consulting is None)
    assert statuses(call) == {CALLER: "ANSWERED", "1001": "ANSWER"}


async def test_the_held_caller_of_a_consultation_gives_up(pbx: EmulatedPbx, api: Api) -> None:
    call, _ = await consultation(pbx, api)
    await pbx.outside(CALLER).hang_up()
    assert statuses(call) == {"1001": "ANSWER", "1002": "ANSWER"}
    assert call.consulting is None


async def test_parking_and_picking_up(pbx: EmulatedPbx, api: Api) -> None:
    call, outside, _ = await talk(pbx)
    answer = await api.post("call/park", channel_id=outside.channel_id)
    assert (answer["errcode"], answer["parking_slot"]) == (0, "6000")
    assert statuses(call) == {CALLER: "HOLD"}
    rows = (await api.get("call/park_status"))["data"]
    assert [row["parking_slot"] for row in rows if row["status"]] == ["6000"]
    assert rows[0]["number"] == CALLER
    picked = await api.post("call/dial", caller="1002", callee="6000", auto_answer="yes")
    await until(lambda: not call.alive)
    assert statuses(pbx.switchboard.calls[picked["call_id"]]) == {"1002": "ANSWERED", CALLER: "ANSWERED"}
    await pbx.outside(CALLER).hang_up()
    assert len(pbx.books.of_type(30012)) == 2


async def test_parking_slots_run_out(pbx: EmulatedPbx, api: Api) -> None:
    pbx.house.parking_slots = ("6000",)
    _, outside, _ = await talk(pbx)
    assert await api.post_code("call/park", channel_id=outside.channel_id, parking_slot="6009") == 40002
    assert await api.post_code("call/park", channel_id=outside.channel_id, parking_slot="6000") == 0
    second = await pbx.call_in("+49405", "1002")
    await pbx.desk("1002").answer()
    assert await api.post_code("call/park", channel_id=second.legs[0].channel_id) == 60002
    assert await api.post_code("call/park", channel_id=second.legs[0].channel_id, parking_slot="6000") == 70084


@pytest.mark.parametrize(
    ("kind", "outside_hears", "agent_hears"),
    [
        ("listen", ("agent",), ("outside",)),
        ("whisper", ("agent",), ("outside", "boss")),
        ("barge", ("agent", "boss"), ("outside", "boss")),
    ],
)
async def test_listening_whispering_barging(
    pbx: EmulatedPbx, api: Api, kind: str, outside_hears: tuple[str, ...], agent_hears: tuple[str, ...]
) -> None:
    pbx.switchboard.bridge.mixer = lambda sources: "+".join(str(source.incoming) for source in sources)
    call, outside, leg = await talk(pbx)
    there, here, boss = Sound("outside"), Sound("agent"), Sound("boss")
    outside.media, leg.media = there, here
    assert await api.post_code("call/listen", monitor="1004", channel_id=leg.channel_id, type=kind) == 0
    await pbx.switchboard.answered(await pbx.desk("1004").wait("ringing"), boss)
    pbx.switchboard.media_changed(leg)
    assert (there.playing, here.playing) == ("+".join(outside_hears), "+".join(agent_hears))
    assert boss.playing == "outside+agent"
    await pbx.desk("1004").hang_up()
    assert statuses(call) == {CALLER: "ANSWERED", "1001": "ANSWER"}
    await pbx.desk("1001").hang_up()
    assert await over(pbx, call) == "ANSWERED"


async def test_the_listener_does_not_keep_a_call_alive(pbx: EmulatedPbx, api: Api) -> None:
    call, _, leg = await talk(pbx)
    await api.post("call/listen", monitor="1004", channel_id=leg.channel_id, type="listen")
    await pbx.desk("1004").answer()
    await pbx.outside(CALLER).hang_up()
    assert await over(pbx, call) == "ANSWERED"
    await until(lambda: pbx.desk("1004").told[-1][0] == "hangup")


async def test_listening_needs_a_right_and_an_extension(pbx: EmulatedPbx, api: Api) -> None:
    _, outside, leg = await talk(pbx)
    assert await api.post_code("call/listen", monitor="1004", channel_id=outside.channel_id, type="listen") == 70084
    assert await api.post_code("call/listen", monitor="1004", channel_id=leg.channel_id, type="spy") == 40002
    extension = pbx.house.extension("1004")
    assert extension is not None
    extension.may_monitor = False
    assert await api.post_code("call/listen", monitor="1004", channel_id=leg.channel_id, type="listen") == 70084


async def test_inviting_members_up_to_nine(pbx: EmulatedPbx, api: Api) -> None:
    call, _, leg = await talk(pbx)
    assert await api.post_code("call/add_member", channel_id=leg.channel_id, number="1002") == 0
    await pbx.desk("1002").answer()
    assert statuses(call) == {CALLER: "ANSWERED", "1001": "ANSWER", "1002": "ANSWER"}
    assert await api.post_code("call/add_member", channel_id=leg.channel_id, number="6500") == 70132
    for number in range(6):
        assert await api.post_code("call/add_member", channel_id=leg.channel_id, number=f"+4930555100{number}") == 0
    assert await api.post_code("call/add_member", channel_id=leg.channel_id, number="1003") == 70510
    await pbx.desk("1001").hang_up()
    assert call.alive
    await pbx.desk("1002").hang_up()


async def test_an_invited_member_that_refuses_is_a_failed_leg_only(pbx: EmulatedPbx, api: Api) -> None:
    call, _, leg = await talk(pbx)
    assert await api.post_code("call/add_member", channel_id=leg.channel_id, number="1097") == 0
    await until(lambda: pbx.books.of_type(30015))
    assert statuses(call) == {CALLER: "ANSWERED", "1001": "ANSWER"}


async def test_accepting_an_inbound_call_routes_it_at_once(pbx: EmulatedPbx, api: Api) -> None:
    pbx.house.trunks[0].control_inbound = True
    call = await pbx.call_in(CALLER, "1001")
    await until(lambda: call.decision)
    assert await api.post_code("call/accept_inbound", channel_id=call.legs[0].channel_id) == 0
    await pbx.desk("1001").wait("ringing")
    assert await api.post_code("call/accept_inbound", channel_id=call.legs[0].channel_id) == 70132
    assert await api.post_code("call/refuse_inbound", channel_id=call.legs[0].channel_id) == 70132


async def test_refusing_an_inbound_call_rings_nothing(pbx: EmulatedPbx, api: Api) -> None:
    pbx.house.trunks[0].control_inbound = True
    call = await pbx.call_in(CALLER, "1001")
    await until(lambda: call.decision)
    assert await api.post_code("call/refuse_inbound", channel_id=call.legs[0].channel_id) == 0
    assert await over(pbx, call) == "NO ANSWER"
    assert pbx.desk("1001").told == []
    await until(lambda: pbx.outside(CALLER).told[-1][0] == "refuse 603")


async def test_a_prompt_is_played_and_its_end_is_told(pbx: EmulatedPbx, api: Api, clock: ManualClock) -> None:
    answer = await api.post(
        "call/play_prompt", number="1001", prompts=["doorbell"], count=2, auto_answer="yes", volume=15
    )
    assert answer == {"errcode": 0, "errmsg": "SUCCESS"}
    await pbx.desk("1001").wait("talking")
    await clock.advance(10)
    assert [event["prompt"] for event in pbx.books.of_type(30018)] == ["doorbell", "doorbell"]
    await until(lambda: pbx.desk("1001").told[-1][0] == "hangup")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"prompts": ["none"]}, "prompts"),
        ({"prompts": []}, "prompts"),
        ({"prompts": "doorbell"}, "prompts"),
        ({"volume": 21}, "volume"),
        ({"count": 0}, "count"),
        ({"number": ""}, "number"),
    ],
)
async def test_prompt_parameters(api: Api, change: dict[str, Any], field: str) -> None:
    answer = await api.post("call/play_prompt", **({"number": "1001", "prompts": ["doorbell"], "count": 1} | change))
    assert (answer["errcode"], answer["invalid_param_list"][0]["field"]) == (40002, field)


async def test_a_ringing_call_can_be_sent_to_the_mailbox(pbx: EmulatedPbx, api: Api, clock: ManualClock) -> None:
    call = await pbx.call_in(CALLER, "1001")
    leg = await pbx.desk("1001").wait("ringing")
    body = {"callee_channel": leg.channel_id, "number": "1001"}
    assert await api.post_code("call/directly_forward_to_voicemail", **body) == 0
    await until(lambda: call.mailbox)
    await until(lambda: pbx.desk("1001").told[-1][0] == "cancel")
    await clock.advance(6)
    await pbx.outside(CALLER).hang_up()
    assert await over(pbx, call) == "VOICEMAIL"
    assert [message.mailbox for message in pbx.archive.messages] == ["1001"]


async def test_recording_leaves_a_file(pbx: EmulatedPbx, api: Api, clock: ManualClock) -> None:
    call, outside, leg = await talk(pbx)
    assert await api.post_code("call/record_pause", channel_id=leg.channel_id) == 70132
    assert await api.post_code("call/record_start", channel_id=outside.channel_id) == 70084
    assert await api.post_code("call/record_start", channel_id=leg.channel_id) == 0
    assert await api.post_code("call/record_start", channel_id=leg.channel_id) == 70132
    await clock.advance(10)
    assert await api.post_code("call/record_pause", channel_id=leg.channel_id) == 0
    await clock.advance(100)
    assert await api.post_code("call/record_unpause", channel_id=leg.channel_id) == 0
    await clock.advance(5)
    await pbx.desk("1001").hang_up()
    (recording,) = pbx.archive.recordings
    assert recording.seconds == 15
    assert pbx.books.of_type(30012)[0]["recording"] == recording.file == call.recording


async def test_recording_needs_the_right(pbx: EmulatedPbx, api: Api) -> None:
    _, _, leg = await talk(pbx)
    extension = pbx.house.extension("1001")
    assert extension is not None
    extension.record_permission = 1
    assert await api.post_code("call/record_start", channel_id=leg.channel_id) == 70084
