"""Every action on every path that ends in an error: the PBX refuses or is away, the user may not, nothing to act on."""

from collections.abc import Iterable, Iterator
from typing import Any
from unittest.mock import patch

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockUser
import voluptuous as vol

from custom_components.yeastar_linkus.actions.browser import Order
from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.yeastar.errors import CannotConnect
from custom_components.yeastar_linkus.yeastar.transport import Transport
from emulator import EmulatedPbx
from tests.integration.conftest import Setup, phone_data
from tests.integration.waiting import until

OUTSIDE = "+4930123456"
ANNA = {"extension": "1001"}
NUMBER = {**ANNA, "number": "1002"}
QUESTIONS = {"call_history", "search_contacts"}
# The variants of an action after a colon.
ON_A_CALL: dict[str, dict[str, Any]] = {
    "hang_up": ANNA,
    "hold": ANNA,
    "unhold": ANNA,
    "mute": ANNA,
    "unmute": ANNA,
    "transfer": NUMBER,
    "attended_transfer:start": {**NUMBER, "step": "start"},
    "attended_transfer:complete": {**ANNA, "step": "complete"},
    "attended_transfer:abort": {**ANNA, "step": "abort"},
    "attended_transfer:swap": {**ANNA, "step": "swap"},
    "attended_transfer:three_way": {**ANNA, "step": "three_way"},
    "park": ANNA,
    "add_member": NUMBER,
    "start_recording": ANNA,
    "pause_recording": ANNA,
    "resume_recording": ANNA,
    "monitor": {"extension": "1003", "monitored_extension": "1001"},
}
OTHERS: dict[str, dict[str, Any]] = {
    "dial": NUMBER,
    "redial": ANNA,
    "pick_up": {**ANNA, "slot": "6000"},
    "play_prompt": {**ANNA, "prompts": ["welcome"]},
    "accept_inbound": {"call_id": "1"},
    "refuse_inbound": {"call_id": "1"},
    "set_presence": {**ANNA, "presence": "lunch"},
    "queue_log_in": ANNA,
    "queue_log_out": ANNA,
    "queue_pause": {**ANNA, "queues": ["Sales"]},
    "queue_unpause": ANNA,
    "call_history": ANNA,
    "search_contacts": {"search": "Dora"},
    "add_contact": {"first_name": "Eve", "mobile_number": "+491711"},
    "update_contact": {"contact_id": 1, "email": "eve@example.com"},
    "mark_voicemail_read": {**ANNA, "message_id": "1"},
}
ALL = {**ON_A_CALL, **OTHERS}
CODES = {
    10001: "firmware_too_old",
    10005: "access_denied",
    70004: "address_blocked",
    70087: "address_not_allowed",
    70123: "api_disabled",
    70130: "call_is_over",
    70132: "pbx_refused",
    -2: "pbx_refused",
}


class Everything(dict[str, int]):
    """Every request is answered with this code."""

    def __init__(self, code: int) -> None:
        self._code = code

    def get(self, key: str, default: Any = None) -> Any:
        return self._code


async def act(hass: HomeAssistant, name: str, user_id: str | None = None, **more: Any) -> Any:
    action = name.partition(":")[0]
    return await hass.services.async_call(
        DOMAIN,
        action,
        {**ALL[name], **more},
        blocking=True,
        context=Context(user_id=user_id),
        return_response=action in QUESTIONS,
    )


async def talk(hass: HomeAssistant, pbx: EmulatedPbx) -> str:
    """Let somebody outside talk to Anna, as Home Assistant knows it."""
    call = await pbx.call_in(OUTSIDE, "1001")
    await pbx.desk("1001").answer()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "talking"))
    return call.id


def legs_of(pbx: EmulatedPbx) -> Iterator[str]:
    return (leg.number for call in pbx.switchboard.calls.values() for leg in call.members)


async def test_no_action_is_left_out(hass: HomeAssistant, setup: Setup) -> None:
    await setup(wait_for_events=False)
    tested = {name.partition(":")[0] for name in ALL}
    assert len(tested) == 29
    assert tested | {order.value for order in Order} == set(hass.services.async_services_for_domain(DOMAIN))


