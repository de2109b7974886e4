"""Actions on running calls; the emulated PBX's books tell what really happened."""

from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from tests.integration.conftest import Setup, phone_data
from tests.integration.waiting import until

OUTSIDE = "+4930123456"
type Act = Callable[..., Awaitable[dict[str, Any] | None]]


@pytest.fixture
def act(hass: HomeAssistant) -> Act:
    """Call one of our actions."""

    async def call(action: str, user: MockUser | None = None, *, answer: bool = False, **data: Any) -> Any:
        context = Context(user_id=user.id) if user else None
        return await hass.services.async_call(
            DOMAIN, action, data, blocking=True, context=context, return_response=answer
        )

    return call


@pytest.fixture
async def user(hass: HomeAssistant) -> MockUser:
    return MockUser(name="Ben").add_to_hass(hass)


async def talk(hass: HomeAssistant, pbx: EmulatedPbx, to: str = "1001") -> str:
    """Let somebody outside talk to an extension, as Home Assistant knows it. Returns the call's id."""
    call = await pbx.call_in(OUTSIDE, to)
    await pbx.desk(to).answer()
    name = {"1001": "anna_weber_1001", "1002": "ben_carter_1002"}[to]
    await until(lambda: hass.states.is_state(f"sensor.{name}", "talking"))
    return call.id


def refused(pbx: EmulatedPbx, path: str) -> list[int]:
    return [request.errcode for request in pbx.books.requested(path)]


async def test_hold_mute_and_hang_up(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, act: Act
) -> None:
    await setup()
    await talk(hass, pbx)
    leg = pbx.leg("1001")
    assert leg is not None
    await act("hold", extension="1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "on_hold"))
    await act("unhold", extension="1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "talking"))
    await act("mute", extension="1001")
    assert leg.muted
    await act("unmute", extension="1001")
    assert not leg.muted
    await act("hang_up", extension="1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "idle"))
    with pytest.raises(ServiceValidationError) as caught:
        await act("hang_up", extension="1001")
    assert caught.value.translation_key == "no_call"


async def test_a_call_is_named_by_its_id_alone(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, act: Act, user: MockUser
) -> None:
    await setup(phones=[phone_data(user.id, "1002")])
    await pbx.desk("1001").dial("1002")
    leg = await pbx.desk("1002").answer()
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "talking"))
    call_id = leg.call.id
    await act("hold", user, call_id=call_id)
    assert leg.holding
    await act("unhold", call_id=call_id, extension="1002")
    other = await pbx.call_in(OUTSIDE, "1004")
    await until(lambda: hass.states.is_state("sensor.reception_1004", "ringing"))
    with pytest.raises(Unauthorized):
        await act("hang_up", user, call_id=other.id)
    await act("hang_up", call_id=call_id)
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "idle"))
    for who in (None, user):
        with pytest.raises(ServiceValidationError) as caught:
            await act("hang_up", who, call_id=call_id)
        assert caught.value.translation_key == "call_is_over"


async def test_a_blind_transfer(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, act: Act) -> None:
    await setup()
    await talk(hass, pbx)
    await act("transfer", extension="1001", number="1002")
    leg = await pbx.desk("1002").answer()
    assert {party.number for party in leg.call.members} == {"1002", OUTSIDE}


@pytest.mark.parametrize(("step", "left"), [("complete", {"1002", OUTSIDE}), ("three_way", {"1001", "1002", OUTSIDE})])
async def test_an_attended_transfer(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, act: Act, step: str, left: set[str]
) -> None:
    await setup()
    call_id = await talk(hass, pbx)
    with pytest.raises(ServiceValidationError) as caught:
        await act("attended_transfer", extension="1001", step="start")
    assert caught.value.translation_key == "number_missing"
    await act("attended_transfer", extension="1001", step="start", number="1002")
    await pbx.desk("1002").answer()
    await act("attended_transfer", extension="1001", step="swap")
    await act("attended_transfer", extension="1001", step="swap")
    await act("attended_transfer", extension="1001", step=step)
    call = pbx.switchboard.calls[call_id]
    await until(lambda: {party.number for party in call.members} == left)


