"""Repair issues: each appears with its cause, names the PBX's menu, and goes when the cause is gone."""

from typing import Any

from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.components.lovelace.resources import ResourceYAMLCollection
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

import custom_components.yeastar_linkus.browser.sdk as sdk_module
from custom_components.yeastar_linkus.const import DOMAIN
import custom_components.yeastar_linkus.pbx.delivery as delivery_module
from custom_components.yeastar_linkus.shared import SHARED
from emulator import EmulatedPbx
from emulator.house import WebhookConfig
from tests.integration.conftest import SDK_BYTES, SERIAL, Setup, entry_data
from tests.integration.waiting import until

OTHERS = [WebhookConfig(f"https://crm.example/{number}", "secret", "GET", [30012]) for number in range(5)]
COPY = {"res_type": "module", "url": "/local/yeastar-linkus-card.js?v=3"}


@pytest.fixture
def no_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """What heals in these tests heals by the fix."""
    monkeypatch.setattr(delivery_module, "RETRY_SECONDS", 3600)


@pytest.fixture(autouse=True)
async def repairs(socket_enabled: None, hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "repairs", {})


def issue(hass: HomeAssistant, issue_id: str) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


async def fix(hass: HomeAssistant, hass_client: ClientSessionGenerator, issue_id: str) -> dict[str, Any]:
    """Open the fix and submit it. Returns how it ended."""
    http = await hass_client()
    response = await http.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id})
    flow = await response.json()
    assert flow["step_id"] == "confirm"
    response = await http.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    result: dict[str, Any] = await response.json()
    await hass.async_block_till_done()
    return result


@pytest.mark.usefixtures("no_retries")
async def test_room_for_the_webhook_is_used_at_once(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, hass_client: ClientSessionGenerator
) -> None:
    pbx.house.webhooks = list(OTHERS)
    entry = await setup()
    issue_id = f"webhook_{entry.entry_id}"
    found = issue(hass, issue_id)
    assert found is not None
    assert found.translation_key == "webhook_list_full"
    pbx.house.webhooks.pop()
    assert (await fix(hass, hass_client, issue_id))["type"] == "create_entry"
    await until(lambda: len(pbx.house.webhooks) == 5)
    assert issue(hass, issue_id) is None


@pytest.mark.usefixtures("no_retries", "reachable")
async def test_firmware_without_webhooks_gets_another_way_for_events(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, hass_client: ClientSessionGenerator
) -> None:
    pbx.knobs.absent = frozenset({"webhook"})
    entry = await setup(options={"event_transport": "webhook"}, wait_for_events=False)
    issue_id = f"webhook_{entry.entry_id}"
    await until(lambda: issue(hass, issue_id))
    await fix(hass, hass_client, issue_id)
    assert entry.options["event_transport"] == "auto"
    await until(lambda: hass.states.is_state("binary_sensor.demo_house_events", "on"))
    assert issue(hass, issue_id) is None


@pytest.mark.usefixtures("no_retries", "reachable")
async def test_monitors_are_switched_on_by_the_fix(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, hass_client: ClientSessionGenerator
) -> None:
    pbx.knobs.fail_with = {"extension_status_monitor/list": -2}
    entry = await setup()
    issue_id = f"monitors_{entry.entry_id}"
    found = issue(hass, issue_id)
    assert found is not None
    assert found.translation_key == "monitors_off"
    result = await fix(hass, hass_client, issue_id)
    assert (result["type"], result["reason"]) == ("abort", "monitors_stay_off")
    assert issue(hass, issue_id) is not None
    pbx.knobs.fail_with = {}
    assert (await fix(hass, hass_client, issue_id))["type"] == "create_entry"
    assert all(extension.monitor_calls for extension in pbx.house.extensions)
    assert issue(hass, issue_id) is None


@pytest.mark.parametrize(
    ("path", "code", "key"),
    [("extension/list", 10005, "access_denied"), ("extension/list", 10001, "firmware_too_old")],
)
async def test_what_the_pbx_lacks_is_named(
    hass: HomeAssistant, pbx: EmulatedPbx, path: str, code: int, key: str, hass_client: ClientSessionGenerator
) -> None:
    pbx.knobs.fail_with = {path: code}
    entry = MockConfigEntry(domain=DOMAIN, title="Demo house", unique_id=SERIAL, data=entry_data(pbx))
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    issue_id = f"refused_{entry.entry_id}"
    found = issue(hass, issue_id)
    assert found is not None
    assert found.translation_key == key
    pbx.knobs.fail_with = {}
    await fix(hass, hass_client, issue_id)
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert issue(hass, issue_id) is None


async def test_a_plan_without_the_sdk_is_named_at_start(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    pbx.knobs.fail_with = {"get_token": 70136}
    data = entry_data(pbx, client_id=None, client_secret=None)
    entry = MockConfigEntry(domain=DOMAIN, title="Demo house", data=data)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    found = issue(hass, f"refused_{entry.entry_id}")
    assert found is not None
    assert found.translation_key == "plan_without_sdk"


async def test_the_sdk_is_fetched_when_asked(
    hass: HomeAssistant, setup: Setup, hass_client: ClientSessionGenerator
) -> None:
    await setup(wait_for_events=False)
    await until(lambda: issue(hass, "sdk_missing"))
    result = await fix(hass, hass_client, "sdk_missing")
    assert (result["type"], result["reason"]) == ("abort", "sdk_not_fetched")
    assert issue(hass, "sdk_missing") is not None
    sdk = hass.data[SHARED].sdk
    await sdk._async_save(sdk_module.CORE.name, sdk_module.CORE.sha256, SDK_BYTES)
    assert (await fix(hass, hass_client, "sdk_missing"))["type"] == "create_entry"
    assert issue(hass, "sdk_missing") is None


async def test_another_copy_of_the_card_is_named_and_removed(
    hass: HomeAssistant, setup: Setup, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "lovelace", {})
    collection = hass.data[LOVELACE_DATA].resources
    await collection.async_get_info()
    await collection.async_create_item(COPY)
    await collection.async_create_item({"res_type": "module", "url": "/local/other.js"})
    entry = await setup(wait_for_events=False)
    found = issue(hass, "card_copies")
    assert found is not None
    assert found.translation_placeholders is not None
    assert found.translation_placeholders["copies"] == COPY["url"]
    await fix(hass, hass_client, "card_copies")
    urls = [item["url"] for item in collection.async_items()]
    assert urls == ["/local/other.js", "/yeastar_linkus/card-aaaaaaaaaaaa.js"]
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert issue(hass, "card_copies") is None


async def test_a_copy_in_yaml_is_left_to_the_user(hass: HomeAssistant, setup: Setup) -> None:
    assert await async_setup_component(hass, "lovelace", {})
    hass.data[LOVELACE_DATA].resources = ResourceYAMLCollection([{"type": "module", "url": COPY["url"]}])
    await setup(wait_for_events=False)
    found = issue(hass, "card_copies")
    assert found is not None
    assert not found.is_fixable
