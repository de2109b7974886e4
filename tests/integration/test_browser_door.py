"""The WebSocket commands of the card: what they answer, and to whom."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from emulator import EmulatedPbx
from tests.integration.conftest import Setup, phone_data
from tests.integration.waiting import until


async def ask(ws: MockHAClientWebSocket, command: str, **fields: Any) -> dict[str, Any]:
    """Send a command and return its answer, over whatever events come in between."""
    sent = await ws.send_json_auto_id({"type": f"yeastar_linkus/{command}", **fields})
    del sent
    while (message := await ws.receive_json())["type"] == "event":
        pass
    return message


async def next_event(ws: MockHAClientWebSocket, *, until_has: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the next event, or the next one that has all these items."""
    while True:
        event = (await ws.receive_json())["event"]
        if until_has is None or until_has.items() <= event.items():
            return event


@pytest.fixture
async def ws(
    hass: HomeAssistant, reachable: str, setup: Setup, hass_ws_client: WebSocketGenerator, hass_admin_user: MockUser
) -> MockHAClientWebSocket:
    """Anna's browser: the administrator of the test house has extension 1001."""
    await setup(phones=[phone_data(hass_admin_user.id, "1001")])
    return await hass_ws_client(hass)


async def phone_id(ws: MockHAClientWebSocket) -> str:
    answer = await ask(ws, "info")
    return answer["result"]["phones"][0]["phone_id"]


async def test_info_tells_what_a_page_needs(hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket) -> None:
    result = (await ask(ws, "info"))["result"]
    (phone,) = result.pop("phones")
    assert result == {
        "version": "0.1.0",
        "card": "aaaaaaaaaaaa",
        "enabled": True,
        "default_method": "ask",
        "is_admin": True,
        "country": None,
        "doors": [],
        "sdk": {
            "available": False,
            "url": None,
            "ui_url": None,
            "ui_css_url": None,
            "integrity": {},
            "version": None,
            "problem": "sdk_missing",
        },
    }
    (entry,) = hass.config_entries.async_entries("yeastar_linkus")
    assert phone == {
        "phone_id": next(iter(entry.subentries)),
        "entry_id": entry.entry_id,
        "pbx": "Demo house",
        "pbx_url": pbx.url,
        "extension": "1001",
        "name": "Anna Weber",
        "browser": True,
        "desk": True,
        "entity_id": "sensor.anna_weber_1001",
        "problem": None,
    }


async def test_a_subscription_follows_a_call_to_its_end(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket
) -> None:
    phone = await phone_id(ws)
    assert (await ask(ws, "phone/subscribe", phone_id=phone))["success"]
    snapshot = await next_event(ws)
    assert snapshot == {
        "kind": "snapshot",
        "available": True,
        "state": "idle",
        "calls": [],
        "lease": {"browser_id": None, "by": None, "since": None, "state": "off", "reason": ""},
        "missed": 0,
    }
    await pbx.call_in("+4930123456", "1001")
    ringing = await next_event(ws, until_has={"state": "ringing"})
    (call,) = ringing["calls"]
    assert ringing["kind"] == "update"
    assert call["number"] == "+4930123456"
    assert call["direction"] == "in"
    assert call["state"] == "ringing"
    assert call["answered_at"] is None
    await pbx.outside("+4930123456").hang_up()
    ended = await next_event(ws, until_has={"missed": 1})
    assert ended["missed"] == 1


async def test_the_signature_goes_to_the_lease_holder_only(pbx: EmulatedPbx, ws: MockHAClientWebSocket) -> None:
    phone = await phone_id(ws)
    refused = await ask(ws, "phone/signature", phone_id=phone, browser_id="b1")
    assert refused["error"]["code"] == "lease_held"
    assert (await ask(ws, "phone/lease", phone_id=phone, browser_id="b1", browser_name="Desk", take_over=False))[
        "success"
    ]
    assert await next_event(ws) == {"kind": "granted"}
    granted = (await ask(ws, "phone/signature", phone_id=phone, browser_id="b1"))["result"]
    assert granted["username"] == "1001"
    assert granted["pbx_url"] == pbx.url
    assert granted["secret"]
    assert granted["expires_at"] > 1_700_000_000_000


async def events_of(ws: MockHAClientWebSocket, count: int) -> list[dict[str, Any]]:
    return [await next_event(ws) for _ in range(count)]


