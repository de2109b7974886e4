"""What is attached to bug reports: enough to see the cause, nothing private."""

import json
import re

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.diagnostics import masked
from emulator import EmulatedPbx
from tests.integration.conftest import API, SDK, SERIAL, WEBHOOK_ID, WEBHOOK_SECRET, Setup, phone_data
from tests.integration.waiting import until

CALLER = "+4930123456"


async def test_a_call_and_an_issue_show_and_no_secret_does(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "diagnostics", {})
    entry = await setup(
        phones=[phone_data("somebody", "1001")],
        options={
            "deny_numbers": ["0900123"],
            "allow_numbers": ["+4989*"],
            "extensions": ["1002"],
            "event_transport": "both",
        },
    )
    await until(lambda: ir.async_get(hass).async_get_issue(DOMAIN, f"webhook_{entry.entry_id}"))
    await pbx.call_in(CALLER, "1001")
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "ringing"))
    found = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    (call,) = found["calls"]
    assert call["state"] == "ringing"
    assert {party["number"] for party in call["parties"]} == {"*********56", "**01"}
    assert found["events"]["channel"] == "websocket"
    assert found["events"]["last_event_at"]
    assert found["issues"] == ["webhook: webhook_unreachable"] or found["issues"] == ["webhook: webhook_no_url"]
    text = json.dumps(found)
    for private in (
        *API.values(), *SDK.values(), WEBHOOK_ID, WEBHOOK_SECRET, SERIAL, pbx.url, "somebody", "1001", "1002",
        "Anna", "0900123", "+4989", CALLER, CALLER[1:], pbx.ssl_fingerprint, *(token.access for token in pbx.tokens.valid()),
    ):  # fmt: skip
        assert not re.search(rf"(?<![0-9a-zA-Z.]){re.escape(private)}", text), private


@pytest.mark.parametrize(
    ("number", "shown"), [("", ""), ("100", "***"), ("1001", "**01"), ("+4930123456", "*********56")]
)
def test_numbers_are_masked(number: str, shown: str) -> None:
    assert masked(number) == shown
