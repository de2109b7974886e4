"""Starting, failing, recovering, changing and going: what stays and what is left behind."""

import json
from pathlib import Path
import re
from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.yeastar_linkus import coordinator as coordinator_module
from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from emulator.house import ExtensionConfig
from tests.integration.conftest import API, SDK, SERIAL, WEBHOOK_ID, WEBHOOK_SECRET, Setup, entry_data, phone_data
from tests.integration.waiting import until

ANNA = "sensor.anna_weber_1001"


async def start(hass: HomeAssistant, pbx: EmulatedPbx, **changes: Any) -> MockConfigEntry:
    entry = MockConfigEntry(domain=DOMAIN, title="Demo house", unique_id=SERIAL, data=entry_data(pbx, **changes))
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


async def poll(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()


async def test_a_pbx_that_does_not_answer_is_tried_again(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    entry = await start(hass, pbx, url="https://127.0.0.1:1")
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_connect"


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (70004, "address_blocked"),
        (70087, "address_not_allowed"),
        (70123, "api_disabled"),
        (60002, "too_many_tokens"),
    ],
)
async def test_a_refusal_stops_the_questions_until_somebody_mended_it(
    hass: HomeAssistant, pbx: EmulatedPbx, code: int, key: str, hass_client: ClientSessionGenerator
) -> None:
    pbx.knobs.fail_with = {"get_token": code}
    assert await async_setup_component(hass, "repairs", {})
    entry = await start(hass, pbx)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    issue = ir.async_get(hass).async_get_issue(DOMAIN, f"refused_{entry.entry_id}")
    assert issue is not None
    assert issue.translation_key == key
    pbx.knobs.fail_with = {}
    http = await hass_client()
    response = await http.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue.issue_id})
    flow = await response.json()
    assert flow["step_id"] == "confirm"
    response = await http.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    assert (await response.json())["type"] == "create_entry"
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue.issue_id) is None