async def lease(ws: MockHAClientWebSocket, phone: str, browser: str, *, take_over: bool = False) -> dict[str, Any]:
    """Ask for the lease; returns the first event."""
    answer = await ask(
        ws, "phone/lease", phone_id=phone, browser_id=browser, browser_name=browser.title(), take_over=take_over
    )
    assert answer["success"], answer
    return await next_event(ws)


async def test_others_phones_do_not_exist_for_a_user(
    hass: HomeAssistant,
    ws: MockHAClientWebSocket,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_access_token: str,
) -> None:
    phone = await phone_id(ws)
    stranger = await hass_ws_client(hass, hass_read_only_access_token)
    info = (await ask(stranger, "info"))["result"]
    assert info["phones"] == []
    assert info["enabled"] is False
    assert info["is_admin"] is False
    for command, fields in {
        "phone/subscribe": {},
        "phone/signature": {"browser_id": "b"},
        "phone/lease": {"browser_id": "b", "browser_name": "B"},
        "phone/report": {"browser_id": "b", "state": "ready"},
        "phone/dial": {"number": "1002"},
        "phone/hangup": {"call_id": "1"},
        "phone/clear_missed": {},
    }.items():
        answer = await ask(stranger, command, phone_id=phone, **fields)
        assert answer["error"]["code"] == "not_found", command
        # An administrator has no other answer for a phone that is nobody's.
        answer = await ask(ws, command, phone_id="nobody", **fields)
        assert answer["error"]["code"] == "not_found", command


async def test_one_browser_has_the_lease_and_the_next_one_follows(
    hass: HomeAssistant, ws: MockHAClientWebSocket, hass_ws_client: WebSocketGenerator
) -> None:
    phone = await phone_id(ws)
    second, third = await hass_ws_client(hass), await hass_ws_client(hass)
    assert await lease(ws, phone, "desk") == {"kind": "granted"}
    held = await lease(second, phone, "tablet")
    assert held["kind"] == "held"
    assert held["by"] == "Desk"
    assert held["since"] > 1_700_000_000_000
    assert (await lease(third, phone, "kitchen"))["kind"] == "held"
    await ws.close()
    assert await next_event(second) == {"kind": "granted"}
    # Who unsubscribes while waiting is not asked any more; who holds gives it back.
    assert (await _unsubscribe(second))["success"]
    assert await next_event(third) == {"kind": "granted"}
    refused = await ask(second, "phone/signature", phone_id=phone, browser_id="tablet")
    assert refused["error"]["code"] == "lease_held"


async def _unsubscribe(ws: MockHAClientWebSocket) -> dict[str, Any]:
    await ws.send_json_auto_id({"type": "unsubscribe_events", "subscription": 1})
    return await ws.receive_json()


async def test_a_browser_takes_over_and_the_other_gets_it_back_later(
    hass: HomeAssistant, ws: MockHAClientWebSocket, hass_ws_client: WebSocketGenerator
) -> None:
    phone = await phone_id(ws)
    second = await hass_ws_client(hass)
    assert await lease(ws, phone, "desk") == {"kind": "granted"}
    assert await lease(second, phone, "tablet", take_over=True) == {"kind": "granted"}
    assert await next_event(ws) == {"kind": "lost", "by": "Tablet"}
    refused = await ask(ws, "phone/signature", phone_id=phone, browser_id="desk")
    assert refused["error"]["code"] == "lease_held"
    await second.close()
    assert await next_event(ws) == {"kind": "granted"}


async def test_the_same_browser_over_a_new_connection_is_no_rival(
    hass: HomeAssistant, ws: MockHAClientWebSocket, hass_ws_client: WebSocketGenerator
) -> None:
    phone = await phone_id(ws)
    again = await hass_ws_client(hass)
    assert await lease(ws, phone, "desk") == {"kind": "granted"}
    assert await lease(again, phone, "desk") == {"kind": "granted"}
    assert await next_event(ws) == {"kind": "lost", "by": "Desk"}
    await ws.close()
    assert (await ask(again, "phone/signature", phone_id=phone, browser_id="desk"))["success"]


