"""What all entities share: the PBX's device, an extension's device, and availability."""

from abc import abstractmethod
from typing import override

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import CROWD_KEYS, DOMAIN, MANUFACTURER
from .coordinator import YeastarCoordinator
from .pbx.problems import failure
from .pbx.subjects import About, Subject
from .yeastar.errors import YeastarError
from .yeastar.models import Extension, Presence, Trunk
from .yeastar.queues import Queue
from .yeastar.voicemail import GroupMailbox


@callback
def async_register_pbx(coordinator: YeastarCoordinator) -> None:
    """Register the PBX's own device, which the extensions' devices hang on."""
    system = coordinator.data.system
    dr.async_get(coordinator.hass).async_get_or_create(
        config_entry_id=coordinator.config_entry.entry_id,
        identifiers={(DOMAIN, coordinator.key)},
        manufacturer=MANUFACTURER,
        name=coordinator.config_entry.title,
        configuration_url=coordinator.client.url,
        model=system.model if system else None,
        sw_version=system.firmware if system else None,
        serial_number=system.serial if system else None,
    )


class WatchingEntity(CoordinatorEntity[YeastarCoordinator]):
    """An entity that listens to one subject, and writes its state only when that differs from what it wrote last.

    With many extensions every poll would otherwise write all their states anew.
    """

    _attr_has_entity_name = True
    _shown: object = None

    def __init__(
        self, coordinator: YeastarCoordinator, description: EntityDescription, subject: Subject | None = None
    ) -> None:
        """Listen to the subject, and to the poll, while the entity exists."""
        super().__init__(coordinator)
        self.entity_description = description
        self._subject = subject

    @abstractmethod
    def watched(self) -> object:
        """Return what the state is made of."""

    @callback
    def look(self) -> None:
        """Write the state if it is another one."""
        shown = (self.available, self.watched())
        if shown != self._shown:
            self._shown = shown
            self.async_write_ha_state()

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the subject while the entity exists."""
        await super().async_added_to_hass()
        if self._subject is not None:
            self.async_on_remove(self.coordinator.async_listen_about(self._subject, self.look))

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        self.look()


class YeastarEntity(WatchingEntity):
    """An entity of the PBX itself."""

    def __init__(
        self, coordinator: YeastarCoordinator, description: EntityDescription, subject: Subject | None = None
    ) -> None:
        """Belong to the PBX's device."""
        super().__init__(coordinator, description, subject)
        self._attr_unique_id = f"{coordinator.key}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, coordinator.key)})


class ExtensionEntity(WatchingEntity):
    """An entity of one extension. Unless it says otherwise, it is told about that extension's calls."""

    about: About | None = About.CALLS

    def __init__(
        self,
        coordinator: YeastarCoordinator,
        extension: Extension,
        description: EntityDescription,
        about: About | None = None,
    ) -> None:
        """Belong to the extension's device, below the PBX's."""
        about = about or self.about
        super().__init__(coordinator, description, (about, extension.number) if about else None)
        self.number = extension.number
        if coordinator.choices.crowded and description.key not in CROWD_KEYS:
            self._attr_entity_registry_enabled_default = False
        self._attr_unique_id = unique_id(coordinator, extension, description.key)
        self._attr_device_info = _part_of(coordinator, device_identifier(coordinator, extension), extension.number)
        self._attr_device_info.update(extension_title(coordinator, extension))


class PresenceEntity(ExtensionEntity):
    """An entity that shows and sets the presence of an extension."""

    about = About.PRESENCE

    def __init__(self, coordinator: YeastarCoordinator, extension: Extension, description: EntityDescription) -> None:
        """Keep the extension: the PBX wants its internal id."""
        super().__init__(coordinator, extension, description)
        self._extension = extension

    @property
    def presence(self) -> Presence | None:
        """The presence; None while the PBX says nothing that is known."""
        return self.coordinator.state.presence(self.number)

    @override
    def watched(self) -> object:
        return self.presence

    async def async_set_presence(self, presence: Presence) -> None:
        """Set the presence. The PBX's answer is its confirmation."""
        try:
            await self.coordinator.async_set_presence(self._extension, presence)
        except YeastarError as err:
            raise failure(err) from err


class TrunkEntity(WatchingEntity):
    """An entity of one trunk."""

    def __init__(self, coordinator: YeastarCoordinator, trunk: Trunk, description: EntityDescription) -> None:
        """Belong to the trunk's device, below the PBX's."""
        super().__init__(coordinator, description, (About.TRUNK, trunk.name))
        self.trunk = trunk.name
        identifier = trunk_identifier(coordinator, trunk)
        self._attr_unique_id = f"{identifier[1]}_{description.key}"
        self._attr_device_info = _part_of(coordinator, identifier)
        self._attr_device_info["translation_key"] = "trunk"
        self._attr_device_info["translation_placeholders"] = {"name": trunk.name}


