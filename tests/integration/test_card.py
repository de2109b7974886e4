"""The built card: served with long caching, known to dashboards once, and withdrawn with the last PBX."""

from http import HTTPStatus
import json
from pathlib import Path

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL
from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.components.lovelace.resources import ResourceYAMLCollection
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from tests.integration.conftest import Setup

CARD = "/yeastar_linkus/card-aaaaaaaaaaaa.js"
PAGE = "/yeastar_linkus/page-bbbbbbbbbbbb.js"
OTHER = {"res_type": "module", "url": "/hacsfiles/other/other.js"}


def resources(hass: HomeAssistant) -> list[str]:
    return [item["url"] for item in hass.data[LOVELACE_DATA].resources.async_items()]


def modules(hass: HomeAssistant) -> set[str]:
    return {url for url in hass.data[DATA_EXTRA_MODULE_URL].urls if "yeastar" in url}


async def test_files_are_served_packed_and_cached(
    hass: HomeAssistant, setup: Setup, hass_client_no_auth: ClientSessionGenerator
) -> None:
    await setup(wait_for_events=False)
    http = await hass_client_no_auth()
    for path in (CARD, PAGE, "/yeastar_linkus/engine.html"):
        response = await http.get(path, headers={"Accept-Encoding": "gzip"})
        assert response.status == HTTPStatus.OK
        assert response.headers["Content-Encoding"] == "gzip"
        assert "max-age=2678400" in response.headers["Cache-Control"]
        plain = await http.get(path, headers={"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in plain.headers


async def test_dashboards_know_the_card_once_whatever_was_there(hass: HomeAssistant, setup: Setup) -> None:
    assert await async_setup_component(hass, "lovelace", {})
    collection = hass.data[LOVELACE_DATA].resources
    await collection.async_create_item(OTHER)
    for stale in ("/yeastar_linkus/card-000000000000.js", "/yeastar_linkus/card-111111111111.js"):
        await collection.async_create_item({"res_type": "module", "url": stale})
    entry = await setup(wait_for_events=False)
    assert resources(hass) == [OTHER["url"], CARD]
    assert modules(hass) == {PAGE}
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert resources(hass) == [OTHER["url"], CARD]
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert resources(hass) == [OTHER["url"]]
    assert modules(hass) == set()


async def test_a_fresh_house_gets_the_resource(hass: HomeAssistant, setup: Setup, pbx: EmulatedPbx) -> None:
    await setup(wait_for_events=False)
    assert resources(hass) == [CARD]


async def test_resources_written_by_hand_stay_and_pages_load_the_card_instead(
    hass: HomeAssistant, setup: Setup
) -> None:
    assert await async_setup_component(hass, "lovelace", {})
    hass.data[LOVELACE_DATA].resources = ResourceYAMLCollection([{"type": "module", "url": OTHER["url"]}])
    entry = await setup(wait_for_events=False)
    assert resources(hass) == [OTHER["url"]]
    assert modules(hass) == {PAGE, CARD}
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert modules(hass) == set()


async def test_an_update_replaces_the_old_modules(hass: HomeAssistant, setup: Setup) -> None:
    assert await async_setup_component(hass, "frontend", {})
    hass.data[DATA_EXTRA_MODULE_URL].add("/yeastar_linkus/page-000000000000.js")
    await setup(wait_for_events=False)
    assert modules(hass) == {PAGE}


@pytest.mark.parametrize("manifest", [None, "{", "[]", json.dumps({"hash": "x"})])
async def test_without_a_build_everything_else_works(
    hass: HomeAssistant,
    setup: Setup,
    card_folder: Path,
    manifest: str | None,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if manifest is None:
        (card_folder / "manifest.json").unlink()
    else:
        (card_folder / "manifest.json").write_text(manifest)
    await setup(wait_for_events=False)
    assert "The card was not built" in caplog.text
    assert hass.states.get("sensor.anna_weber_1001") is not None
    assert modules(hass) == set()
    ws = await hass_ws_client(hass)
    await ws.send_json_auto_id({"type": f"{DOMAIN}/info"})
    assert (await ws.receive_json())["result"]["card"] == ""