async def test_the_holder_tells_whether_it_can_be_rung(
    hass: HomeAssistant, ws: MockHAClientWebSocket, hass_ws_client: WebSocketGenerator
) -> None:
    phone = await phone_id(ws)
    sensor = "binary_sensor.anna_weber_1001_browser_phone"
    assert hass.states.is_state(sensor, "off")
    watcher = await hass_ws_client(hass)
    await ask(watcher, "phone/subscribe", phone_id=phone)
    await next_event(watcher)
    report = {"phone_id": phone, "browser_id": "desk"}
    refused = await ask(ws, "phone/report", **report, state="ready")
    assert refused["error"]["code"] == "lease_held"
    await lease(ws, phone, "desk")
    assert (await ask(ws, "phone/report", **report, state="ready"))["success"]
    assert hass.states.is_state(sensor, "on")
    assert (await ask(ws, "phone/report", **report, state="ready"))["success"]
    assert (await ask(ws, "phone/report", **report, state="not_reachable", reason="network"))["success"]
    assert hass.states.is_state(sensor, "off")
    granted, ready, lost = await events_of(watcher, 3)
    assert granted["lease"]["by"] == "Desk"
    assert ready["lease"]["state"] == "ready"
    assert lost["lease"] | {"since": 0} == {
        "browser_id": "desk",
        "by": "Desk",
        "since": 0,
        "state": "not_reachable",
        "reason": "network",
    }
    wrong = await ask(ws, "phone/report", **report, state="asleep")
    assert wrong["error"]["code"] == "invalid_format"


async def test_a_phone_that_is_taken_away_takes_its_lease_and_calls_along(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket, hass_ws_client: WebSocketGenerator
) -> None:
    phone = await phone_id(ws)
    watcher = await hass_ws_client(hass)
    await pbx.call_in("+4930123456", "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    await ask(watcher, "phone/subscribe", phone_id=phone)
    assert len((await next_event(watcher))["calls"]) == 1
    await lease(ws, phone, "desk")
    assert (await next_event(watcher, until_has={"kind": "update"}))["lease"]["by"] == "Desk"
    (entry,) = hass.config_entries.async_entries("yeastar_linkus")
    hass.config_entries.async_remove_subentry(entry, phone)
    assert await next_event(ws) == {"kind": "lost", "by": ""}
    seen: dict[str, Any] = {}
    while seen.get("available") is not False:
        seen |= await next_event(watcher)
    assert seen["calls"] == []
    assert seen["lease"]["by"] is None


async def test_a_phone_that_comes_back_is_followed_again(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket
) -> None:
    phone = await phone_id(ws)
    await ask(ws, "phone/subscribe", phone_id=phone)
    assert (await next_event(ws))["available"] is True
    (entry,) = hass.config_entries.async_entries("yeastar_linkus")
    own = dict(entry.subentries[phone].data)
    hass.config_entries.async_update_subentry(entry, entry.subentries[phone], data={**own, "user_id": "another"})
    assert (await next_event(ws))["available"] is False
    hass.config_entries.async_update_subentry(entry, entry.subentries[phone], data=own)
    assert (await next_event(ws))["available"] is True
    await pbx.call_in("+4930123456", "1001")
    assert (await next_event(ws, until_has={"state": "ringing"}))["calls"]


async def test_switching_browser_calls_off_takes_every_lease(
    hass: HomeAssistant, ws: MockHAClientWebSocket, hass_ws_client: WebSocketGenerator
) -> None:
    phone = await phone_id(ws)
    second = await hass_ws_client(hass)
    await lease(ws, phone, "desk")
    await lease(second, phone, "tablet")
    (entry,) = hass.config_entries.async_entries("yeastar_linkus")
    hass.config_entries.async_update_entry(entry, options={"browser_calling": False})
    assert await next_event(ws) == {"kind": "lost", "by": ""}
    assert await next_event(second) == {"kind": "lost", "by": ""}
    for command, fields in {
        "phone/lease": {"browser_name": "Desk"},
        "phone/signature": {},
    }.items():
        answer = await ask(ws, command, phone_id=phone, browser_id="desk", **fields)
        assert answer["error"]["code"] == "not_allowed"
    info = (await ask(ws, "info"))["result"]
    assert info["enabled"] is False
    assert info["phones"][0]["problem"] == "calling_disabled"
    assert info["phones"][0]["desk"] is True


async def test_a_subscription_outlives_a_reload_of_the_pbx(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket
) -> None:
    phone = await phone_id(ws)
    await ask(ws, "phone/subscribe", phone_id=phone)
    assert (await next_event(ws))["available"] is True
    (entry,) = hass.config_entries.async_entries("yeastar_linkus")
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await next_event(ws))["available"] is False
    answers = {
        "phone/dial": {"number": "1002"},
        "phone/signature": {"browser_id": "b"},
        "phone/clear_missed": {},
    }
    for command, fields in answers.items():
        answer = await ask(ws, command, phone_id=phone, **fields)
        assert answer["error"]["code"] == "pbx_unreachable"
        assert answer["error"]["translation_key"] == "not_loaded"
    info = (await ask(ws, "info"))["result"]["phones"][0]
    assert info["problem"] == "pbx_unreachable"
    assert info["pbx_url"] == ""
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert await next_event(ws, until_has={"available": True})
    await until(lambda: hass.states.is_state("binary_sensor.demo_house_events", "on"))
    await pbx.call_in("+4930123456", "1001")
    assert await next_event(ws, until_has={"state": "ringing"})


