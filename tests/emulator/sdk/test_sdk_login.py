"""The SDK and the web client's door: login, registration, notifications, and what goes wrong with them."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from emulator import EmulatedPbx
from tests.emulator.sdk.browser import SdkPage, poll

type NewPage = Callable[..., Awaitable[SdkPage]]


def sign(pbx: EmulatedPbx, extension: str = "1001") -> str:
    return pbx.signatures.create(extension, 0).sign


@pytest.fixture
async def page(new_page: NewPage) -> SdkPage:
    return await new_page()


async def refusal(page: SdkPage, url: str, extension: str, signature: str) -> int:
    options = {"username": extension, "secret": signature, "pbxURL": url, "enableLog": False}
    answer = await page.js("(options) => refused(() => login(options))", options)
    return answer["rejected"]["code"]


async def test_logs_in_and_registers(pbx: EmulatedPbx, page: SdkPage) -> None:
    who = await page.login(pbx.url, "1001", sign(pbx))
    assert who == {"number": "1001", "name": "Anna Weber", "id": 21}
    await page.event("registered")
    assert pbx.web.sip.registered("1001")
    asked = [entry.removeprefix("GET ").removeprefix("POST ") for entry in pbx.web.requests]
    assert asked == [
        "pbx/getproduct",
        "login",
        "extension/getpersonalglobal",
        "licenseservice/get",
        "extension/getpersonal",
        "extension/getregisterinfo",
    ]
    assert [device.device.kind for device in pbx.switchboard.devices_of("1001")] == ["linkus_web"]
    await poll(lambda: pbx.web.sip.heartbeats, bool)
    contact = pbx.web.sip.registrar.newest("1001")
    assert contact is not None
    assert contact.uri == "sip:1001@127.0.0.1;webclient"


async def test_waits_with_the_registration_for_start(pbx: EmulatedPbx, page: SdkPage) -> None:
    await page.login(pbx.url, "1001", sign(pbx), start=False)
    await poll(lambda: [session.topics for session in pbx.web.logins.of("1001")], lambda topics: topics and topics[0])
    assert {10000, 20048, 20153} <= pbx.web.logins.of("1001")[0].topics
    assert not pbx.web.sip.registered("1001")


async def test_a_wrong_signature(pbx: EmulatedPbx, page: SdkPage) -> None:
    assert await refusal(page, pbx.url, "1001", "wrong") == -103


async def test_a_signature_of_somebody_else(pbx: EmulatedPbx, page: SdkPage) -> None:
    assert await refusal(page, pbx.url, "1001", sign(pbx, "1002")) == -103


async def test_an_expired_signature(pbx: EmulatedPbx, page: SdkPage) -> None:
    old = pbx.signatures.create("1001", pbx.clock.now() - 1).sign
    assert await refusal(page, pbx.url, "1001", old) == -103


async def test_no_sdk_plan(pbx: EmulatedPbx, page: SdkPage) -> None:
    pbx.house.sdk_plan = False
    assert await refusal(page, pbx.url, "1001", sign(pbx)) == -110


async def test_no_web_client_for_the_extension(pbx: EmulatedPbx, page: SdkPage) -> None:
    entry = pbx.house.extension("1001")
    assert entry is not None
    entry.linkus_web = False
    assert await refusal(page, pbx.url, "1001", sign(pbx)) == -106
    assert not pbx.web.logins.of("1001")


async def test_addresses_that_are_none(pbx: EmulatedPbx, page: SdkPage) -> None:
    assert await refusal(page, "no address", "1001", sign(pbx)) == -2
    assert await refusal(page, pbx.url.replace("https", "http"), "1001", sign(pbx)) == -3
    pbx.web.options.base_oem_id = None
    assert await refusal(page, pbx.url, "1001", sign(pbx)) == -4


@pytest.mark.parametrize(("code", "cause"), [(403, "Rejected"), (503, "SIP Failure Code")])
async def test_a_refused_registration_is_not_tried_again(
    pbx: EmulatedPbx, page: SdkPage, code: int, cause: str
) -> None:
    pbx.web.sip.options.register_with = code
    await page.login(pbx.url, "1001", sign(pbx))
    assert await page.event("registrationFailed") == cause
    assert sum(entry.startswith("< REGISTER") for entry in pbx.web.sip.trace) == 1


# --- what the PBX pushes


async def logged_in(pbx: EmulatedPbx, page: SdkPage) -> None:
    await page.login(pbx.url, "1001", sign(pbx))
    await page.event("registered")
    await poll(lambda: pbx.web.logins.of("1001")[0].topics, bool)


@pytest.mark.parametrize(
    ("push", "payload", "code"),
    [
        (10000, {"username": "1001"}, -107),
        (20007, {}, -108),
        (20010, {}, -109),
        (20154, {}, -109),
        (20153, {"enable": 0}, -110),
        (20015, {"enb_web_client": 0}, -106),
    ],
)
async def test_pushes_that_end_the_login(
    pbx: EmulatedPbx, page: SdkPage, push: int, payload: dict[str, object], code: int
) -> None:
    await logged_in(pbx, page)
    assert await pbx.web.logins.push("1001", push, payload) == 1
    assert (await page.event("runtimeError caught"))["code"] == code
    assert await page.event("isRegisteredChange", where=lambda registered: registered is False) is False
    assert not await page.events("runtimeError heard")
    await poll(lambda: pbx.web.sip.registered("1001"), lambda registered: not registered)


@pytest.mark.parametrize(
    ("push", "payload"), [(10000, {"username": "1002"}), (20153, {"enable": 1}), (20015, {"enb_web_client": 1})]
)
async def test_pushes_that_do_not(pbx: EmulatedPbx, page: SdkPage, push: int, payload: dict[str, object]) -> None:
    await logged_in(pbx, page)
    await pbx.web.logins.push("1001", push, payload)
    await pbx.web.logins.push("1001", 20047, {"enb_ctl_record": 1})  # handled in order, so the other one is through
    assert await page.event("recordPermissionsChange") == 1
    assert pbx.web.sip.registered("1001")


async def test_a_second_login_throws_the_first_out(pbx: EmulatedPbx, page: SdkPage, new_page: NewPage) -> None:
    await logged_in(pbx, page)
    other = await new_page()
    await other.login(pbx.url, "1001", sign(pbx))
    await other.event("registered")
    assert (await page.event("runtimeError caught"))["code"] == -107
    await poll(lambda: len(pbx.web.sip.registrar.bindings("1001")), lambda count: count == 1)
    call = await other.call("1099")
    await other.talking(call)


async def test_the_end_of_a_call_is_pushed_to_the_history(pbx: EmulatedPbx, page: SdkPage) -> None:
    await logged_in(pbx, page)
    call = await page.call("1099")
    await page.talking(call)
    await page.phone("hangup", call)
    record = (await page.event("cdrChange"))["personal_cdr"]
    assert record["number"] == "1099"
    history = await page.js("() => state.operator.pbx.cdrQuery({ page: 1, size: 20, sortBy: 'time', orderBy: 'desc' })")
    assert [row["number"] for row in history["personal_cdr_list"]] == ["1099"]
    await poll(lambda: pbx.web.call_reports, lambda reports: len(reports) == 1)


async def test_logout_and_destroy(pbx: EmulatedPbx, page: SdkPage) -> None:
    await logged_in(pbx, page)
    await page.js("async () => { await state.operator.pbx.logout(); }")
    assert not pbx.web.logins.of("1001")
    assert pbx.web.sip.registered("1001")
    await page.js("() => state.operator.destroy()")
    await poll(lambda: pbx.web.sip.registered("1001"), lambda registered: not registered)
    await poll(lambda: pbx.web.sip.sockets("1001"), lambda count: count == 0)


# --- lost connections


async def test_the_sip_socket_drops_while_idle(pbx: EmulatedPbx, page: SdkPage) -> None:
    await logged_in(pbx, page)
    await pbx.web.sip.drop_sockets("1001")
    await page.event("disconnected")
    await page.event("registered", count=2)
    assert pbx.web.sip.registered("1001")


async def test_a_call_survives_the_sip_socket(pbx: EmulatedPbx, page: SdkPage) -> None:
    await logged_in(pbx, page)
    call = await page.call("1098")
    await page.hears(call, hz=440)
    await pbx.web.sip.drop_sockets("1001")
    await page.event("registered", count=2)
    await page.hears(call, hz=440)
    await page.phone("hold", call)
    await poll(lambda: pbx.leg("1001").holding, bool)
    await page.phone("unhold", call)
    await poll(lambda: pbx.leg("1001").holding, lambda holding: not holding)
    await page.hears(call, hz=440)
    await pbx.desk("1098").hang_up()
    await page.event("ended", call)


async def test_the_notification_socket_comes_back(pbx: EmulatedPbx, page: SdkPage) -> None:
    await logged_in(pbx, page)
    session = pbx.web.logins.of("1001")[0]
    await pbx.web.logins.drop_sockets("1001")
    session.topics = set()
    await poll(lambda: session.topics, bool, 10)
    await pbx.web.logins.push("1001", 20047, {"enb_ctl_record": 0})
    assert await page.event("recordPermissionsChange") == 0


async def test_a_caller_who_gives_up_during_the_photo_lookup(pbx: EmulatedPbx, page: SdkPage) -> None:
    await logged_in(pbx, page)
    pbx.web.options.slow["getphoto"] = 1.0
    await pbx.desk("1003").dial("1001")
    await poll(lambda: [e for e in pbx.web.sip.trace if "180 Ringing" in e], bool)
    await pbx.desk("1003").hang_up()
    gone = await page.event("deleteSession")
    assert await page.status(gone["callId"]) is None
    await page.until("() => state.errors.length > 0")  # the SDK stumbles over the call that is gone
    assert not await page.events("newRTCSession")


async def test_a_failing_lookup_stops_no_call(pbx: EmulatedPbx, page: SdkPage) -> None:
    await logged_in(pbx, page)
    pbx.web.options.fail = {"getphoto": 1, "matchall": 1}
    call = await page.call("1099")
    await page.talking(call)
    assert (await page.status(call))["name"]


async def test_a_photo_is_shown(pbx: EmulatedPbx, page: SdkPage) -> None:
    await logged_in(pbx, page)
    pbx.web.options.photos.add("1003")
    await pbx.desk("1003").dial("1001")
    incoming = await page.event("incoming")
    assert incoming["status"]["avatar"] == f"{pbx.url}/api/photo/1003.png"


async def test_no_microphone(pbx: EmulatedPbx, new_page: NewPage) -> None:
    page = await new_page(microphone=False)
    await logged_in(pbx, page)
    assert (await page.phone("call", "1099"))["rejected"]["code"] == -290
    await asyncio.sleep(1)  # the SDK refuses a second attempt within one second
    await pbx.desk("1003").dial("1001")
    call = (await page.event("incoming"))["callId"]
    assert (await page.phone("answer", call))["rejected"]["code"] == -290
    assert (await page.status(call))["isRing"] is True
