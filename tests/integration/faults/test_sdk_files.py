"""The SDK's file cannot be stored, or is not the one it should be."""

import errno
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

import custom_components.yeastar_linkus.browser.sdk as sdk_module
from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.shared import SHARED
from tests.integration.conftest import Setup
from tests.integration.house_clock import HouseClock
from tests.integration.test_sdk import FILES, Mirror, mirror

__all__ = ["mirror"]
HALF_AN_HOUR = sdk_module.RETRY_SECONDS


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, "sdk_missing")


def available(hass: HomeAssistant) -> bool:
    return hass.data[SHARED].sdk.state.url is not None


@pytest.mark.parametrize("fault", ["away", "tampered"])
async def test_download_fails_or_is_tampered_with(
    hass: HomeAssistant, clock: HouseClock, mirror: Mirror, setup: Setup, fault: str
) -> None:
    """An issue says so, nothing wrong is served, and half an hour after the cause is gone all is right."""
    mirror.files.clear()
    if fault == "tampered":
        mirror.files.update(dict.fromkeys(FILES, b"evil"))
    await setup(wait_for_events=False)
    await clock.until(lambda: issue(hass), 60, step=1)
    assert not available(hass)
    mirror.files.update(FILES)
    await clock.until(lambda: available(hass), HALF_AN_HOUR + 60, step=30)
    assert issue(hass) is None


async def test_disk_full(
    hass: HomeAssistant,
    clock: HouseClock,
    mirror: Mirror,
    pinned_sdk: Path,
    setup: Setup,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing half written stays, an issue says that the phone has no SDK, and it comes when there is room again."""
    real = Path.replace

    def full(source: Path, target: Path) -> Path:
        if pinned_sdk in target.parents:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(source, target)

    monkeypatch.setattr(sdk_module.Path, "replace", full)
    await setup(wait_for_events=False)
    await clock.until(lambda: issue(hass), 60, step=1)
    assert not available(hass)
    assert [path for path in pinned_sdk.rglob("*") if path.is_file()] == []
    sdk = hass.data[SHARED].sdk
    with pytest.raises(OSError, match="No space"):
        await sdk.async_use_upload(b"mine YSWebRTC")
    assert sdk.uploaded is None
    monkeypatch.setattr(sdk_module.Path, "replace", real)
    await clock.until(lambda: available(hass), HALF_AN_HOUR + 60, step=30)
    assert issue(hass) is None
