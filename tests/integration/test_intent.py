"""What people say to Assist, and what language models may do: with the speaker's own phone only."""

from homeassistant.components.llm import async_get_tools
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import intent
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, ToolInput
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.yeastar_linkus import intent as intents
from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from tests.integration.conftest import Setup, phone_data
from tests.integration.waiting import until

OUTSIDE = "+4930123456"
DIALS = {"assist_dialing": True}


@pytest.fixture
async def user(socket_enabled: None, hass: HomeAssistant) -> MockUser:
    assert await async_setup_component(hass, "homeassistant", {})
    assert await async_setup_component(hass, "intent", {})
    assert await async_setup_component(hass, "llm", {})
    return MockUser(name="Anna").add_to_hass(hass)


async def say(
    hass: HomeAssistant,
    what: str,
    user: MockUser | None,
    *,
    language: str = "en",
    context: Context | None = None,
    platform: str = "test",
    **slots: str,
) -> str:
    response = await intent.async_handle(
        hass,
        platform,
        f"YeastarLinkus{what}",
        {key: {"value": value} for key, value in slots.items()},
        context=context or Context(user_id=user.id if user else None),
        language=language,
    )
    return str(response.speech["plain"]["speech"])


async def test_colleagues_are_called_at_once(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser
) -> None:
    await setup(wait_for_events=False, phones=[phone_data(user.id, "1001")], options=DIALS)
    assert await say(hass, "Call", user, name="ben") == "Calling Ben Carter. Pick up your phone."
    await until(lambda: pbx.leg("1001"))
    assert (
        await say(hass, "Call", user, name="1003", language="de-DE")
        == "Ich rufe Chiara Rossi an. Nimm dein Telefon ab."
    )
    assert await say(hass, "Call", user, name="Zorro") == "I do not find Zorro."
    for extension in pbx.house.extensions[1:3]:
        extension.name = f"Chris {extension.number}"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    await entry.runtime_data.async_refresh()
    assert await say(hass, "Call", user, name="chris") == "Which one: Chris 1002, Chris 1003?"
    assert await say(hass, "IsFree", user, name="chris") == "Which one: Chris 1002, Chris 1003?"


