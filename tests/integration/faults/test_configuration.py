"""What is used is removed on the PBX; two PBXs look alike."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx, demo_house
from tests.integration.conftest import Setup, entry_data
from tests.integration.faults.end_check import ANNA, BEN, CALLER, EVENTS, EndCheck, miss, talk
from tests.integration.faults.test_pbx_away import POLL, WEBSOCKET
from tests.integration.house_clock import HouseClock
from tests.integration.waiting import until


async def test_extension_removed_while_used(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck
) -> None:
    entry = await setup(options=WEBSOCKET)
    await talk(pbx, clock)
    pbx.house.extensions = [one for one in pbx.house.extensions if one.number != "1001"]
    pbx.event(30022, {"ext_number": "1001", "option": "DELETE"})
    await clock.until(lambda: hass.states.get(ANNA) is None, 15)
    await pbx.desk("1001").hang_up()
    await miss(pbx, clock, "1002")
    await check.all_is_right(entry, 10)


async def test_trunk_removed_while_used(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck
) -> None:
    entry = await setup(options=WEBSOCKET)
    await talk(pbx, clock)
    await clock.until(lambda: hass.states.get("sensor.trunk_outside_state"), 5)
    pbx.house.trunks.clear()
    pbx.event(30023, {"trunk_name": "Outside", "option": "DELETE"})
    await clock.until(lambda: hass.states.get("sensor.trunk_outside_state") is None, 15)
    assert check.shows(ANNA, "talking")
    await pbx.desk("1001").hang_up()
    await check.all_is_right(entry, 10)


async def test_queue_removed_while_used(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck
) -> None:
    entry = await setup(options=WEBSOCKET)
    await pbx.call_in(CALLER, "6500")
    await pbx.desk("1002").answer()
    await check.until_shown(BEN, "talking", 5)
    waiting = "sensor.queue_sales_waiting_callers"
    assert hass.states.get(waiting) is not None
    pbx.house.queues.clear()
    await clock.until(lambda: hass.states.get(waiting) is None, POLL)
    assert check.shows(BEN, "talking")
    await pbx.desk("1002").hang_up()
    await check.all_is_right(entry, 10)


@pytest.mark.usefixtures("reachable")
async def test_two_pbxs_with_the_same_numbers(
    hass: HomeAssistant, clock: HouseClock, pbx: EmulatedPbx, setup: Setup, check: EndCheck
) -> None:
    """Each rings and counts for itself."""
    entry = await setup()
    house = demo_house()
    house.serial, house.device_name = "3631A2100002", "Office"
    async with EmulatedPbx(house) as second:
        second.switchboard.media_factory = None
        other = MockConfigEntry(
            domain=DOMAIN,
            title="Office",
            unique_id=house.serial,
            data=entry_data(second, webhook_id="e" * 64, webhook_secret="6" * 32),
        )
        other.add_to_hass(hass)
        assert await hass.config_entries.async_setup(other.entry_id)
        await until(lambda: hass.states.is_state("binary_sensor.office_events", "on"))
        twin = f"{ANNA}_2"
        await second.call_in(CALLER, "1001")
        await check.until_shown(twin, "ringing", 5)
        assert check.shows(ANNA, "idle")
        await second.outside(CALLER).hang_up()
        await check.until_shown(twin, "idle", 5)
        await miss(pbx, clock)
        await miss(pbx, clock)
        await clock.pass_time(10)
        assert entry.runtime_data.missed == {"1001": 2}
        assert other.runtime_data.missed == {"1001": 1}
        check_second = EndCheck(hass, clock, second)
        await check_second.all_is_right(other, 10, also_ended=2)
        assert await hass.config_entries.async_unload(other.entry_id)
    assert check.shows(EVENTS, "on")
    assert entry.runtime_data.missed == {"1001": 2}
