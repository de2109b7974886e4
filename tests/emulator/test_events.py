"""The numbered events under every reading of the protocol."""

import json
from typing import Any

import pytest

from emulator import EmulatedPbx, Knobs, demo_house
from emulator.clock import ManualClock
from emulator.delivery import dump
from emulator.events import SUPPORTED
from tests.emulator.conftest import Api, until

CALLER = "+49301112223"


def states(pbx: EmulatedPbx, number: int = 30011) -> list[list[tuple[str, str]]]:
    """Each event as (who, status) pairs."""
    seen = []
    for msg in pbx.books.of_type(number):
        members = []
        for member in msg["members"]:
            ((role, value),) = member.items()
            who = {"extension": "number", "inbound": "from", "outbound": "to"}[role]
            members.append((value[who], value["member_status"]))
        seen.append(members)
    return seen


async def talk(pbx: EmulatedPbx, *, ended_by: str = "1001") -> str:
    """An inbound call, answered, held and taken back, ended."""
    call = await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
    await pbx.desk("1001").hold_call()
    await pbx.desk("1001").hold_call(False)
    await pbx.phone(ended_by).hang_up()
    return call.id


async def test_the_documented_sequence(pbx: EmulatedPbx) -> None:
    call_id = await talk(pbx)
    assert states(pbx) == [
        [(CALLER, "ALERT"), ("1001", "RING")],
        [(CALLER, "ANSWERED"), ("1001", "ANSWER")],
        [(CALLER, "HOLD"), ("1001", "ANSWER")],
        [(CALLER, "ANSWERED"), ("1001", "ANSWER")],
        [(CALLER, "ANSWERED"), ("1001", "BYE")],
    ]
    assert {msg["call_id"] for msg in pbx.books.of_type(30011)} == {call_id}
    assert [e.type for e in pbx.books.events][-2:] in ([30012, 30008], [30008, 30012])
    assert [(e["extension"], e["status"]) for e in pbx.books.of_type(30008)] == [
        ("1001", "Ringing"),
        ("1001", "Busy"),
        ("1001", "Idle"),
    ]


async def test_members_that_changed_only(pbx: EmulatedPbx) -> None:
    pbx.knobs.members = "changed"
    await talk(pbx)
    assert states(pbx) == [
        [(CALLER, "ALERT"), ("1001", "RING")],
        [(CALLER, "ANSWERED"), ("1001", "ANSWER")],
        [(CALLER, "HOLD")],
        [(CALLER, "ANSWERED")],
        [("1001", "BYE")],
    ]


async def test_hold_marks_the_holder(pbx: EmulatedPbx) -> None:
    pbx.knobs.hold_marks = "holder"
    await talk(pbx)
    assert states(pbx)[2] == [(CALLER, "ANSWERED"), ("1001", "HOLD")]


@pytest.mark.parametrize(
    ("bye", "last"),
    [
        ("hanger", [[(CALLER, "BYE"), ("1001", "ANSWER")]]),
        ("each", [[(CALLER, "BYE"), ("1001", "ANSWER")], [(CALLER, "BYE"), ("1001", "BYE")]]),
        ("none", []),
    ],
)
async def test_who_says_bye(pbx: EmulatedPbx, bye: Any, last: list[list[tuple[str, str]]]) -> None:
    pbx.knobs.bye = bye
    await talk(pbx, ended_by=CALLER)
    assert states(pbx)[4:] == last
    assert len(pbx.books.of_type(30012)) == 1


async def test_a_trunk_without_monitor_loses_its_member(pbx: EmulatedPbx) -> None:
    pbx.house.trunks[0].monitor_calls = False
    await talk(pbx, ended_by=CALLER)
    assert states(pbx) == [[("1001", "RING")], [("1001", "ANSWER")], [("1001", "BYE")]]


async def test_a_trunk_without_monitor_may_silence_the_event(pbx: EmulatedPbx) -> None:
    pbx.house.trunks[0].monitor_calls = False
    pbx.knobs.unmonitored_trunk = "no_event"
    await talk(pbx)
    assert states(pbx) == []
    assert len(pbx.books.of_type(30012)) == 1


async def test_internal_calls_come_with_or_without_monitors(pbx: EmulatedPbx) -> None:
    for extension in pbx.house.extensions:
        extension.monitor_calls = False
    await pbx.desk("1001").dial("1002")
    await pbx.desk("1002").answer()
    await pbx.desk("1002").hang_up()
    assert states(pbx) == [
        [("1001", "ALERT"), ("1002", "RING")],
        [("1001", "ANSWERED"), ("1002", "ANSWER")],
        [("1001", "ANSWERED"), ("1002", "BYE")],
    ]
    assert pbx.books.of_type(30008) == []
    pbx.knobs.internal_calls_need_monitor = True
    await pbx.desk("1001").dial("1002")
    await pbx.desk("1002").answer()
    assert len(states(pbx)) == 3


async def test_monitors_gate_the_extension_events(pbx: EmulatedPbx) -> None:
    pbx.books.events.clear()
    pbx.unplug("1002")
    pbx.set_presence("1002", "away")
    assert len(pbx.books.events) == 2
    for extension in pbx.house.extensions:
        extension.monitor_registration = extension.monitor_presence = False
    pbx.plug_in("1002")
    pbx.set_presence("1002", "available")
    assert len(pbx.books.events) == 2


