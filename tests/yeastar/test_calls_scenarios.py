"""What people do with telephones, told by a PBX under every reading of the protocol, ends in the same state."""

from collections.abc import Iterator
import itertools
import os
from typing import Any

import pytest

from custom_components.yeastar_linkus.yeastar import CallState, Direction, Outcome
from emulator.house import demo_house
from tests.yeastar.bench import Bench

CALLER = "+4930999"

MEMBERS = ("all", "changed")
BYE = ("hanger", "each", "none")
TRUNK = ("monitored", "omit_member", "no_event")
EVERY = os.environ.get("EVERY_READING") == "1"


def readings() -> Iterator[dict[str, Any]]:
    """How a PBX may read the points that change the course of events.

    Every combination of what is in 30011; the other readings take turns (EVERY_READING=1 combines them all).
    """
    turns = itertools.cycle(itertools.product(("held", "holder"), (False, True), ("per_call", "per_stage")))
    others = list(itertools.product(("held", "holder"), (False, True), ("per_call", "per_stage")))
    for members, bye, trunk in itertools.product(MEMBERS, BYE, TRUNK):
        for hold_marks, member_per_device, cdr in others if EVERY else [next(turns)]:
            yield {
                "members": members,
                "bye": bye,
                "trunk": trunk,
                "hold_marks": hold_marks,
                "member_per_device": member_per_device,
                "cdr": cdr,
            }


@pytest.fixture(params=list(readings()), ids=lambda reading: "-".join(str(value) for value in reading.values()))
def bench(request: pytest.FixtureRequest) -> Bench:
    reading = dict(request.param)
    trunk = reading.pop("trunk")
    house = demo_house()
    for extension in house.extensions:
        extension.monitor_calls = True
    for line in house.trunks:
        line.monitor_calls = trunk == "monitored"
    if trunk != "monitored":
        reading["unmonitored_trunk"] = trunk
    bench = Bench(house, **reading)
    bench.visible = trunk == "monitored"  # type: ignore[attr-defined]
    bench.silent = trunk == "no_event"  # type: ignore[attr-defined]
    return bench


async def test_an_answered_call_from_outside(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "1001")
    await bench.pass_time()
    assert bench.states("1001", "1002") == ("ringing", "idle")
    await bench.pbx.desk("1001").answer()
    await bench.pass_time(7)
    assert bench.state("1001") is CallState.TALKING
    await bench.pbx.outside(CALLER).hang_up()
    await bench.finish()
    (call,) = bench.book.calls.values()
    assert (call.outcome, call.direction, call.caller) == (Outcome.ANSWERED, Direction.IN, CALLER)
    assert call.talk_duration == 7
    if not bench.silent:
        assert bench.told("1001") == ["incoming", "answered", "ended"]
        assert bench.outcomes("1001") == [Outcome.ANSWERED]


async def test_a_caller_gives_up(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "1001")
    await bench.pass_time()
    await bench.pbx.outside(CALLER).hang_up()
    await bench.finish()
    assert bench.whole() == [Outcome.MISSED]
    if not bench.silent:
        assert bench.told("1001") == ["incoming", "ended", "missed"]


async def test_a_refused_call(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "1001")
    await bench.pass_time()
    await bench.pbx.desk("1001").reject()
    await bench.finish()
    assert bench.whole() == [Outcome.REJECTED]


async def test_a_busy_extension(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "1097")
    await bench.finish()
    assert bench.whole() == [Outcome.BUSY]


async def test_voicemail(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "1003")
    await bench.pass_time(33)
    await bench.pbx.outside(CALLER).hang_up()
    await bench.finish()
    assert bench.whole() == [Outcome.VOICEMAIL]
    if not bench.silent:
        assert bench.told("1003")[-2:] == ["ended", "voicemail"]


