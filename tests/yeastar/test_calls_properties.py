"""However events come - twice, late, in any order, or not at all - calls end as the clean sequence says."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import cache
import random
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
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
    DtmfDigit,
    Event,
    ExtensionCallStatus,
    ExtensionStatus,
    IncomingCallRequest,
    Member,
    MemberKind,
    MemberStatus,
    Moment,
    MomentKind,
    Outcome,
    PromptFinished,
    decode_event,
)
from tests.yeastar.bench import Bench
from tests.yeastar.ends import Ends

TAKEN = {Outcome.ANSWERED, Outcome.TRANSFERRED}
CALLER = "+4930999"


async def inbound_answered(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "1001")
    await bench.pass_time()
    await bench.pbx.desk("1001").answer()
    await bench.pass_time()
    await bench.pbx.desk("1001").hold_call()
    await bench.pass_time()
    await bench.pbx.desk("1001").hold_call(False)
    await bench.pass_time()
    await bench.pbx.outside(CALLER).hang_up()


async def inbound_missed(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "1001")
    await bench.pass_time(5)
    await bench.pbx.outside(CALLER).hang_up()


async def inbound_rejected(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "1001")
    await bench.pass_time()
    await bench.pbx.desk("1001").reject()


async def voicemail(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "1003")
    await bench.pass_time(33)
    await bench.pbx.outside(CALLER).hang_up()


async def ring_group(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "6300")
    await bench.pass_time()
    await bench.pbx.desk("1002").answer()
    await bench.pass_time()
    await bench.pbx.desk("1002").hang_up()


async def queue(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "6500")
    await bench.pass_time()
    await bench.pbx.desk("1003").answer()
    await bench.pass_time()
    await bench.pbx.desk("1003").hang_up()


async def outbound(bench: Bench) -> None:
    await bench.pbx.desk("1001").dial("+493055500001")
    await bench.pass_time(5)
    await bench.pbx.desk("1001").hang_up()


async def outbound_busy(bench: Bench) -> None:
    await bench.pbx.desk("1001").dial("+493055500002")
    await bench.pass_time(5)


async def internal(bench: Bench) -> None:
    await bench.pbx.desk("1004").dial("1005")
    await bench.pass_time()
    await bench.pbx.desk("1005").answer()
    await bench.pass_time()
    await bench.pbx.desk("1005").hang_up()


async def blind_transfer(bench: Bench) -> None:
    await bench.pbx.call_in(CALLER, "1001")
    await bench.pbx.desk("1001").answer()
    await bench.pass_time()
    await bench.pbx.desk("1001").send_to("1002")
    await bench.pass_time()
    await bench.pbx.desk("1002").answer()
    await bench.pass_time()
    await bench.pbx.desk("1002").hang_up()


SCENARIOS: dict[str, Callable[[Bench], Coroutine[Any, Any, None]]] = {
    scenario.__name__: scenario
    for scenario in (
        inbound_answered,
        inbound_missed,
        inbound_rejected,
        voicemail,
        ring_group,
        queue,
        outbound,
        outbound_busy,
        internal,
        blind_transfer,
    )
}
READINGS: tuple[dict[str, Any], ...] = (
    {},
    {"members": "changed", "bye": "each", "cdr": "per_stage", "hold_marks": "holder"},
    {"members": "all", "bye": "none", "cdr": "per_stage", "member_per_device": True},
    {"members": "changed", "bye": "none", "msg": "object"},
)


@cache
def recorded(name: str, reading: int) -> tuple[tuple[Event, ...], frozenset[str]]:
    """The events of a scenario in clean order, and the numbers of all extensions."""

    async def play() -> tuple[tuple[Event, ...], frozenset[str]]:
        bench = Bench(**READINGS[reading])
        await SCENARIOS[name](bench)
        await bench.finish()
        return tuple(map(decode_event, bench.raw)), frozenset(e.number for e in bench.house.extensions)

    return asyncio.run(play())


class Play:
    """Events applied to a book in some order, a tenth of a second apart."""

    def __init__(self, extensions: frozenset[str]) -> None:
        self.book = CallBook(extensions)
        self.at = 1000.0
        self.moments: list[Moment] = []
        self._ends = Ends()

    def _tell(self, changes: Changes) -> None:
        self.moments += changes.moments
        self._ends.note(changes.moments, self.book.calls)

    def apply(self, events: Any) -> Play:
        for event in events:
            self.at += 0.1
            self._tell(self.book.apply(event, self.at))
        return self

    def repair(self) -> Play:
        """What the integration does after a gap: nothing runs on the PBX any more."""
        self.at += 1
        self._tell(self.book.reconcile([], self.at))
        self.at += 10
        self._tell(self.book.expire(self.at))
        return self

    def end(self) -> dict[str, Any]:
        """The end state, without times."""
        assert all(not call.active for call in self.book.calls.values())
        assert self.book.due is None
        return {
            call.id: (
                call.outcome,
                call.direction,
                call.caller,
                call.talk_duration,
                frozenset((party.number, party.outcome) for party in call.parties if party.internal),
            )
            for call in self.book.calls.values()
        }

    def idle(self, extensions: frozenset[str]) -> bool:
        return all(self.book.state_of(n) is CallState.IDLE and not self.book.calls_of(n) for n in extensions)


any_scenario = st.tuples(st.sampled_from(sorted(SCENARIOS)), st.integers(0, len(READINGS) - 1))
quick = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quick
@given(which=any_scenario, seed=st.integers(0, 2**32), copies=st.integers(0, 8))
def test_any_order_with_duplicates_ends_alike(which: tuple[str, int], seed: int, copies: int) -> None:
    events, extensions = recorded(*which)
    clean = Play(extensions).apply(events).repair()
    chance = random.Random(seed)
    shuffled = [*events, *chance.choices(events, k=copies)]
    chance.shuffle(shuffled)
    other = Play(extensions).apply(shuffled).repair()
    expected, found = clean.end(), other.end()
    if which[0] == "blind_transfer":
        assert {call_id: end[0] in TAKEN for call_id, end in found.items()} == dict.fromkeys(expected, True)
    else:
        assert found == expected
    assert other.idle(extensions)


@quick
@given(which=any_scenario, data=st.data())
def test_lost_events_leave_the_right_kind_of_end(which: tuple[str, int], data: st.DataObject) -> None:
    events, extensions = recorded(*which)
    clean = Play(extensions).apply(events).repair().end()
    kept = [event for event in events if isinstance(event, CallEnded) or data.draw(st.booleans())]
    play = Play(extensions).apply(kept).repair()
    found = play.end()
    assert {call_id: end[0] in TAKEN for call_id, end in found.items()} == {
        call_id: end[0] in TAKEN for call_id, end in clean.items()
    }
    assert {call_id: end[0] is Outcome.VOICEMAIL for call_id, end in found.items()} == {
        call_id: end[0] is Outcome.VOICEMAIL for call_id, end in clean.items()
    }
    assert play.idle(extensions)


@quick
@given(which=any_scenario, data=st.data())
def test_without_any_record_a_snapshot_ends_the_call(which: tuple[str, int], data: st.DataObject) -> None:
    events, extensions = recorded(*which)
    kept = [event for event in events if not isinstance(event, CallEnded) and data.draw(st.booleans())]
    play = Play(extensions).apply(kept).repair()
    assert all(end[0] is not None for end in play.end().values())
    assert play.idle(extensions)


@quick
@given(which=any_scenario, seed=st.integers(0, 2**32))
def test_late_events_bring_nothing_back(which: tuple[str, int], seed: int) -> None:
    events, extensions = recorded(*which)
    play = Play(extensions).apply(events).repair()
    before, told = play.end(), len(play.moments)
    late = [event for event in events if not isinstance(event, ExtensionCallStatus | DtmfDigit)]
    random.Random(seed).shuffle(late)
    play.apply(late)
    assert play.end() == before
    assert play.idle(extensions)
    assert len(play.moments) == told
    play.at += 100
    play.moments += play.book.expire(play.at).moments
    assert not play.book.calls
    assert not play.book._channels
    play.apply(late)
    assert not play.book.calls
    assert len(play.moments) == told


@pytest.mark.parametrize("name", sorted(SCENARIOS))
@pytest.mark.parametrize("reading", range(len(READINGS)))
def test_each_extension_is_told_of_the_end_once(name: str, reading: int) -> None:
    events, extensions = recorded(name, reading)
    play = Play(extensions).apply(events).repair()
    for call in play.book.calls.values():
        for number in call.extensions:
            ends = [m for m in play.moments if m.kind is MomentKind.ENDED and m.extension == number]
            assert len(ends) == 1
            assert ends[0].outcome is not None


@quick
@given(first=any_scenario, seed=st.integers(0, 2**32))
def test_parallel_calls_do_not_touch_each_other(first: tuple[str, int], seed: int) -> None:
    events, extensions = recorded(*first)
    others = [_other(event) for event in recorded("internal", 0)[0]]
    mixed: list[Event] = []
    queues = [list(events), list(others)]
    chance = random.Random(seed)
    while any(queues):
        mixed.append(chance.choice([queue for queue in queues if queue]).pop(0))
    together = Play(extensions | {"2004", "2005"}).apply(mixed).repair().end()
    alone = (
        Play(extensions).apply(events).repair().end() | Play(extensions | {"2004", "2005"}).apply(others).repair().end()
    )
    assert together == alone


def _other(event: Event) -> Event:
    """The same event among other extensions."""
    import json

    raw = {
        CallStateChanged: 30011,
        CallEnded: 30012,
        ExtensionCallStatus: 30008,
    }[type(event)]  # type: ignore[index]
    swap = {"1004": "2004", "1005": "2005"}
    if isinstance(event, ExtensionCallStatus):
        msg: dict[str, Any] = {"extension": swap[event.extension], "status": event.status}
    elif isinstance(event, CallEnded):
        msg = {
            "call_id": "other",
            "status": event.status,
            "type": event.type,
            "call_from": swap[event.caller],
            "call_to": swap[event.callee],
            "call_duration": event.duration,
            "talk_duration": event.talk_duration,
        }
    else:
        assert isinstance(event, CallStateChanged)
        msg = {
            "call_id": "other",
            "members": [
                {
                    "extension": {
                        "number": swap[m.number],
                        "channel_id": f"x{m.channel}",
                        "member_status": m.status,
                        "call_path": m.path,
                    }
                }
                for m in event.members
            ],
        }
    return decode_event(json.dumps({"type": raw, "msg": msg}))


# Anything at all

numbers = st.sampled_from(["1001", "1002", "1003", "6500", "+4930999", ""])
call_ids = st.sampled_from(["a", "b", "c"])
some_members = st.lists(
    st.builds(
        Member,
        kind=st.sampled_from(MemberKind),
        number=numbers,
        status=st.sampled_from(MemberStatus),
        channel=st.sampled_from(["", "c1", "c2", "c3", "c4"]),
        other=numbers,
        path=st.sampled_from(["", "6500"]),
    ),
    max_size=4,
).map(tuple)
reasons = st.sampled_from(["User Busy", "486 Busy here", "404 NOT found", "603 Declined", "DND", ""])
some_event: st.SearchStrategy[Event] = st.one_of(
    st.builds(CallStateChanged, call_id=call_ids, members=some_members),
    st.builds(CallStateChanged, call_id=call_ids, members=some_members),
    st.builds(CallTransferred, call_id=call_ids, members=some_members),
    st.builds(CallForwarded, call_id=call_ids, members=some_members),
    st.builds(IncomingCallRequest, call_id=call_ids, members=some_members),
    st.builds(CallFailed, call_id=call_ids, members=some_members, reason=reasons),
    st.builds(
        DtmfDigit,
        call_id=call_ids,
        members=some_members,
        digit=st.sampled_from("12"),
        index=st.integers(0, 2),
        digits=st.sampled_from(["1", "12"]),
    ),
    st.builds(
        CallEnded,
        call_id=call_ids,
        status=st.sampled_from(CallStatus),
        type=st.sampled_from(CallType),
        caller=numbers,
        callee=numbers,
        talk_duration=st.integers(0, 3),
    ),
    st.builds(ExtensionCallStatus, extension=numbers, status=st.sampled_from(ExtensionStatus)),
    st.builds(AgentRingTimeout, queue=numbers, agent=numbers, caller=numbers, call_id=call_ids),
    st.builds(PromptFinished, call_id=call_ids, members=some_members, prompt=st.just("x")),
)
some_snapshots = st.lists(st.builds(CallSnapshot, call_id=call_ids, members=some_members), max_size=3)
some_step = st.one_of(
    some_event,
    some_event,
    some_event,
    some_snapshots,
    st.tuples(call_ids, st.none() | st.builds(CallSnapshot, call_id=call_ids, members=some_members)),
    st.floats(0.1, 70),
    st.tuples(st.just("dial"), numbers),
)


@settings(max_examples=400, deadline=None)
@given(steps=st.lists(some_step, max_size=25), known=st.none() | st.just({"1001", "1002", "1003"}))
def test_nothing_raises_and_the_book_stays_whole(steps: list[Any], known: set[str] | None) -> None:
    book, ends = CallBook(known), Ends()
    at = 1000.0
    for step in steps:
        at += 0.3
        match step:
            case Event():
                changes = book.apply(step, at)
            case list():
                changes = book.reconcile(step, at - 0.1)
            case ("dial", number):
                book.dials.expect(number, "1002", at)
                continue
            case (call_id, snapshot):
                changes = book.verify(call_id, snapshot, at - 0.1)
            case float(seconds):
                at += seconds
                changes = book.expire(at)
        _check(book)
        ends.note(changes.moments, book.calls)
        assert {moment.extension for moment in changes.moments} <= changes.extensions | {""} | {
            number for call in changes.calls for number in call.extensions
        } | {moment.extension for moment in changes.moments if moment.kind is MomentKind.DTMF}
        hash(changes)
    at += 1
    book.reconcile([], at)
    book.expire(at + 10)
    _check(book)
    assert all(not call.active and call.outcome is not None for call in book.calls.values())
    assert all(book.state_of(number) is CallState.IDLE for number in ("1001", "1002", "1003"))
    book.expire(at + 1000)
    assert not book.calls
    assert not book._live
    assert not book._channels
    assert book.due is None


def _check(book: CallBook) -> None:
    """The indexes tell what a search through all calls would tell."""
    assert set(book._calls) == set(book._records)
    for number in ("1001", "1002", "1003", "6500", ""):
        expected = {call.id for call in book.calls.values() if call.state_of(number) is not CallState.IDLE}
        assert {call.id for call in book.calls_of(number)} == expected
    for call in book.calls.values():
        assert call.active == (call.state is not CallState.ENDED)
        assert call.active or all(party.state is CallState.ENDED for party in call.parties)
        assert call.outcome is None or not call.active
        for party in call.parties:
            assert call.remote_of(party.number) is not None
            assert bool(party.channels) <= (party.state is not CallState.ENDED)
