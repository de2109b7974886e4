"""Time as the emulated PBX sees it: the machine's clock, or one that a test moves by hand."""

import asyncio
import heapq
import itertools
import time
from typing import Protocol, override


class Clock(Protocol):
    """Where every time and every wait of the emulator comes from."""

    def now(self) -> float:
        """Unix seconds."""

    async def sleep(self, seconds: float) -> None:
        """Return when that many seconds of this clock have passed."""


class SystemClock(Clock):
    """The machine's clock."""

    @override
    def now(self) -> float:
        return time.time()

    @override
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock(Clock):
    """A clock that stands still until :meth:`advance` moves it; sleepers wake in the order of their time."""

    def __init__(self, start: float = 1_771_146_300.0) -> None:
        self._now = start
        self._order = itertools.count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    @override
    def now(self) -> float:
        return self._now

    @override
    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Move time forward, waking every sleeper at its own moment and letting it run before time goes on."""
        end = self._now + seconds
        await _settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            moment, _, woken = heapq.heappop(self._sleepers)
            self._now = max(self._now, moment)
            if not woken.done():
                woken.set_result(None)
            await _settle()
        self._now = end
        await _settle()


async def _settle() -> None:
    """Let the tasks that are ready run a few rounds, so that one wake-up's consequences come before the next."""
    for _ in range(12):
        await asyncio.sleep(0)
