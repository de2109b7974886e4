"""A house whose clock can be moved, and who checks in the end."""

from collections.abc import AsyncIterator, Iterator
import logging

from homeassistant.core import HomeAssistant
import pytest

from emulator import EmulatedPbx
from tests.integration.faults.end_check import EndCheck
from tests.integration.house_clock import HouseClock


@pytest.fixture(autouse=True)
def clock(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Iterator[HouseClock]:
    """The house's clock. There before the PBX is. Hours pass: asyncio's debug mode and lines of log would cost minutes."""
    hass.loop.set_debug(False)
    logging.disable(logging.INFO)
    yield HouseClock(hass.loop, monkeypatch)
    logging.disable(logging.NOTSET)


@pytest.fixture
async def pbx(clock: HouseClock, pbx: EmulatedPbx) -> EmulatedPbx:
    """The emulated PBX, without sound."""
    pbx.switchboard.media_factory = None
    return pbx


@pytest.fixture
async def check(hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx) -> AsyncIterator[EndCheck]:
    """Holds Home Assistant against the PBX's books; what is true at every end is checked at every end."""
    check = EndCheck(hass, clock, pbx)
    yield check
    check.at_every_end()