async def test_outside_numbers_are_confirmed_in_another_request(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await setup(wait_for_events=False, phones=[phone_data(user.id, "1001")], options=DIALS)
    asking = Context(user_id=user.id)
    assert await say(hass, "Call", user, name="Dora", context=asking) == (
        "Dora Klein is an outside number: +493044400001. Shall I call?"
    )
    assert await say(hass, "ConfirmCall", user, context=asking) == "There is nothing to confirm."
    assert not pbx.switchboard.calls
    assert (await say(hass, "ConfirmCall", user)).startswith("Calling +493044400001")
    assert len(pbx.switchboard.calls) == 1
    assert await say(hass, "ConfirmCall", user) == "There is nothing to confirm."
    await say(hass, "Call", user, name="030 123456")
    monkeypatch.setattr(intents, "CONFIRM_SECONDS", -1.0)
    assert await say(hass, "ConfirmCall", user) == "There is nothing to confirm."
    assert len(pbx.switchboard.calls) == 1


async def test_assist_calls_only_where_that_is_allowed(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser
) -> None:
    entry = await setup(wait_for_events=False, phones=[phone_data(user.id, "1001")], options=DIALS)
    await say(hass, "Call", user, name="Dora")
    hass.config_entries.async_update_entry(entry, options={})
    for refused in (await say(hass, "Call", user, name="Ben"), await say(hass, "ConfirmCall", user)):
        assert refused == "Assist may not make calls here. The options of the PBX can allow it."
    assert not pbx.switchboard.calls
    assert await say(hass, "HangUp", user) == "You have no call."


async def test_what_people_may_not_dial_assist_may_not_either(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser
) -> None:
    options = {**DIALS, "deny_numbers": ["0900"], "dials_per_minute": 1}
    entry = await setup(wait_for_events=False, phones=[phone_data(user.id, "1001")], options=options)
    with pytest.raises(intent.IntentHandleError):
        await say(hass, "Call", user, name="0900 123456")
    assert await say(hass, "ConfirmCall", user) == "There is nothing to confirm."
    # Denied between the question and the answer.
    await say(hass, "Call", user, name="030 123456")
    hass.config_entries.async_update_entry(entry, options={**options, "allow_numbers": ["110"]})
    with pytest.raises(intent.IntentHandleError):
        await say(hass, "ConfirmCall", user)
    assert not pbx.switchboard.calls
    await say(hass, "Call", user, name="Ben")
    with pytest.raises(intent.IntentHandleError):
        await say(hass, "Call", user, name="Ben")
    assert len(pbx.switchboard.calls) == 1


async def test_a_client_that_could_answer_its_own_question_calls_colleagues_only(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser
) -> None:
    await setup(wait_for_events=False, phones=[phone_data(user.id, "1001")], options=DIALS)

    async def over_mcp(what: str, **slots: str) -> str:
        return await say(hass, what, user, platform="mcp_server", **slots)

    assert (await over_mcp("Call", name="Dora")).startswith("Dora Klein is an outside number, which nobody")
    await say(hass, "Call", user, name="Dora")
    assert await over_mcp("ConfirmCall") == "There is nothing to confirm."
    assert not pbx.switchboard.calls
    assert (await over_mcp("Call", name="Ben")).startswith("Calling Ben Carter")


async def test_only_who_has_a_phone(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser) -> None:
    await setup(wait_for_events=False, phones=[phone_data("another", "1001")])
    for who in (user, None):
        assert await say(hass, "Call", who, name="Ben") == "You have no phone on a PBX here."
    assert not pbx.switchboard.calls


async def test_a_pbx_that_refuses(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser) -> None:
    await setup(wait_for_events=False, phones=[phone_data(user.id, "1001")], options=DIALS)
    pbx.knobs.fail_with = {"call/dial": 10005}
    with pytest.raises(intent.IntentHandleError, match="does not do that"):
        await say(hass, "Call", user, name="Ben")


async def test_calls_of_today(
    hass: HomeAssistant, user: MockUser, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup(phones=[phone_data(user.id, "1001")])
    assert await say(hass, "MissedCalls", user) == "You missed no call today."
    assert await say(hass, "LastCaller", user) == "Nobody has called you."
    assert await say(hass, "HangUp", user) == "You have no call."
    await pbx.call_in(OUTSIDE, "1001", name="Dora")
    await pbx.desk("1001").wait("ringing")
    await pbx.outside(OUTSIDE).hang_up()
    assert await say(hass, "MissedCalls", user) == "You missed 1 today: Dora."
    assert (await say(hass, "LastCaller", user)).startswith("Dora called at ")
    assert await say(hass, "IsFree", user, name="Ben") == "Ben Carter is free."
    pbx.set_presence("1002", "away")
    await until(lambda: hass.states.is_state("select.ben_carter_1002_presence", "away"))
    assert await say(hass, "IsFree", user, name="Ben") == "Ben Carter is not available."
    await pbx.call_in("+4930777", "1002")
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "ringing"))
    assert await say(hass, "IsFree", user, name="Ben") == "Ben Carter is in a call."
    assert await say(hass, "IsFree", user, name="Dora") == "I do not find Dora."
    await pbx.call_in("+4930888", "1001")
    await pbx.desk("1001").answer()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "talking"))
    assert await say(hass, "HangUp", user) == "Hung up."


async def test_presence_and_voicemail(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser) -> None:
    entry = await setup(wait_for_events=False, phones=[phone_data(user.id, "1001")])
    assert await say(hass, "SetPresence", user, presence="lunch", language="de") == "Erledigt."
    assert pbx.house.extensions[0].presence == "lunch"
    assert hass.states.is_state("select.anna_weber_1001_presence", "lunch")
    assert await say(hass, "Voicemail", user) == "You have no new messages."
    pbx.archive.leave("1001", OUTSIDE, "Dora", 5)
    assert await say(hass, "Voicemail", user) == "You have 1 new messages, from Dora."
    pbx.house.extensions.pop(0)
    await entry.runtime_data.async_refresh()
    assert await say(hass, "SetPresence", user, presence="lunch") == "You have no phone on a PBX here."


async def test_tools_for_language_models(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, user: MockUser) -> None:
    entry = await setup(wait_for_events=False, phones=[phone_data(user.id, "1001")], options=DIALS)

    async def tools(user_id: str | None, api: str = LLM_API_ASSIST) -> dict[str, object]:
        context = LLMContext("test", Context(user_id=user_id), "en", "conversation", None)
        found = await async_get_tools(hass, context, api)
        return {tool.name: tool for tool in found.tools if tool.name.startswith(DOMAIN)}

    own = await tools(user.id)
    assert len(own) == 8
    hass.config_entries.async_update_entry(entry, options={})
    assert len(await tools(user.id)) == 6
    assert not {f"{DOMAIN}__call", f"{DOMAIN}__confirm_call"} & set(await tools(user.id))
    hass.config_entries.async_update_entry(entry, options=DIALS)
    assert not await tools(None)
    assert not await tools("stranger")
    assert not await tools(user.id, "other")
    context = LLMContext("test", Context(user_id=user.id), "en", "conversation", None)
    name = f"{DOMAIN}__call"
    result = await own[name].async_call(hass, ToolInput(name, {"name": "Ben"}), context)  # type: ignore[attr-defined]
    assert "Calling Ben Carter" in str(result.data)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not await tools(user.id)
