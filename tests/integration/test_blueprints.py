"""The blueprints, loaded as Home Assistant imports them and run against the emulated PBX."""

from datetime import UTC, datetime
from pathlib import Path
import shutil
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.components.blueprint import Blueprint
from homeassistant.components.script import DOMAIN as SCRIPT
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed, async_mock_service

from emulator import EmulatedPbx
from emulator.house import ANSWERING_NUMBER, SILENT_NUMBER
from tests.integration.automations import device_id
from tests.integration.conftest import Setup
from tests.integration.test_door_phone import BUTTON, DOORBELL, OPEN, door_data
from tests.integration.waiting import until

BLUEPRINTS = Path(__file__).parents[2] / "blueprints"
OUTSIDE = "+4930123456"
ANNA = "_ext_21"
FILES = sorted(path.relative_to(BLUEPRINTS) for path in BLUEPRINTS.rglob("*.yaml"))


@pytest.fixture(autouse=True)
def _installed(hass: HomeAssistant, tmp_path: Path) -> None:
    """Our blueprints in the configuration folder."""
    hass.config.config_dir = str(tmp_path / "config")
    shutil.copytree(BLUEPRINTS, Path(hass.config.config_dir) / "blueprints")


async def use(hass: HomeAssistant, domain: str, name: str, **inputs: Any) -> None:
    """Set up an automation or a script from a blueprint."""
    config = {
        "alias": "ours",
        "use_blueprint": {"path": f"yeastar_linkus/{name}.yaml", "input": inputs},
    }
    whole: dict[str, Any] = {AUTOMATION: [config]} if domain == AUTOMATION else {SCRIPT: {"ours": config}}
    assert await async_setup_component(hass, domain, whole)
    await hass.async_block_till_done()
    assert hass.states.get(f"{domain}.ours").state == ("on" if domain == AUTOMATION else "off")


@pytest.mark.parametrize("file", FILES, ids=str)
def test_each_is_a_blueprint_of_its_folder(file: Path) -> None:
    schema = Blueprint(
        load_yaml_dict(str(BLUEPRINTS / file)), expected_domain=file.parts[0], schema=lambda config: config
    )
    assert schema.name
    assert all(schema.inputs[key] for key in schema.inputs)
    assert not schema.validate()


def test_none_is_forgotten() -> None:
    assert [file.stem for file in FILES] == [
        "after_hours_presence",
        "doorbell",
        "flash_lights_on_call",
        "missed_call_notification",
        "pause_media_during_calls",
        "alarm_call_chain",
    ]


async def test_media_pause_during_calls(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    entry = await setup()
    paused = async_mock_service(hass, "media_player", "media_pause")
    played = async_mock_service(hass, "media_player", "media_play")
    hass.states.async_set("media_player.kitchen", "playing")
    hass.states.async_set("media_player.bath", "off")
    await use(
        hass,
        AUTOMATION,
        "pause_media_during_calls",
        extensions={"device_id": [device_id(hass, entry, ANNA)]},
        players=["media_player.kitchen", "media_player.bath"],
    )
    await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    assert not paused
    await pbx.desk("1001").answer()
    await until(lambda: paused)
    assert paused[0].data["entity_id"] == ["media_player.kitchen"]
    hass.states.async_set("media_player.kitchen", "paused")
    await pbx.outside(OUTSIDE).hang_up()
    await until(lambda: played)
    assert played[0].data["entity_id"] == ["media_player.kitchen"]


@pytest.mark.parametrize(("caller", "flashes"), [(OUTSIDE, True), ("+4989123456", False)])
async def test_lights_flash_for_a_chosen_caller(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, caller: str, flashes: bool
) -> None:
    entry = await setup()
    toggled = async_mock_service(hass, "light", "toggle")
    assert await async_setup_component(hass, "scene", {})
    restored = async_mock_service(hass, "scene", "turn_on")
    hass.states.async_set("light.desk", "on")
    await use(
        hass,
        AUTOMATION,
        "flash_lights_on_call",
        extensions={"device_id": [device_id(hass, entry, ANNA)]},
        numbers=["+49 30*"],
        lights=["light.desk"],
    )
    await pbx.call_in(caller, "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    if flashes:
        await until(lambda: toggled)
        assert hass.states.get("scene.yeastar_linkus_automation_ours")
        assert not restored
    await pbx.desk("1001").answer()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "talking"))
    await until(lambda: hass.states.get("automation.ours").attributes["current"] == 0)
    assert bool(restored) is flashes
    assert bool(toggled) is flashes


