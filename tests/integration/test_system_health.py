"""The section of the system information page."""

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, get_system_health_info

from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.shared import SHARED
from emulator import EmulatedPbx
from tests.integration.conftest import API, SDK, WEBHOOK_ID, WEBHOOK_SECRET, Setup, entry_data


async def test_it_tells_whether_the_pbx_answers_and_how_events_come(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, card_folder: object
) -> None:
    assert await async_setup_component(hass, "system_health", {})
    entry = await setup(options={"event_transport": "websocket"})
    info = await get_system_health_info(hass, DOMAIN)
    assert info["version"] == "0.1.0"
    assert info["pbxs"] == "1/1"
    assert info["card"] == "aaaaaaaaaaaa"
    assert info["sdk"] == "-"
    assert info["Demo house: events"] == "websocket"
    assert info["Demo house: reachable"] == "ok"
    assert "P550" in info["Demo house: firmware"]
    text = str(info)
    for secret in (*API.values(), *SDK.values(), WEBHOOK_ID, WEBHOOK_SECRET, pbx.url):
        assert secret not in text
    entry.runtime_data.last_update_success = False
    assert (await get_system_health_info(hass, DOMAIN))["Demo house: reachable"] == "failed"


async def test_pbxs_with_the_same_name_are_told_apart(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await setup(wait_for_events=False)
    data = entry_data(pbx, client_id=None, client_secret=None)
    second = MockConfigEntry(domain=DOMAIN, title="Demo house", data=data)
    second.add_to_hass(hass)
    assert await hass.config_entries.async_setup(second.entry_id)
    MockConfigEntry(domain=DOMAIN, title="Third", data=data, disabled_by=ConfigEntryDisabler.USER).add_to_hass(hass)
    info = await get_system_health_info(hass, DOMAIN)
    assert info["pbxs"] == "2/3"
    assert {"1. Demo house: reachable", "2. Demo house: reachable", "1. Demo house: events"} <= set(info)
    # The Linkus SDK alone tells neither firmware nor events.
    assert "2. Demo house: events" not in info
    assert hass.data[SHARED].sdk.state.version is None
