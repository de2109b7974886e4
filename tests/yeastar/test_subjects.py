"""Call control, queues, voicemail, recordings, history and contacts, against the emulated PBX."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC
from typing import Any

import aiohttp
import pytest

from custom_components.yeastar_linkus.yeastar import (
    AccessDenied,
    AgentActivity,
    CallStatus,
    CallType,
    CannotConnect,
    ChannelGone,
    Consultation,
    Contact,
    ContactDetails,
    Direction,
    FileLink,
    Listening,
    NotFound,
    NotSupported,
    NumberKind,
    OperationFailed,
    Outcome,
    ParkingSlot,
    Presence,
    ProtocolError,
    Stage,
    TokenRejected,
    YeastarClient,
    calls_from,
    history,
    transport as transport_module,
)
from custom_components.yeastar_linkus.yeastar.paging import Page
from custom_components.yeastar_linkus.yeastar.transport import Transport
from custom_components.yeastar_linkus.yeastar.wall_clock import WallClock
from emulator import EmulatedPbx
from emulator.clock import ManualClock
from emulator.house import GroupMailbox

CALLER = "+4930999"
ALL = {"1001", "1002", "1003", "1004", "1005"}


@pytest.fixture
async def talk(pbx: EmulatedPbx, clock: ManualClock) -> dict[str, str]:
    """Somebody from outside talks to 1001; the channels of both by number."""
    call = await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
    await clock.advance(1)
    return {leg.number: leg.channel_id for leg in call.members}


async def test_hold_and_mute(client: YeastarClient, pbx: EmulatedPbx, talk: dict[str, str]) -> None:
    leg = pbx.leg("1001")
    assert leg is not None
    await client.calls.hold(talk["1001"])
    assert leg.holding
    await client.calls.resume(talk["1001"])
    assert not leg.holding
    await client.calls.mute(talk["1001"])
    assert leg.muted
    await client.calls.unmute(talk["1001"])
    assert not leg.muted
    await client.hangup(talk["1001"])
    with pytest.raises(ChannelGone):
        await client.calls.hold(talk["1001"])


async def test_a_blind_transfer(
    client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock, talk: dict[str, str]
) -> None:
    await client.calls.transfer(talk[CALLER], "1002", "1001")
    await clock.advance(1)
    assert pbx.desk("1002").ringing is not None
    assert pbx.desk("1001").legs == []


@pytest.mark.parametrize("how", Consultation)
async def test_an_attended_transfer(
    client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock, talk: dict[str, str], how: Consultation
) -> None:
    await client.calls.consult(talk["1001"], "1002", "1001")
    await clock.advance(1)
    await pbx.desk("1002").answer()
    await clock.advance(1)
    await client.calls.consultation(talk["1001"], how)
    await clock.advance(1)
    assert (pbx.desk("1001").talking is None) == (how is Consultation.COMPLETE)
    assert (pbx.desk("1002").talking is None) == (how is Consultation.ABORT)


async def test_parking(client: YeastarClient, pbx: EmulatedPbx, talk: dict[str, str]) -> None:
    assert await client.calls.park(talk[CALLER]) == "6000"
    slots = {slot.slot: slot for slot in await client.calls.parking()}
    assert slots["6000"].taken
    assert (slots["6000"].number, slots["6000"].channel) == (CALLER, talk[CALLER])
    assert slots["6001"] == ParkingSlot("6001", False)
    other = await pbx.call_in("+4930111", "1002")
    await pbx.desk("1002").answer()
    channel = next(leg.channel_id for leg in other.members if leg.number == "+4930111")
    assert await client.calls.park(channel, "6003") == "6003"
    pbx.knobs.absent = frozenset({"call/park_status"})
    with pytest.raises(NotSupported):
        await client.calls.parking()


async def test_a_ringing_call_to_the_mailbox(client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock) -> None:
    await pbx.call_in(CALLER, "1001")
    ringing = await pbx.desk("1001").wait("ringing")
    await client.calls.to_voicemail(ringing.channel_id, "1003")
    await clock.advance(1)
    assert pbx.desk("1001").legs == []


async def test_more_people(client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock, talk: dict[str, str]) -> None:
    await client.calls.add_member(talk["1001"], "1002")
    await client.calls.add_member(talk["1001"], "1004", permission="1001")
    await client.calls.listen("1005", talk["1001"], Listening.WHISPER)
    await clock.advance(1)
    for number in ("1002", "1004", "1005"):
        assert pbx.desk(number).ringing is not None
    extension = pbx.house.extension("1003")
    assert extension is not None
    extension.may_monitor = False
    with pytest.raises(OperationFailed):
        await client.calls.listen("1003", talk["1001"], Listening.BARGE)


@pytest.mark.parametrize("accept", [True, False])
async def test_a_decision(client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock, accept: bool) -> None:
    pbx.house.trunks[0].control_inbound = True
    call = await pbx.call_in(CALLER, "1001")
    await clock.advance(1)
    assert pbx.desk("1001").ringing is None
    channel = call.members[0].channel_id
    await (client.calls.accept(channel) if accept else client.calls.refuse(channel))
    await clock.advance(1)
    assert (pbx.desk("1001").ringing is not None) == accept
    assert call.alive == accept


async def test_recording_and_its_file(
    client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock, talk: dict[str, str]
) -> None:
    assert await client.recordings.page(1) == Page((), 0)
    await client.calls.record(talk["1001"])
    await clock.advance(5)
    await client.calls.pause_recording(talk["1001"])
    await client.calls.resume_recording(talk["1001"])
    with pytest.raises(OperationFailed):
        await client.calls.record(talk["1001"])
    await clock.advance(5)
    await client.hangup(talk["1001"])
    (recording,) = (await client.recordings.page(1)).rows
    assert (recording.type, recording.caller, recording.callee) == (CallType.INBOUND, CALLER, "1001")
    assert recording.duration == 10
    assert (await client.recordings.page(1, search="4711")) == Page((), 0)
    assert (await client.recordings.page(1, search=CALLER)) == Page((recording,), 1)
    sound = await client.download(await client.recordings.link(recording.id))
    assert sound == await client.download(await client.recordings.link_of_file(recording.file))
    assert sound[:4] == b"RIFF"
    for pbx.knobs.download_ranges in (False, True):
        async with client.open(await client.recordings.link(recording.id), 100) as body:
            assert body.size == len(sound)
            assert b"".join([chunk async for chunk in body.chunks()]) == sound[100:]
    pbx.knobs.download_ranges = False
    async with client.open(await client.recordings.link(recording.id), 70_000) as body:
        assert b"".join([chunk async for chunk in body.chunks()]) == sound[70_000:]
    with pytest.raises(NotFound):
        await client.recordings.link(4711)
    pbx.knobs.fail_with["recording/list"] = 60001
    assert await client.recordings.page(1) == Page((), 0)


async def test_a_link_that_expired(
    client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock, talk: dict[str, str]
) -> None:
    await client.calls.record(talk["1001"])
    await clock.advance(5)
    await client.hangup(talk["1001"])
    link = await client.recordings.link(1)
    pbx.tokens.forget_all()
    assert await client.download(link)
    await clock.advance(1900)
    with pytest.raises(NotFound):
        await client.download(link)


@pytest.mark.parametrize("url", ["", "https://evil.example/x", "//evil.example/x", "/\\evil.example", "x"])
def test_links_that_lead_away(url: str) -> None:
    with pytest.raises(ProtocolError):
        FileLink.from_api({"file": "x", "download_resource_url": url}, "x")


async def test_files_that_are_none(
    session: aiohttp.ClientSession,
    answer_with: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    pbx: EmulatedPbx,
    client: YeastarClient,
) -> None:
    async def fetch(url: str) -> bytes:
        async with Transport(session, url).file("/api/download/a%20b", "t", 5) as body:
            return b"".join([chunk async for chunk in body.chunks()])

    with pytest.raises(ProtocolError):
        await fetch(await answer_with(b'{"errcode": 0}', headers="Content-Type: application/json\r\n"))
    with pytest.raises(TokenRejected):
        await fetch(await answer_with(b'{"errcode": 10004}', headers="Content-Type: application/json\r\n"))
    with pytest.raises(CannotConnect):
        await fetch("http://127.0.0.1:1")
    with pytest.raises(ProtocolError, match="another part"):
        await fetch(await answer_with(b"abc", status="206 OK", headers="Content-Range: bytes 0-2/3\r\n"))
    for headers in ("", "Content-Type: application/json\r\n"):
        # More was promised than came.
        with pytest.raises(CannotConnect):
            await fetch(await answer_with(b"abcdefgh", headers=f"Content-Length: 99\r\n{headers}", length=""))
    monkeypatch.setattr(transport_module, "FILE_LIMIT", 10)
    pbx.archive.leave("1001", CALLER, "", 5)
    with pytest.raises(ProtocolError, match="larger"):
        await client.download(await client.voicemail.link((await client.voicemail.messages("1001"))[0].id))


async def test_a_file_whose_token_is_never_good(client: YeastarClient, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = 0

    @asynccontextmanager
    async def file(path: str, token: str, first: int) -> AsyncIterator[None]:
        nonlocal tries
        tries += 1
        raise TokenRejected(10004, "TOKEN EXPIRED")
        yield

    monkeypatch.setattr(client._transport, "file", file)
    with pytest.raises(TokenRejected):
        await client.download(FileLink("x", "/x"))
    assert tries == 2


async def test_prompts(client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock) -> None:
    assert await client.calls.prompts() == ("doorbell", "welcome")
    await client.calls.play_prompt("1001", ["doorbell"], volume=15, auto_answer=True, permission="1001")
    await client.calls.play_prompt("1002", ["doorbell"])
    await clock.advance(1)
    assert pbx.desk("1001").talking is not None
    assert pbx.desk("1002").ringing is not None
    with pytest.raises(OperationFailed, match="prompts"):
        await client.calls.play_prompt("1001", ["nothing"])


async def test_presence_and_capacity(client: YeastarClient, pbx: EmulatedPbx) -> None:
    await client.set_presence(21, Presence.OFF_WORK)
    extension = pbx.house.extension("1001")
    assert extension is not None
    assert extension.presence == "off_work"
    capacity = await client.capacity()
    assert (capacity.extensions, capacity.extensions_used, capacity.calls, capacity.calls_used) == (50, 11, 25, 0)


@pytest.mark.parametrize("idle", ["none", "calls", "both"])
async def test_queues(client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock, idle: Any) -> None:
    pbx.knobs.idle_queue = idle
    (queue,) = await client.queues.all()
    assert (queue.id, queue.number, queue.name, queue.strategy) == (11, "6500", "Sales", "ring_all")
    assert (queue.static_agents, queue.dynamic_agents, queue.managers) == (("1002", "1003"), ("1005",), ("1001",))
    assert (await client.queues.calls(11)).waiting == ()
    assert len(await client.queues.agents(11)) == (0 if idle == "both" else 3)
    await pbx.call_in(CALLER, "6500")
    await clock.advance(1)
    calls = await client.queues.calls(11)
    assert {call.agent for call in calls.ringing} == {"1002", "1003"}
    await pbx.desk("1002").answer()
    await clock.advance(1)
    ((active,), agents) = (await client.queues.calls(11)).active, await client.queues.agents(11)
    assert (active.caller, active.agent) == (CALLER, "1002")
    by_number = {agent.number: agent for agent in agents}
    assert by_number["1002"].activity is AgentActivity.TALKING
    assert by_number["1003"].activity is AgentActivity.IDLE
    assert not by_number["1005"].logged_in
    assert by_number["1005"].dynamic


async def test_agents(client: YeastarClient, pbx: EmulatedPbx) -> None:
    pbx.knobs.idle_queue = "none"

    async def agent(number: str) -> Any:
        return next(agent for agent in await client.queues.agents(11) if agent.number == number)

    await client.queues.log_in(25, [11], paused=True)
    assert ((await agent("1005")).logged_in, (await agent("1005")).paused) == (True, True)
    await client.queues.unpause(25)
    assert not (await agent("1005")).paused
    await client.queues.pause(25, [11])
    assert (await agent("1005")).paused
    await client.queues.log_out(25)
    assert not (await agent("1005")).logged_in
    pbx.house.call_center = False
    with pytest.raises(OperationFailed):
        await client.queues.pause(25, [11], reason="*01")


async def test_voicemail(client: YeastarClient, pbx: EmulatedPbx) -> None:
    assert await client.voicemail.messages("1001") == ()
    assert await client.voicemail.messages("4711") == ()
    for seconds in (3, 4):
        pbx.archive.leave("1001", CALLER, "Mr Nobody", seconds)
    messages = await client.voicemail.messages("1001")
    assert {(m.caller, m.caller_name, m.read) for m in messages} == {(CALLER, "Mr Nobody", False)}
    assert {message.duration for message in messages} == {3, 4}
    assert len(await client.voicemail.messages("1001", limit=1)) == 1
    assert await client.voicemail.groups() == ()
    pbx.house.group_mailboxes += [GroupMailbox(1, "6100", "Office", ("1001",)), GroupMailbox(2, "", "No number")]
    assert [(group.id, group.number, group.name) for group in await client.voicemail.groups()] == [
        (1, "6100", "Office")
    ]
    await client.voicemail.mark(messages[0].id, read=True)
    assert [message.read for message in await client.voicemail.messages("1001")] == [True, False]
    boxes = await client.voicemail.mailboxes(["1001", "1002"])
    assert {number: len(box) for number, box in boxes.items()} == {"1001": 2, "1002": 0}
    assert (await client.download(await client.voicemail.link(messages[0].id)))[:4] == b"RIFF"
    await client.voicemail.delete(messages[0].id)
    assert len(await client.voicemail.messages("1001")) == 1


async def test_contacts(client: YeastarClient, pbx: EmulatedPbx) -> None:
    before = await client.contacts.all()
    assert {contact.company for contact in before} >= {"Klein Heating"}
    numbers = {NumberKind.MOBILE: "+491701234567", NumberKind.BUSINESS: "+49301234"}
    made = await client.contacts.create(ContactDetails("Gina", "Lang", "Lang Ltd", "g@example.com", numbers))
    (found,) = await client.contacts.search("Gina")
    assert found == Contact(made, "Gina Lang", "Lang Ltd", "g@example.com", "", numbers, found.phonebooks)
    hash(found)
    await client.contacts.update(made, ContactDetails("Gina", "Kurz", numbers={NumberKind.HOME: "+49305"}))
    (found,) = await client.contacts.search("Kurz")
    assert found.numbers == {NumberKind.HOME: "+49305"}
    await client.contacts.delete(made)
    assert await client.contacts.search("Kurz") == ()
    pbx.knobs.fail_with["company_contact/search"] = 60001
    assert await client.contacts.search("x") == ()
    with pytest.raises(ValueError, match="home_fax"):
        ContactDetails("x", numbers={NumberKind.HOME_FAX: "1"}).to_api()
    pbx.knobs.denied = frozenset({"company_contact"})
    with pytest.raises(AccessDenied):
        await client.contacts.all()


async def play(pbx: EmulatedPbx, clock: ManualClock) -> None:
    """An answered call, a missed one, a queue's, one to the mailbox, and one to the outside."""
    await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
    await clock.advance(10)
    await pbx.desk("1001").hang_up()
    await clock.advance(60)
    await pbx.call_in("+4930111", "1002")
    await clock.advance(5)
    await pbx.outside("+4930111").hang_up()
    await clock.advance(60)
    await pbx.call_in("+4930222", "6500")
    await clock.advance(5)
    await pbx.desk("1003").answer()
    await clock.advance(7)
    await pbx.desk("1003").hang_up()
    await clock.advance(60)
    await pbx.call_in("+4930333", "1003")
    await clock.advance(40)
    await pbx.outside("+4930333").hang_up()
    await clock.advance(60)
    await pbx.desk("1001").dial("+493055500003")
    await clock.advance(5)
    await pbx.desk("1001").hang_up()
    await clock.advance(1)