async def test_parking_and_fetching_back(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, act: Act
) -> None:
    await setup()
    await talk(hass, pbx)
    answer = await act("park", extension="1001", answer=True)
    assert answer == {"slot": "6000"}
    await act("pick_up", extension="1002", slot="6000")
    leg = await pbx.desk("1002").answer()
    await until(lambda: OUTSIDE in {party.number for party in leg.call.members})


async def test_picking_up_dials_the_feature_code(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, act: Act
) -> None:
    await setup()
    with pytest.raises(ServiceValidationError) as caught:
        await act("pick_up", extension="1002")
    assert caught.value.translation_key == "nothing_to_pick_up"
    with pytest.raises(ServiceValidationError) as caught:
        await act("pick_up", extension="1002", from_extension="1001")
    assert caught.value.translation_key == "nothing_rings"
    await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    answer = await act("pick_up", extension="1002", from_extension="1001", answer=True)
    assert answer is not None
    assert pbx.books.calls[answer["call_id"]].call.callee_number == "*041001"


async def test_inviting_and_recording(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, act: Act
) -> None:
    await setup()
    call_id = await talk(hass, pbx)
    call = pbx.switchboard.calls[call_id]
    anna = pbx.house.extension("1001")
    assert anna is not None
    anna.record_permission = 2
    for action, state in (("start", "start"), ("pause", "pause"), ("resume", "start")):
        await act(f"{action}_recording", extension="1001")
        assert (call.recording_state != "stop") is True
        assert refused(pbx, "call/record_start")[-1] == 0, state
    await act("add_member", extension="1001", number="1002")
    await pbx.desk("1002").answer()
    await until(lambda: {party.number for party in call.members} == {"1001", "1002", OUTSIDE})
    anna.record_permission = 0
    with pytest.raises(HomeAssistantError) as caught:
        await act("start_recording", extension="1001")
    assert caught.value.translation_key == "pbx_refused"


async def test_only_supervisors_listen_in(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, act: Act, user: MockUser
) -> None:
    boss = MockUser(name="Chiara").add_to_hass(hass)
    await setup(phones=[phone_data(user.id, "1002"), phone_data(boss.id, "1003", supervisor=True)])
    with pytest.raises(ServiceValidationError) as caught:
        await act("monitor", boss, monitored_extension="1001")
    assert caught.value.translation_key == "no_call"
    call_id = await talk(hass, pbx)
    with pytest.raises(Unauthorized):
        await act("monitor", user, monitored_extension="1001")
    assert not pbx.books.requested("call/listen")
    await act("monitor", boss, monitored_extension="1001", mode="whisper", call_id=call_id, extension="1003")
    await pbx.desk("1003").answer()
    await act("monitor", boss, monitored_extension="1001")
    assert refused(pbx, "call/listen") == [0, 0]


async def test_deciding_on_a_call_that_waits(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, act: Act, user: MockUser
) -> None:
    await setup(phones=[phone_data(user.id, "1002")])
    pbx.house.trunks[0].control_inbound = True
    first = await pbx.call_in(OUTSIDE, "1001")
    with pytest.raises(Unauthorized):
        await act("accept_inbound", user, call_id=first.id)
    await act("accept_inbound", call_id=first.id)
    await pbx.desk("1001").wait("ringing")
    second = await pbx.call_in("+4930999999", "1002")
    await act("refuse_inbound", call_id=second.id)
    await until(lambda: not second.alive)
    with pytest.raises(ServiceValidationError) as caught:
        await act("refuse_inbound", call_id=second.id)
    assert caught.value.translation_key == "call_is_over"


async def test_a_prompt_is_played(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, act: Act) -> None:
    await setup(wait_for_events=False)
    await act("play_prompt", extension="1001", prompts="doorbell", volume=5)
    await pbx.desk("1001").wait("ringing")
    await act("play_prompt", extension="1001", number="1002", prompts=["welcome"])
    await pbx.desk("1002").wait("ringing")


async def test_nobody_is_at_the_other_side_of_the_own_ringing(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, act: Act
) -> None:
    await setup()
    await act("dial", extension="1001", number="1002")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "dialing"))
    with pytest.raises(ServiceValidationError) as caught:
        await act("transfer", extension="1001", number="1003")
    assert caught.value.translation_key == "nobody_else"
