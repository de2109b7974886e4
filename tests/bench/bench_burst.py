"""How long a burst of 1,000 events keeps the event loop from everything else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import batched
from statistics import median
import time
from typing import Any, cast

import aiohttp
from homeassistant.core import HomeAssistant

from custom_components.yeastar_linkus.const import EVENT_TOPICS
from custom_components.yeastar_linkus.yeastar import stream as streams
from custom_components.yeastar_linkus.yeastar.auth import Token
from tests.bench.house import EVENTS_A_CALL, SECRET, House, pbx_with
from tests.bench.plain import open_plain, rehearse, same_entities
from tests.bench.rows import QUICK, Row
from tests.bench.traffic import Poster, whole_call

SUBJECT = "burst of 1,000 events"
EVENTS = 70 if QUICK else 1001
TURNS = 2 if QUICK else 7
LONGEST = 50.0
"""How long a burst may keep others waiting at most, in milliseconds."""


class Delay:
    """The longest that the loop kept a timer waiting, in seconds: by the clock, and of the processor's time.

    By the clock it contains what other processes took; the loop itself blocks nobody for longer than it computes.
    """

    longest = 0.0
    busy = 0.0


@asynccontextmanager
async def watched() -> AsyncIterator[Delay]:
    loop, delay = asyncio.get_running_loop(), Delay()

    async def watch() -> None:
        while True:
            due, begun = loop.time() + 0.001, time.thread_time()
            await asyncio.sleep(0.001)
            delay.longest = max(delay.longest, loop.time() - due)
            delay.busy = max(delay.busy, time.thread_time() - begun)

    task = asyncio.create_task(watch())
    await asyncio.sleep(0.01)
    delay.longest = delay.busy = 0.0
    yield delay
    await asyncio.sleep(0.002)
    task.cancel()


def rows_of(name: str, delays: list[Delay]) -> list[Row]:
    """What is told of several bursts: the middle of the longest delays, and what of the worst was the loop's own."""
    busy = 1000 * max(delay.busy for delay in delays)
    clock = 1000 * median(delay.longest for delay in delays)
    return [
        Row(
            SUBJECT, f"{name}: longest turn of the loop, processor time, worst of {TURNS}", busy, "ms", at_most=LONGEST
        ),
        Row(SUBJECT, f"{name}: longest delay by the clock, middle of {TURNS}", clock, "ms", at_most=LONGEST),
    ]


def bodies(house: House, calls: int) -> list[bytes]:
    called = house.callable
    return [body for n in range(calls) for body in whole_call(house.serial, called[n % len(called)])]


async def test_webhook(
    hass: HomeAssistant, socket_enabled: None, reachable: str, as_at_home: None, rows: list[Row]
) -> None:
    async with AsyncExitStack() as stack:
        house = await pbx_with(hass, stack, 10, 10)
        posters = {
            name: [await stack.enter_async_context(Poster(reachable, hook, SECRET)) for _ in range(16)]
            for name, hook in (("ours", house.webhook_id), ("plain", "e" * 64))
        }
        script = await rehearse(hass, house, posters["ours"][0])
        open_plain(hass, "e" * 64, script, await same_entities(hass, script, house))
        sent = 0

        async def over(poster: Poster, requests: list[bytes]) -> None:
            nonlocal sent
            for request in requests:
                await poster.post(request)
                sent += 1

        async def burst(those: list[Poster]) -> Delay:
            # A call's events come over one connection, one after the other.
            calls = list(batched(bodies(house, EVENTS // EVENTS_A_CALL), EVENTS_A_CALL, strict=True))
            work = [[p.request(b) for call in calls[n :: len(those)] for b in call] for n, p in enumerate(those)]
            async with watched() as delay:
                await asyncio.gather(*(over(poster, requests) for poster, requests in zip(those, work, strict=True)))
            return delay

        figures = {name: [await burst(those) for _ in range(TURNS)] for name, those in posters.items()}
        assert sent == 2 * TURNS * (EVENTS // EVENTS_A_CALL) * EVENTS_A_CALL
    rows += [
        *rows_of("webhook, 16 connections", figures["ours"]),
        Row(
            SUBJECT,
            "webhook: longest turn / that of plain entities",
            median(delay.busy for delay in figures["ours"]) / median(delay.busy for delay in figures["plain"]),
        ),
    ]


class Socket:
    """A WebSocket on which all frames have arrived already."""

    close_code = 1000

    def __init__(self, frames: list[bytes]) -> None:
        self._frames = [aiohttp.WSMessage(aiohttp.WSMsgType.TEXT, frame.decode(), None) for frame in frames]
        self._frames.reverse()

    async def receive(self, timeout: float | None = None) -> aiohttp.WSMessage:
        return self._frames.pop() if self._frames else aiohttp.WSMessage(aiohttp.WSMsgType.CLOSED, None, None)

    async def close(self) -> None:
        self._frames.clear()

    async def send_str(self, data: str) -> None:
        """Nobody listens."""


async def test_websocket(
    hass: HomeAssistant, socket_enabled: None, reachable: str, as_at_home: None, rows: list[Row]
) -> None:
    async with AsyncExitStack() as stack:
        house = await pbx_with(hass, stack, 10, 10)
        coordinator = house.entry.runtime_data
        taken = 0

        def take(event: Any) -> None:
            nonlocal taken
            taken += 1
            coordinator.ingest(event)

        stream = streams.EventStream(coordinator.client, EVENT_TOPICS, take, lambda state, error: None)

        delays: list[Delay] = []
        for _ in range(TURNS):
            socket = Socket(bodies(house, EVENTS // EVENTS_A_CALL))
            async with watched() as delay:
                connection = streams._Connection(
                    stream, cast(aiohttp.ClientWebSocketResponse, socket), Token("", 9e9, 9e9), 0.0
                )
                await connection.lives(lambda: 0.0)
                await connection.close()
            delays.append(delay)
        assert taken == TURNS * (EVENTS // EVENTS_A_CALL) * EVENTS_A_CALL
    rows += rows_of("WebSocket, all arrived at once", delays)