@pytest.mark.parametrize("extensions", [None, ALL])
async def test_history(client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock, extensions: Any) -> None:
    assert await client.history.calls() == ()
    start = int(clock.now())
    await play(pbx, clock)
    calls = await client.history.calls(extensions=extensions)
    assert [(call.outcome, call.direction) for call in calls] == [
        (Outcome.NO_ANSWER, Direction.OUT),
        (Outcome.VOICEMAIL, Direction.IN),
        (Outcome.ANSWERED, Direction.IN),
        (Outcome.MISSED, Direction.IN),
        (Outcome.ANSWERED, Direction.IN),
    ]
    queue, missed, first = calls[2:]
    assert (first.started_at, first.talk_duration, first.caller, first.callee) == (start, 10, CALLER, "1001")
    assert (first.trunk, first.did) == ("Outside", "+493012345601")
    assert queue.involves("1003")
    assert queue.callee == "1003"
    assert not missed.involves("1001")
    since = await client.history.calls(since=start + 60, until=start + 80)
    assert [call.outcome for call in since] == [Outcome.MISSED]
    assert len(await client.history.stages(caller="+4930111", callee="1002", status=CallStatus.NO_ANSWER)) == 1
    assert len(await client.history.stages(limit=2)) == 2
    pbx.knobs.fail_with["cdr/list"] = 60001
    assert await client.history.stages() == ()


