"""Waiting for a condition with a time limit, and finding free ports: nothing here waits for a fixed time."""

import asyncio
from collections.abc import Awaitable, Callable
import inspect
import itertools
import os
import socket
from typing import Any, overload

LOOPBACK = "127.0.0.1"


@overload
async def until[T](
    probe: Callable[[], Awaitable[T | None]], what: str, *, limit: float = ..., every: float = ...
) -> T: ...
@overload
async def until[T](probe: Callable[[], T | None], what: str, *, limit: float = ..., every: float = ...) -> T: ...
async def until(probe: Callable[[], Any], what: str, *, limit: float = 15.0, every: float = 0.05) -> Any:
    """Ask ``probe`` until its answer is true, and return that answer.

    ``limit`` and ``every`` are seconds. Raises ``TimeoutError`` that names ``what`` and the last answer.
    """
    last: Any = None
    try:
        async with asyncio.timeout(limit):
            while True:
                answer = probe()
                last = await answer if inspect.isawaitable(answer) else answer
                if last:
                    return last
                await asyncio.sleep(every)
    except TimeoutError:
        raise TimeoutError(f"waited {limit:g} s in vain for {what}; last seen: {last!r}") from None


def free_port() -> int:
    """A port on the loopback address that nobody listens on right now.

    Below the range from which the system takes the ports of outgoing connections, and for each process in a block of its own:
    what is free now is so when a server starts there seconds later, while other houses look for ports too.
    """
    block = 20_000 + os.getpid() % 200 * 50
    return next(port for port in (block + offset for offset in _OFFSETS) if port_is_free(port))


_OFFSETS = itertools.cycle(range(50))
"""Goes on where the last search ended: a port once given is not given again at once."""


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
