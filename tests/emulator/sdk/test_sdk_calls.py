"""The SDK and the emulated PBX together: every flow a softphone has, with real audio.

Runs on the file that SDK_FILE names (the vendor's, unmodified) or on the stand-in; both must pass.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from emulator import EmulatedPbx
from emulator.media import BrowserMedia, PeerOptions
from emulator.sip.call import SipCall
from tests.emulator.sdk.browser import SdkPage, poll

type NewPage = Callable[..., Awaitable[SdkPage]]


def calls_of(pbx: EmulatedPbx, extension: str) -> list[SipCall]:
    return pbx.web.sip.phones[extension].calls


def media_of(pbx: EmulatedPbx, extension: str, index: int = 0) -> BrowserMedia:
    return calls_of(pbx, extension)[index].media


async def heard(media: BrowserMedia, hz: float) -> None:
    """Wait until the PBX hears this note from the browser (0: silence)."""

    def right(stats) -> bool:
        return stats.heard.rms < 0.002 if not hz else stats.heard.rms > 0.01 and abs(stats.heard.hz - hz) < 20

    await poll(media.stats, right)


async def registered(pbx: EmulatedPbx, new_page: NewPage, extension: str = "1001", voice: float = 600) -> SdkPage:
    page = await new_page(voice)
    await page.login(pbx.url, extension, pbx.signatures.create(extension, 0).sign)
    await page.event("registered")
    return page


@pytest.fixture
async def anna(pbx: EmulatedPbx, new_page: NewPage) -> SdkPage:
    return await registered(pbx, new_page)


async def over(pbx: EmulatedPbx) -> None:
    await poll(lambda: len(pbx.switchboard.calls), lambda count: count == 0)


# --- calling


async def test_calls_the_echo_with_sound_both_ways(pbx: EmulatedPbx, anna: SdkPage) -> None:
    call = await anna.call("1099")
    await anna.talking(call)
    await heard(media_of(pbx, "1001"), 600)
    await anna.hears(call, hz=600)
    stats = await poll(media_of(pbx, "1001").stats, lambda stats: min(stats.packets_in, stats.packets_out) > 20)
    assert stats.connection == "connected"
    status = await anna.status(call)
    assert (status["communicationType"], status["number"], status["name"]) == ("outbound", "1099", "Echo test")
    await anna.phone("hangup", call)
    assert (await anna.event("ended", call))["cause"] == "Terminated"
    assert (await anna.event("deleteSession"))["callId"] == call
    await over(pbx)


async def test_calls_the_tone(pbx: EmulatedPbx, anna: SdkPage) -> None:
    call = await anna.call("1098")
    await anna.hears(call, hz=440)


async def test_events_of_an_outgoing_call_come_in_order(pbx: EmulatedPbx, anna: SdkPage) -> None:
    call = await anna.call("1005")
    await anna.event("progress", call)
    assert (await anna.status(call))["callStatus"] == "ringing"
    await pbx.desk("1005").answer()
    await anna.talking(call)
    names = [event["name"] for event in await anna.events(call_id=call)]
    milestones = [
        name for name in names if name in ("newRTCSession", "startSession", "progress", "accepted", "confirmed")
    ]
    assert milestones == ["newRTCSession", "startSession", "progress", "accepted", "confirmed"]
    assert all(event["detail"]["same"] for event in await anna.events("statusChange"))


async def test_early_media_is_heard_before_the_answer(pbx: EmulatedPbx, anna: SdkPage) -> None:
    number = "+493055500005"
    call = await anna.call(number)
    phone = pbx.outside(number)
    leg = await phone.wait("ringing")
    await pbx.switchboard.progressing(leg, early_media=True, media=pbx.switchboard.media_factory("tone"))
    await anna.hears(call, hz=440)
    assert (await anna.status(call))["callStatus"] == "ringing"
    await pbx.switchboard.answered(leg, leg.media)
    await anna.talking(call)
    await anna.hears(call, hz=440)


@pytest.mark.parametrize(
    ("number", "code", "cause"),
    [("1097", 486, "Busy"), ("1095", 603, "Rejected"), ("1777", 404, "Not Found")],
)
async def test_a_call_that_fails(pbx: EmulatedPbx, anna: SdkPage, number: str, code: int, cause: str) -> None:
    call = await anna.call(number)
    failed = await anna.event("failed", call)
    assert (failed["code"], failed["cause"]) == (code, cause)
    assert (await anna.event("deleteSession"))["callId"] == call


async def test_giving_up_while_it_rings(pbx: EmulatedPbx, anna: SdkPage) -> None:
    call = await anna.call("1005")
    await anna.event("progress", call)
    await anna.phone("hangup", call)
    assert (await anna.event("failed", call))["cause"] == "Canceled"
    await over(pbx)
    assert pbx.desk("1005").ringing is None


# --- being called


async def test_is_called_and_answers(pbx: EmulatedPbx, anna: SdkPage) -> None:
    phone = pbx.desk("1002")
    phone.script.sound = "tone"
    await phone.dial("1001")
    call = (await anna.event("incoming"))["callId"]
    status = await anna.status(call)
    assert (status["number"], status["name"], status["isRing"]) == ("1002", "Ben Carter", True)
    assert (status["communicationType"], status["callStatus"]) == ("inbound", "connecting")
    assert (await anna.phone("answer", call))["resolved"]["code"] == 200
    await anna.talking(call)
    await anna.hears(call, hz=440)
    await heard(media_of(pbx, "1001"), 600)
    assert phone.talking is not None


async def test_answer_wants_the_call_id(pbx: EmulatedPbx, anna: SdkPage) -> None:
    await pbx.desk("1002").dial("1001")
    call = (await anna.event("incoming"))["callId"]
    assert (await anna.phone("answer", "1002"))["rejected"]["code"] == -211
    assert (await anna.status(call))["isRing"] is True


async def test_is_called_and_rejects(pbx: EmulatedPbx, anna: SdkPage) -> None:
    await pbx.desk("1002").dial("1001")
    call = (await anna.event("incoming"))["callId"]
    await anna.phone("reject", call)
    assert (await anna.event("failed", call))["cause"] == "Rejected"
    await over(pbx)


async def test_the_caller_gives_up(pbx: EmulatedPbx, anna: SdkPage) -> None:
    await pbx.desk("1002").dial("1001")
    call = (await anna.event("incoming"))["callId"]
    await pbx.desk("1002").hang_up()
    assert (await anna.event("failed", call))["cause"] == "Canceled"
    assert (await anna.event("deleteSession"))["callId"] == call
    assert "487" in "".join(entry.splitlines()[0] for entry in pbx.web.sip.trace)


async def test_another_device_answers(pbx: EmulatedPbx, anna: SdkPage) -> None:
    pbx.plug_in("1001")
    await pbx.desk("1002").dial("1001")
    call = (await anna.event("incoming"))["callId"]
    await pbx.desk("1001").answer()
    await anna.event("deleteSession", call)
    assert pbx.desk("1002").talking is not None


async def test_a_call_from_outside(pbx: EmulatedPbx, anna: SdkPage) -> None:
    await pbx.call_in("+493055500005", "1001")
    incoming = await anna.event("incoming")
    assert incoming["status"]["number"] == "+493055500005"
    assert incoming["status"]["name"] == "Test Subscriber"


async def test_the_far_side_hangs_up(pbx: EmulatedPbx, anna: SdkPage) -> None:
    call = await anna.call("1005")
    await pbx.desk("1005").answer()
    await anna.talking(call)
    await pbx.desk("1005").hang_up()
    assert (await anna.event("ended", call))["cause"] == "Terminated"
    assert await anna.status(call) is None


async def test_a_third_call_is_refused_without_a_word(pbx: EmulatedPbx, anna: SdkPage) -> None:
    for number in ("1002", "1003"):
        await pbx.plug_in(number).dial("1001")
    await anna.event("incoming", count=2)
    await pbx.desk("1004").dial("1001")
    await poll(lambda: pbx.desk("1004").legs, lambda legs: not legs)
    assert len(await anna.events("newRTCSession")) == 2


# --- while talking


async def test_local_hold_and_back(pbx: EmulatedPbx, anna: SdkPage) -> None:
    call = await anna.call("1005")
    pbx.desk("1005").script.sound = "tone"
    await pbx.desk("1005").answer()
    await anna.talking(call)
    await anna.hears(call, hz=440)
    await anna.phone("hold", call)
    await poll(lambda: len(pbx.desk("1005").far_held), lambda held: held == 1)
    assert (await anna.status(call))["isHold"] is True
    sent = media_of(pbx, "1001").stats().packets_out
    await heard(media_of(pbx, "1001"), 0)
    assert media_of(pbx, "1001").stats().packets_out - sent < 10
    await anna.phone("unhold", call)
    await poll(lambda: len(pbx.desk("1005").far_held), lambda held: held == 0)
    assert (await anna.status(call))["isHold"] is False
    await anna.hears(call, hz=440)
    await heard(media_of(pbx, "1001"), 600)
    assert len(await anna.events("streamAdded", call)) >= 2


async def test_the_far_side_holds_and_takes_back(pbx: EmulatedPbx, anna: SdkPage) -> None:
    call = await anna.call("1005")
    phone = pbx.desk("1005")
    phone.script.sound = "tone"
    await phone.answer()
    await anna.hears(call, hz=440)
    await phone.hold_call(True)
    await anna.until("(id) => session(id).status.isHold", call)
    await anna.hears(call, hz=300)  # music on hold
    await phone.hold_call(False)
    await anna.until("(id) => !session(id).status.isHold", call)
    await anna.hears(call, hz=440)
    await heard(media_of(pbx, "1001"), 600)
    assert len(await anna.events("reinvite", call)) == 2


async def test_holds_a_call_that_it_was_given(pbx: EmulatedPbx, anna: SdkPage) -> None:
    phone = pbx.desk("1002")
    phone.script.sound = "tone"
    await phone.dial("1001")
    call = (await anna.event("incoming"))["callId"]
    await anna.phone("answer", call)
    await anna.hears(call, hz=440)
    await anna.phone("hold", call)
    await poll(lambda: len(phone.far_held), lambda held: held == 1)
    await anna.phone("unhold", call)
    await poll(lambda: len(phone.far_held), lambda held: held == 0)
    await anna.hears(call, hz=440)
    await phone.hold_call(True)
    await anna.until("(id) => session(id).status.isHold", call)


async def test_mute(pbx: EmulatedPbx, anna: SdkPage) -> None:
    call = await anna.call("1099")
    await anna.talking(call)
    await heard(media_of(pbx, "1001"), 600)
    await anna.phone("mute", call)
    assert (await anna.status(call))["isMute"] is True
    await heard(media_of(pbx, "1001"), 0)
    await anna.phone("unmute", call)
    await heard(media_of(pbx, "1001"), 600)


async def test_dtmf(pbx: EmulatedPbx, anna: SdkPage) -> None:
    call = await anna.call("1005")
    await pbx.desk("1005").answer()
    await anna.talking(call)
    await heard(media_of(pbx, "1001"), 600)
    await anna.phone("dtmf", call, "12*#0")
    await poll(lambda: pbx.leg("1001").digits, lambda digits: digits == "12*#0")
    await heard(media_of(pbx, "1001"), 600)


async def test_dtmf_in_a_call_that_it_was_given(pbx: EmulatedPbx, anna: SdkPage) -> None:
    await pbx.desk("1002").dial("1001")
    call = (await anna.event("incoming"))["callId"]
    await anna.phone("answer", call)
    await anna.talking(call)
    await heard(media_of(pbx, "1001"), 600)
    await anna.phone("dtmf", call, "9")
    await poll(lambda: pbx.leg("1001").digits, lambda digits: digits == "9")


async def test_recording_follows_the_push(pbx: EmulatedPbx, anna: SdkPage) -> None:
    call = await anna.call("1099")
    await anna.talking(call)
    await heard(media_of(pbx, "1001"), 600)
    await anna.phone("startRecord", call)
    await anna.until("(id) => session(id).status.recordStatus === 'recording'", call)
    assert [e["detail"]["same"] for e in await anna.events("statusChange", call)][-1] is False


async def test_two_calls_and_a_swap(pbx: EmulatedPbx, anna: SdkPage) -> None:
    first = await anna.call("1099")
    await anna.talking(first)
    await asyncio.sleep(1)  # the SDK refuses a second call within one second
    second = await anna.call("1098")
    await anna.talking(second)
    assert (await anna.status(first))["isHold"] is True
    await anna.phone("unhold", first)
    await anna.until("(id) => session(id).status.isHold", second)
    await anna.hears(first, hz=600)
    assert (await anna.phone("call", "1005"))["rejected"]["code"] in (-205, -208)


# --- transfers


async def test_blind_transfer(pbx: EmulatedPbx, anna: SdkPage) -> None:
    await pbx.desk("1002").dial("1001")
    call = (await anna.event("incoming"))["callId"]
    await anna.phone("answer", call)
    await anna.talking(call)
    await anna.phone("blindTransfer", call, "1005")
    await anna.event("deleteSession")
    await pbx.desk("1005").answer()
    leg = pbx.desk("1002").talking
    assert leg is not None
    assert {member.number for member in leg.call.members} == {"1002", "1005"}


@pytest.mark.parametrize("answered", [True, False])
async def test_attended_transfer(pbx: EmulatedPbx, anna: SdkPage, answered: bool) -> None:
    await pbx.desk("1002").dial("1001")
    first = (await anna.event("incoming"))["callId"]
    await anna.phone("answer", first)
    await anna.talking(first)
    second = await anna.call("1005", first)
    status = await anna.status(second)
    assert status["isTransfer"] is True
    assert status["transferParent"]["callId"] == first
    assert (await anna.status(first))["isHold"] is True
    await anna.event("progress", second)
    if answered:
        await pbx.desk("1005").answer()
        await anna.talking(second)
    assert (await anna.phone("attendedTransfer", first, "1005"))["resolved"] is False
    await anna.phone("attendedTransfer", second, "1005")
    await anna.event("deleteSession", count=2)
    if not answered:
        await pbx.desk("1005").answer()
    await poll(
        lambda: [sorted(m.number for m in call.members) for call in pbx.switchboard.calls.values()],
        lambda calls: calls == [["1002", "1005"]],
    )
    assert pbx.desk("1002").talking is not None
    assert pbx.desk("1005").talking is not None


async def test_a_refused_transfer_changes_nothing(pbx: EmulatedPbx, anna: SdkPage) -> None:
    pbx.web.sip.options.refuse_refer = 603
    await pbx.desk("1002").dial("1001")
    first = (await anna.event("incoming"))["callId"]
    await anna.phone("answer", first)
    await anna.talking(first)
    second = await anna.call("1099", first)
    await anna.talking(second)
    await anna.phone("attendedTransfer", second, "1099")
    await poll(lambda: [e for e in pbx.web.sip.trace if e.startswith("> SIP/2.0 603")], bool)
    assert await anna.status(first)
    assert await anna.status(second)


async def test_is_told_who_the_partner_is_after_a_transfer(pbx: EmulatedPbx, anna: SdkPage) -> None:
    pbx.plug_in("1002")
    call = await anna.call("1002")
    await pbx.desk("1002").answer()
    await anna.talking(call)
    await pbx.desk("1002").send_to("1005")
    await pbx.desk("1005").answer()
    await anna.until("(id) => session(id).status.number === '1005'", call)
    assert (await anna.status(call))["name"] == "Workshop"


# --- two browsers


async def test_two_browsers_hear_each_other(pbx: EmulatedPbx, anna: SdkPage, new_page: NewPage) -> None:
    ben = await registered(pbx, new_page, "1002", voice=900)
    calling = await anna.call("1002")
    called = (await ben.event("incoming"))["callId"]
    await ben.phone("answer", called)
    await anna.talking(calling)
    await asyncio.gather(anna.hears(calling, hz=900), ben.hears(called, hz=600))
    await anna.phone("hold", calling)
    await ben.until("(id) => session(id).status.isHold", called)
    await ben.hears(called, hz=300)
    await anna.phone("unhold", calling)
    await asyncio.gather(anna.hears(calling, hz=900), ben.hears(called, hz=600))
    await ben.phone("hangup", called)
    await anna.event("ended", calling)
    await over(pbx)


# --- the PBX's own ways


@pytest.mark.parametrize("incoming", [False, True])
async def test_ice_lite(pbx: EmulatedPbx, anna: SdkPage, incoming: bool) -> None:
    pbx.web.sip.options.media = PeerOptions(ice_lite=True)
    pbx.desk("1003").script.sound = "tone"
    if incoming:
        await pbx.desk("1003").dial("1001")
        call = (await anna.event("incoming"))["callId"]
        await anna.phone("answer", call)
    else:
        call = await anna.call("1003")
        await pbx.desk("1003").answer()
    await anna.hears(call, hz=440)
    await heard(media_of(pbx, "1001"), 600)


async def test_session_timers_are_agreed(pbx: EmulatedPbx, anna: SdkPage) -> None:
    pbx.web.sip.options.session_expires = 90
    call = await anna.call("1003")
    await pbx.desk("1003").answer()
    await anna.talking(call)
    await anna.phone("hold", call)
    await anna.until("(id) => session(id).status.isHold", call)
    await poll(lambda: [e for e in pbx.web.sip.trace if e.startswith("< INVITE") and "a=sendonly" in e], bool)
    reinvite = next(e for e in pbx.web.sip.trace if e.startswith("< INVITE") and "a=sendonly" in e)
    assert "Session-Expires: 90;refresher=uac" in reinvite
    await anna.phone("hangup", call)
    await over(pbx)
    await pbx.desk("1003").dial("1001")
    incoming = (await anna.event("incoming"))["callId"]
    await anna.phone("answer", incoming)
    await anna.talking(incoming)
    answers = [e for e in pbx.web.sip.trace if e.startswith("< SIP/2.0 200") and "INVITE" in e]
    assert "Require: timer" in answers[-1]
    assert "Session-Expires: 90;refresher=uas" in answers[-1]


async def test_the_pbx_restarts(pbx: EmulatedPbx, anna: SdkPage) -> None:
    call = await anna.call("1098")
    await anna.talking(call)
    await pbx.restart()
    await anna.event("disconnected")
    await anna.event("registered", count=2)
    assert pbx.web.sip.registered("1001")
    history = await anna.js("() => state.operator.pbx.cdrQuery({ page: 1, size: 20, sortBy: 'time' })")
    assert history["errcode"] == 10004  # the token went with the restart


async def test_a_browser_as_the_caller_of_an_api_call(pbx: EmulatedPbx, anna: SdkPage) -> None:
    pbx.desk("1003").script.sound = "tone"
    pbx.dial("1001", "1003")
    incoming = await anna.event("incoming")
    assert incoming["status"]["number"] == "1003"
    await anna.phone("answer", incoming["callId"])
    await pbx.desk("1003").answer()
    await anna.hears(incoming["callId"], hz=440)
