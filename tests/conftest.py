"""What every test shares.

The harness's own configuration folder contains a ``custom_components`` package too: ours must be imported before the
first ``hass`` fixture, or the integration is not found.
"""

from pathlib import Path

import pytest

import custom_components

assert Path(custom_components.__file__).parents[1] == Path(__file__).parents[1], "another custom_components came first"

WITH_HOME_ASSISTANT = {Path(__file__).parent / "integration", Path(__file__).parent / "bench"}


@pytest.fixture(autouse=True)
def our_integration_in_hass(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load custom integrations, in these rooms, where a test uses ``hass``."""
    if not WITH_HOME_ASSISTANT.isdisjoint(request.path.parents) and "hass" in request.fixturenames:
        # The recorder must be requested before hass.
        if "recorder_mock" in request.fixturenames:
            request.getfixturevalue("recorder_mock")
        request.getfixturevalue("enable_custom_integrations")
