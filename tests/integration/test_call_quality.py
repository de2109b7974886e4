"""How a call sounded: a browser reports it, Home Assistant keeps it with the call and tells automations."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.yeastar_linkus.browser import call_quality
from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.pbx.memory import QUALITIES
from custom_components.yeastar_linkus.shared import SHARED
from emulator import EmulatedPbx
from tests.integration.conftest import Setup, phone_data
from tests.integration.test_browser_door import ask, next_event
from tests.integration.waiting import until

DORA = "+493044400001"
QUALITY = {"loss_percent": 2.5, "jitter_ms": 31, "round_trip_ms": 80, "score": 3.6, "side": "far"}
SENSOR = "sensor.anna_weber_1001_last_call_quality"
EVENT = "event.anna_weber_1001_call"


@pytest.fixture
async def entry(hass: HomeAssistant, reachable: str, setup: Setup, hass_admin_user: MockUser) -> MockConfigEntry:
    """The house; Anna is its administrator."""
    return await setup(phones=[phone_data(hass_admin_user.id, "1001")])


@pytest.fixture
async def ws(hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator) -> MockHAClientWebSocket:
    """Anna's browser."""
    return await hass_ws_client(hass)


@pytest.fixture
def phone(entry: MockConfigEntry) -> str:
    return next(iter(entry.subentries))


async def ended_call(hass: HomeAssistant, pbx: EmulatedPbx, callee: str = "1001") -> str:
    """The id of a call of that extension that is over."""
    call = await pbx.call_in(DORA, callee)
    await pbx.desk(callee).answer()
    await pbx.outside(DORA).hang_up()
    entry = hass.config_entries.async_entries(DOMAIN)[0]
    await until(lambda: (known := entry.runtime_data.book.calls.get(call.id)) is not None and not known.active)
    return call.id


async def report(ws: MockHAClientWebSocket, phone: str, call_id: str, **changes: Any) -> dict[str, Any]:
    return await ask(ws, "call_quality", phone_id=phone, call_id=call_id, quality={**QUALITY, **changes})


async def test_it_is_a_sensor_an_event_and_part_of_the_history(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str
) -> None:
    assert hass.states.is_state(SENSOR, "unknown")
    assert hass.states.get("sensor.ben_carter_1002_last_call_quality") is None
    call_id = await ended_call(hass, pbx)
    assert (await ask(ws, "journal/subscribe", phone_id=phone))["success"]
    assert await next_event(ws) == {"kind": "changed"}
    assert (await report(ws, phone, call_id))["success"]
    state = hass.states.get(SENSOR)
    assert state.state == "3.6"
    kept = {key: value for key, value in QUALITY.items() if key != "score"}
    assert kept.items() <= state.attributes.items()
    told = hass.states.get(EVENT).attributes
    assert told["event_type"] == "quality"
    assert {**QUALITY, "call_id": call_id, "number": DORA, "direction": "in"}.items() <= told.items()
    page = (await ask(ws, "journal/page", phone_id=phone))["result"]
    assert page["records"][0]["id"] == call_id
    assert page["records"][0]["quality"] == QUALITY


async def test_the_history_is_said_to_have_changed(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str
) -> None:
    call_id = await ended_call(hass, pbx)
    assert (await ask(ws, "journal/subscribe", phone_id=phone))["success"]
    assert await next_event(ws) == {"kind": "changed"}
    quality = dict(QUALITY)
    await ws.send_json_auto_id(
        {"type": "yeastar_linkus/call_quality", "phone_id": phone, "call_id": call_id, "quality": quality}
    )
    assert await next_event(ws) == {"kind": "changed"}


async def test_what_is_unknown_may_be_left_out(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str
) -> None:
    call_id = await ended_call(hass, pbx)
    quality = {"loss_percent": 0, "jitter_ms": 4.25, "round_trip_ms": None, "score": 5}
    assert (await ask(ws, "call_quality", phone_id=phone, call_id=call_id, quality=quality))["success"]
    attributes = hass.states.get(SENSOR).attributes
    assert (attributes["jitter_ms"], attributes["round_trip_ms"], attributes["side"]) == (4.2, None, None)
    page = (await ask(ws, "journal/page", phone_id=phone))["result"]
    assert {record["quality"] is None for record in page["records"][1:]} <= {True}


@pytest.mark.parametrize(
    "changes",
    [
        {"loss_percent": -1},
        {"loss_percent": 101},
        {"jitter_ms": 10_001},
        {"jitter_ms": None},
        {"round_trip_ms": 60_001},
        {"round_trip_ms": "80"},
        {"score": 0},
        {"score": 5.5},
        {"score": True},
        {"side": "theirs"},
        {"more": "x"},
    ],
)
async def test_what_no_measurement_says_is_refused(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str, changes: dict[str, Any]
) -> None:
    call_id = await ended_call(hass, pbx)
    assert (await report(ws, phone, call_id, **changes))["error"]["code"] == "invalid_format"
    assert hass.states.is_state(SENSOR, "unknown")


async def test_only_of_ones_own_calls(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    ws: MockHAClientWebSocket,
    phone: str,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
) -> None:
    others = await ended_call(hass, pbx, "1002")
    assert (await report(ws, phone, others))["error"]["code"] == "not_found"
    assert (await report(ws, phone, "no-such-call"))["error"]["code"] == "not_found"
    own = await ended_call(hass, pbx)
    stranger = await hass_ws_client(hass, hass_read_only_access_token)
    assert (await report(stranger, phone, own))["error"]["code"] == "not_found"
    assert hass.states.is_state(SENSOR, "unknown")


async def test_not_too_often(hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str) -> None:
    call_id = await ended_call(hass, pbx)
    for _ in range(call_quality.BURST):
        assert (await report(ws, phone, call_id))["success"]
    assert (await report(ws, phone, call_id, score=1))["error"]["code"] == "not_allowed"
    assert hass.states.get(SENSOR).state == "3.6"


async def test_the_last_one_outlives_a_reload(
    hass: HomeAssistant, pbx: EmulatedPbx, entry: MockConfigEntry, ws: MockHAClientWebSocket, phone: str
) -> None:
    await report(ws, phone, await ended_call(hass, pbx))
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert hass.states.get(SENSOR).state == "3.6"


async def test_old_ones_are_forgotten(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    memory = hass.data[SHARED].memory
    for number in range(QUALITIES + 1):
        memory.set_quality(entry.entry_id, "1001", str(number), {"score": 1})
    assert memory.quality(entry.entry_id, "1001", "0") is None
    assert memory.quality(entry.entry_id, "1001", "1") == {"score": 1}
    assert memory.last_quality(entry.entry_id, "1001") == {"score": 1}
