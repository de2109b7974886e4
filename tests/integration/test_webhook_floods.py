"""Floods, guesses and old news at the PBX's door: what is counted, what is refused, and that Home Assistant stays usable."""

import asyncio
from collections import Counter
import gzip
from http import HTTPStatus
import time
from typing import Any, Self

from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.yeastar_linkus.pbx import webhook
from custom_components.yeastar_linkus.yeastar.events import EVENT_LIMIT
from custom_components.yeastar_linkus.yeastar.signature import signature_of
from emulator import EmulatedPbx
from tests.integration.conftest import WEBHOOK_SECRET, Setup
from tests.integration.test_webhook import PATH, post, ringing
from tests.integration.waiting import until

type Http = TestClient[Any, Any]

# Home Assistant stays usable: so many seconds of work at most before others have their turn. 20 to 30 ms are usual.
LONGEST_TURN = 0.2


@pytest.fixture
async def http(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, hass_client_no_auth: ClientSessionGenerator) -> Any:
    """Home Assistant's web server; the PBX uses the event WebSocket and does not disturb."""
    pbx.knobs.absent = frozenset({"webhook"})
    await setup()
    return await hass_client_no_auth()


class LoopWatch:
    """How long the event loop is away at most, in seconds of its own work: a busy machine is nobody's flood."""

    def __init__(self) -> None:
        self.worst = 0.0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()

    async def _watch(self) -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.002)
            self.worst = max(self.worst, time.thread_time() - before)


async def at_once(http: Http, count: int, body: bytes, signature: str | None) -> Counter[int]:
    """Post many times, forty at a time. Returns how often each status came."""
    gate = asyncio.Semaphore(40)

    async def one() -> int:
        async with gate:
            return await post(http, body, signature)

    return Counter(await asyncio.gather(*(one() for _ in range(count))))


@pytest.mark.parametrize("signature", [None, "AAAA"])
async def test_a_flood_of_guesses_is_answered_without_work_and_the_pbx_is_heard_meanwhile(
    hass: HomeAssistant, http: Http, signature: str | None, record_property: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "decode_event", None)
    async with LoopWatch() as watch:
        statuses = await at_once(http, 400, ringing(), signature)
    record_property("event loop away, ms", round(watch.worst * 1000, 1))
    assert watch.worst < LONGEST_TURN
    # Twenty at once, then one a second: however long the test takes.
    assert statuses[HTTPStatus.UNAUTHORIZED] < 100
    assert statuses[HTTPStatus.TOO_MANY_REQUESTS] == 400 - statuses[HTTPStatus.UNAUTHORIZED]
    monkeypatch.undo()
    assert await post(http, ringing()) == HTTPStatus.OK
    assert hass.states.is_state("sensor.anna_weber_1001", "ringing")


async def test_a_flood_of_signed_events_is_bounded_by_the_bucket(
    hass: HomeAssistant, http: Http, record_property: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (entry,) = hass.config_entries.async_entries("yeastar_linkus")
    await hass.config_entries.async_unload(entry.entry_id)
    real = webhook.TokenBucket
    monkeypatch.setattr(webhook, "TokenBucket", lambda rate, burst: real(0, 30 if burst > 100 else burst))
    assert await hass.config_entries.async_setup(entry.entry_id)
    async with LoopWatch() as watch:
        statuses = await at_once(http, 200, ringing(), "right")
    record_property("event loop away, ms", round(watch.worst * 1000, 1))
    assert watch.worst < LONGEST_TURN
    assert statuses == {HTTPStatus.OK: 30, HTTPStatus.TOO_MANY_REQUESTS: 170}


async def test_every_wrong_request_gets_the_same_answer(http: Http) -> None:
    """Neither status, headers nor body tell how near a guess was."""
    right = signature_of(WEBHOOK_SECRET, ringing())
    answers = set()
    for signature in (None, "", "AAAA", right[:-4] + "AAA=", right[:20], right.lower(), "ü", "=" * 44, "A" * 4000):
        headers = {} if signature is None else {"X-Signature": signature}
        response = await http.post(PATH, data=ringing(), headers=headers)
        kept = {key: value for key, value in response.headers.items() if key != "Date"}
        answers.add((response.status, await response.text(), str(kept)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == HTTPStatus.UNAUTHORIZED


async def test_a_body_that_comes_byte_by_byte_is_given_up(
    hass: HomeAssistant, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "READ_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", http.server.port)
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n".encode() + b"{")
    assert b" 408 " in await reader.readline()
    writer.close()
    assert await post(http, ringing()) == HTTPStatus.OK


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_a_body_is_read_no_further_than_any_event_is_long(http: Http, encoding: str) -> None:
    body = b" " * (40 * EVENT_LIMIT)
    data = gzip.compress(body) if encoding == "gzip" else body
    headers = {"Content-Encoding": encoding} if encoding == "gzip" else {}
    response = await http.post(PATH, data=data, headers={**headers, "X-Signature": signature_of(WEBHOOK_SECRET, body)})
    assert response.status in {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.BAD_REQUEST}
    assert await post(http, ringing()) == HTTPStatus.OK


async def test_a_header_longer_than_any_signature_is_refused(http: Http) -> None:
    response = await http.post(PATH, data=ringing(), headers={"X-Signature": "A" * 40_000})
    assert response.status == HTTPStatus.BAD_REQUEST


async def test_old_bodies_played_again(hass: HomeAssistant, pbx: EmulatedPbx, http: Http) -> None:
    """The PBX signs no time: who has a signed body can send it again. It rings nobody while the call is remembered, and the
    next look at the PBX ends what such a body began."""
    rings: list[Any] = []
    (entry,) = hass.config_entries.async_entries("yeastar_linkus")
    coordinator = entry.runtime_data
    coordinator.async_listen_moments("1001", rings.append)
    assert await post(http, ringing()) == HTTPStatus.OK
    assert len(rings) == 1
    await coordinator.async_refresh()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "idle"))
    ended = len(rings)
    for _ in range(3):
        assert await post(http, ringing()) == HTTPStatus.OK
    assert len(rings) == ended
    assert hass.states.is_state("sensor.anna_weber_1001", "idle")
    # Of a call that is long forgotten: a call that never was, until the PBX is asked.
    assert await post(http, ringing("1500000000.7")) == HTTPStatus.OK
    await coordinator.async_refresh()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "idle"))
    assert not pbx.switchboard.calls
