"""Dialing with an outcome, dialing again, and what people may not dial."""

from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.dialing import guard as dial_guard
from custom_components.yeastar_linkus.yeastar.call_model import Moment, MomentKind
from emulator import EmulatedPbx
from emulator.house import ANSWERING_NUMBER, BUSY_NUMBER, MANUAL_NUMBER, SILENT_NUMBER, UNREACHABLE_NUMBER
from tests.integration.conftest import Setup, phone_data
from tests.integration.waiting import until


async def act(hass: HomeAssistant, action: str, user: MockUser | None = None, **data: Any) -> Any:
    context = Context(user_id=user.id) if user else None
    return await hass.services.async_call(DOMAIN, action, data, blocking=True, context=context, return_response=True)


@pytest.fixture
async def user(hass: HomeAssistant) -> MockUser:
    return MockUser(name="Anna").add_to_hass(hass)


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (ANSWERING_NUMBER, "answered"),
        ("1099", "answered"),
        (BUSY_NUMBER, "busy"),
        ("1097", "busy"),
        ("1095", "rejected"),
        (UNREACHABLE_NUMBER, "failed"),
        (SILENT_NUMBER, "timeout"),
    ],
)
async def test_the_outcome_is_the_callees(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, number: str, outcome: str
) -> None:
    await setup()
    waiting = hass.async_create_task(
        act(
            hass,
            "dial",
            extension="1001",
            number=number,
            wait_for_outcome=True,
            timeout=1 if number == SILENT_NUMBER else 10,
        )
    )
    await pbx.desk("1001").wait("ringing")
    polled = len(pbx.books.requested("call/query"))
    await pbx.desk("1001").answer()
    answer = await waiting
    assert answer["outcome"] == outcome
    assert answer["call_id"] in pbx.books.calls
    assert len(pbx.books.requested("call/query")) <= polled + 1


async def test_an_own_phone_that_refuses_ends_the_waiting_too(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    waiting = hass.async_create_task(act(hass, "dial", extension="1001", number="1002", wait_for_outcome=True))
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "dialing"))
    await pbx.desk("1001").reject()
    assert (await waiting)["outcome"] == "rejected"


async def test_dialing_again(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, user: MockUser
) -> None:
    entry = await setup(phones=[phone_data(user.id, "1001")])
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "redial", user)
    assert caught.value.translation_key == "nothing_to_redial"
    await pbx.desk("1001").dial("1099")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "talking"))
    await pbx.desk("1001").hang_up()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "idle"))
    answer = await act(hass, "redial", user)
    assert answer["number"] == "1099"
    await pbx.desk("1001").reject()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "idle"))
    # After a restart only the PBX remembers.
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert (await act(hass, "redial", extension="1001"))["number"] == "1099"


async def test_people_may_not_dial_what_is_denied(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser
) -> None:
    hass.config.country = "DE"
    await setup(
        wait_for_events=False,
        phones=[phone_data(user.id, "1001")],
        options={"deny_numbers": ["0900", "+88*", "*"], "dials_per_minute": 2},
    )
    for number in ("0900 1234567", "+49 900 1234567", "0049 900 1234567", "+8821234567"):
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, "dial", user, number=number)
        assert caught.value.translation_key == "number_not_allowed"
    assert not pbx.switchboard.calls
    await act(hass, "dial", user, number=MANUAL_NUMBER)
    # Automations are the house's own.
    await act(hass, "dial", extension="1002", number="09001234567")


async def test_people_may_dial_only_what_is_allowed_and_extensions(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser
) -> None:
    hass.config.country = "DE"
    await setup(
        wait_for_events=False, phones=[phone_data(user.id, "1001")], options={"allow_numbers": ["+49 30*", "110"]}
    )
    for number in ("1102", "+4940123456"):
        with pytest.raises(ServiceValidationError) as caught:
            await act(hass, "dial", user, number=number)
        assert caught.value.translation_key == "number_not_allowed"
    for number in ("110", "030 55500001", "1002"):
        await act(hass, "dial", user, number=number)


async def test_nobody_dials_without_end(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await setup(wait_for_events=False, phones=[phone_data(user.id, "1001")], options={"dials_per_minute": 2})
    for _ in range(2):
        await act(hass, "dial", user, number="1002")
    assert await hass.config_entries.async_reload(entry.entry_id)
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, "dial", user, number="1002")
    assert caught.value.translation_key == "too_many_dials"
    await act(hass, "dial", extension="1001", number="1002")
    monkeypatch.setattr(dial_guard, "WINDOW_SECONDS", 0.0)
    await act(hass, "dial", user, number="1002")


async def test_after_a_refused_order_the_phone_rings_for_somebody_else(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    """Of a trunk whose monitor is off, the PBX shows only the extension that rings, like a phone that dials for us."""
    entry = await setup()
    moments: list[Moment] = []
    entry.runtime_data.async_listen_moments("1001", moments.append)
    pbx.house.trunks[0].monitor_calls = False
    pbx.knobs.fail_with = {"call/dial": 70084}
    with pytest.raises(HomeAssistantError):
        await act(hass, "dial", extension="1001", number="1002")
    await pbx.call_in("+4930123456", "1001")
    await until(lambda: moments)
    assert moments[0].kind is MomentKind.INCOMING
