"""The entities of an extension, moved by what the PBX sends and by what users do."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from homeassistant.core import Event, HomeAssistant, State, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import (
    async_capture_events,
    mock_restore_cache_with_extra_data,
)

from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.pbx import choices as choices_module, mailbox as mailboxes_module
from emulator import EmulatedPbx
from tests.integration.conftest import SERIAL, Setup
from tests.integration.waiting import until

OUTSIDE = "+4930123456"
ANNA = "anna_weber_1001"


def shows(hass: HomeAssistant, entity_id: str, state: str) -> bool:
    return hass.states.is_state(entity_id, state)


def attributes(hass: HomeAssistant, entity_id: str) -> dict[str, object]:
    state = hass.states.get(entity_id)
    assert state is not None
    return dict(state.attributes)


def types_told(hass: HomeAssistant) -> list[str]:
    """The types of the call events of Anna's extension, as they come."""
    told: list[str] = []

    @callback
    def changed(event: Event[Any]) -> None:
        new = event.data["new_state"]
        if new is not None and new.entity_id == f"event.{ANNA}_call" and new.attributes.get("event_type"):
            told.append(new.attributes["event_type"])

    hass.bus.async_listen("state_changed", changed)
    return told


def capture_reports(hass: HomeAssistant) -> list[Event[Any]]:
    """States that were written without being different."""
    found: list[Event[Any]] = []

    @callback
    def every(data: Mapping[str, Any]) -> bool:
        return True

    @callback
    def note(event: Event[Any]) -> None:
        found.append(event)

    hass.bus.async_listen("state_reported", note, event_filter=every)
    return found


async def press(hass: HomeAssistant, button: str) -> None:
    await hass.services.async_call("button", "press", {"entity_id": f"button.{ANNA}_{button}"}, blocking=True)


async def missed_call(pbx: EmulatedPbx) -> None:
    await pbx.call_in(OUTSIDE, "1001")
    await pbx.desk("1001").wait("ringing")
    await pbx.outside(OUTSIDE).hang_up()


async def test_a_call_passes_through_all_sensors(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: shows(hass, f"sensor.{ANNA}", "ringing"))
    assert shows(hass, f"sensor.{ANNA}_other_party", OUTSIDE)
    assert shows(hass, f"sensor.{ANNA}_call_direction", "in")
    assert not shows(hass, f"sensor.{ANNA}_call_started", "unknown")
    await pbx.desk("1001").answer()
    await until(lambda: shows(hass, f"sensor.{ANNA}", "talking"))
    await pbx.desk("1001").hang_up()
    await until(lambda: shows(hass, f"sensor.{ANNA}", "idle"))
    assert shows(hass, f"sensor.{ANNA}_other_party", "unknown")