async def test_history_of_newer_firmware(client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock) -> None:
    start = int(clock.now())
    await play(pbx, clock)
    wall = (await client.system_information()).wall
    page = await client.history.page(1, wall)
    calls = page.rows
    assert page.total == 5
    assert [call.outcome for call in calls] == [
        Outcome.NO_ANSWER,
        Outcome.VOICEMAIL,
        Outcome.ANSWERED,
        Outcome.MISSED,
        Outcome.ANSWERED,
    ]
    assert (calls[-1].caller, calls[-1].callee, calls[-1].trunk) == (CALLER, "1001", "Outside")
    assert calls[-1].started_at == start
    assert await client.history.page(2, wall) == Page((), 5)
    pbx.knobs.fail_with["cdr/list"] = 60001
    assert await client.history.page(1, wall) == Page((), 0)
    pbx.knobs.fail_with.clear()
    pbx.house.firmware = "37.21.0.1"
    with pytest.raises(NotSupported):
        await client.history.page(1, wall)


def stage(callee: str, status: str, number: int, **more: Any) -> Stage:
    return Stage.from_api(
        {
            "new_id": number,
            "call_id": "a",
            "timestamp": 1000 + number,
            "call_type": "Inbound",
            "call_from_number": CALLER,
            "call_to_number": callee,
            "disposition": status,
            "duration": 5,
            "talk_duration": 5 if status == "ANSWERED" else 0,
        }
        | more
    )


