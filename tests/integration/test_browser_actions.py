"""Actions that aim at a browser, and the sensor that tells whether one can be rung."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from tests.integration.conftest import Setup, phone_data
from tests.integration.test_browser_door import ask, lease, next_event
from tests.integration.waiting import until

REACH = "sensor.anna_weber_1001_browser_phone_reachability"
STATE = "sensor.anna_weber_1001"


@pytest.fixture
async def entry(hass: HomeAssistant, reachable: str, setup: Setup, hass_admin_user: MockUser) -> MockConfigEntry:
    """The house; Anna is its administrator."""
    hass.states.async_set("person.anna", "home", {"user_id": hass_admin_user.id})
    return await setup(phones=[phone_data(hass_admin_user.id, "1001")])


@pytest.fixture
async def ws(hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator) -> MockHAClientWebSocket:
    """Anna's browser."""
    return await hass_ws_client(hass)


@pytest.fixture
def phone(entry: MockConfigEntry) -> str:
    return next(iter(entry.subentries))


async def act(hass: HomeAssistant, action: str, context: Context | None = None, **data: Any) -> None:
    await hass.services.async_call(DOMAIN, action, data, blocking=True, context=context)


async def registered(ws: MockHAClientWebSocket, phone: str) -> None:
    assert await lease(ws, phone, "b1") == {"kind": "granted"}
    assert (await ask(ws, "phone/report", phone_id=phone, browser_id="b1", state="ready"))["success"]


async def test_the_phone_is_shown_on_all_pages_of_its_user(
    hass: HomeAssistant, ws: MockHAClientWebSocket, phone: str, hass_admin_user: MockUser
) -> None:
    await ask(ws, "phone/subscribe", phone_id=phone)
    await next_event(ws)
    for data in ({"person": "person.anna"}, {"extension": "1001"}):
        await act(hass, "show_phone", **data)
        assert await next_event(ws) == {"kind": "show"}
    await act(hass, "show_phone", Context(user_id=hass_admin_user.id))
    assert await next_event(ws) == {"kind": "show"}
    await ws.send_json_auto_id({"type": "unsubscribe_events", "subscription": 1})
    assert (await ws.receive_json())["success"]


async def test_orders_go_to_the_registered_browser(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, "browser_answer", extension="1001")
    assert refused.value.translation_key == "no_browser_phone"
    await registered(ws, phone)
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, "browser_answer", person="person.anna")
    assert refused.value.translation_key == "no_fitting_call"
    await pbx.call_in("+493055500005", "1001")
    await until(lambda: hass.states.is_state(STATE, "ringing"))
    await act(hass, "browser_answer", person="person.anna")
    assert await next_event(ws) == {"kind": "order", "order": "answer"}
    await pbx.desk("1001").answer()
    await until(lambda: hass.states.is_state(STATE, "talking"))
    await act(hass, "browser_mute", extension="1001")
    assert await next_event(ws) == {"kind": "order", "order": "mute", "on": True}
    await act(hass, "browser_hold", extension="1001", on_hold=False)
    assert await next_event(ws) == {"kind": "order", "order": "hold", "on": False}
    await act(hass, "browser_hang_up", extension="1001")
    assert await next_event(ws) == {"kind": "order", "order": "hang_up"}


async def test_who_may_order(hass: HomeAssistant, ws: MockHAClientWebSocket, hass_admin_user: MockUser) -> None:
    ben = MockUser(name="Ben").add_to_hass(hass)
    for data in ({"extension": "1001"}, {"person": "person.anna"}):
        with pytest.raises(Unauthorized):
            await act(hass, "show_phone", Context(user_id=ben.id), **data)
    with pytest.raises(Unauthorized):
        await act(hass, "show_phone", Context(user_id="gone"), extension="1001")
    await act(hass, "show_phone", Context(user_id=hass_admin_user.id), extension="1001")
    for context, data in (
        (Context(user_id=ben.id), {}),
        (None, {}),
        (None, {"person": "person.nobody"}),
        (None, {"extension": "1001", "config_entry_id": "other"}),
    ):
        with pytest.raises(ServiceValidationError) as refused:
            await act(hass, "show_phone", context, **data)
        assert refused.value.translation_key == "no_such_phone"


async def test_the_sensor_says_whether_a_browser_can_be_rung(
    hass: HomeAssistant, ws: MockHAClientWebSocket, phone: str
) -> None:
    assert hass.states.is_state(REACH, "off")
    # Nobody's extension has none.
    assert hass.states.get("sensor.ben_carter_1002_browser_phone_reachability") is None
    await registered(ws, phone)
    assert hass.states.is_state(REACH, "ready")
    await ask(ws, "phone/report", phone_id=phone, browser_id="b1", state="not_reachable", reason="network")
    assert hass.states.is_state(REACH, "not_reachable")
