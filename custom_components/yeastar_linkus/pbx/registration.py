"""What the integration sets on the PBX so that events come: its own webhook entry, and the status monitors."""

from collections.abc import Collection
from dataclasses import replace

from homeassistant.components.webhook import async_generate_path

from ..const import EVENT_TOPICS, LOGGER
from ..yeastar.client import YeastarClient
from ..yeastar.models import ExtensionMonitor, Webhook, WebhookSettings

WEBHOOK_LIMIT = 5


class WebhookListFull(Exception):
    """Five webhooks of others leave no room for ours."""


class EventPushOff(Exception):
    """The PBX's webhook event push as a whole is switched off, which no API call can change."""


async def async_register_webhook(
    client: YeastarClient, url: str, webhook_id: str, secret: str, previous: str | None = None
) -> bool:
    """Have the PBX send our events to `url`, and only there; entries of others stay untouched.

    `previous` is an address under which the same webhook may be listed too (a cloudhook, which does not hold its id).
    Returns whether anything had to be changed. Raises WebhookListFull, EventPushOff and what the client raises.
    """
    settings = await client.webhooks()
    others = _others(settings, webhook_id, {url, previous})
    if len(others) >= WEBHOOK_LIMIT:
        raise WebhookListFull
    topics = tuple(topic for topic in EVENT_TOPICS if not settings.supported or topic in settings.supported)
    ours = Webhook(url=url, secret=secret, method="POST", events=topics)
    wanted = replace(settings, webhooks=(*others, ours))
    changed = not _same(settings, wanted)
    if changed:
        await client.update_webhooks(wanted)
    # A PBX without any webhook calls the push switched off, so only what it says about a list with ours in it counts.
    if not settings.enabled and not (await client.webhooks()).enabled:
        raise EventPushOff
    return changed


async def async_unregister_webhook(client: YeastarClient, webhook_id: str, cloudhook_url: str | None) -> None:
    """Take our entry, and nothing else, out of the PBX's list. Raises what the client raises."""
    settings = await client.webhooks()
    others = _others(settings, webhook_id, {cloudhook_url})
    if len(others) != len(settings.webhooks):
        await client.update_webhooks(replace(settings, webhooks=others))


def _others(settings: WebhookSettings, webhook_id: str, addresses: Collection[str | None]) -> tuple[Webhook, ...]:
    """Return the entries that are not ours. Ours are known by the webhook's id, whatever host they name."""
    path = async_generate_path(webhook_id)
    return tuple(entry for entry in settings.webhooks if not entry.url.endswith(path) and entry.url not in addresses)


def _same(current: WebhookSettings, wanted: WebhookSettings) -> bool:
    """Whether the PBX's list already says what we want, in whatever order."""

    def content(settings: WebhookSettings) -> set[tuple[str, str, str, frozenset[int]]]:
        return {(hook.url, hook.secret, hook.method, frozenset(hook.events)) for hook in settings.webhooks}

    return len(current.webhooks) == len(wanted.webhooks) and content(current) == content(wanted)


async def async_switch_on_monitors(client: YeastarClient, extensions: Collection[str]) -> None:
    """Have the PBX report on these extensions and on all trunks; a fresh PBX reports on none.

    Monitors that somebody switched on stay on. "Control inbound call" is never touched: it delays every call.
    Raises what the client raises.
    """
    monitors = await client.extension_monitors()
    wanted = tuple(_on(monitor) if monitor.number in extensions else monitor for monitor in monitors)
    if wanted != monitors:
        LOGGER.debug("Switching on the status monitors of the extensions")
        await client.update_extension_monitors(wanted)
    trunks = await client.trunk_monitors()
    wanted_trunks = tuple(replace(trunk, calls=True) for trunk in trunks)
    if wanted_trunks != trunks:
        LOGGER.debug("Switching on the status monitors of the trunks")
        await client.update_trunk_monitors(wanted_trunks)


def _on(monitor: ExtensionMonitor) -> ExtensionMonitor:
    return replace(monitor, registration=True, calls=True, presence=True)
