"""Messages that nobody has listened to, in the mailbox of an extension or of a group."""

from typing import override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription, SensorStateClass

from ..coordinator import YeastarCoordinator
from ..entity import ExtensionEntity, GroupMailboxEntity
from ..yeastar.voicemail import GroupMailbox

UNREAD = SensorEntityDescription(
    key="unread_voicemails", translation_key="unread_voicemails", state_class=SensorStateClass.MEASUREMENT
)


class UnreadSensor(SensorEntity):
    """The count, read as long as such an entity exists."""

    coordinator: YeastarCoordinator
    number: str

    def watched(self) -> object:
        """Return what the state is made of."""
        return self.native_value

    @property
    @override
    def native_value(self) -> int | None:
        return self.coordinator.mailboxes.unread(self.number)

    @override
    async def async_added_to_hass(self) -> None:
        """Have the mailbox read while the entity exists."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.mailboxes.look_at(self.number))


class VoicemailSensor(UnreadSensor, ExtensionEntity):
    """The mailbox of an extension."""


class GroupVoicemailSensor(UnreadSensor, GroupMailboxEntity):
    """The mailbox of a group: whoever of the group listens to a message, it is heard."""


def group_mailbox_sensors(coordinator: YeastarCoordinator, group: GroupMailbox) -> list[SensorEntity]:
    """Return the sensors of one group's mailbox."""
    return [GroupVoicemailSensor(coordinator, group, UNREAD)]
