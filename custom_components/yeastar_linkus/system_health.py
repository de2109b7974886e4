"""Settings > System > Repairs > System information: whether each PBX answers and how its events come."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import YeastarConfigEntry
from .shared import SHARED


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register the page's section."""
    register.async_register_info(async_info)


async def async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return what the page shows. Names of PBXs are the user's own; no address, number or secret is in it."""
    shared = hass.data[SHARED]
    entries: list[YeastarConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    info: dict[str, Any] = {
        "version": shared.version,
        "pbxs": f"{len(entries)}/{len(hass.config_entries.async_entries(DOMAIN))}",
        "card": shared.card.hash if shared.card else "-",
        "sdk": shared.sdk.state.version or "-",
    }
    for position, entry in enumerate(entries, 1):
        coordinator = entry.runtime_data
        # Several PBXs may have the same name.
        name = entry.title if len(entries) == 1 else f"{position}. {entry.title}"
        if (system := coordinator.data.system) is not None:
            info[f"{name}: firmware"] = f"{system.model} {system.firmware}"
            info[f"{name}: events"] = str(coordinator.flow.channel)
        info[f"{name}: reachable"] = "ok" if coordinator.last_update_success else "failed"
    return info
