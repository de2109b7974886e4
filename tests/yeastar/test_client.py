"""The contract's calls, against the emulated PBX over TLS."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from custom_components.yeastar_linkus.yeastar import (
    AccessDenied,
    ChannelGone,
    EndpointKind,
    InvalidCredentials,
    MemberKind,
    MemberStatus,
    MissingCredentials,
    NotFound,
    NotSupported,
    OperationFailed,
    PlanMissing,
    Presence,
    ProtocolError,
    TrunkState,
    Webhook,
    WebhookSettings,
    YeastarClient,
)
from emulator import EmulatedPbx
from emulator.clock import ManualClock
from emulator.house import ExtensionConfig, WebhookConfig
from tests.yeastar.conftest import API, SDK

type Make = Callable[..., YeastarClient]


async def test_what_a_client_says_of_itself(make: Make, pbx: EmulatedPbx) -> None:
    client = make(sdk=None, url=f"{pbx.url}/some/path")
    assert (client.url, client.host, client.has_api, client.has_sdk) == (pbx.url, "127.0.0.1", True, False)
    assert client.refusal is None
    with pytest.raises(MissingCredentials):
        await client.verify_sdk()
    with pytest.raises(MissingCredentials):
        await make(api=None).extensions()


async def test_system_information(client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock) -> None:
    information = await client.system_information()
    assert information.serial == pbx.house.serial
    assert (information.model, information.firmware) == ("P550", "37.23.0.123")
    assert information.device_name == "Demo house"
    assert information.timestamp == int(clock.now())


async def test_extensions_of_all_pages(client: YeastarClient, pbx: EmulatedPbx) -> None:
    pbx.house.extensions += [ExtensionConfig(1000 + n, f"2{n:03}", f"Number {n}", phone=None) for n in range(450)]
    pbx.unplug("1002")
    extensions = {extension.number: extension for extension in await client.extensions()}
    assert len(extensions) == 461
    anna = extensions["1001"]
    assert (anna.id, anna.name, anna.email, anna.presence) == (21, "Anna Weber", "anna.weber@example.com", "available")
    assert anna.endpoints[EndpointKind.SIP] is True
    assert anna.online
    assert extensions["1002"].endpoints[EndpointKind.SIP] is False
    assert not extensions["1002"].online
    assert len(pbx.books.requested("extension/list")) == 3


async def test_one_extension(client: YeastarClient, pbx: EmulatedPbx) -> None:
    pbx.set_presence("1001", "lunch")
    anna = await client.extension("1001")
    assert anna is not None
    assert anna.presence is Presence.LUNCH
    assert await client.extension("100") is None
    assert await client.extension("4711") is None


async def test_an_extension_that_is_not_found(client: YeastarClient, pbx: EmulatedPbx) -> None:
    pbx.knobs.fail_with["extension/search"] = 60001
    assert await client.extension("1001") is None


async def test_trunks(client: YeastarClient, pbx: EmulatedPbx) -> None:
    (trunk,) = await client.trunks()
    assert (trunk.name, trunk.type, trunk.state) == ("Outside", "register", TrunkState.IDLE)
    pbx.set_trunk_status("Outside", 42)
    (trunk,) = await client.trunks()
    assert trunk.state is TrunkState.UNREACHABLE


async def test_calls(client: YeastarClient, pbx: EmulatedPbx) -> None:
    assert await client.active_calls() == ()
    inbound = await pbx.call_in("+4930999", "1001")
    await pbx.desk("1004").dial("1005")
    calls = {call.call_id: call for call in await client.active_calls()}
    assert len(calls) == 2
    members = {member.kind: member for member in calls[inbound.id].members}
    assert members[MemberKind.INBOUND].number == "+4930999"
    assert members[MemberKind.INBOUND].trunk == "Outside"
    assert members[MemberKind.EXTENSION].status is MemberStatus.RING
    assert await client.calls_of("1001") == (calls[inbound.id],)
    assert await client.calls_of("1002") == ()
    assert await client.call(inbound.id) == calls[inbound.id]
    await client.hangup(members[MemberKind.INBOUND].channel)
    assert await client.call(inbound.id) is None
    with pytest.raises(ChannelGone):
        await client.hangup(members[MemberKind.INBOUND].channel)


async def test_dialling(client: YeastarClient, pbx: EmulatedPbx) -> None:
    call_id = await client.dial("1001", "1002", permission="1001", auto_answer=True)
    assert call_id in pbx.switchboard.calls
    assert pbx.switchboard.calls[call_id].permission == "1001"
    with pytest.raises(OperationFailed, match="caller"):
        await client.dial("4711", "1002")


@pytest.mark.parametrize("where", ["data", "top"])
async def test_webhooks_of_others_are_left_alone(client: YeastarClient, pbx: EmulatedPbx, where: Any) -> None:
    pbx.knobs.webhook_query = where
    foreign = WebhookConfig("https://crm.example/hook", "theirs", "GET", [30011, 30012])
    pbx.house.webhooks.append(foreign)
    settings = await client.webhooks()
    assert settings.enabled
    assert 30012 in settings.supported
    ours = Webhook("https://ha.example/api/webhook/x", "s3cret", events=(30011,))
    assert "s3cret" not in repr(ours)
    await client.update_webhooks(replace(settings, webhooks=(*settings.webhooks, ours)))
    assert [(w.url, w.secret, w.request_method, w.event_ids) for w in pbx.house.webhooks] == [
        ("https://crm.example/hook", "theirs", "GET", [30011, 30012]),
        ("https://ha.example/api/webhook/x", "s3cret", "POST", [30011]),
    ]
    settings = await client.webhooks()
    await client.update_webhooks(replace(settings, webhooks=settings.webhooks[:1]))
    assert [w.url for w in pbx.house.webhooks] == ["https://crm.example/hook"]


def test_unknown_keys_of_a_webhook_go_back() -> None:
    settings = WebhookSettings.from_api({"webhook_event_push_list": [{"url": "u", "secret": "s", "new_key": [1]}, 7]})
    assert settings.webhooks[0].to_api()["new_key"] == [1]
    assert (settings.timeout, settings.retry_count, settings.supported) == (5, 3, frozenset())


async def test_testing_a_webhook(client: YeastarClient, pbx: EmulatedPbx) -> None:
    with pytest.raises(OperationFailed):
        await client.test_webhook("http://127.0.0.1:1/", "s3cret")
    (request,) = pbx.books.requested("webhook/test")
    assert request.method == "GET"


@pytest.mark.parametrize("update", ["merge", "replace"])
async def test_monitors(client: YeastarClient, pbx: EmulatedPbx, update: Any) -> None:
    pbx.knobs.monitor_update = update
    for extension in pbx.house.extensions:
        extension.monitor_calls = extension.number == "1005"
    monitors = await client.extension_monitors()
    assert len(monitors) == len(pbx.house.extensions)
    await client.update_extension_monitors(replace(m, calls=m.calls or m.number == "1001") for m in monitors)
    assert {e.number for e in pbx.house.extensions if e.monitor_calls} == {"1001", "1005"}
    (trunk,) = await client.trunk_monitors()
    assert (trunk.name, trunk.calls, trunk.control_inbound) == ("Outside", True, False)
    await client.update_trunk_monitors([replace(trunk, calls=False)])
    assert (await client.trunk_monitors())[0].calls is False


async def test_firmware_without_monitors(client: YeastarClient, pbx: EmulatedPbx) -> None:
    pbx.knobs.absent = frozenset({"extension_status_monitor", "webhook"})
    with pytest.raises(NotSupported):
        await client.extension_monitors()
    with pytest.raises(NotSupported):
        await client.webhooks()


async def test_a_call_that_the_credentials_may_not_make(client: YeastarClient, pbx: EmulatedPbx) -> None:
    pbx.knobs.denied = frozenset({"extension"})
    with pytest.raises(AccessDenied):
        await client.extensions()


@pytest.mark.parametrize("reading", ["unix", "duration"])
async def test_a_login_signature(client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock, reading: Any) -> None:
    pbx.knobs.sign_expire = reading
    signature = await client.create_signature("1001", lifetime=3600)
    assert pbx.signatures.check("1001", signature.secret)
    assert signature.secret not in repr(signature)
    assert signature.username == "1001"
    assert signature.expires_at == int(clock.now()) + 3600
    await clock.advance(3500)
    assert pbx.signatures.check("1001", signature.secret)


async def test_a_signature_without_end(client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock) -> None:
    signature = await client.create_signature("1001", lifetime=None)
    assert signature.expires_at is None
    await clock.advance(1e9)
    assert pbx.signatures.check("1001", signature.secret)


async def test_a_pbx_whose_clock_is_years_ahead(make: Make, pbx: EmulatedPbx, clock: ManualClock) -> None:
    wrong = make(now=lambda: clock.now() - 5e7)
    before = await wrong.create_signature("1001")
    assert before.expires_at is None
    right = make(now=lambda: clock.now() - 5e7)
    await right.system_information()
    signature = await right.create_signature("1001", lifetime=3600)
    assert signature.expires_at == int(clock.now() - 5e7) + 3600
    await wrong.create_signature("1001")
    assert [entry.errcode for entry in pbx.books.requested("sign/create")] == [40002, 0, 0, 0]
    for client in (wrong, right):
        await client.close()


async def test_signatures_that_are_not_given(client: YeastarClient, pbx: EmulatedPbx, make: Make) -> None:
    with pytest.raises(NotFound):
        await client.create_signature("4711")
    pbx.knobs.fail_with["sign/create"] = -2
    with pytest.raises(OperationFailed):
        await client.create_signature("1001")
    pbx.knobs.fail_with.clear()
    pbx.house.sdk_plan = False
    with pytest.raises(PlanMissing):
        await client.create_signature("1001")
    with pytest.raises(InvalidCredentials):
        await make(sdk=replace(SDK, secret="x")).verify_sdk()


@pytest.mark.parametrize(
    ("path", "answers", "call"),
    [
        ("system/information", {"data": []}, lambda client: client.system_information()),
        ("system/information", {"data": {"sn": " "}}, lambda client: client.system_information()),
        ("extension/list", {"data": {"a": 1}}, lambda client: client.extensions()),
        ("call/dial", {}, lambda client: client.dial("1", "2")),
        ("webhook/query", {}, lambda client: client.webhooks()),
        ("sign/create", {"data": {"sign": ["x"]}}, lambda client: client.create_signature("1001")),
        ("sign/create", {"data": {"sign": "x" * 5000}}, lambda client: client.create_signature("1001")),
        ("get_token", {"access_token": None}, lambda client: client.trunks()),
    ],
)
async def test_answers_of_an_unknown_shape(
    session: aiohttp.ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    answers: dict[str, Any],
    call: Callable[[YeastarClient], Awaitable[Any]],
) -> None:
    client = YeastarClient(session, "https://pbx.example", api=API, sdk=SDK)
    token = {"access_token": "t", "access_token_expire_time": "1800"}

    async def request(method: str, asked: str, **options: Any) -> dict[str, Any]:
        return {"errcode": 0, **(answers if asked == path else token)}

    monkeypatch.setattr(client._transport, "request", request)
    with pytest.raises(ProtocolError):
        await call(client)


async def test_lists_that_shift_while_they_are_read(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = YeastarClient(session, "https://pbx.example", api=API)
    pages = {
        1: [{"id": 1, "number": "1"}, {"id": 2, "number": "2"}, {"number": "no id"}],
        2: [{"id": 2, "number": "2"}, {"id": 3}, "junk", {"number": "no id"}],
        3: None,
    }

    async def get(path: str, query: dict[str, Any], **options: Any) -> dict[str, Any]:
        return {"data": pages[query["page"]], "total_number": 10_000}

    monkeypatch.setattr(client._api, "get", get)
    assert [extension.number for extension in await client.extensions()] == ["1", "2", "no id", "no id"]


async def test_a_list_without_end_is_left(session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.yeastar_linkus.yeastar.session.PAGE_LIMIT", 3)
    client = YeastarClient(session, "https://pbx.example", api=API)

    async def get(path: str, query: dict[str, Any], **options: Any) -> dict[str, Any]:
        return {"data": [{"id": query["page"], "name": f"T{query['page']}"}], "total_number": 10_000}

    monkeypatch.setattr(client._api, "get", get)
    assert len(await client.trunks()) == 3


def test_an_address_that_is_none(session: Any) -> None:
    with pytest.raises(ValueError):
        YeastarClient(session, "pbx")
