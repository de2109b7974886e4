"""Yeastar P-Series telephony: the PBX's extensions and calls, and a softphone in the dashboard."""

from homeassistant.components import cloud
from homeassistant.const import CONF_WEBHOOK_ID, EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr, issue_registry as ir
from homeassistant.helpers.typing import ConfigType
from homeassistant.loader import async_get_integration
from homeassistant.setup import async_setup_component

from .browser.call_quality import QualityDesk
from .browser.card import async_announce_card, async_serve_card, async_withdraw_card
from .browser.card_copies import ISSUE_COPIES, async_look_for_copies
from .browser.people_commands import async_setup_websocket_people
from .browser.sdk import ISSUE_SDK, SdkFiles
from .browser.softphone import LeaseBook, async_guard_leases
from .const import CONF_CLOUDHOOK_URL, DOMAIN, LOGGER
from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .pbx.catch_up import store
from .pbx.connection import client_of
from .pbx.delivery import EventDelivery, async_forget_issues
from .pbx.devices import async_keep_devices, listed
from .pbx.memory import Memory
from .pbx.problems import async_forget_refusal, async_forget_sdk_refusal
from .pbx.registration import async_unregister_webhook
from .services import async_setup_services
from .shared import SHARED, Shared
from .sounds.tickets import TICKETS_GIVEN, Tickets
from .sounds.view import SoundView
from .triggers.call_log import async_keep_call_log
from .websocket_api import async_setup_websocket_api
from .wording import async_load_wording
from .yeastar.errors import YeastarError

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
]

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what exists once: actions, the browser door, the served card and SDK."""
    sdk = SdkFiles(hass)
    # The SDK's folder before the card's: its address is below.
    await sdk.async_setup()
    integration = await async_get_integration(hass, DOMAIN)
    leases = LeaseBook()
    async_guard_leases(hass, leases)
    memory = Memory(hass)
    await memory.async_load()
    qualities = QualityDesk(hass, memory)
    hass.data[SHARED] = Shared(str(integration.version), await async_serve_card(hass), sdk, leases, memory, qualities)
    hass.data[TICKETS_GIVEN] = Tickets()
    hass.http.register_view(SoundView(hass))
    for language in ("en", hass.config.language):
        await async_load_wording(hass, language)
    async_setup_services(hass)
    async_setup_websocket_api(hass)
    async_setup_websocket_people(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: YeastarConfigEntry) -> bool:
    """Set up one PBX."""
    shared = hass.data[SHARED]
    client = client_of(hass, entry.data)

    async def close(event: Event | None = None) -> None:
        await client.close()

    # The PBX counts tokens: whatever happens from here on, they are given back.
    entry.async_on_unload(close)
    entry.async_on_unload(hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, close))
    coordinator = YeastarCoordinator(hass, entry, client)
    await coordinator.async_config_entry_first_refresh()
    entry.runtime_data = coordinator
    coordinator.phone_book.async_refresh()
    async_keep_devices(coordinator)
    async_keep_call_log(coordinator)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    if client.has_api:
        EventDelivery(hass, entry, coordinator).async_start()
    if shared.card is not None:
        await async_announce_card(hass, shared.card)
        await async_look_for_copies(hass)
    if client.has_sdk and coordinator.choices.browser_calling:
        entry.async_create_background_task(hass, shared.sdk.async_keep(), f"{DOMAIN} SDK files")
    return True


async def async_unload_entry(hass: HomeAssistant, entry: YeastarConfigEntry) -> bool:
    """Unload one PBX; everything but the platforms was given to the entry when it was acquired."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: YeastarConfigEntry) -> None:
    """Undo what was set on the PBX and in the cloud, and with the last PBX what is there once for all."""
    # Of a disabled entry nothing is set up, yet what it left is undone by what exists once.
    await async_setup_component(hass, DOMAIN, {})
    client = client_of(hass, entry.data)
    if client.has_api:
        try:
            await async_unregister_webhook(client, entry.data[CONF_WEBHOOK_ID], entry.data.get(CONF_CLOUDHOOK_URL))
        except YeastarError as err:
            LOGGER.info("The webhook stays in the PBX's list: %s", err)
    await client.close()
    if CONF_CLOUDHOOK_URL in entry.data:
        try:
            await cloud.async_delete_cloudhook(hass, entry.data[CONF_WEBHOOK_ID])
        except cloud.CloudNotAvailable:
            LOGGER.debug("Without the cloud there is no cloudhook to delete")
    await store(hass, entry.entry_id).async_remove()
    shared = hass.data[SHARED]
    shared.memory.forget(entry.entry_id)
    async_forget_issues(hass, entry)
    async_forget_refusal(hass, entry)
    async_forget_sdk_refusal(hass, entry)
    if not hass.config_entries.async_entries(DOMAIN):
        for issue_id in (ISSUE_SDK, ISSUE_COPIES):
            ir.async_delete_issue(hass, DOMAIN, issue_id)
        await async_withdraw_card(hass)
        await shared.sdk.async_remove()
        await shared.memory.async_remove()


async def async_remove_config_entry_device(
    hass: HomeAssistant, entry: YeastarConfigEntry, device: dr.AnyDeviceEntry
) -> bool:
    """Let the user delete a device that the PBX lists no longer, or that is exposed no longer."""
    return not listed(entry.runtime_data, device)
