"""The PBX's door: size, signature, content, rate; and that nothing comes in that the PBX did not send."""

from http import HTTPStatus
import json
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.yeastar_linkus.pbx.token_bucket import TokenBucket
from custom_components.yeastar_linkus.yeastar.signature import signature_of
from emulator import EmulatedPbx
from tests.integration.conftest import SERIAL, WEBHOOK_ID, WEBHOOK_SECRET, Setup
from tests.integration.waiting import until

PATH = f"/api/webhook/{WEBHOOK_ID}"


def ringing(call_id: str = "1700000000.1", number: str = "1001") -> bytes:
    members = [
        {"inbound": {"from": "+4930123456", "to": "1001", "trunk_name": "Outside", "channel_id": "T1",
                     "member_status": "ALERT", "call_path": ""}},
        {"extension": {"number": number, "channel_id": "E1", "member_status": "RING", "call_path": ""}},
    ]  # fmt: skip
    return json.dumps(
        {"type": 30011, "sn": SERIAL, "msg": json.dumps({"call_id": call_id, "members": members})}
    ).encode()


@pytest.fixture
async def http(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, hass_client_no_auth: ClientSessionGenerator) -> Any:
    """Home Assistant's web server; the PBX uses the event WebSocket and does not disturb."""
    pbx.knobs.absent = frozenset({"webhook"})
    await setup()
    return await hass_client_no_auth()


async def post(client: TestClient[Any, Any], body: bytes, signature: str | None = "right") -> int:
    headers = {}
    if signature is not None:
        headers["X-Signature"] = signature_of(WEBHOOK_SECRET, body) if signature == "right" else signature
    return (await client.post(PATH, data=body, headers=headers)).status


async def test_a_signed_event_is_taken(hass: HomeAssistant, http: TestClient[Any, Any]) -> None:
    assert await post(http, ringing()) == HTTPStatus.OK
    assert hass.states.is_state("sensor.anna_weber_1001", "ringing")


@pytest.mark.parametrize("signature", [None, "", "AAAA", "not base64!", signature_of("other", ringing())])
async def test_an_event_without_the_right_signature_is_refused(
    hass: HomeAssistant, http: TestClient[Any, Any], signature: str | None
) -> None:
    assert await post(http, ringing(), signature) == HTTPStatus.UNAUTHORIZED
    assert hass.states.is_state("sensor.anna_weber_1001", "idle")


async def test_a_signature_is_good_for_exactly_its_bytes(http: TestClient[Any, Any]) -> None:
    assert await post(http, ringing() + b" ", signature_of(WEBHOOK_SECRET, ringing())) == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"type": "x"}', b'{"type": 30011, "msg": "{"}', b"\xff\xfe"])
async def test_a_signed_body_that_is_no_event_is_refused(http: TestClient[Any, Any], body: bytes) -> None:
    assert await post(http, body) == HTTPStatus.BAD_REQUEST


async def test_an_event_of_an_unknown_kind_is_taken_and_changes_nothing(http: TestClient[Any, Any]) -> None:
    assert await post(http, b'{"type": 39999, "msg": "{}"}') == HTTPStatus.OK


@pytest.mark.parametrize("signature", ["right", None])
async def test_the_test_of_the_pbx_is_answered_with_and_without_a_signature(
    http: TestClient[Any, Any], signature: str | None
) -> None:
    assert await post(http, b'{"event": "test"}', signature) == HTTPStatus.OK


async def test_more_than_any_event_is_not_read(http: TestClient[Any, Any]) -> None:
    assert await post(http, b" " * (256 * 1024 + 1)) == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize("method", ["get", "put"])
async def test_only_posts_are_taken(http: TestClient[Any, Any], method: str) -> None:
    response = await getattr(http, method)(PATH, data=ringing())
    assert response.status == HTTPStatus.METHOD_NOT_ALLOWED


async def test_guesses_at_the_signature_are_slowed_down_and_the_pbx_is_not(
    hass: HomeAssistant, http: TestClient[Any, Any]
) -> None:
    statuses = [await post(http, ringing(), "AAAA") for _ in range(25)]
    assert statuses[0] == HTTPStatus.UNAUTHORIZED
    assert statuses[-1] == HTTPStatus.TOO_MANY_REQUESTS
    assert await post(http, ringing()) == HTTPStatus.OK


async def test_a_flood_of_signed_events_is_cut(http: TestClient[Any, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TokenBucket, "take", lambda self: False)
    assert await post(http, ringing()) == HTTPStatus.TOO_MANY_REQUESTS


async def test_a_cloudhook_brings_events_too(
    hass: HomeAssistant, http: TestClient[Any, Any], hass_ws_client: WebSocketGenerator
) -> None:
    """The cloud hands requests over without a web server in between."""
    ws = await hass_ws_client(hass)
    body = ringing().decode()
    await ws.send_json_auto_id(
        {
            "type": "webhook/handle",
            "webhook_id": WEBHOOK_ID,
            "method": "POST",
            "body": body,
            "headers": {"X-Signature": signature_of(WEBHOOK_SECRET, body.encode())},
        }
    )
    assert (await ws.receive_json())["result"]["status"] == HTTPStatus.OK
    assert hass.states.is_state("sensor.anna_weber_1001", "ringing")


async def test_a_closed_door_takes_nothing(hass: HomeAssistant, http: TestClient[Any, Any]) -> None:
    (entry,) = hass.config_entries.async_entries("yeastar_linkus")
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await post(http, ringing()) == HTTPStatus.OK  # Home Assistant's answer for webhooks it does not know
    assert hass.states.is_state("sensor.anna_weber_1001", "unavailable")


async def test_an_event_repeated_word_for_word_counts_once(hass: HomeAssistant, http: TestClient[Any, Any]) -> None:
    coordinator = hass.config_entries.async_entries("yeastar_linkus")[0].runtime_data
    applied: list[object] = []
    real = coordinator.book.apply
    coordinator.book.apply = lambda event, at: applied.append(event) or real(event, at)
    for body in (ringing(), ringing(), ringing("1700000000.2", "1002"), ringing()):
        assert await post(http, body) == HTTPStatus.OK
    assert len(applied) == 2


async def test_memory_for_repeated_events_is_bounded(
    hass: HomeAssistant, http: TestClient[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.yeastar_linkus.pbx.last_events.REMEMBERED", 2)
    for number in range(5):
        assert await post(http, ringing(f"1700000000.{number}")) == HTTPStatus.OK
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))


def test_a_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    now = 0.0
    bucket = TokenBucket(2, 3, lambda: now)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    now = 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    now = 100.0
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
