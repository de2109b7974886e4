"""Under which addresses the PBX may reach Home Assistant's webhook."""

from collections.abc import AsyncIterator
import ipaddress

from homeassistant.components import cloud, webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError

from ..const import CONF_CLOUDHOOK_URL


async def async_addresses(hass: HomeAssistant, entry: ConfigEntry, host: str) -> AsyncIterator[str]:
    """Yield the addresses under which the PBX may reach us, the likeliest first, each once. `host` is the PBX's own."""
    webhook_id: str = entry.data[CONF_WEBHOOK_ID]
    near = is_near(host)
    seen: set[str] = set()
    for external in (False, True) if near else (True, False):
        try:
            url = webhook.async_generate_url(
                hass,
                webhook_id,
                allow_internal=not external,
                allow_external=external,
                allow_ip=True,
            )
        except NoURLAvailableError:
            continue
        if url not in seen:
            seen.add(url)
            yield url
    if cloud.async_active_subscription(hass):
        try:
            url = await cloud.async_get_or_create_cloudhook(hass, webhook_id)
        except cloud.CloudNotAvailable, cloud.CloudNotConnected:
            return
        if url != entry.data.get(CONF_CLOUDHOOK_URL):
            hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_CLOUDHOOK_URL: url})
        yield url


def is_near(host: str) -> bool:
    """Whether the PBX is on a private network, so that the internal address is the one it reaches."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".home.arpa", ".internal", "localhost"))
