"""The same Home Assistant and emulated PBX as the integration tests, and a place for the rows."""

from collections.abc import Iterator
import logging

from homeassistant.core import HomeAssistant
import pytest

from custom_components.yeastar_linkus.pbx import webhook as door
from tests.bench.rows import Row, leave
from tests.conftest import our_integration_in_hass
from tests.integration.conftest import card_folder, pbx, pinned_sdk, reachable

__all__ = ["card_folder", "our_integration_in_hass", "pbx", "pinned_sdk", "reachable"]


@pytest.fixture(scope="module")
def rows(request: pytest.FixtureRequest) -> Iterator[list[Row]]:
    """What the module measured; it is left for the table when the module is done."""
    found: list[Row] = []
    yield found
    leave(request.module.__name__.rpartition(".")[2].removeprefix("bench_"), found)


@pytest.fixture
def as_at_home(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what only tests have: the harness watches every callback and logs everything.

    The door's limit (500 events a second) is not what is measured.
    """
    for name in (None, "sqlalchemy.engine"):
        logging.getLogger(name).setLevel(logging.WARNING)
    hass.loop.set_debug(False)
    monkeypatch.setattr(door.TokenBucket, "take", lambda self: True)
