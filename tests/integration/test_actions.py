"""The actions: who may make which phone ring, and what is dialed."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from tests.integration.conftest import SERIAL, Setup, phone_data
from tests.integration.waiting import until

NUMBER = "+493055500001"


async def dial(hass: HomeAssistant, context: Context | None = None, **data: Any) -> dict[str, Any]:
    response = await hass.services.async_call(
        DOMAIN, "dial", {"number": NUMBER, **data}, blocking=True, return_response=True, context=context
    )
    assert response is not None
    return response


def device_id(hass: HomeAssistant, entry: MockConfigEntry, suffix: str) -> str:
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{SERIAL}{suffix}"), entry.entry_id)
    assert device is not None
    return device.id


@pytest.fixture
async def user(hass: HomeAssistant) -> MockUser:
    return MockUser(name="Ben").add_to_hass(hass)


async def test_an_automation_dials_from_a_device(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(wait_for_events=False)
    response = await dial(hass, device_id=device_id(hass, entry, "_ext_21"))
    assert response == {"call_id": next(iter(pbx.switchboard.calls))}
    await until(lambda: pbx.leg("1001"))


async def test_an_automation_dials_from_an_extension(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(wait_for_events=False)
    await dial(hass, extension="1001", config_entry_id=entry.entry_id, auto_answer=True)
    await until(lambda: pbx.leg("1001"))


async def test_the_phone_that_dials_is_not_shown_as_called(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    await dial(hass, extension="1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "dialing"))
    assert hass.states.get("sensor.anna_weber_1001_call_direction").state == "out"


async def test_users_dial_with_their_own_phone(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser
) -> None:
    await setup(wait_for_events=False, phones=[phone_data(user.id, "1002")])
    await dial(hass, Context(user_id=user.id))
    await until(lambda: pbx.leg("1002"))


async def test_users_do_not_dial_with_others_phones(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser
) -> None:
    entry = await setup(wait_for_events=False, phones=[phone_data(user.id, "1002")])
    for who in (user.id, "unknown"):
        with pytest.raises(Unauthorized):
            await dial(hass, Context(user_id=who), extension="1001")
    with pytest.raises(Unauthorized):
        await dial(hass, Context(user_id=user.id), device_id=device_id(hass, entry, "_ext_21"))
    assert not pbx.switchboard.calls


async def test_supervisors_and_administrators_dial_with_any_phone(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser, hass_admin_user: MockUser
) -> None:
    await setup(wait_for_events=False, phones=[phone_data(user.id, "1002", supervisor=True)])
    await dial(hass, Context(user_id=user.id), extension="1001")
    await dial(hass, Context(user_id=hass_admin_user.id), extension="1003")
    await until(lambda: pbx.leg("1001") and pbx.leg("1003"))


async def test_it_must_be_clear_whose_phone_rings(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser
) -> None:
    entry = await setup(wait_for_events=False, phones=[phone_data(user.id, "1002"), phone_data(user.id, "1003")])
    for context in (None, Context(user_id=user.id)):
        with pytest.raises(ServiceValidationError) as caught:
            await dial(hass, context)
        assert caught.value.translation_key == "no_caller"
    with pytest.raises(Unauthorized):
        await dial(hass, Context(user_id="unknown"))
    with pytest.raises(ServiceValidationError) as caught:
        await dial(hass, device_id=device_id(hass, entry, ""))
    assert caught.value.translation_key == "not_an_extension"


async def test_what_is_no_number_is_refused_before_the_pbx_is_asked(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    await setup(wait_for_events=False)
    with pytest.raises(ServiceValidationError) as caught:
        await dial(hass, extension="1001", number="call me")
    assert caught.value.translation_key == "invalid_number"
    assert not pbx.switchboard.calls


@pytest.mark.parametrize(("code", "key"), [(10005, "access_denied"), (60001, "not_on_pbx"), (-2, "pbx_refused")])
async def test_a_refusal_of_the_pbx_is_told(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, code: int, key: str
) -> None:
    await setup(wait_for_events=False)
    pbx.knobs.fail_with = {"call/dial": code}
    with pytest.raises(HomeAssistantError) as caught:
        await dial(hass, extension="1001")
    assert caught.value.translation_key == key


async def test_without_the_api_nothing_can_be_dialed(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    await setup(client_id=None, client_secret=None)
    with pytest.raises(HomeAssistantError) as caught:
        await dial(hass, extension="1001")
    assert caught.value.translation_key == "without_api"


async def test_a_pbx_that_is_not_loaded_says_so(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(wait_for_events=False)
    assert await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError):
        await dial(hass, extension="1001", config_entry_id=entry.entry_id)
