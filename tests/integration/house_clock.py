"""One clock for everything in a test: Home Assistant, the integration, the emulated PBX and every timer between them.

The clock runs like any other until `pass_time` or `until` moves it. Then it stands still, however slow the machine is, and
whenever nothing is left to do (no callback, no byte on any socket, no job in a thread) it jumps to the next timer: each fires at
its own moment and in its own order, and a minute costs milliseconds. What is on the loopback arrives before time goes on.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
import time
from typing import Any

from homeassistant.helpers import event as event_helper
import pytest

from custom_components.yeastar_linkus.pbx.token_bucket import TokenBucket
from custom_components.yeastar_linkus.yeastar.client import YeastarClient

# Real seconds without anything to do after which time may jump far: the kernel may be a moment late with what was sent.
GRACE = 0.0005
# Nothing waits for so little that it could be too late by it, in seconds.
SHORT_JUMP = 0.5
# No two looks at a clock show the same time, in seconds.
TICK = 1e-6


class HouseClock:
    """Moves the time of a loop, and with it ``time.time`` and ``time.monotonic``."""

    def __init__(self, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch) -> None:
        """Take over the loop until the test's end."""
        self._offset = 0.0
        self._jumping = 0
        self._stands_since = 0.0
        self._in_threads = 0
        self._loop = loop
        self.real = time.monotonic
        ahead = time.time() - time.monotonic()

        def steady() -> float:
            if not self._jumping:
                return self.real() + self._offset
            self._offset += TICK
            return self._stands_since + self._offset

        def wall() -> float:
            return steady() + ahead

        monkeypatch.setattr(time, "time", wall)
        monkeypatch.setattr(time, "monotonic", steady)
        monkeypatch.setattr(event_helper, "time_tracker_timestamp", wall)
        # Defaults were bound before this clock was there.
        monkeypatch.setitem(YeastarClient.__init__.__kwdefaults__ or {}, "clock", steady)
        monkeypatch.setitem(YeastarClient.__init__.__kwdefaults__ or {}, "now", wall)
        monkeypatch.setattr(TokenBucket.__init__, "__defaults__", (steady,))
        self._watch_threads(loop, monkeypatch)
        self._watch_sockets(loop, monkeypatch)

    def _watch_threads(self, loop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        real = loop.run_in_executor

        def done(_: object) -> None:
            self._in_threads -= 1

        def run_in_executor(executor: Any, function: Callable[..., Any], *args: Any) -> Any:
            future = real(executor, function, *args)
            self._in_threads += 1
            future.add_done_callback(done)
            return future

        monkeypatch.setattr(loop, "run_in_executor", run_in_executor)

    def _watch_sockets(self, loop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        real = loop._selector.select

        def select(timeout: float | None = None) -> Any:
            if not self._jumping or timeout is None or timeout <= 0:
                return real(timeout)
            if self._in_threads:
                return real(GRACE)
            if not (found := real(GRACE if timeout > SHORT_JUMP else 0)):
                self._offset += timeout
            return found

        monkeypatch.setattr(loop._selector, "select", select)

    def now(self) -> float:
        """Unix seconds."""
        return time.time()

    @contextmanager
    def running_free(self) -> Iterator[None]:
        """Let time jump while this is open."""
        if not self._jumping:
            self._stands_since = self.real()
        self._jumping += 1
        try:
            yield
        finally:
            self._jumping -= 1
            if not self._jumping:
                self._offset -= self.real() - self._stands_since

    def skip(self, seconds: float) -> None:
        """Be later at once: timers of the time between fire when the loop comes to them."""
        self._offset += seconds

    async def pass_time(self, seconds: float) -> None:
        """Let that many seconds pass."""
        with self.running_free():
            await asyncio.sleep(seconds)

    async def until(self, condition: Callable[[], object], limit: float, step: float = 0.25) -> float:
        """Let time pass until the condition holds. Returns the seconds that took; fails after `limit` seconds."""
        started = time.monotonic()
        with self.running_free():
            while not condition():
                if time.monotonic() - started > limit:
                    raise AssertionError(f"not within {limit} seconds")
                await asyncio.sleep(step)
        return time.monotonic() - started