@pytest.mark.parametrize("extensions", [None, ALL])
def test_an_ivr_answers_for_nobody(extensions: Any) -> None:
    missed = [stage("1001", "NO ANSWER", 2), stage("6500", "ANSWERED", 1)]
    (call,) = calls_from(missed, extensions)
    assert (call.outcome, call.callee, call.duration, call.talk_duration) == (Outcome.MISSED, "1001", 6, 0)
    (call,) = calls_from([stage("6500", "ANSWERED", 1)], ALL)
    assert (call.outcome, call.callee) == (Outcome.ABANDONED, "6500")
    (call,) = calls_from([stage("6500", "ANSWERED", 1)])
    assert call.outcome is Outcome.ANSWERED
    forwarded = [stage("1001", "NO ANSWER", 1), stage("0456", "ANSWERED", 2, dst_trunk="T")]
    (call,) = calls_from(forwarded, extensions)
    assert (call.outcome, call.callee) == (Outcome.ANSWERED, "0456")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("BUSY", Outcome.BUSY),
        ("FAILED", Outcome.FAILED),
        ("ABANDONED", Outcome.ABANDONED),
        ("VOICEMAIL", Outcome.VOICEMAIL),
        ("", Outcome.MISSED),
    ],
)
def test_other_ends(status: str, outcome: Outcome) -> None:
    (call,) = calls_from([stage("1001", status, 1)], ALL)
    assert call.outcome is outcome


