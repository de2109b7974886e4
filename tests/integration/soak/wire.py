"""The two ways from the PBX to Home Assistant, both bad: they lose, repeat and reorder what is sent."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
import os
import random
import time
from typing import Any

from homeassistant.components.webhook import async_handle_webhook
from homeassistant.core import HomeAssistant
from homeassistant.util.aiohttp import MockRequest

from emulator import EmulatedPbx
from emulator.delivery import dump, signature
from tests.integration.conftest import WEBHOOK_ID, WEBHOOK_SECRET

LONGEST_LATENESS = 3.0
FAILURE = 30015
TRACED = bool(os.environ.get("SOAK_TRACE"))


@dataclass(frozen=True, slots=True)
class Badness:
    """Shares of what is sent, from 0 to 1."""

    lost: float = 0.0
    repeated: float = 0.0
    reordered: float = 0.0


@dataclass(slots=True)
class Letter:
    """One event on its way, whichever ways and however many copies that are."""

    number: int
    text: str
    call_id: str
    travelling: int = 0
    in_time: bool = False
    """Whether a copy arrived soon enough to count: why a call failed is told before its record, or not at all."""


class Way:
    """One way. What is late comes after what was sent later, at most some seconds afterwards."""

    name = ""

    def __init__(
        self, badness: Badness, dice: random.Random, tally: Counter[str], over: Callable[[Letter, bool], None]
    ) -> None:
        """Begin open. `over` is told of every copy that came to its end, and whether it arrived."""
        self.trace: list[tuple[float, str, str]] | None = None
        """What was brought when and how, for whoever looks into a finding."""
        self.badness = badness
        self._dice = dice
        self._tally = tally
        self._over = over
        self.open = True

    def send(self, letter: Letter) -> None:
        """Bring one event, or not."""
        dice, badness = self._dice, self.badness
        self._tally["sent"] += 1
        if dice.random() < badness.lost:
            self._end(letter, arrived=False)
            return
        copies = 1
        if dice.random() < badness.repeated:
            self._tally["repeated"] += 1
            copies = 2
        letter.travelling += copies - 1
        for copy in range(copies):
            late = dice.random() < badness.reordered
            self._tally["reordered"] += late
            if late or copy:
                delay = dice.uniform(0.01, LONGEST_LATENESS)
                asyncio.get_running_loop().call_later(delay, self._bring, letter, letter.number != FAILURE)
            else:
                self._bring(letter)

    def _bring(self, letter: Letter, in_time: bool = True) -> None:
        arrived = self.open and self.bring(letter)
        if arrived:
            letter.in_time |= in_time
            if self.trace is not None:
                self.trace.append((time.time(), self.name, letter.text))
        self._end(letter, arrived=arrived)

    def _end(self, letter: Letter, *, arrived: bool) -> None:
        self._tally["lost"] += not arrived
        letter.travelling -= 1
        self._over(letter, arrived)

    def bring(self, letter: Letter) -> bool:
        """Hand one event over. Returns whether there is anybody who takes it."""
        raise NotImplementedError


class WebhookWay(Way):
    """Posts to the webhook through Home Assistant's own door for requests, signature and all."""

    name = "webhook"

    def __init__(
        self,
        hass: HomeAssistant,
        badness: Badness,
        dice: random.Random,
        tally: Counter[str],
        over: Callable[[Letter, bool], None],
    ) -> None:
        """Begin to post in the order of what is brought."""
        super().__init__(badness, dice, tally, over)
        self._hass = hass
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._task = asyncio.create_task(self._post())
        self.answers: Counter[int] = Counter()

    def bring(self, letter: Letter) -> bool:
        """Queue one event."""
        self._queue.put_nowait(letter.text)
        return True

    async def _post(self) -> None:
        while True:
            body = (await self._queue.get()).encode()
            request = MockRequest(
                body,
                "soak",
                method="POST",
                headers={"X-Signature": signature(WEBHOOK_SECRET, body), "Content-Type": "application/json"},
                remote="127.0.0.1",
            )
            answer = await async_handle_webhook(self._hass, WEBHOOK_ID, request)
            self.answers[answer.status] += 1

    async def close(self) -> None:
        """Stop to post."""
        self._task.cancel()
        await asyncio.wait([self._task])


class SocketWay(Way):
    """Sends over the event WebSockets that are open, on the loopback."""

    name = "websocket"

    def __init__(
        self,
        pbx: EmulatedPbx,
        badness: Badness,
        dice: random.Random,
        tally: Counter[str],
        over: Callable[[Letter, bool], None],
    ) -> None:
        """Keep the PBX."""
        super().__init__(badness, dice, tally, over)
        self._pbx = pbx

    def bring(self, letter: Letter) -> bool:
        """Send one event. Nobody takes it while Home Assistant is about to connect again."""
        sockets = tuple(self._pbx.delivery.sockets)
        for socket in sockets:
            socket(letter.number, letter.text)
        return bool(sockets)


class BadWire:
    """Stands between the PBX's events and its delivery. A third of the calls goes each way, a third both."""

    def __init__(self, hass: HomeAssistant, pbx: EmulatedPbx, badness: Badness, seed: int) -> None:
        """Take over the PBX's events."""
        dice = random.Random(seed)
        self.tally: Counter[str] = Counter()
        self.heard: Counter[str] = Counter()
        """How many copies of events arrived of each call."""
        self.incomplete: set[str] = set()
        """Calls of which an event arrived on no way, or too late to count."""
        self.webhook = WebhookWay(hass, badness, dice, self.tally, self._over)
        self.socket = SocketWay(pbx, badness, dice, self.tally, self._over)
        self._pbx = pbx
        if TRACED:
            self.webhook.trace = self.socket.trace = []
        pbx.events.sinks[:] = [self.send]

    async def break_socket(self, seconds: float) -> None:
        """The WebSocket is dead for a while before anybody notices: nothing passes, then it breaks."""
        self.socket.open = False
        await asyncio.sleep(seconds)
        await self._pbx.drop_sockets()
        self.socket.open = True

    def send(self, number: int, msg: dict[str, Any]) -> None:
        """An event leaves the PBX."""
        text = dump(self._pbx.events.envelope(number, msg, dump))
        call_id = str(msg.get("call_id", ""))
        ways: tuple[Way, ...] = (self.webhook, self.socket)
        if call_id:
            ways = ((self.webhook,), (self.socket,), (self.webhook, self.socket))[int(call_id.rpartition(".")[2]) % 3]
        self.tally["events"] += 1
        letter = Letter(number, text, call_id, len(ways))
        for way in ways:
            way.send(letter)

    def _over(self, letter: Letter, arrived: bool) -> None:
        self.heard[letter.call_id] += arrived
        if not letter.travelling and not letter.in_time and letter.call_id:
            self.incomplete.add(letter.call_id)
