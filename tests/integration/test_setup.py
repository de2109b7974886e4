"""Setting a PBX up, and what is there then."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from emulator import EmulatedPbx
from tests.integration.conftest import Setup
from tests.integration.waiting import until


async def test_extensions_become_devices_with_call_states(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(wait_for_events=False)
    assert entry.state is ConfigEntryState.LOADED
    assert hass.states.get("sensor.anna_weber_1001").state == "idle"


async def test_a_call_from_outside_shows_on_the_extension(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    await pbx.call_in("+4930123456", "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    assert hass.states.get("sensor.anna_weber_1001_other_party").state == "+4930123456"
    assert hass.states.get("sensor.anna_weber_1001_call_direction").state == "in"
    await pbx.desk("1001").answer()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "talking"))
    await pbx.outside("+4930123456").hang_up()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "idle"))