async def told(hass: HomeAssistant, names: Iterable[str], **more: Any) -> dict[str, set[str]]:
    """What each action ends with: the keys of the errors, with those actions that end so."""
    found: dict[str, set[str]] = {}
    for name in names:
        try:
            await act(hass, name, **more)
        except HomeAssistantError as error:
            found.setdefault(error.translation_key or str(error), set()).add(name)
        else:
            found.setdefault("done", set()).add(name)
    return found


@pytest.mark.parametrize(("code", "key"), CODES.items())
async def test_what_the_pbx_refuses_is_told_in_words(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, code: int, key: str
) -> None:
    await setup()
    await talk(hass, pbx)
    before = sorted(legs_of(pbx))
    pbx.knobs.fail_with = Everything(code)
    assert await told(hass, ALL) == {key: set(ALL)}
    assert sorted(legs_of(pbx)) == before


async def test_a_pbx_that_is_away_is_told_in_words(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    await talk(hass, pbx)
    with patch.object(Transport, "request", side_effect=CannotConnect("away")):
        assert await told(hass, ALL) == {"cannot_connect": set(ALL)}


async def test_who_has_no_right_is_refused_before_the_pbx_is_asked(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    stranger = MockUser(name="Ben").add_to_hass(hass)
    await setup(phones=[phone_data("another", "1001", supervisor=True)])
    await talk(hass, pbx)
    asked = len(pbx.books.requests)
    for name in ALL:
        for user_id in (stranger.id, "gone"):
            with pytest.raises(Unauthorized):
                await act(hass, name, user_id)
    assert len(pbx.books.requests) == asked


async def test_without_a_call_there_is_nothing_to_do(hass: HomeAssistant, setup: Setup) -> None:
    await setup(wait_for_events=False)
    assert await told(hass, ON_A_CALL) == {"no_call": set(ON_A_CALL)}
    assert await told(hass, ON_A_CALL, call_id="1700000000.1") == {
        "call_is_over": set(ON_A_CALL) - {"monitor"},
        "no_call": {"monitor"},
    }


async def test_a_pbx_that_lets_nobody_in_or_is_not_loaded(hass: HomeAssistant, setup: Setup) -> None:
    entry = await setup(client_id=None, client_secret=None)
    of_an_extension = {"set_presence", "queue_log_in", "queue_log_out", "queue_unpause"}
    assert await told(hass, ALL) == {
        "no_call": set(ON_A_CALL),
        "extension_missing": of_an_extension,
        "without_api": set(OTHERS) - of_an_extension,
    }
    assert await hass.config_entries.async_unload(entry.entry_id)
    for name in ALL:
        with pytest.raises(ServiceValidationError):
            await act(hass, name)


async def test_what_no_action_takes_is_refused(hass: HomeAssistant, setup: Setup) -> None:
    await setup(wait_for_events=False)
    for name in ALL:
        for wrong in ({"volume_of_hold_music": 11}, {"extension": "ten-oh-one"}):
            with pytest.raises(vol.Invalid):
                await act(hass, name, **wrong)


@pytest.mark.parametrize("step", ["complete", "abort", "swap", "three_way"])
async def test_steps_of_a_consultation_that_there_is_not(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, step: str
) -> None:
    await setup()
    call_id = await talk(hass, pbx)
    with pytest.raises(HomeAssistantError) as caught:
        await act(hass, f"attended_transfer:{step}")
    assert caught.value.translation_key == "pbx_refused"
    assert {leg.number for leg in pbx.switchboard.calls[call_id].members} == {"1001", OUTSIDE}


async def test_a_consultation_that_is_given_up_leads_back(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    call_id = await talk(hass, pbx)
    await act(hass, "attended_transfer:start")
    await pbx.desk("1002").answer()
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "talking"))
    await act(hass, "attended_transfer:abort")
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "idle"))
    assert {leg.number for leg in pbx.switchboard.calls[call_id].members} == {"1001", OUTSIDE}
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "talking"))
