"""A house whose clock can be moved."""

from homeassistant.core import HomeAssistant
import pytest

from tests.integration.house_clock import HouseClock


@pytest.fixture
def clock(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> HouseClock:
    """The house's clock. Request it before the PBX."""
    return HouseClock(hass.loop, monkeypatch)