async def test_a_refusal_that_ends_by_itself_is_tried_once_more_after_a_while(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await setup(wait_for_events=False)
    pbx.tokens.forget_all()
    pbx.knobs.fail_with = {"get_token": 70004, "refresh_token": 70004}
    await poll(hass, entry)
    assert hass.states.is_state(ANNA, "unavailable")
    pbx.knobs.fail_with = {}
    await poll(hass, entry)
    assert hass.states.is_state(ANNA, "unavailable")
    monkeypatch.setattr(coordinator_module, "REFUSAL_SECONDS", -1)
    await poll(hass, entry)
    assert hass.states.is_state(ANNA, "idle")


async def test_entities_are_unavailable_while_the_pbx_is_away_and_say_so_once(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await setup(wait_for_events=False)
    pbx.knobs.fail_with = {"system/information": -2}
    await poll(hass, entry)
    await poll(hass, entry)
    assert hass.states.is_state(ANNA, "unavailable")
    assert caplog.text.count("Error fetching Demo house data") == 1
    pbx.knobs.fail_with = {}
    await poll(hass, entry)
    assert hass.states.is_state(ANNA, "idle")


async def test_what_the_api_may_not_see_is_done_without(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    pbx.knobs.denied = frozenset({"trunk"})
    entry = await start(hass, pbx)
    assert entry.state is ConfigEntryState.LOADED
    assert entry.runtime_data.data.trunks == ()


async def test_tokens_are_given_back(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(wait_for_events=False)
    assert pbx.tokens.valid()
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(lambda: not pbx.tokens.valid())
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert pbx.tokens.valid()
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await until(lambda: not pbx.tokens.valid())


async def test_a_setup_that_fails_gives_its_token_back_too(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    pbx.knobs.fail_with = {"system/information": -2}
    entry = await start(hass, pbx)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    await until(lambda: not pbx.tokens.valid())


async def test_new_extensions_come_and_vanished_ones_go_without_a_reload(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    devices = dr.async_get(hass)
    pbx.house.extensions.append(ExtensionConfig(77, "1077", "Nora Neu"))
    pbx.event(30022, {"ext_number": "1077", "option": "CREATE"})
    await until(lambda: hass.states.is_state("sensor.nora_neu_1077", "idle"))
    pbx.house.extensions = [one for one in pbx.house.extensions if one.number != "1077"]
    await poll(hass, entry)
    assert hass.states.get("sensor.nora_neu_1077") is None
    assert devices.async_get_device_by_identifier((DOMAIN, f"{SERIAL}_ext_77"), entry.entry_id) is None
    # It comes back as if it had never been away.
    pbx.house.extensions.append(ExtensionConfig(77, "1077", "Nora Neu"))
    await poll(hass, entry)
    assert hass.states.is_state("sensor.nora_neu_1077", "idle")


async def test_an_extension_with_a_new_number_keeps_its_device(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{SERIAL}_ext_21"), entry.entry_id)
    anna = pbx.house.extension("1001")
    assert anna is not None
    assert device is not None
    anna.number = "1111"
    pbx.plug_in("1111")
    await poll(hass, entry)
    await until(lambda: hass.states.is_state(ANNA, "idle"))
    assert dr.async_get(hass).async_get(device.id) is not None
    await until(lambda: hass.states.is_state("binary_sensor.demo_house_events", "on"))
    await pbx.call_in("+4930123456", "1111")
    await until(lambda: hass.states.is_state(ANNA, "ringing"))


async def test_an_empty_list_is_no_reason_to_throw_devices_away(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(wait_for_events=False)
    pbx.house.extensions.clear()
    await poll(hass, entry)
    assert hass.states.get(ANNA) is not None


async def test_a_large_pbx_gets_devices_for_the_mapped_extensions_only(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    pbx.house.extensions += [ExtensionConfig(1000 + n, str(2000 + n), f"Room {n}") for n in range(60)]
    entry = await setup(wait_for_events=False, phones=[phone_data("somebody", "2007")])
    assert sorted(entry.runtime_data.exposed()) == ["2007"]
    assert hass.states.get("sensor.room_7_2007") is not None
    assert hass.states.get(ANNA) is None


async def test_only_devices_of_gone_extensions_can_be_deleted(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, hass_ws_client: Any
) -> None:
    assert await async_setup_component(hass, "config", {})
    entry = await setup(wait_for_events=False)
    registry = dr.async_get(hass)
    ws = await hass_ws_client(hass)
    kept = registry.async_get_device_by_identifier((DOMAIN, f"{SERIAL}_ext_21"), entry.entry_id)
    gone = registry.async_get_or_create(config_entry_id=entry.entry_id, identifiers={(DOMAIN, f"{SERIAL}_ext_0")})
    assert kept is not None
    assert not (await ws.remove_device(kept.id))["success"]
    assert (await ws.remove_device(gone.id))["success"]


async def test_a_call_without_an_end_is_settled_by_asking(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    """What events left open, the poll closes."""
    entry = await setup()
    await pbx.call_in("+4930123456", "1001")
    await until(lambda: hass.states.is_state(ANNA, "ringing"))
    pbx.drop(100)
    await pbx.outside("+4930123456").hang_up()
    await poll(hass, entry)
    assert hass.states.is_state(ANNA, "idle")


async def test_a_call_in_doubt_waits_for_the_poll_when_the_pbx_does_not_tell(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "custom_components.yeastar_linkus")
    entry = await setup()
    call = await pbx.call_in("+4930123456", "1001")
    await until(lambda: hass.states.is_state(ANNA, "ringing"))
    pbx.knobs.fail_with = {"call/query": -2}
    # The record of a group that gave the call up, maybe to somebody else.
    pbx.event(30012, {"call_id": call.id, "status": "NO ANSWER", "call_from": "+4930123456", "call_to": "6300"})
    await until(lambda: "A call in doubt stays so" in caplog.text)
    pbx.knobs.fail_with = {}
    await poll(hass, entry)
    assert hass.states.is_state(ANNA, "ringing")


async def test_calls_between_extensions_name_the_other_one(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    await pbx.desk("1001").dial("1002")
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "ringing"))
    assert hass.states.get("sensor.ben_carter_1002_other_party").state == "Anna Weber (1001)"
    assert hass.states.get("sensor.ben_carter_1002_call_direction").state == "internal"
    started = dt_util.parse_datetime(hass.states.get("sensor.ben_carter_1002_call_started").state)
    assert started is not None
    assert abs((dt_util.utcnow() - started).total_seconds()) < 30


async def test_the_pbx_without_the_api_has_a_device_and_no_entities(hass: HomeAssistant, setup: Setup) -> None:
    entry = await setup(client_id=None, client_secret=None)
    (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert device.name == "Demo house"
    async_fire_time_changed(hass, dt_util.utcnow().replace(year=2099))
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_remove(entry.entry_id)


async def test_removing_a_pbx_that_is_away_works(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await setup(wait_for_events=False)
    pbx.knobs.fail_with = {"webhook/query": -2}
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert "The webhook stays in the PBX's list" in caplog.text


async def test_removing_a_disabled_pbx_undoes_what_it_left(
    hass: HomeAssistant, pbx: EmulatedPbx, pinned_sdk: Path, hass_storage: dict[str, Any]
) -> None:
    kept = pinned_sdk / "0123456789abcdef" / "ys-webrtc.umd.js"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"YSWebRTC")
    (pinned_sdk / "half-written").touch()
    for name in ("sdk", "memory"):
        data = {"uploaded": "0" * 64} if name == "sdk" else {"notes": {"x": {}}}
        hass_storage[f"{DOMAIN}.{name}"] = {"version": 1, "key": f"{DOMAIN}.{name}", "data": data}
    entry = MockConfigEntry(domain=DOMAIN, data=entry_data(pbx), disabled_by=ConfigEntryDisabler.USER)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert not pinned_sdk.exists()
    assert not {f"{DOMAIN}.sdk", f"{DOMAIN}.memory"} & hass_storage.keys()


async def test_removing_one_of_two_keeps_the_card(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    MockConfigEntry(domain=DOMAIN, data=entry_data(pbx, url="https://pbx.example")).add_to_hass(hass)
    entry = await setup(wait_for_events=False)
    assert await hass.config_entries.async_remove(entry.entry_id)
    from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL

    assert "/yeastar_linkus/page-bbbbbbbbbbbb.js" in hass.data[DATA_EXTRA_MODULE_URL].urls


@pytest.mark.parametrize("pairs", [{}, {"client_id": None, "client_secret": None}])
async def test_diagnostics_help_and_tell_nothing_private(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, hass_client: ClientSessionGenerator, pairs: dict[str, None]
) -> None:
    assert await async_setup_component(hass, "diagnostics", {})
    entry = await setup(
        wait_for_events=False,
        phones=[phone_data("somebody", "1001")],
        options={"extensions": ["1002"], "browser_url": "https://pbx.example.com"},
        **pairs,
    )
    text = json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, entry))
    for private in (
        *API.values(), *SDK.values(), WEBHOOK_ID, WEBHOOK_SECRET, SERIAL, pbx.url, "somebody", "1001", "1002",
        "Anna", "pbx.example.com", pbx.ssl_fingerprint,
    ):  # fmt: skip
        assert not re.search(rf"(?<![0-9a-zA-Z]){re.escape(private)}", text.replace("Demo house", "")), private
    assert ("P550" in text) is not bool(pairs)


async def test_no_secret_is_ever_logged(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "custom_components.yeastar_linkus")
    entry = await setup()
    await pbx.call_in("+4930123456", "1001")
    await until(lambda: hass.states.is_state(ANNA, "ringing"))
    pbx.knobs.fail_with = {"system/information": 10005}
    await poll(hass, entry)
    ours = "\n".join(record.getMessage() for record in caplog.records if "yeastar" in record.name)
    secrets = [API["client_secret"], SDK["access_key"], WEBHOOK_SECRET, WEBHOOK_ID]
    secrets += [token.access for token in pbx.tokens.valid()]
    assert not [secret for secret in secrets if secret in ours]
