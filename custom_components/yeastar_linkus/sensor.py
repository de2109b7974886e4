"""Everything that is read: what extensions do, how lines and queues are, and figures of the whole PBX."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import YeastarConfigEntry
from .pbx.devices import (
    async_add_extension_entities,
    async_add_group_mailbox_entities,
    async_add_queue_entities,
    async_add_trunk_entities,
)
from .sensors.browser_phone import async_add_browser_phone_entities
from .sensors.extension import extension_sensors
from .sensors.pbx import pbx_sensors
from .sensors.queue import queue_sensors
from .sensors.trunk import trunk_sensors
from .sensors.voicemail import group_mailbox_sensors

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: YeastarConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the sensors of one PBX, its extensions, trunks and queues."""
    coordinator = entry.runtime_data
    if not coordinator.client.has_api:
        return
    async_add_entities(pbx_sensors(coordinator))
    async_add_extension_entities(coordinator, async_add_entities, lambda it: extension_sensors(coordinator, it))
    async_add_browser_phone_entities(coordinator, async_add_entities)
    async_add_trunk_entities(coordinator, async_add_entities, lambda it: trunk_sensors(coordinator, it))
    async_add_queue_entities(coordinator, async_add_entities, lambda it: queue_sensors(coordinator, it))
    async_add_group_mailbox_entities(coordinator, async_add_entities, lambda it: group_mailbox_sensors(coordinator, it))
