"""Webhooks and event sockets, whole and broken."""

import asyncio
import base64
from collections.abc import AsyncIterator
import hashlib
import hmac
import json
from typing import Any

import aiohttp
from aiohttp import web
import pytest

from emulator import EmulatedPbx
from emulator.clock import ManualClock
from emulator.house import WebhookConfig
from tests.emulator.conftest import Api, until

SECRET = "0123456789abcdef0123456789abcdef"


class Receiver:
    """A webhook receiver whose answers the test sets."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, bytes, dict[str, str]]] = []
        self.statuses: list[int] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.requests.append((request.method, await request.read(), dict(request.headers)))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    @property
    def types(self) -> list[int]:
        return [json.loads(body)["type"] for _, body, _ in self.requests]


@pytest.fixture
async def receiver(pbx: EmulatedPbx) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/hook/{name}", receiver.take)
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook/"
    pbx.house.webhooks = [WebhookConfig(receiver.url + "a", SECRET)]
    yield receiver
    await runner.cleanup()


async def test_an_event_is_posted_and_signed(pbx: EmulatedPbx, receiver: Receiver) -> None:
    pbx.set_presence("1001", "away")
    await pbx.delivery.idle()
    ((method, body, headers),) = receiver.requests
    assert method == "POST"
    assert headers["Content-Type"] == "application/json"
    expected = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    assert headers["X-Signature"] == expected
    envelope = json.loads(body)
    assert list(envelope) == ["type", "sn", "msg"]
    assert json.loads(envelope["msg"]) == {"extension": "1001", "status": "away"}


async def test_each_webhook_gets_the_events_it_wants(pbx: EmulatedPbx, receiver: Receiver) -> None:
    pbx.house.webhooks[0].event_ids = [30011]
    pbx.house.webhooks.append(WebhookConfig(receiver.url + "b", "other", event_ids=[30009]))
    pbx.set_presence("1001", "away")
    pbx.set_trunk_status("Outside", 42)
    await pbx.delivery.idle()
    assert receiver.types == [30009]


async def test_events_come_in_order(pbx: EmulatedPbx, receiver: Receiver) -> None:
    await pbx.call_in("+4930", "1001")
    await pbx.desk("1001").answer()
    await pbx.desk("1001").hang_up()
    await pbx.delivery.idle()
    assert receiver.types == [event.type for event in pbx.books.events[-len(receiver.types) :]]
    assert receiver.types.count(30011) == 3


async def test_a_refused_event_is_tried_again_with_the_same_bytes(
    pbx: EmulatedPbx, receiver: Receiver, clock: ManualClock
) -> None:
    receiver.statuses = [500, 404]
    pbx.set_presence("1001", "away")
    for _ in range(2):
        await until(lambda: len(pbx.delivery.attempts) > len(receiver.requests) - 1 and receiver.requests)
        await until(lambda: len(pbx.delivery.attempts) == len(receiver.requests))
        await clock.advance(1)
    await pbx.delivery.idle()
    assert [attempt.status for attempt in pbx.delivery.attempts] == [500, 404, 200]
    assert len({body for _, body, _ in receiver.requests}) == 1


async def test_it_gives_up_after_the_retries(pbx: EmulatedPbx, receiver: Receiver) -> None:
    pbx.house.webhook_retries = 1
    pbx.knobs.webhook_retry_spacing = 0
    receiver.statuses = [500] * 2
    pbx.set_presence("1001", "away")
    pbx.set_presence("1001", "lunch")
    await pbx.delivery.idle()
    assert [attempt.status for attempt in pbx.delivery.attempts] == [500, 500, 200]


async def test_an_absent_receiver_does_not_stop_the_pbx(pbx: EmulatedPbx) -> None:
    pbx.house.webhook_retries = 1
    pbx.knobs.webhook_retry_spacing = 0
    pbx.house.webhooks = [WebhookConfig("http://127.0.0.1:9/x", SECRET)]
    await pbx.call_in("+4930", "1001")
    await pbx.desk("1001").answer()
    await pbx.delivery.idle()
    assert {attempt.status for attempt in pbx.delivery.attempts} == {0}


async def test_the_test_request(pbx: EmulatedPbx, api: Api, receiver: Receiver) -> None:
    assert await api.code("webhook/test", url=receiver.url + "t", secret="s", request_method="POST") == 0
    ((_, body, headers),) = receiver.requests
    assert body == b'{"event":"test"}'
    assert headers["X-Signature"] == base64.b64encode(hmac.new(b"s", body, hashlib.sha256).digest()).decode()
    receiver.statuses = [401]
    assert await api.code("webhook/test", url=receiver.url + "t", secret="s", request_method="POST") == -1
    assert await api.code("webhook/test", url="http://127.0.0.1:9/x", secret="s") == -1
    assert await api.code("webhook/test", url="nonsense", secret="s") == 40002


async def test_removing_a_webhook_stops_its_worker(pbx: EmulatedPbx, api: Api, receiver: Receiver) -> None:
    pbx.set_presence("1001", "away")
    await pbx.delivery.idle()
    assert await api.post_code("webhook/update", webhook_event_push_list=[]) == 0
    pbx.set_presence("1001", "lunch")
    await pbx.delivery.idle()
    assert len(receiver.requests) == 1


async def test_faults(pbx: EmulatedPbx, receiver: Receiver, clock: ManualClock) -> None:
    def presence(*values: str) -> None:
        for value in values:
            pbx.set_presence("1001", value)

    async def received() -> list[str]:
        await pbx.delivery.idle()
        bodies = [body for _, body, _ in receiver.requests]
        receiver.requests.clear()
        return [json.loads(json.loads(body)["msg"])["status"] for body in bodies]

    pbx.drop(1)
    presence("away", "lunch")
    assert await received() == ["lunch"]
    pbx.duplicate(1)
    presence("away", "lunch")
    assert await received() == ["away", "away", "lunch"]
    pbx.reorder(3)
    presence("away", "lunch")
    assert await received() == []
    presence("off_work", "available")
    assert await received() == ["off_work", "lunch", "away", "available"]
    pbx.delay(5, 1)
    presence("away", "lunch")
    await until(lambda: receiver.requests)
    await clock.advance(5)
    assert await received() == ["lunch", "away"]
    pbx.drop(1, 30011)
    presence("off_work")
    assert await received() == ["off_work"]
    pbx.reorder(5)
    presence("away")
    pbx.no_faults()
    assert await received() == ["away"]
    pbx.corrupt(1)
    presence("lunch")
    await pbx.delivery.idle()
    ((_, body, headers),) = receiver.requests
    with pytest.raises(ValueError):
        json.loads(body)
    assert headers["X-Signature"]


async def test_the_socket_sends_what_was_asked_for(pbx: EmulatedPbx, api: Api) -> None:
    socket = await api.subscribe(30009)
    pbx.set_trunk_status("Outside", 42)
    pbx.set_presence("1001", "away")
    frame = await socket.receive_json(timeout=5)
    assert frame["type"] == 30009
    assert json.loads(frame["msg"]) == {"extension": "1001", "status": "away"}
    await socket.send_str("heartbeat")
    assert await socket.receive_str(timeout=5) == "heartbeat response"
    await socket.send_json({"topic_list": []})
    assert (await socket.receive_json(timeout=5))["errcode"] == 0
    pbx.set_presence("1001", "lunch")
    await socket.send_str("heartbeat")
    assert await socket.receive_str(timeout=5) == "heartbeat response"
    await socket.close()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"topics":[1]}', '{"topic_list":[1]}', '{"topic_list":"30011"}'])
async def test_nonsense_on_the_socket(api: Api, text: str) -> None:
    socket = await api.subscribe(30009)
    await socket.send_str(text)
    assert (await socket.receive_json(timeout=5))["errcode"] == 40002
    await socket.close()


async def test_the_socket_has_the_same_doors(api: Api, pbx: EmulatedPbx) -> None:
    async def errcode(token: str, **headers: Any) -> int:
        response = await api.raw(
            "GET",
            "/openapi/v1.0/subscribe",
            params={"access_token": token},
            headers={"Upgrade": "websocket", **headers},
        )
        return int((await response.json())["errcode"])

    assert await errcode("") == 10004
    assert await errcode(api.token, **{"User-Agent": ""}) == 40002
    token = api.token
    api.token = ""
    await api.log_in("demoSdkAccessId", "demoSdkAccessKey")
    assert await errcode(api.token) == 10005
    pbx.house.allow_list = ("192.0.2.1",)
    assert await errcode(token) == 70087


async def test_a_silent_socket_is_closed_after_a_minute(api: Api, clock: ManualClock) -> None:
    socket = await api.subscribe(30009)
    await clock.advance(50)
    await socket.send_str("heartbeat")
    assert await socket.receive_str(timeout=5) == "heartbeat response"
    await clock.advance(59)
    assert not socket.closed
    await clock.advance(2)
    assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


@pytest.mark.parametrize("expired_socket", ["close", "silent"])
async def test_an_expired_token_ends_the_subscription(
    api: Api, pbx: EmulatedPbx, clock: ManualClock, expired_socket: Any
) -> None:
    pbx.knobs.expired_socket = expired_socket
    pbx.knobs.socket_idle_seconds = 10_000
    socket = await api.subscribe(30009)
    await clock.advance(1800)
    assert await socket.receive_json(timeout=5) == {"errcode": 10004, "errmsg": "TOKEN EXPIRED"}
    pbx.set_presence("1001", "away")
    if expired_socket == "close":
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
    else:
        with pytest.raises(TimeoutError):
            await socket.receive(timeout=0.05)
    await socket.close()


async def test_sockets_can_be_cut(api: Api, pbx: EmulatedPbx) -> None:
    socket = await api.subscribe(30009)
    await pbx.drop_sockets()
    message = await socket.receive(timeout=5)
    assert message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR, aiohttp.WSMsgType.CLOSE)
    await until(lambda: not pbx.subscriptions.open)
    assert pbx.delivery.sockets == []


async def test_both_ways_at_once_carry_the_same(api: Api, pbx: EmulatedPbx, receiver: Receiver) -> None:
    socket = await api.subscribe(30009)
    pbx.set_presence("1001", "away")
    text = await socket.receive_str(timeout=5)
    await pbx.delivery.idle()
    assert receiver.requests[0][1].decode() == text
    await socket.close()


async def test_many_sockets(api: Api, pbx: EmulatedPbx) -> None:
    sockets = [await api.subscribe(30009) for _ in range(5)]
    pbx.set_presence("1001", "away")
    frames = await asyncio.gather(*(socket.receive_json(timeout=5) for socket in sockets))
    assert {frame["type"] for frame in frames} == {30009}
    for socket in sockets:
        await socket.close()
