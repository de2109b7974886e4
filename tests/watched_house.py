"""What the tests of the client and of the emulator share: a house that tells everything, a clock they move, waiting."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from emulator import House, demo_house
from emulator.clock import ManualClock


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Home Assistant's test harness blocks sockets; these tests speak to the loopback."""


async def until(condition: Callable[[], Any], seconds: float = 5) -> Any:
    """Wait until a condition is true, and return its value."""
    async with asyncio.timeout(seconds):
        while not (value := condition()):
            await asyncio.sleep(0.002)
    return value


@pytest.fixture
def house() -> House:
    """The demo house with every monitor on."""
    house = demo_house()
    for extension in house.extensions:
        extension.monitor_calls = extension.monitor_presence = extension.monitor_registration = True
    for trunk in house.trunks:
        trunk.monitor_calls = True
    return house


@pytest.fixture
def clock() -> ManualClock:
    """A clock that the test moves."""
    return ManualClock()