class QueueEntity(WatchingEntity):
    """An entity of one queue, which is read as long as such an entity exists."""

    def __init__(self, coordinator: YeastarCoordinator, queue: Queue, description: EntityDescription) -> None:
        """Belong to the queue's device, below the PBX's."""
        super().__init__(coordinator, description, (About.QUEUE, queue.number))
        self.number = queue.number
        identifier = queue_identifier(coordinator, queue)
        self._attr_unique_id = f"{identifier[1]}_{description.key}"
        self._attr_device_info = _part_of(coordinator, identifier, queue.number)
        self._attr_device_info.update(queue_title(coordinator, queue))

    @override
    async def async_added_to_hass(self) -> None:
        """Have the queue read while the entity exists."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.queues.look_at(self.number))


class GroupMailboxEntity(WatchingEntity):
    """An entity of a mailbox that several extensions share."""

    def __init__(self, coordinator: YeastarCoordinator, group: GroupMailbox, description: EntityDescription) -> None:
        """Belong to the mailbox's device, below the PBX's."""
        super().__init__(coordinator, description, (About.MAILBOX, group.number))
        self.number = group.number
        identifier = group_mailbox_identifier(coordinator, group)
        self._attr_unique_id = f"{identifier[1]}_{description.key}"
        self._attr_device_info = _part_of(coordinator, identifier, group.number)
        self._attr_device_info.update(group_mailbox_title(coordinator, group))


def _part_of(coordinator: YeastarCoordinator, identifier: tuple[str, str], number: str | None = None) -> DeviceInfo:
    """Return what the devices below the PBX's have in common."""
    info = DeviceInfo(
        identifiers={identifier},
        entry_type=DeviceEntryType.SERVICE,
        manufacturer=MANUFACTURER,
        via_device_id=dr.async_get_device_id_by_identifier(
            coordinator.hass, (DOMAIN, coordinator.key), config_entry_id=coordinator.config_entry.entry_id
        ),
    )
    if number is not None:
        info["model_id"] = number
    return info


def extension_title(coordinator: YeastarCoordinator, extension: Extension) -> DeviceInfo:
    """Return which device is an extension's, and how it is called."""
    return DeviceInfo(
        identifiers={device_identifier(coordinator, extension)},
        name=f"{extension.name} ({extension.number})" if extension.name else extension.number,
    )


def queue_title(coordinator: YeastarCoordinator, queue: Queue) -> DeviceInfo:
    """Return which device is a queue's, and how it is called."""
    return DeviceInfo(
        identifiers={queue_identifier(coordinator, queue)},
        translation_key="queue",
        translation_placeholders={"name": queue.name or queue.number},
    )


def group_mailbox_title(coordinator: YeastarCoordinator, group: GroupMailbox) -> DeviceInfo:
    """Return which device is a group's mailbox, and how it is called."""
    return DeviceInfo(
        identifiers={group_mailbox_identifier(coordinator, group)},
        translation_key="group_mailbox",
        translation_placeholders={"name": group.name or group.number},
    )


def device_identifier(coordinator: YeastarCoordinator, extension: Extension) -> tuple[str, str]:
    """Return an extension's device identifier. The PBX's own id outlives a renumbering."""
    return (DOMAIN, f"{coordinator.key}_ext_{extension.id}")


def unique_id(coordinator: YeastarCoordinator, extension: Extension, key: str) -> str:
    """Return the unique id of one of an extension's entities."""
    return f"{coordinator.key}_ext_{extension.id}_{key}"


def trunk_identifier(coordinator: YeastarCoordinator, trunk: Trunk) -> tuple[str, str]:
    """Return a trunk's device identifier."""
    return (DOMAIN, f"{coordinator.key}_trunk_{trunk.id}")


def queue_identifier(coordinator: YeastarCoordinator, queue: Queue) -> tuple[str, str]:
    """Return a queue's device identifier."""
    return (DOMAIN, f"{coordinator.key}_queue_{queue.id}")


def group_mailbox_identifier(coordinator: YeastarCoordinator, group: GroupMailbox) -> tuple[str, str]:
    """Return the device identifier of a group's mailbox."""
    return (DOMAIN, f"{coordinator.key}_mailbox_{group.id}")
