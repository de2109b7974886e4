"""What goes wrong with the event WebSocket."""

from typing import Literal

from homeassistant.core import HomeAssistant
import pytest

from emulator import EmulatedPbx
from tests.integration.conftest import Setup
from tests.integration.faults.end_check import ANNA, EVENTS, EndCheck, miss, talk
from tests.integration.faults.test_pbx_away import WEBSOCKET
from tests.integration.house_clock import HouseClock


async def test_closed(hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck) -> None:
    entry = await setup(options=WEBSOCKET)
    await talk(pbx, clock)
    pbx.delivery.online = False
    await miss(pbx, clock, "1002")
    await pbx.desk("1001").hang_up()
    pbx.delivery.online = True
    await pbx.drop_sockets()
    await check.until_shown(EVENTS, "off", 1)
    assert await check.until_shown(EVENTS, "on", 5) < 5
    await check.all_is_right(entry, 5)


async def test_closed_again_and_again(clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck) -> None:
    entry = await setup(options=WEBSOCKET)
    for _ in range(6):
        await pbx.drop_sockets()
        await miss(pbx, clock)
        await clock.pass_time(20)
    await check.until_shown(EVENTS, "on", 60)
    await check.all_is_right(entry, 10)


async def test_silent(clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck) -> None:
    """The socket stays open, and nothing comes over it any more, not even the answer to a heartbeat."""
    entry = await setup(options=WEBSOCKET)
    (subscription,) = pbx.subscriptions.open
    subscription._take = lambda text: None  # type: ignore[method-assign]
    subscription.topics = frozenset()
    await miss(pbx, clock)
    assert entry.runtime_data.missed == {}
    await check.until_shown(EVENTS, "off", 76)
    assert await check.until_shown(EVENTS, "on", 5) < 5
    await check.all_is_right(entry, 5)


@pytest.mark.parametrize("way", ["close", "silent"])
async def test_expired(
    clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck, way: Literal["close", "silent"]
) -> None:
    entry = await setup(options=WEBSOCKET)
    pbx.knobs.expired_socket = way
    pbx.tokens.expire_all()
    await check.until_shown(EVENTS, "off", 3)
    await miss(pbx, clock)
    await check.until_shown(EVENTS, "on", 5)
    await check.all_is_right(entry, 10)


async def test_flooding(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck
) -> None:
    """Thousands of events at once: all are taken, in order, and the calls among them are right."""
    entry = await setup(options=WEBSOCKET)
    await talk(pbx, clock)
    for number in range(3000):
        pbx.event(30009, {"extension": "1002", "status": ("away", "lunch")[number % 2]})
    await pbx.desk("1001").hang_up()
    pbx.event(30009, {"extension": "1002", "status": "off_work"})
    await check.until_shown(ANNA, "idle", 10)
    await clock.until(lambda: hass.states.is_state("select.ben_carter_1002_presence", "off_work"), 10)
    await check.all_is_right(entry, 10)