async def test_a_subscription_follows_a_phone_to_its_new_extension(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket
) -> None:
    phone = await phone_id(ws)
    await ask(ws, "phone/subscribe", phone_id=phone)
    await next_event(ws)
    await pbx.call_in("+4930123456", "1002")
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "ringing"))
    (entry,) = hass.config_entries.async_entries("yeastar_linkus")
    subentry = entry.subentries[phone]
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, "extension": "1002"})
    assert await next_event(ws, until_has={"state": "ringing"})
    # What concerns another PBX does not concern this phone.
    hass.config_entries.async_update_entry(entry, title="Renamed")


async def test_missed_calls_count_until_they_were_seen(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket
) -> None:
    phone = await phone_id(ws)
    await ask(ws, "phone/subscribe", phone_id=phone)
    assert (await next_event(ws))["missed"] == 0
    await pbx.call_in("+4930123456", "1001")
    assert await next_event(ws, until_has={"state": "ringing"})
    await pbx.outside("+4930123456").hang_up()
    seen: dict[str, Any] = {}
    while seen.get("missed") != 1 or seen["calls"][-1]["state"] != "ended":
        seen |= await next_event(ws)
    assert seen["calls"][-1]["outcome"] == "missed"
    assert seen["calls"][-1]["ended_at"] >= seen["calls"][-1]["started_at"]
    assert (await ask(ws, "phone/clear_missed", phone_id=phone))["success"]
    assert (await ask(ws, "phone/clear_missed", phone_id=phone))["success"]
    await ask(ws, "phone/subscribe", phone_id=phone)
    assert (await next_event(ws, until_has={"kind": "snapshot"}))["missed"] == 0


async def test_the_desk_phone_dials_and_hangs_up(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket
) -> None:
    phone = await phone_id(ws)
    wrong = await ask(ws, "phone/dial", phone_id=phone, number="call me")
    assert wrong["error"]["code"] == "invalid_format"
    assert wrong["error"]["translation_key"] == "invalid_number"
    call_id = (await ask(ws, "phone/dial", phone_id=phone, number="1002"))["result"]["call_id"]
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "dialing"))
    assert (await ask(ws, "phone/hangup", phone_id=phone, call_id=call_id))["success"]
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "idle"))
    for gone in (call_id, "1.1"):
        answer = await ask(ws, "phone/hangup", phone_id=phone, call_id=gone)
        assert answer["error"]["code"] == "not_found"


async def test_a_call_of_others_cannot_be_hung_up(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket
) -> None:
    phone = await phone_id(ws)
    call = await pbx.call_in("+4930123456", "1002")
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "ringing"))
    answer = await ask(ws, "phone/hangup", phone_id=phone, call_id=call.id)
    assert answer["error"]["code"] == "not_found"
    assert pbx.leg("1002")


@pytest.mark.parametrize(
    ("code", "error", "text"),
    [
        (70136, "sdk_plan_missing", "plan_without_sdk"),
        (60001, "extension_missing", "extension_missing"),
        (10005, "sdk_plan_missing", "plan_without_sdk"),
        (10009, "sdk_plan_missing", "plan_without_sdk"),
        (70123, "sdk_plan_missing", "plan_without_sdk"),
        (-2, "unknown_error", "pbx_refused"),
    ],
)
async def test_a_refused_signature_says_why(
    pbx: EmulatedPbx, ws: MockHAClientWebSocket, code: int, error: str, text: str
) -> None:
    phone = await phone_id(ws)
    await lease(ws, phone, "desk")
    pbx.knobs.fail_with = {"sign/create": code}
    answer = await ask(ws, "phone/signature", phone_id=phone, browser_id="desk")
    assert answer["error"]["code"] == error
    assert answer["error"]["translation_key"] == text