async def test_a_missed_call_is_notified_and_called_back(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    notified = async_mock_service(hass, "notify", "mobile_app_phone")
    await use(
        hass,
        AUTOMATION,
        "missed_call_notification",
        extensions={"device_id": [device_id(hass, entry, ANNA)]},
        notify_action="notify.mobile_app_phone",
    )
    await pbx.call_in(OUTSIDE, "1001")
    await pbx.desk("1001").wait("ringing")
    await pbx.outside(OUTSIDE).hang_up()
    await until(lambda: notified)
    data = notified[0].data
    assert data["title"] == "Missed call for Anna Weber"
    assert data["message"].startswith(f"{OUTSIDE}, ")
    button = data["data"]["actions"][0]
    assert button["title"] == "Call back"
    hass.bus.async_fire("mobile_app_notification_action", {"action": "SOMETHING_ELSE"})
    hass.bus.async_fire("mobile_app_notification_action", {"action": button["action"]})
    await pbx.desk("1001").wait("ringing")
    await pbx.desk("1001").answer()
    await until(lambda: pbx.leg(OUTSIDE) is not None)


async def test_a_hidden_number_cannot_be_called_back(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    notified = async_mock_service(hass, "notify", "mobile_app_phone")
    await use(
        hass,
        AUTOMATION,
        "missed_call_notification",
        extensions={"device_id": [device_id(hass, entry, ANNA)]},
        notify_action="notify.mobile_app_phone",
    )
    await pbx.call_in("", "1001")
    await pbx.desk("1001").wait("ringing")
    await pbx.outside("").hang_up()
    await until(lambda: notified)
    assert notified[0].data["data"]["actions"] == []
    assert notified[0].data["message"].startswith("Unknown number, ")
    await until(lambda: hass.states.get("automation.ours").attributes["current"] == 0)


async def test_the_doorbell_shows_the_camera_and_opens(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup(phones=[door_data(unlock_actions=OPEN)])
    opened = async_mock_service(hass, "test", "open")
    notified = async_mock_service(hass, "notify", "mobile_app_phone")
    await use(hass, AUTOMATION, "doorbell", doorbell=DOORBELL, unlock=BUTTON, notify_action="notify.mobile_app_phone")
    await pbx.desk("1010").dial("1001")
    await until(lambda: notified)
    assert notified[0].data["title"] == "Front door"
    data = notified[0].data["data"]
    assert data["image"] == "/api/camera_proxy/camera.door"
    hass.bus.async_fire("mobile_app_notification_action", {"action": data["actions"][0]["action"]})
    await until(lambda: opened)


async def test_presence_after_hours(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(datetime(2026, 10, 2, 17, 59, tzinfo=UTC))
    selected = async_mock_service(hass, "select", "select_option")
    hass.states.async_set("select.anna_weber_1001_presence", "available")
    hass.states.async_set("select.ben_carter_1002_presence", "business_trip")
    await use(
        hass,
        AUTOMATION,
        "after_hours_presence",
        presences=["select.anna_weber_1001_presence", "select.ben_carter_1002_presence"],
    )

    async def at(day: int, hour: int) -> list[ServiceCall]:
        selected.clear()
        freezer.move_to(datetime(2026, 10, day, hour, 0, 1, tzinfo=UTC))
        async_fire_time_changed(hass)
        await hass.async_block_till_done()
        return list(selected)

    (evening,) = await at(2, 18)
    assert evening.data == {"entity_id": ["select.anna_weber_1001_presence"], "option": "off_work"}
    hass.states.async_set("select.anna_weber_1001_presence", "off_work")
    assert await at(3, 8) == []  # a Saturday
    (morning,) = await at(5, 8)
    assert morning.data == {"entity_id": ["select.anna_weber_1001_presence"], "option": "available"}
    await hass.services.async_call(AUTOMATION, "turn_off", {"entity_id": "automation.ours"}, blocking=True)


async def test_the_alarm_hangs_up_where_nobody_answers_and_calls_the_next(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    answered = async_mock_service(hass, "test", "answered")
    await use(
        hass,
        SCRIPT,
        "alarm_call_chain",
        caller=device_id(hass, entry, ANNA),
        numbers=[SILENT_NUMBER, ANSWERING_NUMBER],
        ring_seconds=2,
        on_answer=[{"action": "test.answered", "data": {"number": "{{ number }}"}}],
    )
    await hass.services.async_call(SCRIPT, "ours")
    await until(lambda: pbx.leg(SILENT_NUMBER) is not None)
    await until(lambda: answered, 15)
    assert [call.data["number"] for call in answered] == [f"tel:{ANSWERING_NUMBER}"]
    assert pbx.leg(SILENT_NUMBER) is None
    await pbx.desk("1001").hang_up()


async def test_the_alarm_calls_until_somebody_answers(hass: HomeAssistant, setup: Setup) -> None:
    entry = await setup(wait_for_events=False)
    dialed: list[dict[str, Any]] = []
    outcomes = iter(["no_answer", "busy", "answered"])

    async def dial(call: ServiceCall) -> dict[str, Any]:
        dialed.append(dict(call.data))
        return {"call_id": "1", "outcome": next(outcomes)}

    hass.services.async_register("yeastar_linkus", "dial", dial, supports_response=SupportsResponse.ONLY)
    answered = async_mock_service(hass, "test", "answered")
    nobody = async_mock_service(hass, "test", "nobody")
    await use(
        hass,
        SCRIPT,
        "alarm_call_chain",
        caller=device_id(hass, entry, ANNA),
        numbers=["+49 170 1", "1002"],
        on_answer=[{"action": "test.answered", "data": {"number": "{{ number }}"}}],
        on_nobody=[{"action": "test.nobody"}],
    )
    await hass.services.async_call(SCRIPT, "ours", blocking=True)
    assert [call["number"] for call in dialed] == ["tel:+49 170 1", "tel:1002", "tel:+49 170 1"]
    assert all(call["wait_for_outcome"] and call["timeout"] == 40 for call in dialed)
    assert [call.data["number"] for call in answered] == ["tel:+49 170 1"]
    assert not nobody
