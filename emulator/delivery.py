"""How events reach the outside: webhooks and event sockets, with faults on demand."""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass, field
import hashlib
import hmac
import json
import logging
import ssl
from typing import Any

import aiohttp

from .clock import Clock
from .events import Events
from .house import House, WebhookConfig

_LOGGER = logging.getLogger(__name__)


@dataclass(slots=True)
class Faults:
    """What goes wrong on the way. Each applies to the next ``count`` events of the given types (none: any type)."""

    types: frozenset[int] = frozenset()
    drop: int = 0
    duplicate: int = 0
    corrupt: int = 0
    delay: int = 0
    delay_seconds: float = 0.0
    reorder: int = 0  # hold that many events back and let them go in reverse order

    def concerns(self, number: int) -> bool:
        """Whether an event of that number is meant."""
        return not self.types or number in self.types


@dataclass(frozen=True, slots=True)
class Attempt:
    """One webhook request that was made."""

    url: str
    type: int
    body: bytes
    attempt: int
    status: int  # HTTP status, 0 when there was no answer


@dataclass(eq=False, slots=True)
class _Hook:
    queue: asyncio.Queue[tuple[int, bytes]] = field(default_factory=asyncio.Queue)
    worker: asyncio.Task[None] | None = None


def dump(value: Any) -> str:
    """JSON as the PBX writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def signature(secret: str, body: bytes) -> str:
    """The value of ``X-Signature``: base64 of HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Delivery:
    """Sends each event to every webhook and socket that wants it, in order for each receiver."""

    def __init__(self, house: House, clock: Clock, events: Events) -> None:
        self._house = house
        self._clock = clock
        self._events = events
        self._hooks: dict[str, _Hook] = {}
        self._session: aiohttp.ClientSession | None = None
        self._held_back: list[tuple[int, str]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.ssl: ssl.SSLContext | bool = False  # the PBX does not look at the receiver's certificate
        self.faults = Faults()
        self.attempts: list[Attempt] = []
        self.sockets: list[Callable[[int, str], None]] = []
        self.online = True

    async def start(self) -> None:
        """Get ready to send."""
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        """Stop sending; what is under way is lost."""
        workers = [hook.worker for hook in self._hooks.values() if hook.worker is not None]
        tasks = [*self._tasks, *workers]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._hooks.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def forget_missing(self) -> None:
        """Stop the workers of webhooks that are no longer configured."""
        urls = {entry.url for entry in self._house.webhooks}
        for url in [url for url in self._hooks if url not in urls]:
            hook = self._hooks.pop(url)
            if hook.worker is not None:
                hook.worker.cancel()

    # -- events ------------------------------------------------------------------------------------------------------

    def send(self, number: int, msg: dict[str, Any]) -> None:
        """An event leaves the PBX, if the faults let it."""
        text = dump(self._events.envelope(number, msg, dump))
        faults = self.faults
        if not self.online:
            return
        if not faults.concerns(number):
            self._release(number, text)
            return
        if faults.drop > 0:
            faults.drop -= 1
            return
        if faults.corrupt > 0:
            faults.corrupt -= 1
            text = text[: len(text) // 2]
        copies = 1
        if faults.duplicate > 0:
            faults.duplicate -= 1
            copies = 2
        for _ in range(copies):
            if faults.reorder > 0:
                self._held_back.append((number, text))
                if len(self._held_back) >= faults.reorder:
                    self.flush()
            elif faults.delay > 0:
                self._spawn(self._later(faults.delay_seconds, number, text))
            else:
                self._release(number, text)
        if faults.delay > 0:
            faults.delay -= 1

    def flush(self) -> None:
        """Let go what reordering holds back, the newest first."""
        self.faults.reorder = 0
        held, self._held_back = self._held_back, []
        for number, text in reversed(held):
            self._release(number, text)

    async def _later(self, seconds: float, number: int, text: str) -> None:
        await self._clock.sleep(seconds)
        self._release(number, text)

    def _release(self, number: int, text: str) -> None:
        for socket in tuple(self.sockets):
            socket(number, text)
        if self._session is None:
            return
        for entry in self._house.webhooks:
            if 0 in entry.event_ids or number in entry.event_ids:
                hook = self._hooks.setdefault(entry.url, _Hook())
                if hook.worker is None:
                    hook.worker = asyncio.create_task(self._work(entry.url, hook))
                hook.queue.put_nowait((number, text.encode()))

    async def _work(self, url: str, hook: _Hook) -> None:
        while True:
            number, body = await hook.queue.get()
            try:
                entry = next((entry for entry in self._house.webhooks if entry.url == url), None)
                if entry is not None:
                    await self._push(entry, number, body)
            finally:
                hook.queue.task_done()

    async def _push(self, entry: WebhookConfig, number: int, body: bytes) -> None:
        for attempt in range(1 + self._house.webhook_retries):
            if attempt:
                await self._clock.sleep(self._house.knobs.webhook_retry_spacing)
            status = await self._post(entry, body)
            self.attempts.append(Attempt(entry.url, number, body, attempt, status))
            if 200 <= status < 300:
                return
        _LOGGER.warning("Webhook %s did not take event %s", entry.url.partition("?")[0][:40], number)

    async def _post(self, entry: WebhookConfig, body: bytes) -> int:
        if self._session is None:
            return 0
        headers = {"X-Signature": signature(entry.secret, body), "User-Agent": "OpenAPI"}
        limit = aiohttp.ClientTimeout(total=self._house.webhook_timeout)
        try:
            if entry.request_method == "GET":
                params = {"event": body.decode(errors="replace")}
                request = self._session.get(entry.url, params=params, headers=headers, timeout=limit, ssl=self.ssl)
            else:
                headers["Content-Type"] = "application/json"
                request = self._session.post(entry.url, data=body, headers=headers, timeout=limit, ssl=self.ssl)
            async with request as answer:
                return answer.status
        except aiohttp.ClientError, TimeoutError:
            return 0

    async def test(self, entry: WebhookConfig) -> bool:
        """Send the test body to a webhook; True when it was taken."""
        return 200 <= await self._post(entry, b'{"event":"test"}') < 300

    async def idle(self, seconds: float = 5) -> None:
        """Wait until every webhook request has been answered or given up; real seconds."""
        async with asyncio.timeout(seconds):
            while tasks := [*self._tasks]:
                await asyncio.wait(tasks)
            for hook in tuple(self._hooks.values()):
                await hook.queue.join()

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