async def test_a_plan_that_lost_the_sdk_is_a_repair_issue_until_signatures_come_again(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket
) -> None:
    phone = await phone_id(ws)
    await lease(ws, phone, "desk")
    (entry,) = hass.config_entries.async_entries("yeastar_linkus")

    def issue() -> ir.IssueEntry | None:
        return ir.async_get(hass).async_get_issue("yeastar_linkus", f"sdk_refused_{entry.entry_id}")

    pbx.knobs.fail_with = {"sign/create": 70136}
    assert not (await ask(ws, "phone/signature", phone_id=phone, browser_id="desk"))["success"]
    # The PBX answers everything else: a poll that works does not take the issue away.
    await entry.runtime_data.async_refresh()
    assert (found := issue()) is not None
    assert found.translation_key == "plan_without_sdk"
    pbx.knobs.fail_with = {}
    assert (await ask(ws, "phone/signature", phone_id=phone, browser_id="desk"))["success"]
    assert issue() is None
    pbx.knobs.fail_with = {"sign/create": 10005}
    assert not (await ask(ws, "phone/signature", phone_id=phone, browser_id="desk"))["success"]
    assert issue() is not None
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert issue() is None


async def test_refused_sdk_credentials_ask_for_new_ones(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket
) -> None:
    phone = await phone_id(ws)
    await lease(ws, phone, "desk")
    pbx.house.sdk.password = "new"
    answer = await ask(ws, "phone/signature", phone_id=phone, browser_id="desk")
    assert answer["error"]["code"] == "invalid_auth"
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"


async def test_a_signature_that_came_too_late_is_not_handed_out(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket, hass_ws_client: WebSocketGenerator
) -> None:
    phone = await phone_id(ws)
    second = await hass_ws_client(hass)
    await lease(ws, phone, "desk")
    pbx.knobs.slow = {"sign/create": 0.2}
    await ws.send_json_auto_id({"type": "yeastar_linkus/phone/signature", "phone_id": phone, "browser_id": "desk"})
    await lease(second, phone, "tablet", take_over=True)
    assert await next_event(ws) == {"kind": "lost", "by": "Tablet"}
    answer = await ws.receive_json()
    assert answer["error"]["code"] == "lease_held"


async def test_phones_say_what_is_missing(
    hass: HomeAssistant,
    reachable: str,
    setup: Setup,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
) -> None:
    await setup(
        phones=[phone_data(hass_admin_user.id, "1001"), phone_data(hass_admin_user.id, "9999")],
        options={"browser_url": "https://pbx.example.com", "default_method": "desk"},
        access_id=None,
        access_key=None,
    )
    info = (await ask(await hass_ws_client(hass), "info"))["result"]
    assert info["default_method"] == "desk"
    assert [(p["extension"], p["problem"], p["browser"], p["entity_id"]) for p in info["phones"]] == [
        ("1001", "no_sdk_credentials", False, "sensor.anna_weber_1001"),
        ("9999", "extension_missing", False, None),
    ]
    assert info["phones"][0]["pbx_url"] == "https://pbx.example.com"


async def test_without_the_api_the_browser_still_gets_its_signature(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    reachable: str,
    setup: Setup,
    hass_ws_client: WebSocketGenerator,
    hass_admin_user: MockUser,
) -> None:
    await setup(phones=[phone_data(hass_admin_user.id, "1001")], client_id=None, client_secret=None)
    ws = await hass_ws_client(hass)
    phone = (await ask(ws, "info"))["result"]["phones"][0]
    assert phone["problem"] is None
    assert phone["desk"] is False
    await lease(ws, phone["phone_id"], "desk")
    assert (await ask(ws, "phone/signature", phone_id=phone["phone_id"], browser_id="desk"))["success"]
    answer = await ask(ws, "phone/dial", phone_id=phone["phone_id"], number="1002")
    assert answer["error"]["translation_key"] == "without_api"
    assert hass.states.async_entity_ids_count("sensor") == 0


async def test_what_people_may_not_dial_is_refused_to_browsers_too(
    hass: HomeAssistant, pbx: EmulatedPbx, ws: MockHAClientWebSocket
) -> None:
    (entry,) = hass.config_entries.async_entries("yeastar_linkus")
    hass.config_entries.async_update_entry(entry, options={**entry.options, "deny_numbers": ["0900"]})
    answer = await ask(ws, "phone/dial", phone_id=await phone_id(ws), number="09001234")
    assert answer["error"]["code"] == "not_allowed"
    assert answer["error"]["translation_key"] == "number_not_allowed"
    assert not pbx.switchboard.calls
