"""Actions on people's availability: presence, and agents' log-in and pauses in queues."""

from homeassistant.core import ServiceCall
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..yeastar.models import Presence
from .target import TARGET_FIELDS, Target, async_target, invalid

ATTR_PRESENCE = "presence"
ATTR_QUEUES = "queues"
ATTR_PAUSED = "paused"
ATTR_REASON = "reason"

PRESENCE_SCHEMA = vol.Schema(
    {**TARGET_FIELDS, vol.Required(ATTR_PRESENCE): vol.In([presence.value for presence in Presence])}
)
_QUEUE_FIELDS = {
    **TARGET_FIELDS,
    vol.Optional(ATTR_QUEUES, default=list): vol.All(
        cv.ensure_list, [vol.All(vol.Coerce(str), vol.Length(min=1, max=128))]
    ),
}
LOG_IN_SCHEMA = vol.Schema({**_QUEUE_FIELDS, vol.Optional(ATTR_PAUSED, default=False): cv.boolean})
QUEUE_SCHEMA = vol.Schema(_QUEUE_FIELDS)
PAUSE_SCHEMA = vol.Schema({**_QUEUE_FIELDS, vol.Optional(ATTR_REASON, default=""): vol.All(str, vol.Length(max=32))})


async def async_set_presence(call: ServiceCall) -> None:
    """Set the presence of an extension."""
    target = await async_target(call)
    await target.coordinator.async_set_presence(target.known, Presence(call.data[ATTR_PRESENCE]))


async def async_log_in(call: ServiceCall) -> None:
    """Log an agent in to some queues, or all of its."""
    target = await async_target(call)
    queues = await _async_queues(call, target)
    await target.coordinator.client.queues.log_in(target.id, queues, paused=call.data[ATTR_PAUSED])


async def async_log_out(call: ServiceCall) -> None:
    """Log an agent out."""
    target = await async_target(call)
    await target.coordinator.client.queues.log_out(target.id, await _async_queues(call, target))


async def async_pause(call: ServiceCall) -> None:
    """Let an agent take a pause."""
    target = await async_target(call)
    queues = await _async_queues(call, target)
    await target.coordinator.client.queues.pause(target.id, queues, reason=call.data[ATTR_REASON])


async def async_unpause(call: ServiceCall) -> None:
    """End an agent's pause."""
    target = await async_target(call)
    await target.coordinator.client.queues.unpause(target.id, await _async_queues(call, target))


async def _async_queues(call: ServiceCall, target: Target) -> list[int]:
    """Return the PBX's ids of the queues named, by number or name. Raises the translated error for an unknown one."""
    if not (wanted := call.data[ATTR_QUEUES]):
        return []
    ids: dict[str, int] = {}
    for queue in await target.coordinator.client.queues.all():
        ids |= {queue.name.casefold(): queue.id, queue.number: queue.id}
    if unknown := [name for name in wanted if name.casefold() not in ids]:
        raise invalid("unknown_queue", queue=unknown[0])
    return [ids[name.casefold()] for name in wanted]
