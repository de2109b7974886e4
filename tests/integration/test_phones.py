"""Giving users extensions: the subentry flow, and what follows from it at once."""

from typing import Any

from homeassistant.config_entries import SOURCE_USER, SubentryFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from tests.integration.conftest import Setup, entry_data, phone_data
from tests.integration.waiting import until


async def begin(hass: HomeAssistant, entry: MockConfigEntry) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_init((entry.entry_id, "phone"), context={"source": SOURCE_USER})


async def answer(hass: HomeAssistant, result: SubentryFlowResult, **user_input: Any) -> SubentryFlowResult:
    return await hass.config_entries.subentries.async_configure(result["flow_id"], {"supervisor": False, **user_input})


def choices(result: SubentryFlowResult, field: str) -> list[dict[str, str]]:
    schema = result["data_schema"].schema
    return next(selector.config["options"] for key, selector in schema.items() if key == field)


async def test_users_and_extensions_are_picked_from_lists(
    hass: HomeAssistant, setup: Setup, hass_admin_user: MockUser
) -> None:
    MockUser(name="Robot", system_generated=True).add_to_hass(hass)
    MockUser(name="Gone", is_active=False).add_to_hass(hass)
    entry = await setup(wait_for_events=False)
    result = await begin(hass, entry)
    labels = {choice["label"] for choice in choices(result, "user_id")}
    assert hass_admin_user.name in labels
    assert not labels & {"Robot", "Gone"}
    assert {"value": "1001", "label": "1001 Anna Weber"} in choices(result, "extension")
    result = await answer(hass, result, user_id=hass_admin_user.id, extension="1001", supervisor=True)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    (phone,) = entry.get_subentries_of_type("phone")
    assert phone.data == {"user_id": hass_admin_user.id, "extension": "1001", "supervisor": True}
    assert phone.title == f"{hass_admin_user.name} · 1001"


async def test_an_extension_can_be_typed_while_the_pbx_is_not_there(
    hass: HomeAssistant, pbx: EmulatedPbx, hass_admin_user: MockUser
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, data=entry_data(pbx))
    entry.add_to_hass(hass)
    result = await answer(hass, await begin(hass, entry), user_id=hass_admin_user.id, extension="10x")
    assert result["errors"] == {"extension": "invalid_extension"}
    result = await answer(hass, result, user_id=hass_admin_user.id, extension=" 1077 ")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["extension"] == "1077"


async def test_the_first_phone_of_an_extension_brings_its_sensors_at_once(
    hass: HomeAssistant, setup: Setup, hass_admin_user: MockUser, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await setup(wait_for_events=False)
    reach = "sensor.anna_weber_1001_browser_phone_reachability"
    assert hass.states.get(reach) is None
    for _ in range(2):
        await answer(hass, await begin(hass, entry), user_id=hass_admin_user.id, extension="1001")
        await until(lambda: hass.states.is_state(reach, "off"))
        assert hass.states.get("sensor.anna_weber_1001_last_call_quality")
        # Taken away and given again, the phone still has each sensor once.
        (phone,) = entry.get_subentries_of_type("phone")
        hass.config_entries.async_remove_subentry(entry, phone.subentry_id)
        await hass.async_block_till_done()
    assert "unique ID" not in caplog.text


async def test_the_same_phone_is_not_given_twice(hass: HomeAssistant, setup: Setup, hass_admin_user: MockUser) -> None:
    entry = await setup(wait_for_events=False, phones=[phone_data(hass_admin_user.id, "1001")])
    result = await answer(hass, await begin(hass, entry), user_id=hass_admin_user.id, extension="1001")
    assert result["errors"] == {"base": "already_mapped"}
    result = await answer(hass, result, user_id=hass_admin_user.id, extension="1002")
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_phone_can_be_changed(hass: HomeAssistant, setup: Setup, hass_admin_user: MockUser) -> None:
    entry = await setup(
        wait_for_events=False,
        phones=[phone_data(hass_admin_user.id, "1001"), phone_data(hass_admin_user.id, "1003")],
    )
    phone_id = next(iter(entry.subentries))
    result = await entry.start_subentry_reconfigure_flow(hass, phone_id)
    assert result["step_id"] == "reconfigure"
    result = await answer(hass, result, user_id=hass_admin_user.id, extension="1003")
    assert result["errors"] == {"base": "already_mapped"}
    result = await answer(hass, result, user_id=hass_admin_user.id, extension="1002", supervisor=True)
    assert result["reason"] == "reconfigure_successful"
    assert entry.subentries[phone_id].data == {
        "user_id": hass_admin_user.id,
        "extension": "1002",
        "supervisor": True,
    }
    # Keeping everything is no duplicate of itself.
    result = await entry.start_subentry_reconfigure_flow(hass, phone_id)
    result = await answer(hass, result, user_id=hass_admin_user.id, extension="1002", supervisor=True)
    assert result["reason"] == "reconfigure_successful"


@pytest.mark.usefixtures("reachable")
async def test_a_phone_makes_its_extension_a_device_and_switches_its_monitors_on(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, hass_admin_user: MockUser
) -> None:
    entry = await setup(options={"extensions": ["1002"]})
    assert hass.states.get("sensor.ben_carter_1002") is not None
    assert hass.states.get("sensor.anna_weber_1001") is None
    anna = pbx.house.extension("1001")
    assert anna is not None
    assert not anna.monitor_calls
    result = await answer(hass, await begin(hass, entry), user_id=hass_admin_user.id, extension="1001")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "idle"))
    await until(lambda: anna.monitor_calls)
