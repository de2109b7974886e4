"""The options of a PBX, and the SDK's file."""

from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar_linkus.shared import SHARED
from tests.integration.conftest import SDK_BYTES, Setup

SETTINGS = {
    "automatic_extensions": True,
    "browser_calling": True,
    "default_method": "ask",
    "event_transport": "auto",
}


async def choose(hass: HomeAssistant, entry: MockConfigEntry, step: str) -> ConfigFlowResult:
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.MENU
    return await hass.config_entries.options.async_configure(result["flow_id"], {"next_step_id": step})


async def answer(hass: HomeAssistant, result: ConfigFlowResult, user_input: dict[str, Any]) -> ConfigFlowResult:
    result = await hass.config_entries.options.async_configure(result["flow_id"], user_input)
    await hass.async_block_till_done()
    return result


@pytest.fixture
async def entry(setup: Setup) -> MockConfigEntry:
    return await setup(wait_for_events=False)


async def test_chosen_extensions_are_the_only_devices(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert hass.states.get("sensor.anna_weber_1001") is not None
    result = await answer(
        hass,
        await choose(hass, entry, "settings"),
        {**SETTINGS, "automatic_extensions": False, "extensions": ["1002"], "default_method": "desk"},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == {
        "assist_dialing": False,
        "browser_calling": True,
        "default_method": "desk",
        "deny_premium": True,
        "dials_per_minute": 10,
        "event_transport": "auto",
        "extensions": ["1002"],
    }
    assert hass.states.get("sensor.ben_carter_1002") is not None
    assert hass.states.get("sensor.anna_weber_1001") is None


async def test_no_extension_at_all_can_be_chosen(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await answer(hass, await choose(hass, entry, "settings"), {**SETTINGS, "automatic_extensions": False})
    assert entry.options["extensions"] == []
    assert hass.states.get("sensor.anna_weber_1001") is None
    await answer(hass, await choose(hass, entry, "settings"), SETTINGS)
    assert "extensions" not in entry.options
    assert hass.states.get("sensor.anna_weber_1001") is not None


async def test_the_address_for_browsers_is_checked(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await choose(hass, entry, "settings")
    result = await answer(hass, result, {**SETTINGS, "browser_url": "gopher://pbx"})
    assert result["errors"] == {"browser_url": "invalid_url"}
    result = await answer(hass, result, {**SETTINGS, "browser_url": "pbx.example.com/"})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["browser_url"] == "https://pbx.example.com"


async def test_options_of_a_pbx_that_is_not_there_keep_what_was_chosen(hass: HomeAssistant, setup: Setup) -> None:
    entry = await setup(wait_for_events=False, options={"extensions": ["1001", "9999"]})
    assert await hass.config_entries.async_unload(entry.entry_id)
    result = await answer(
        hass,
        await choose(hass, entry, "settings"),
        {**SETTINGS, "automatic_extensions": False, "extensions": ["9999"]},
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options["extensions"] == ["9999"]


async def test_dialling_can_be_limited(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    wanted = {"deny_numbers": ["0900", " +49 900 "], "allow_numbers": ["+4930*", " "], "dials_per_minute": 3}
    await answer(hass, await choose(hass, entry, "settings"), {**SETTINGS, **wanted})
    assert entry.options["deny_numbers"] == ["0900", "+49 900"]
    assert entry.options["allow_numbers"] == ["+4930*"]
    assert entry.options["dials_per_minute"] == 3
    result = await choose(hass, entry, "settings")
    result = await answer(hass, result, {**SETTINGS, "deny_numbers": ["everything"], "allow_numbers": ["+49", "<b>"]})
    assert result["errors"] == {"deny_numbers": "invalid_number_pattern", "allow_numbers": "invalid_number_pattern"}
    await answer(hass, result, SETTINGS)
    assert "deny_numbers" not in entry.options
    assert "allow_numbers" not in entry.options


# The SDK's file


def uploaded(tmp_path: Path, data: bytes) -> Any:
    """What the file_upload component gives for an uploaded file."""
    path = tmp_path / "ys-webrtc.umd.js"
    path.write_bytes(data)
    return patch(
        "custom_components.yeastar_linkus.flows.options.process_uploaded_file",
        **{"return_value.__enter__.return_value": path},
    )


FILE = {"file": "0123456789abcdef0123456789abcdef"}


async def test_the_known_file_is_taken_as_it_is(hass: HomeAssistant, entry: MockConfigEntry, tmp_path: Path) -> None:
    with uploaded(tmp_path, SDK_BYTES):
        result = await answer(hass, await choose(hass, entry, "sdk_upload"), FILE)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert hass.data[SHARED].sdk.state.version == "1.0.15"
    assert hass.data[SHARED].sdk.uploaded is None


async def test_a_file_for_which_there_is_no_room_changes_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, tmp_path: Path
) -> None:
    with (
        uploaded(tmp_path, SDK_BYTES),
        patch(
            "custom_components.yeastar_linkus.browser.sdk._write", side_effect=OSError(28, "No space left on device")
        ),
    ):
        result = await answer(hass, await choose(hass, entry, "sdk_upload"), FILE)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "sdk_not_stored")
    assert hass.data[SHARED].sdk.state.url is None


async def test_an_unknown_file_needs_a_yes(hass: HomeAssistant, entry: MockConfigEntry, tmp_path: Path) -> None:
    with uploaded(tmp_path, b"other YSWebRTC"):
        result = await answer(hass, await choose(hass, entry, "sdk_upload"), FILE)
    assert result["step_id"] == "sdk_unknown"
    assert hass.data[SHARED].sdk.state.url is None
    result = await answer(hass, result, {})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert hass.data[SHARED].sdk.state.version == "uploaded"
    # Back to the known version, which nobody can fetch here: the uploaded one stays.
    result = await answer(hass, await choose(hass, entry, "sdk_download"), {})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "sdk_not_fetched"
    assert hass.data[SHARED].sdk.state.version == "uploaded"
    with uploaded(tmp_path, SDK_BYTES):
        await answer(hass, await choose(hass, entry, "sdk_upload"), FILE)
    result = await answer(hass, await choose(hass, entry, "sdk_download"), {})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("data", [b"", b"<html>not found</html>", b"YSWebRTC" + bytes(8 * 1024 * 1024)])
async def test_what_is_no_sdk_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, tmp_path: Path, data: bytes
) -> None:
    result = await choose(hass, entry, "sdk_upload")
    with uploaded(tmp_path, data):
        result = await answer(hass, result, FILE)
    assert result["errors"] == {"file": "invalid_file"}
    with uploaded(tmp_path, SDK_BYTES):
        result = await answer(hass, result, FILE)
    assert result["type"] is FlowResultType.CREATE_ENTRY