@pytest.mark.parametrize("per_device", [True, False])
async def test_one_member_for_each_device_or_one(pbx: EmulatedPbx, per_device: bool) -> None:
    from emulator.simulated import DeskPhone

    pbx.knobs.member_per_device = per_device
    second = DeskPhone(pbx.switchboard, "1001")
    second.kind = "linkus_desktop"
    pbx.switchboard.register(second, "1001")
    await pbx.desk("1002").dial("1001")
    await pbx.desk("1001").wait("ringing")
    await second.answer()
    await second.hang_up()
    ringing = [("1001", "RING")] * (2 if per_device else 1)
    assert states(pbx)[0] == [("1002", "ALERT"), *ringing]
    assert ("1001", "ANSWER") in states(pbx)[1]
    assert (("1001", "BYE") in states(pbx)[1]) is per_device
    assert states(pbx)[-1] == [("1002", "ANSWERED"), ("1001", "BYE")]


@pytest.mark.parametrize("first", ["RING", "ALERT"])
async def test_call_dial_rings_the_caller_first(pbx: EmulatedPbx, api: Api, first: Any) -> None:
    pbx.knobs.dial_caller_status = first
    answer = await api.post("call/dial", caller="1001", callee="1002")
    await pbx.desk("1001").answer()
    await pbx.desk("1002").answer()
    assert states(pbx) == [
        [("1001", first)],
        *([[("1001", "ALERT")]] if first == "RING" else []),
        [("1001", "ALERT"), ("1002", "RING")],
        [("1001", "ANSWERED"), ("1002", "ANSWER")],
    ]
    assert pbx.books.of_type(30011)[0]["call_id"] == answer["call_id"]


async def test_one_record_for_the_call_or_for_each_stage(pbx: EmulatedPbx, clock: ManualClock) -> None:
    pbx.knobs.cdr = "per_stage"
    await pbx.call_in(CALLER, "6300")
    await clock.advance(3)
    await pbx.desk("1002").answer()
    await clock.advance(7)
    await pbx.desk("1002").hang_up()
    rows = pbx.books.of_type(30012)
    assert [(r["call_to"], r["status"], r["talk_duration"]) for r in rows] == [
        ("6300", "ANSWERED", 0),
        ("1002", "ANSWERED", 7),
    ]
    assert len({r["call_id"] for r in rows}) == len({r["uid"] for r in rows}) == 1


@pytest.mark.parametrize("members", ["extension", "all", "null"])
async def test_members_of_a_failure(pbx: EmulatedPbx, members: Any) -> None:
    pbx.knobs.failure_members = members
    await pbx.desk("1001").dial("1097")
    await until(lambda: pbx.books.of_type(30015))
    (failure,) = pbx.books.of_type(30015)
    if members == "null":
        assert failure["members"] is None
    else:
        expected = {"extension": [("1097", "BYE")], "all": [("1001", "ALERT")]}[members]
        assert states(pbx, 30015) == [expected]
    assert failure["reason"] == "486 Busy here"
    assert states(pbx)[-1] == [("1001", "ALERT"), ("1097", "BYE")]


async def test_the_spelling_of_not_found(pbx: EmulatedPbx) -> None:
    pbx.knobs.reason_not_found = "404 Not found"
    await pbx.desk("1001").dial("12")
    await until(lambda: pbx.books.of_type(30015))
    assert pbx.books.of_type(30015)[0]["reason"] == "404 Not found"


@pytest.mark.parametrize(
    ("msg", "number", "kind"),
    [
        ("string", 30011, str),
        ("string", 30029, str),
        ("object", 30011, dict),
        ("documented", 30011, str),
        ("documented", 30029, dict),
        ("documented", 30039, dict),
    ],
)
def test_how_msg_is_packed(msg: Any, number: int, kind: type) -> None:
    pbx = EmulatedPbx(demo_house(), knobs=Knobs(msg=msg))
    envelope = pbx.events.envelope(number, {"call_id": "1", "name": "Zoë"}, dump)
    assert isinstance(envelope["msg"], kind)
    inner = json.loads(envelope["msg"]) if kind is str else envelope["msg"]
    assert inner == {"call_id": "1", "name": "Zoë"}
    assert envelope["sn"] == "3631A2100001"


def test_events_without_a_serial() -> None:
    pbx = EmulatedPbx()
    without = {number for number in SUPPORTED if "sn" not in pbx.events.envelope(number, {}, dump)}
    assert without == {30022, 30023, 30025, 30026, 30027, 30028}
    pbx.knobs.without_sn = frozenset()
    assert "sn" in pbx.events.envelope(30022, {}, dump)


def test_there_is_no_30021_and_no_30037() -> None:
    assert not SUPPORTED & {30021, 30037}
    assert {30005, 30011, 30012, 30039} <= SUPPORTED


async def test_the_timeline_of_a_call(pbx: EmulatedPbx, clock: ManualClock) -> None:
    pbx.knobs.timeline = True
    call = await pbx.call_in(CALLER, "6300")
    await clock.advance(3)
    await pbx.desk("1002").answer()
    await clock.advance(7)
    await pbx.desk("1002").hang_up()
    first, second = pbx.books.of_type(30039)
    assert {first["uid"], second["uid"]} == {call.uid}
    assert (first["leg"], first["call_to"], first["ring_duration"], first["talk_duration"]) == (1, "6300", 3, 0)
    assert (second["leg"], second["call_to"], second["talk_duration"], second["status"]) == (2, "1002", 7, "ANSWERED")
    assert second["time_start"] == "2026/02/15 10:05:03"
    assert [step["event_name"] for step in second["event_list"]] == ["moved", "ended"]
