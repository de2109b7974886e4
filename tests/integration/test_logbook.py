"""Bus events of calls, and what the logbook says about them."""

from typing import Any

from homeassistant.components.recorder import Recorder
from homeassistant.core import Event, HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.yeastar_linkus.call_log import EVENT_CALL
from custom_components.yeastar_linkus.logbook import message
from emulator import EmulatedPbx
from tests.integration.automations import device_id
from tests.integration.conftest import Setup
from tests.integration.waiting import until

OUTSIDE = "+4930123456"


def told(events: list[Event]) -> list[tuple[str, str]]:
    return [(event.data["type"], event.data["extension"]) for event in events]


async def test_an_answered_and_a_missed_call_are_told_once(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    events = async_capture_events(hass, EVENT_CALL)
    await pbx.call_in(OUTSIDE, "1001")
    await pbx.desk("1001").answer()
    await pbx.outside(OUTSIDE).hang_up()
    await until(lambda: len(events) == 2)
    await pbx.call_in(OUTSIDE, "1002")
    await pbx.desk("1002").wait("ringing")
    await pbx.outside(OUTSIDE).hang_up()
    await until(lambda: len(events) == 3)
    assert told(events) == [("answered", "1001"), ("ended", "1001"), ("missed", "1002")]
    assert events[0].data["device_id"] == device_id(hass, entry, "_ext_21")
    assert events[1].data["outcome"] == "answered"


async def test_extensions_that_are_no_devices_are_not_told(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup(options={"extensions": ["1001"]})
    events = async_capture_events(hass, EVENT_CALL)
    await pbx.desk("1002").dial("1001")
    await pbx.desk("1001").answer()
    await pbx.desk("1002").hang_up()
    await until(lambda: len(events) == 2)
    assert told(events) == [("answered", "1001"), ("ended", "1001")]


async def test_the_logbook_says_who_talked_with_whom(
    recorder_mock: Recorder, hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, hass_ws_client: WebSocketGenerator
) -> None:
    assert await async_setup_component(hass, "logbook", {})
    entry = await setup(wait_for_events=False)
    anna = device_id(hass, entry, "_ext_21")
    call = {
        "device_id": anna,
        "extension": "1001",
        "extension_name": "Anna Weber",
        "number": "1002",
        "name": "Ben",
        "direction": "in",
        "talk_duration": 75,
    }
    start = dt_util.utcnow()
    hass.bus.async_fire(EVENT_CALL, {"type": "missed", "outcome": "missed", **call})
    hass.bus.async_fire(EVENT_CALL, {"type": "ended", "outcome": "answered", **call, "extension_name": ""})
    await async_wait_recording_done(hass)
    client = await hass_ws_client()
    await client.send_json_auto_id(
        {"type": "logbook/get_events", "start_time": start.isoformat(), "device_ids": [anna]}
    )
    missed, ended = (await client.receive_json())["result"]
    assert (missed["name"], missed["message"]) == ("Anna Weber", "missed a call from Ben (1002)")
    assert missed["icon"] == "mdi:phone-missed"
    assert missed["domain"] == "yeastar_linkus"
    assert (ended["name"], ended["message"]) == ("1001", "talked with Ben (1002) for 1 min 15 s")
    assert ended["icon"] == "mdi:phone-hangup"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ({"type": "answered"}, "talks with 1002"),
        ({"type": "ended", "outcome": "answered", "talk_duration": 9}, "called 1002 for 9 s"),
        ({"type": "ended", "outcome": "no_answer"}, "called 1002, who did not answer"),
        ({"type": "ended", "outcome": "answered_elsewhere"}, "rang for 1002, and another phone took the call"),
        ({"type": "missed", "number": ""}, "missed a call from an unknown number"),
    ],
)
def test_sentences(data: dict[str, Any], text: str) -> None:
    assert message({"number": "1002", "name": "", "direction": "out", **data}) == text
