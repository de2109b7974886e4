"""Waiting for what the PBX and Home Assistant do in their own time."""

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], seconds: float = 5) -> None:
    """Return when the condition holds; fail when it does not in time."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)
