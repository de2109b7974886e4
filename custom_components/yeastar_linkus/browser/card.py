"""The built card: served by Home Assistant, known to dashboards, and its page module on every page."""

from dataclasses import dataclass
import json
from pathlib import Path

from homeassistant.components import frontend
from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL
from homeassistant.components.http import StaticPathConfig
from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.components.lovelace.resources import ResourceStorageCollection
from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN, LOGGER

URL_BASE = f"/{DOMAIN}"
FOLDER = Path(__file__).parents[1] / "www"


@dataclass(frozen=True, slots=True)
class CardBuild:
    """What the build's own manifest says: the hashed names, and the hash a running card compares itself with."""

    hash: str
    card_url: str
    page_url: str


async def async_serve_card(hass: HomeAssistant, folder: Path | None = None) -> CardBuild | None:
    """Serve the built card. None when there is no build, as in a clone whose card was never built."""
    folder = folder or FOLDER
    if (build := await hass.async_add_executor_job(_read, folder)) is None:
        LOGGER.error("The card was not built; only the entities and actions work")
        return None
    # Every name but engine.html holds a hash, and the card asks for that page with the hash of its script.
    await hass.http.async_register_static_paths([StaticPathConfig(URL_BASE, str(folder), True)])
    return build


def _read(folder: Path) -> CardBuild | None:
    """Read the build's manifest. Blocking."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return CardBuild(
            hash=str(manifest["hash"]),
            card_url=f"{URL_BASE}/{manifest['card']}",
            page_url=f"{URL_BASE}/{manifest['page']}",
        )
    except OSError, ValueError, KeyError, TypeError:
        return None


async def async_announce_card(hass: HomeAssistant, build: CardBuild) -> None:
    """Tell dashboards and pages where the card is; leave one resource of ours and nobody else's changed.

    Every page gets the page module. Where resources are written by hand (YAML mode), every page gets the card too, under
    the very address a dashboard would use, so that a browser evaluates it once.
    """
    for stale in _modules(hass) - {build.page_url, build.card_url}:
        frontend.remove_extra_js_url(hass, stale)
    frontend.add_extra_js_url(hass, build.page_url)
    resources = hass.data[LOVELACE_DATA].resources
    if not isinstance(resources, ResourceStorageCollection):
        frontend.add_extra_js_url(hass, build.card_url)
        return
    # Loads the collection; creating an item in an unloaded one has cost people their resources.
    await resources.async_get_info()
    ours = _ours(resources)
    if not ours:
        await resources.async_create_item({"res_type": "module", "url": build.card_url})
    elif ours[0]["url"] != build.card_url:
        await resources.async_update_item(ours[0]["id"], {"res_type": "module", "url": build.card_url})
    for other in ours[1:]:
        await resources.async_delete_item(other["id"])


async def async_withdraw_card(hass: HomeAssistant) -> None:
    """Take back what `async_announce_card` did: the last PBX was removed."""
    for url in _modules(hass):
        frontend.remove_extra_js_url(hass, url)
    resources = hass.data[LOVELACE_DATA].resources
    if isinstance(resources, ResourceStorageCollection):
        await resources.async_get_info()
        for item in _ours(resources):
            await resources.async_delete_item(item["id"])


@callback
def _modules(hass: HomeAssistant) -> set[str]:
    """Return the page modules of ours that pages load now."""
    return {url for url in hass.data[DATA_EXTRA_MODULE_URL].urls if url.startswith(f"{URL_BASE}/")}


@callback
def _ours(resources: ResourceStorageCollection) -> list[dict[str, str]]:
    """Return the dashboard resources that point into our folder."""
    return [item for item in resources.async_items() if str(item.get("url", "")).startswith(f"{URL_BASE}/")]
