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

from custom_components.yeastar_linkus import wording as wording_module
from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.logbook import message
from custom_components.yeastar_linkus.triggers.call_log import EVENT_CALL
from custom_components.yeastar_linkus.wording import async_load_wording, wording
from custom_components.yeastar_linkus.yeastar.call_model import Outcome
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


SENTENCES = [
    ({"type": "answered"}, "talks with 1002", "spricht mit 1002"),
    (
        {"type": "ended", "outcome": "answered", "talk_duration": 9},
        "called 1002 for 9 s",
        "hat mit 1002 telefoniert (9 s)",
    ),
    ({"type": "ended", "outcome": "no_answer"}, "called 1002, who did not answer", "hat bei 1002 niemanden erreicht"),
    (
        {"type": "missed", "number": ""},
        "missed a call from an unknown number",
        "hat einen Anruf von einer unbekannten Nummer verpasst",
    ),
]


@pytest.mark.parametrize(("data", "english", "german"), SENTENCES)
@pytest.mark.parametrize("language", ["en", "de", "de-CH", "fr"])
async def test_sentences_are_in_the_language_of_home_assistant(
    socket_enabled: None, hass: HomeAssistant, language: str, data: dict[str, Any], english: str, german: str
) -> None:
    hass.config.language = language
    assert await async_setup_component(hass, DOMAIN, {})
    said = message(hass, {"number": "1002", "name": "", "direction": "out", **data})
    assert said == (german if language.startswith("de") else english)


async def test_every_outcome_has_a_sentence(socket_enabled: None, hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    for outcome in Outcome:
        data = {"type": "ended", "outcome": outcome.value, "talk_duration": 0, "direction": "in"}
        assert "Ben (1002)" in message(hass, {"number": "1002", "name": "Ben", **data})


async def test_a_language_that_is_not_at_hand_is_english_meanwhile(
    socket_enabled: None, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    monkeypatch.setattr(wording_module, "_LANGUAGES", {"de", "en", "nl"})
    assert wording(hass, "nl", "say_hung_up") == "Hung up."
    await async_load_wording(hass, "de")
    assert wording(hass, "de", "say_hung_up") == "Aufgelegt."
    assert wording(hass, "*", "say_hung_up") == "Hung up."
    assert wording(hass, "de", "say_nothing_of_the_kind") == "say_nothing_of_the_kind"