def test_what_an_extension_made_of_a_call() -> None:
    rows = [stage("1001", "NO ANSWER", 1), stage("1002", "ANSWERED", 2)]
    (call,) = calls_from(rows, ALL)
    assert [call.outcome_of(number) for number in ("1001", "1002")] == [Outcome.ELSEWHERE, Outcome.ANSWERED]
    # Rows of v2.0 name only who was the last.
    newer = replace(call, stages=())
    assert [newer.outcome_of(number) for number in ("1001", "1002")] == [Outcome.ELSEWHERE, Outcome.ANSWERED]
    (missed,) = calls_from(rows[:1], ALL)
    assert [missed.outcome_of(number) for number in ("1001", CALLER)] == [Outcome.MISSED, Outcome.NO_ANSWER]
    assert call.outcome_of(CALLER) is Outcome.ANSWERED


def test_rows_without_time_or_call_id() -> None:
    bare = [Stage.from_api({"uid": uid, "duration": 7, "id": "x"}) for uid in ("u", "u", "v")]
    calls = calls_from(bare)
    assert [(call.uid, call.started_at, call.duration) for call in calls] == [("u", None, 7), ("v", None, 7)]


@pytest.mark.parametrize("files", [None, "x", [], ["r.wav"], [{"file": "r.wav"}], [1]])
def test_a_row_of_v2_with_odd_fields(files: Any) -> None:
    call = history._past_call({"uid": "u", "recording_files": files, "queues": None, "dids": [{}]}, WallClock(), UTC)
    assert call.recording == ("r.wav" if files and files[0] in ("r.wav", {"file": "r.wav"}) else "")
    assert (call.outcome, call.started_at) == (Outcome.MISSED, None)
