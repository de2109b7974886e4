"""Other copies of the card: a dashboard that loads two defines the same elements twice, and the older may win."""

from typing import cast

from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.components.lovelace.resources import ResourceStorageCollection
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from .card import URL_BASE

ISSUE_COPIES = "card_copies"
# Where people put a card by hand, or a dashboard plugin puts it.
_FOLDERS = ("/local/", "/hacsfiles/")
_NAMES = ("yeastar-linkus", "yeastar_linkus")


async def async_look_for_copies(hass: HomeAssistant) -> None:
    """Keep an issue that names the resources which load another copy of the card, or none."""
    copies = await _async_copies(hass)
    if not copies:
        ir.async_delete_issue(hass, DOMAIN, ISSUE_COPIES)
        return
    # Resources written in YAML are the user's to delete.
    by_us = isinstance(hass.data[LOVELACE_DATA].resources, ResourceStorageCollection)
    ir.async_create_issue(
        hass,
        DOMAIN,
        ISSUE_COPIES,
        is_fixable=by_us,
        severity=ir.IssueSeverity.WARNING,
        translation_key=ISSUE_COPIES if by_us else f"{ISSUE_COPIES}_yaml",
        translation_placeholders={"copies": ", ".join(url for _, url in copies), "folder": URL_BASE},
    )


async def async_remove_copies(hass: HomeAssistant) -> None:
    """Delete the dashboard resources that load another copy of the card. Only for resources that are not in YAML."""
    resources = cast(ResourceStorageCollection, hass.data[LOVELACE_DATA].resources)
    for item_id, _url in await _async_copies(hass):
        await resources.async_delete_item(item_id)


async def _async_copies(hass: HomeAssistant) -> list[tuple[str, str]]:
    """Return ids (empty for YAML) and addresses of resources that look like the card and are not ours."""
    resources = hass.data[LOVELACE_DATA].resources
    await resources.async_get_info()
    return [
        (str(item.get("id", "")), url)
        for item in resources.async_items()
        if (url := str(item.get("url", ""))).startswith(_FOLDERS) and any(name in url.lower() for name in _NAMES)
    ]
