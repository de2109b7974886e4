"""Presence, queues, history, contacts and voicemail through actions."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from tests.integration.conftest import Setup, phone_data

OUTSIDE = "+4930123456"


async def act(
    hass: HomeAssistant, action: str, user: MockUser | None = None, *, answer: bool = False, **data: Any
) -> Any:
    context = Context(user_id=user.id) if user else None
    return await hass.services.async_call(DOMAIN, action, data, blocking=True, context=context, return_response=answer)


@pytest.fixture
async def user(hass: HomeAssistant) -> MockUser:
    return MockUser(name="Ben").add_to_hass(hass)


async def test_presence(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser) -> None:
    await setup(wait_for_events=False, phones=[phone_data(user.id, "1002")])
    await act(hass, "set_presence", user, presence="lunch")
    ben = pbx.house.extension("1002")
    assert ben is not None
    assert ben.presence == "lunch"
    # Known at once, without the event that tells of it.
    assert hass.states.is_state("select.ben_carter_1002_presence", "lunch")
    with pytest.raises(Unauthorized):
        await act(hass, "set_presence", user, presence="lunch", extension="1001")
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "set_presence", presence="lunch", extension="1999")
    assert caught.value.translation_key == "extension_missing"


async def test_agents(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser) -> None:
    entry = await setup(wait_for_events=False, phones=[phone_data(user.id, "1005")])
    pbx.knobs.idle_queue = "none"
    queues = entry.runtime_data.client.queues

    async def workshop() -> tuple[bool, bool]:
        agent = next(agent for agent in await queues.agents(11) if agent.number == "1005")
        return agent.logged_in, agent.paused

    await act(hass, "queue_log_out", user)
    assert await workshop() == (False, False)
    await act(hass, "queue_log_in", user, queues=["sales"], paused=True)
    assert await workshop() == (True, True)
    await act(hass, "queue_unpause", user, queues="6500")
    assert await workshop() == (True, False)
    await act(hass, "queue_pause", user)
    assert await workshop() == (True, True)
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "queue_pause", user, queues="Support")
    assert caught.value.translation_key == "unknown_queue"


async def test_the_history_comes_by_pages(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser) -> None:
    await setup(wait_for_events=False, phones=[phone_data(user.id, "1001")])
    for caller in (OUTSIDE, "+4930777777"):
        await pbx.call_in(caller, "1001")
        await pbx.desk("1001").answer()
        await pbx.outside(caller).hang_up()
    await pbx.desk("1001").dial("1099")
    await pbx.desk("1001").wait("talking")
    await pbx.desk("1001").hang_up()
    await pbx.call_in(OUTSIDE, "1002")
    await pbx.desk("1002").wait("ringing")
    await pbx.outside(OUTSIDE).hang_up()
    first = await act(hass, "call_history", user, answer=True, limit=2)
    assert len(first["calls"]) == 2
    assert first["next_offset"] == 2
    rest = await act(hass, "call_history", user, answer=True, offset=2)
    assert rest["next_offset"] is None
    calls = [*first["calls"], *rest["calls"]]
    assert sorted((call["direction"], call["number"], call["outcome"]) for call in calls) == [
        ("in", OUTSIDE, "answered"),
        ("in", "+4930777777", "answered"),
        ("internal", "1099", "answered"),
    ]
    incoming = next(call for call in calls if call["number"] == OUTSIDE)
    assert incoming["answered_by"] == "1001"
    assert dt_util.parse_datetime(incoming["started_at"]) is not None
    found = await act(hass, "call_history", user, answer=True, direction="in", start=dt_util.now().replace(year=2020))
    assert len(found["calls"]) == 2
    found = await act(hass, "call_history", extension="1002", answer=True, outcome="missed")
    assert [call["number"] for call in found["calls"]] == [OUTSIDE]
    with pytest.raises(Unauthorized):
        await act(hass, "call_history", user, answer=True, extension="1002")


async def test_contacts(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser) -> None:
    stranger = MockUser(name="Guest").add_to_hass(hass)
    await setup(wait_for_events=False, phones=[phone_data(user.id, "1002")])
    found = await act(hass, "search_contacts", user, answer=True, search="heating")
    assert found["contacts"] == [
        {
            "contact_id": 1,
            "name": "Dora Klein",
            "company": "Klein Heating",
            "email": "dora@klein.example",
            "numbers": {"business": "+493044400001"},
            "phonebooks": ["Suppliers", "Everyone"],
        }
    ]
    with pytest.raises(Unauthorized):
        await act(hass, "search_contacts", stranger, answer=True, search="heating")
    with pytest.raises(Unauthorized):
        await act(hass, "search_contacts", MockUser(name="gone"), answer=True, search="heating")
    with pytest.raises(Unauthorized):
        await act(hass, "add_contact", user, first_name="Eve", mobile_number="+491711")
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "add_contact", first_name="Eve")
    assert caught.value.translation_key == "number_missing"
    added = await act(hass, "add_contact", answer=True, first_name="Eve", mobile_number="+491711")
    assert added == {"contact_id": 3}
    await act(hass, "update_contact", contact_id=1, mobile_number="+491722", business_number="", company="Klein")
    dora, eve = pbx.house.contacts[0], pbx.house.contacts[2]
    assert (dora.first_name, dora.last_name, dora.company, dora.email) == (
        "Dora",
        "Klein",
        "Klein",
        "dora@klein.example",
    )
    assert dora.numbers == {"mobile": "+491722"}
    await act(hass, "update_contact", contact_id=3, email="eve@example.com")
    assert (eve.first_name, eve.last_name, eve.email) == ("Eve", "", "eve@example.com")
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "update_contact", contact_id=9, email="x@example.com")
    assert caught.value.translation_key == "unknown_contact"


async def test_messages_of_the_own_mailbox(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser) -> None:
    await setup(wait_for_events=False, phones=[phone_data(user.id, "1002")])
    own = pbx.archive.leave("1002", OUTSIDE, "", 5)
    other = pbx.archive.leave("1001", OUTSIDE, "", 5)
    await act(hass, "mark_voicemail_read", user, message_id=str(own.id))
    assert own.is_read
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "mark_voicemail_read", user, message_id=str(other.id))
    assert caught.value.translation_key == "unknown_message"
    assert not other.is_read
    pbx.knobs.fail_with = {"vm/get": 10005}
    with pytest.raises(HomeAssistantError) as caught_error:
        await act(hass, "mark_voicemail_read", user, message_id=str(own.id))
    assert caught_error.value.translation_key == "access_denied"