async def test_a_ring_group(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "6300")
    await bench.pass_time()
    assert bench.states("1001", "1002", "1004") == ("ringing",) * 3
    await bench.pbx.desk("1002").answer()
    await bench.pass_time(5)
    assert bench.states("1001", "1002", "1004") == ("idle", "talking", "idle")
    await bench.pbx.desk("1002").hang_up()
    await bench.finish()
    assert bench.whole() == [Outcome.ANSWERED]
    if not bench.silent:
        assert bench.outcomes("1001") == [Outcome.ELSEWHERE]
        assert bench.outcomes("1002") == [Outcome.ANSWERED]


async def test_a_queue(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "6500")
    await bench.pass_time()
    assert bench.states("1002", "1003") == ("ringing", "ringing")
    await bench.pbx.desk("1003").answer()
    await bench.pass_time(5)
    assert bench.states("1002", "1003") == ("idle", "talking")
    await bench.pbx.outside(CALLER).hang_up()
    await bench.finish()
    assert bench.whole() == [Outcome.ANSWERED]


async def test_a_caller_leaves_the_queue(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "6500")
    await bench.pass_time(18)
    assert bench.states("1002", "1003") == ("idle", "idle")
    await bench.pass_time(4)
    assert bench.states("1002", "1003") == ("ringing", "ringing")
    await bench.pbx.outside(CALLER).hang_up()
    await bench.finish()
    assert bench.whole()[0] in {Outcome.ABANDONED, Outcome.MISSED}
    if not bench.silent:
        assert bench.outcomes("1002") == [Outcome.MISSED]


async def test_an_internal_call_with_hold(bench: Bench) -> None:
    await bench.pbx.desk("1001").dial("1002")
    await bench.pass_time()
    assert bench.states("1001", "1002") == ("dialing", "ringing")
    await bench.pbx.desk("1002").answer()
    await bench.pass_time()
    assert bench.states("1001", "1002") == ("talking", "talking")
    await bench.pbx.desk("1001").hold_call()
    await bench.pass_time()
    assert bench.states("1001", "1002") == ("on_hold", "on_hold")
    await bench.pbx.desk("1001").hold_call(False)
    await bench.pass_time()
    assert bench.states("1001", "1002") == ("talking", "talking")
    await bench.pbx.desk("1002").hang_up()
    await bench.finish()
    (call,) = bench.book.calls.values()
    assert (call.outcome, call.direction) == (Outcome.ANSWERED, Direction.INTERNAL)
    assert bench.told("1001") == ["outgoing", "answered", "held", "resumed", "ended"]
    assert bench.told("1002") == ["incoming", "answered", "held", "resumed", "ended"]


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        ("+493055500001", Outcome.ANSWERED),
        ("+493055500002", Outcome.BUSY),
        ("+493055500003", Outcome.NO_ANSWER),
        ("+493055500004", Outcome.FAILED),
    ],
)
async def test_a_call_to_the_outside(bench: Bench, number: str, outcome: Outcome) -> None:
    await bench.pbx.desk("1001").dial(number)
    await bench.pass_time(3)
    if outcome is Outcome.ANSWERED:
        assert bench.state("1001") is CallState.TALKING
    await bench.pass_time(90)
    if bench.pbx.desk("1001").legs:
        await bench.pbx.desk("1001").hang_up()
    await bench.finish()
    assert bench.whole() == [outcome]


@pytest.mark.parametrize("status", ["RING", "ALERT"])
async def test_dialling_through_the_api(bench: Bench, status: Any) -> None:
    bench.pbx.knobs.dial_caller_status = status
    bench.book.dials.expect("1001", "1002", bench.clock.now())
    bench.pbx.dial("1001", "1002")
    await bench.pass_time()
    assert bench.states("1001", "1002") == ("dialing", "idle")
    await bench.pbx.desk("1001").answer()
    await bench.pass_time()
    assert bench.states("1001", "1002") == ("dialing", "ringing")
    await bench.pbx.desk("1002").answer()
    await bench.pass_time()
    assert bench.states("1001", "1002") == ("talking", "talking")
    await bench.pbx.desk("1001").hang_up()
    await bench.finish()
    assert bench.whole() == [Outcome.ANSWERED]
    assert bench.told("1001") == ["outgoing", "answered", "ended"]
    assert bench.told("1002") == ["incoming", "answered", "ended"]


