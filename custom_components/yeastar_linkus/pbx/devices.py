"""The devices of a PBX: its own, one for every exposed extension, trunk, queue and group mailbox, none for what is gone."""

from collections.abc import Callable, Iterable

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..const import DOMAIN
from ..coordinator import YeastarCoordinator
from ..door_phone import door_identifier
from ..entity import (
    async_register_pbx,
    device_identifier,
    extension_title,
    group_mailbox_identifier,
    group_mailbox_title,
    queue_identifier,
    queue_title,
    trunk_identifier,
)
from ..yeastar.models import Extension, Trunk
from ..yeastar.queues import Queue
from ..yeastar.voicemail import GroupMailbox


@callback
def async_keep_devices(coordinator: YeastarCoordinator) -> None:
    """Register the PBX's device now, and drop the devices of what vanished now and after every poll."""
    async_register_pbx(coordinator)
    entry = coordinator.config_entry
    names = _names(coordinator)
    titles = _titles(coordinator)

    @callback
    def rename() -> None:
        """Take over what was renamed on the PBX. Home Assistant keeps the user's own name of a device apart."""
        registry = dr.async_get(coordinator.hass)
        for identifier, title in _titles(coordinator).items():
            if titles.setdefault(identifier, title) != title:
                titles[identifier] = title
                registry.async_get_or_create(config_entry_id=entry.entry_id, **title)

    @callback
    def drop_stale() -> None:
        if any(names.setdefault(key, name) != name for key, name in _names(coordinator).items()):
            # Entities listen under their extension's number, or their trunk's name: begin anew with the new one.
            coordinator.hass.config_entries.async_schedule_reload(entry.entry_id)
            return
        # An empty list may be a permission that was taken away rather than a PBX without extensions.
        if not coordinator.last_update_success or not coordinator.data.extensions:
            return
        registry = dr.async_get(coordinator.hass)
        known = _listed(coordinator)
        for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
            if known.isdisjoint(device.identifiers) and not _unread(coordinator, device):
                registry.async_remove_device(device.id)

    drop_stale()
    entry.async_on_unload(coordinator.async_add_listener(drop_stale))
    entry.async_on_unload(coordinator.async_add_listener(rename))


def _names(coordinator: YeastarCoordinator) -> dict[tuple[str, str], str]:
    """Return under which number or name each device's entities listen, by the device's identifier."""
    return (
        {device_identifier(coordinator, extension): number for number, extension in coordinator.exposed().items()}
        | {trunk_identifier(coordinator, trunk): trunk.name for trunk in coordinator.data.trunks}
        | {queue_identifier(coordinator, queue): number for number, queue in coordinator.data.queues.items()}
        | {
            group_mailbox_identifier(coordinator, group): number
            for number, group in coordinator.data.group_mailboxes.items()
        }
    )


def _titles(coordinator: YeastarCoordinator) -> dict[tuple[str, str], DeviceInfo]:
    """Return how the devices are called whose names no entity listens under, by identifier."""
    titles = (
        *(extension_title(coordinator, extension) for extension in coordinator.exposed().values()),
        *(queue_title(coordinator, queue) for queue in coordinator.data.queues.values()),
        *(group_mailbox_title(coordinator, group) for group in coordinator.data.group_mailboxes.values()),
    )
    return {identifier: title for title in titles for identifier in title["identifiers"]}


def _listed(coordinator: YeastarCoordinator) -> set[tuple[str, str]]:
    doors = (door_identifier(coordinator, door.door_id) for door in coordinator.choices.doors.values())
    return {(DOMAIN, coordinator.key), *_names(coordinator), *doors}


def _unread(coordinator: YeastarCoordinator, device: dr.AnyDeviceEntry) -> bool:
    """Whether a device is one of a list that the API client may not see: it may exist all the same."""
    data = coordinator.data
    return any(
        identifier.startswith(f"{coordinator.key}_{kind}_")
        for kind, known in (
            ("trunk", data.trunks_known),
            ("queue", data.queues_known),
            ("mailbox", data.group_mailboxes_known),
        )
        if not known
        for _, identifier in device.identifiers
    )


def listed(coordinator: YeastarCoordinator, device: dr.AnyDeviceEntry) -> bool:
    """Whether a device is the PBX's own or that of an exposed extension, a trunk, a queue, a group's mailbox or a door."""
    return not _listed(coordinator).isdisjoint(device.identifiers)


@callback
def async_add_extension_entities(
    coordinator: YeastarCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[Extension], Iterable[Entity]],
    among: Callable[[Extension], bool] = lambda _: True,
) -> None:
    """Add entities for every exposed extension: those there are, and those that come, without a reload.

    ``among`` leaves extensions out. Of one that it takes later entities are added then; once taken, it must stay so.
    """

    def there() -> Iterable[Extension]:
        return filter(among, coordinator.exposed().values())

    add_new = _async_follow(coordinator, async_add_entities, there, make)
    entry = coordinator.config_entry

    @callback
    def subentry_changed(change: ConfigEntryChange, changed: ConfigEntry) -> None:
        """A phone was added: its extension is exposed, and somebody's, from now on."""
        if change is ConfigEntryChange.UPDATED and changed is entry:
            add_new()

    entry.async_on_unload(async_dispatcher_connect(coordinator.hass, SIGNAL_CONFIG_ENTRY_CHANGED, subentry_changed))


@callback
def async_add_trunk_entities(
    coordinator: YeastarCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[Trunk], Iterable[Entity]],
) -> None:
    """Add entities for every trunk: those there are, and those that come, without a reload."""
    _async_follow(coordinator, async_add_entities, lambda: coordinator.data.trunks, make)


@callback
def async_add_queue_entities(
    coordinator: YeastarCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[Queue], Iterable[Entity]],
) -> None:
    """Add entities for every queue: those there are, and those that come, without a reload."""

    def there() -> Iterable[Queue]:
        return coordinator.data.queues.values()

    _async_follow(coordinator, async_add_entities, there, make)


@callback
def async_add_group_mailbox_entities(
    coordinator: YeastarCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Callable[[GroupMailbox], Iterable[Entity]],
) -> None:
    """Add entities for every group's mailbox: those there are, and those that come, without a reload."""

    def there() -> Iterable[GroupMailbox]:
        return coordinator.data.group_mailboxes.values()

    _async_follow(coordinator, async_add_entities, there, make)


def _async_follow[Thing: Extension | Trunk | Queue | GroupMailbox](
    coordinator: YeastarCoordinator,
    async_add_entities: AddConfigEntryEntitiesCallback,
    there: Callable[[], Iterable[Thing]],
    make: Callable[[Thing], Iterable[Entity]],
) -> CALLBACK_TYPE:
    """Add entities for what there is now and after every poll. Returns what looks for new things at once."""
    known: set[int] = set()

    @callback
    def add_new() -> None:
        things = {thing.id: thing for thing in there()}
        new = [thing for key, thing in things.items() if key not in known]
        # What vanished may come back later.
        known.intersection_update(things)
        known.update(things)
        if new:
            async_add_entities(entity for thing in new for entity in make(thing))

    add_new()
    coordinator.config_entry.async_on_unload(coordinator.async_add_listener(add_new))
    return add_new
