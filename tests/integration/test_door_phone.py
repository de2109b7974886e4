"""Door phones: the doorbell rings, the phone learns camera and lock, the button opens."""

from typing import Any

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from tests.integration.conftest import Setup, phone_data
from tests.integration.waiting import until

OPEN = [
    {"action": "test.open", "data": {"door": "{{ extension }}", "call": "{{ call_id }}", "by": "{{ camera_entity }}"}}
]
DOORBELL = "event.front_door_doorbell"
BUTTON = "button.front_door_open_door"


def door_data(extension: str = "1010", **changes: Any) -> ConfigSubentryData:
    """A door phone as stored."""
    data = {
        "extension": extension,
        "camera_entity": "camera.door",
        "unlock_actions": OPEN,
        "unlock_digits": "#9",
        **changes,
    }
    return ConfigSubentryData(
        data={key: value for key, value in data.items() if value},
        subentry_type="door_phone",
        title="Front door",
        unique_id=f"door_phone_{extension}",
    )


async def test_the_doorbell_rings_when_the_door_calls(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup(phones=[door_data()])
    assert hass.states.get(DOORBELL).state == "unknown"
    assert hass.states.get(DOORBELL).attributes["device_class"] == "doorbell"
    automation = {
        "alias": "rang",
        "triggers": {"trigger": "doorbell.rang", "target": {"entity_id": DOORBELL}},
        "actions": {"action": "test.rang"},
    }
    rang = async_mock_service(hass, "test", "rang")
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await pbx.desk("1010").dial("1001")
    await until(lambda: hass.states.get(DOORBELL).state != "unknown")
    attributes = hass.states.get(DOORBELL).attributes
    assert attributes["event_type"] == "ring"
    assert (attributes["extension"], attributes["called"]) == ("1010", "1001")
    assert attributes["camera_entity"] == "camera.door"
    assert attributes["call_id"] in pbx.switchboard.calls
    assert "#9" not in str(attributes)
    await until(lambda: rang)
    first = hass.states.get(DOORBELL).state
    await pbx.desk("1001").answer()
    await pbx.desk("1001").hang_up()
    await pbx.call_in("+4930123456", "1010")
    await until(lambda: hass.states.is_state("sensor.front_door_1010", "ringing"))
    assert hass.states.get(DOORBELL).state == first


async def test_the_button_opens_the_door(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    opened = async_mock_service(hass, "test", "open")
    await setup(phones=[door_data()])
    await hass.services.async_call("button", "press", {"entity_id": BUTTON}, blocking=True)
    assert opened[0].data == {"door": 1010, "call": None, "by": "camera.door"}
    await pbx.desk("1010").dial("1001")
    await until(lambda: hass.states.get(DOORBELL).state != "unknown")
    await hass.services.async_call("button", "press", {"entity_id": BUTTON}, blocking=True)
    assert str(opened[1].data["call"]) == hass.states.get(DOORBELL).attributes["call_id"]


async def test_without_actions_there_is_no_button(hass: HomeAssistant, setup: Setup) -> None:
    await setup(wait_for_events=False, phones=[door_data(unlock_actions=None)])
    assert hass.states.get(DOORBELL)
    assert hass.states.get(BUTTON) is None


async def test_actions_that_make_no_sense_any_more_say_so(hass: HomeAssistant, setup: Setup) -> None:
    await setup(wait_for_events=False, phones=[door_data(unlock_actions=[{"condition": "gone.is_open"}])])
    with pytest.raises(HomeAssistantError) as caught:
        await hass.services.async_call("button", "press", {"entity_id": BUTTON}, blocking=True)
    assert caught.value.translation_key == "invalid_unlock_actions"


async def test_the_phone_learns_camera_and_lock(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client()
    user = next(user for user in await hass.auth.async_get_users() if not user.system_generated)
    entry = await setup(phones=[phone_data(user.id, "1001"), door_data()])
    await client.send_json_auto_id({"type": f"{DOMAIN}/info"})
    info = (await client.receive_json())["result"]
    assert info["doors"] == [
        {
            "entry_id": entry.entry_id,
            "extension": "1010",
            "name": "Front door",
            "camera_entity": "camera.door",
            "unlock_entity": BUTTON,
            "unlock_digits": None,
        }
    ]
    phone_id = info["phones"][0]["phone_id"]
    await client.send_json_auto_id({"type": f"{DOMAIN}/phone/subscribe", "phone_id": phone_id})
    assert (await client.receive_json())["success"]
    assert (await client.receive_json())["event"]["calls"] == []
    await pbx.desk("1010").dial("1001")
    update = (await client.receive_json())["event"]
    assert update["calls"][0]["number"] == "1010"
    assert update["calls"][0]["door"] == {
        "name": "Front door",
        "camera_entity": "camera.door",
        "unlock_entity": BUTTON,
        "unlock_digits": "#9",
    }


async def add(hass: HomeAssistant, entry: MockConfigEntry, **user_input: Any) -> dict[str, Any]:
    flow = hass.config_entries.subentries
    form = await flow.async_init((entry.entry_id, "door_phone"), context={"source": "user"})
    return await flow.async_configure(form["flow_id"], user_input)


async def test_a_door_phone_is_added_changed_and_removed(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(wait_for_events=False)
    result = await add(hass, entry, name="Front door ", extension="1010", unlock_actions=OPEN)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert hass.states.get(DOORBELL)
    assert hass.states.get(BUTTON)
    # Another integration's entry is none of the doors' business.
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    hass.config_entries.async_update_entry(other, title="Other")
    subentry = next(iter(entry.subentries.values()))
    assert (subentry.title, subentry.data) == ("Front door", {"extension": "1010", "unlock_actions": OPEN})
    await entry.runtime_data.async_refresh()
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"3631A2100001_door_{subentry.subentry_id}"), entry.entry_id
    )
    assert device is not None

    form = await entry.start_subentry_reconfigure_flow(hass, subentry.subentry_id)
    flow = hass.config_entries.subentries
    result = await flow.async_configure(
        form["flow_id"], {"name": "Gate", "extension": "1010", "unlock_digits": "#9", "camera_entity": "camera.gate"}
    )
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.runtime_data.choices.doors["1010"].camera == "camera.gate"
    assert hass.states.get(BUTTON).state == "unavailable"

    assert hass.config_entries.async_remove_subentry(entry, subentry.subentry_id)
    await hass.async_block_till_done()
    assert hass.states.get(DOORBELL) is None
    assert entry.runtime_data.choices.doors == {}


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"extension": "1010"}, {"extension": "already_a_door"}),
        ({"unlock_digits": "open"}, {"unlock_digits": "invalid_digits"}),
        ({"unlock_actions": [{"condition": "gone.is_open"}]}, {"unlock_actions": "invalid_actions"}),
    ],
)
async def test_wrong_input_is_told(
    hass: HomeAssistant, setup: Setup, changes: dict[str, Any], errors: dict[str, str]
) -> None:
    entry = await setup(wait_for_events=False, phones=[door_data()])
    result = await add(hass, entry, **{"name": "Back door", "extension": "1005", **changes})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == errors


async def test_while_the_pbx_is_away_any_number_may_be_typed(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(wait_for_events=False)
    assert await hass.config_entries.async_unload(entry.entry_id)
    result = await add(hass, entry, name="Back door", extension="ten")
    assert result["errors"] == {"extension": "invalid_extension"}