async def test_an_internal_call_shows_the_colleagues_name(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    await pbx.desk("1002").dial("1001")
    await until(lambda: shows(hass, f"sensor.{ANNA}_other_party", "Ben Carter (1002)"))
    assert shows(hass, f"sensor.{ANNA}_call_direction", "internal")


async def test_an_event_touches_only_the_parties(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    await hass.async_block_till_done()
    written = async_capture_events(hass, "state_changed")
    reported = capture_reports(hass)
    await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: shows(hass, f"sensor.{ANNA}", "ringing"))
    touched = {event.data["entity_id"] for event in [*written, *reported]}
    assert touched
    assert not [one for one in touched if ANNA not in one and "demo_house" not in one]


async def test_a_poll_without_news_writes_nothing(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(wait_for_events=False)
    await until(lambda: shows(hass, "sensor.queue_sales_waiting_callers", "0"))
    await until(lambda: shows(hass, f"sensor.{ANNA}_unread_voicemails", "0"))
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    written = async_capture_events(hass, "state_changed")
    reported = capture_reports(hass)
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert [event.data["entity_id"] for event in [*written, *reported]] == []


async def test_the_call_events_tell_a_whole_call(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    event = f"event.{ANNA}_call"
    told = types_told(hass)
    call = await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: told == ["incoming"])
    first = attributes(hass, event)
    assert first["call_id"] == call.id
    assert first["number"] == OUTSIDE
    assert first["name"] is None
    assert first["direction"] == "in"
    assert first["did"] == "+493012345601"
    assert first["outcome"] is None
    assert first["ring_duration"] is None
    await pbx.desk("1001").answer()
    await until(lambda: told == ["incoming", "answered"])
    await pbx.desk("1001").hold_call()
    await pbx.desk("1001").hold_call(False)
    await pbx.outside(OUTSIDE).press("5")
    await until(lambda: told[2:] == ["dtmf"])
    assert attributes(hass, event)["digit"] == "5"
    await pbx.desk("1001").hang_up()
    await until(lambda: told[3:] == ["ended"])
    last = attributes(hass, event)
    assert last["outcome"] == "answered"
    assert last["talk_duration"] is not None
    assert "digit" not in last


async def test_a_refused_call_is_told_as_rejected(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    told = types_told(hass)
    await pbx.desk("1002").dial("1001")
    await pbx.desk("1001").wait("ringing")
    await pbx.desk("1001").reject()
    await until(lambda: "rejected" in told, 10)
    assert told == ["incoming", "ended", "rejected"]


async def test_presence_follows_the_pbx_and_sets_it(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    presence, disturb = f"select.{ANNA}_presence", f"switch.{ANNA}_do_not_disturb"
    assert shows(hass, presence, "available")
    await until(lambda: pbx.house.extension("1001").monitor_presence)  # type: ignore[union-attr]
    pbx.set_presence("1001", "lunch")
    await until(lambda: shows(hass, presence, "lunch"))
    await hass.services.async_call("switch", "turn_on", {"entity_id": disturb}, blocking=True)
    assert shows(hass, presence, "do_not_disturb")
    assert shows(hass, disturb, "on")
    await hass.services.async_call("switch", "turn_off", {"entity_id": disturb}, blocking=True)
    assert pbx.house.extension("1001").presence == "lunch"  # type: ignore[union-attr]
    assert shows(hass, disturb, "off")
    await hass.services.async_call("select", "select_option", {"entity_id": presence, "option": "away"}, blocking=True)
    assert pbx.house.extension("1001").presence == "away"  # type: ignore[union-attr]


async def test_a_presence_that_nobody_knows_is_unknown(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    pbx.event(30009, {"extension": "1001", "status": "on_the_moon"})
    await until(lambda: shows(hass, f"select.{ANNA}_presence", "unknown"))
    assert shows(hass, f"switch.{ANNA}_do_not_disturb", "unknown")
    pbx.event(30009, {"extension": "9999", "status": "away"})
    pbx.event(30009, {"extension": "1001", "status": "away"})
    await until(lambda: shows(hass, f"select.{ANNA}_presence", "away"))


async def test_a_refused_presence_says_why(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    await setup(wait_for_events=False)
    pbx.knobs.fail_with = {"extension/update": 10005}
    with pytest.raises(HomeAssistantError) as raised:
        await hass.services.async_call(
            "select", "select_option", {"entity_id": f"select.{ANNA}_presence", "option": "away"}, blocking=True
        )
    assert raised.value.translation_key == "access_denied"
    assert shows(hass, f"select.{ANNA}_presence", "available")


async def test_a_desk_phone_that_leaves_the_network_is_seen(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    desk = f"binary_sensor.{ANNA}_desk_phone"
    assert shows(hass, desk, "on")
    await until(lambda: pbx.house.extension("1001").monitor_registration)  # type: ignore[union-attr]
    online = int(hass.states.get("sensor.demo_house_extensions_online").state)  # type: ignore[union-attr]
    pbx.unplug("1001")
    await until(lambda: shows(hass, desk, "off"))
    await until(lambda: shows(hass, "sensor.demo_house_extensions_online", str(online - 1)))
    pbx.plug_in("1001")
    await until(lambda: shows(hass, desk, "on"))
    await until(lambda: shows(hass, "sensor.demo_house_extensions_online", str(online)))


async def test_registrations_of_what_nobody_knows_change_nothing(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    pbx.event(30007, {"extension": "9999", "kind": "Sip", "status": "Unregistered", "registered_ip": ""})
    pbx.event(30007, {"extension": "1001", "kind": "Fridge", "status": "Unregistered", "registered_ip": ""})
    pbx.event(30007, {"extension": "1002", "kind": "Sip", "status": "Unregistered", "registered_ip": ""})
    await until(lambda: shows(hass, "binary_sensor.ben_carter_1002_desk_phone", "off"))
    assert shows(hass, f"binary_sensor.{ANNA}_desk_phone", "on")


async def test_endpoints_beside_the_desk_phone_are_there_for_whom_wants_them(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    await setup(wait_for_events=False)
    registry = er.async_get(hass)
    for key in ("linkus_desktop", "linkus_mobile", "linkus_web"):
        entity_id = registry.async_get_entity_id("binary_sensor", DOMAIN, f"{SERIAL}_ext_21_{key}")
        assert entity_id is not None
        found = registry.async_get(entity_id)
        assert found is not None
        assert found.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def test_of_very_many_extensions_only_the_first_things_are_enabled(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choices_module, "CROWD", 1)
    await setup(wait_for_events=False, options={"extensions": ["1001", "1002"]})
    assert shows(hass, f"sensor.{ANNA}", "idle")
    assert shows(hass, f"event.{ANNA}_call", "unknown")
    assert hass.states.get(f"sensor.{ANNA}_call_started") is None
    assert hass.states.get(f"switch.{ANNA}_do_not_disturb") is None


async def test_missed_calls_are_counted_until_somebody_looks(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    mock_restore_cache_with_extra_data(
        hass,
        [
            (
                State(f"sensor.{ANNA}_missed_calls", "2"),
                {"native_value": 2, "native_unit_of_measurement": None},
            )
        ],
    )
    await setup()
    missed = f"sensor.{ANNA}_missed_calls"
    assert shows(hass, missed, "2")
    assert shows(hass, "sensor.ben_carter_1002_missed_calls", "0")
    await missed_call(pbx)
    await until(lambda: shows(hass, missed, "3"), 10)
    await press(hass, "reset_missed_calls")
    assert shows(hass, missed, "0")


async def test_the_last_call_outlives_a_restart(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    last = f"sensor.{ANNA}_last_call"
    at = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    mock_restore_cache_with_extra_data(
        hass,
        [
            (
                State(last, at.isoformat(), {"number": "1234", "outcome": "missed"}),
                {
                    "native_value": {"__type": "<class 'datetime.datetime'>", "isoformat": at.isoformat()},
                    "native_unit_of_measurement": None,
                },
            )
        ],
    )
    await setup()
    assert shows(hass, last, at.isoformat())
    assert attributes(hass, last)["number"] == "1234"
    await missed_call(pbx)
    await until(lambda: attributes(hass, last)["number"] == OUTSIDE, 10)
    assert attributes(hass, last)["direction"] == "in"
    assert attributes(hass, last)["outcome"] == "missed"


async def test_the_hang_up_button_ends_the_call(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    with pytest.raises(ServiceValidationError) as raised:
        await press(hass, "hang_up")
    assert raised.value.translation_key == "no_call"
    await pbx.call_in(OUTSIDE, "1001")
    await pbx.desk("1001").answer()
    await until(lambda: shows(hass, f"sensor.{ANNA}", "talking"))
    pbx.knobs.fail_with = {"call/hangup": 70130}
    with pytest.raises(HomeAssistantError) as refused:
        await press(hass, "hang_up")
    assert refused.value.translation_key == "call_is_over"
    pbx.knobs.fail_with = {}
    await press(hass, "hang_up")
    await until(lambda: shows(hass, f"sensor.{ANNA}", "idle"))


async def test_a_voicemail_is_counted_by_reading_only_that_mailbox(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes_module, "SETTLE_SECONDS", 0.05)
    pbx.archive.leave("1003", OUTSIDE, "", 3)
    await setup()
    unread = "sensor.chiara_rossi_1003_unread_voicemails"
    await until(lambda: shows(hass, unread, "1"))
    assert shows(hass, f"sensor.{ANNA}_unread_voicemails", "0")
    requests = len(pbx.books.requests)
    pbx.archive.leave("1003", OUTSIDE, "", 3)
    pbx.event(30039, {"uid": "1", "status": "VOICEMAIL", "call_type": "Inbound", "call_to": "1003"})
    await until(lambda: shows(hass, unread, "2"))
    assert [one.path for one in pbx.books.requests[requests:] if "/vm/" in one.path] == ["v1.0/vm/get"]


async def test_a_mailbox_that_cannot_be_read_is_unknown(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes_module, "SETTLE_SECONDS", 0.01)
    monkeypatch.setattr(mailboxes_module, "POLL_SECONDS", 0)
    entry = await setup(wait_for_events=False)
    unread = f"sensor.{ANNA}_unread_voicemails"
    await until(lambda: shows(hass, unread, "0"))
    pbx.knobs.fail_with = {"vm/query": -2, "vm/get": -2}
    await entry.runtime_data.async_refresh()
    await until(lambda: shows(hass, unread, "unknown"))
    # Nobody looks at a mailbox whose sensor is gone.
    pbx.knobs.fail_with = {}
    er.async_get(hass).async_remove(unread)
    await hass.async_block_till_done()
    await entry.runtime_data.async_refresh()
    await until(lambda: shows(hass, "sensor.chiara_rossi_1003_unread_voicemails", "0"))
