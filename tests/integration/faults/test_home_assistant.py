"""Home Assistant restarts or the entry is reloaded while there are calls."""

from collections.abc import Awaitable, Callable

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from emulator import EmulatedPbx
from tests.integration.conftest import Setup
from tests.integration.faults.end_check import ANNA, BEN, EVENTS, EndCheck, miss, talk
from tests.integration.faults.test_pbx_away import TRANSPORTS
from tests.integration.house_clock import HouseClock

pytestmark = pytest.mark.usefixtures("reachable")


@pytest.mark.parametrize("options", TRANSPORTS)
async def test_entry_reloaded_during_a_call(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck, options: dict[str, str]
) -> None:
    """The call is known again after the reload, and told once when it ends."""
    entry = await setup(options=options)
    await talk(pbx, clock)
    await check.until_shown(ANNA, "talking", 5)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert await check.until_shown(ANNA, "talking", 5) < 5
    await check.until_shown(EVENTS, "on", 10)
    await pbx.desk("1001").hang_up()
    await check.all_is_right(entry, 10)


async def _down(hass: HomeAssistant, entry: MockConfigEntry, meanwhile: Callable[[], Awaitable[None]]) -> None:
    """Home Assistant is away for a while, as far as the PBX can tell."""
    assert await hass.config_entries.async_unload(entry.entry_id)
    await meanwhile()
    assert await hass.config_entries.async_setup(entry.entry_id)


@pytest.mark.parametrize("options", TRANSPORTS)
async def test_home_assistant_restarted_during_calls(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck, options: dict[str, str]
) -> None:
    """One call ends while it is away, one is missed, one goes on."""
    entry = await setup(options=options)
    await talk(pbx, clock)
    await pbx.desk("1002").dial("+493055500001")
    await check.until_shown(BEN, "talking", 10)

    async def meanwhile() -> None:
        await pbx.desk("1001").hang_up()
        await miss(pbx, clock, "1004")
        await clock.pass_time(60)

    await _down(hass, entry, meanwhile)
    await check.until_shown(BEN, "talking", 5)
    await check.until_shown(EVENTS, "on", 10)
    assert check.shows(ANNA, "idle")
    await clock.until(lambda: entry.runtime_data.missed.get("1004"), 10)
    await pbx.desk("1002").hang_up()
    await check.all_is_right(entry, 10)