@pytest.mark.parametrize("by_api", [False, True])
@pytest.mark.parametrize("reported", [False, True])
async def test_a_blind_transfer(bench: Bench, by_api: bool, reported: bool) -> None:
    bench.pbx.knobs.report_api_transfers = reported
    await bench.pbx.call_in(CALLER, "1001")
    await bench.pbx.desk("1001").answer()
    await bench.pass_time()
    if by_api:
        leg = bench.pbx.desk("1001").talking
        assert leg is not None
        assert await bench.pbx.switchboard.transfer(leg, "1002")
    else:
        await bench.pbx.desk("1001").send_to("1002")
    await bench.pass_time()
    assert bench.states("1001", "1002") == ("idle", "ringing")
    await bench.pbx.desk("1002").answer()
    await bench.pass_time()
    assert bench.states("1001", "1002") == ("idle", "talking")
    await bench.pbx.desk("1002").hang_up()
    await bench.finish()
    assert bench.whole()[0] in {Outcome.TRANSFERRED, Outcome.ANSWERED}
    if not bench.silent:
        assert bench.outcomes("1002") == [Outcome.ANSWERED]
        assert bench.outcomes("1001") == [Outcome.TRANSFERRED]


@pytest.mark.parametrize("keeps", ["first", "consultation"])
async def test_an_attended_transfer_by_the_phone(bench: Bench, keeps: Any) -> None:
    bench.pbx.knobs.transfer_keeps = keeps
    await bench.pbx.desk("1005").dial("1001")
    await bench.pbx.desk("1001").answer()
    await bench.pass_time()
    await bench.pbx.desk("1001").dial("1002")
    await bench.pass_time()
    assert bench.states("1001", "1002", "1005") == ("dialing", "ringing", "on_hold")
    await bench.pbx.desk("1002").answer()
    await bench.pass_time()
    assert bench.states("1001", "1002", "1005") == ("talking", "talking", "on_hold")
    assert await bench.pbx.desk("1001").join()
    await bench.pass_time()
    assert bench.states("1001", "1002", "1005") == ("idle", "talking", "talking")
    await bench.pbx.desk("1005").hang_up()
    await bench.finish()
    assert Outcome.TRANSFERRED in bench.outcomes("1001")
    assert all(bench.whole())


async def test_call_waiting(bench: Bench) -> None:
    await bench.pbx.desk("1005").dial("1001")
    await bench.pbx.desk("1001").answer()
    await bench.pass_time()
    await bench.pbx.desk("1004").dial("1001")
    await bench.pass_time()
    assert len(bench.book.calls_of("1001")) == 2
    assert bench.state("1001") is CallState.TALKING
    await bench.pbx.desk("1004").hang_up()
    await bench.pass_time()
    assert len(bench.book.calls_of("1001")) == 1
    await bench.pbx.desk("1005").hang_up()
    await bench.finish()
    assert sorted(map(str, bench.whole())) == ["answered", "missed"]


async def test_a_call_goes_on_to_another_extension(bench: Bench) -> None:
    extension = bench.house.extension("1001")
    assert extension is not None
    extension.no_answer, extension.ring_seconds = "1002", 10
    await bench.pbx.call_in(CALLER, "1001")
    await bench.pass_time()
    assert bench.states("1001", "1002") == ("ringing", "idle")
    await bench.pass_time(12)
    assert bench.states("1001", "1002") == ("idle", "ringing")
    await bench.pbx.desk("1002").answer()
    await bench.pass_time()
    assert bench.states("1001", "1002") == ("idle", "talking")
    await bench.pbx.outside(CALLER).hang_up()
    await bench.finish()
    assert bench.whole() == [Outcome.ANSWERED]
