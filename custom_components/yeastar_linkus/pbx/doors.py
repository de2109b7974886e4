"""What is known of the door phones of a PBX."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry

from ..const import CONF_CAMERA, CONF_EXTENSION, CONF_UNLOCK_ACTIONS, CONF_UNLOCK_DIGITS, SUBENTRY_DOOR_PHONE


@dataclass(frozen=True, slots=True)
class DoorPhone:
    """One subentry: an extension that is a door. `digits` are what its telephone wants to hear to open."""

    door_id: str
    name: str
    extension: str
    camera: str | None
    digits: str = field(repr=False)
    actions: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, subentry: ConfigSubentry) -> DoorPhone:
        """Read a subentry as stored."""
        data = subentry.data
        return cls(
            subentry.subentry_id,
            subentry.title,
            data[CONF_EXTENSION],
            data.get(CONF_CAMERA),
            data.get(CONF_UNLOCK_DIGITS, ""),
            tuple(data.get(CONF_UNLOCK_ACTIONS, ())),
        )


def doors_of(entry: ConfigEntry) -> dict[str, DoorPhone]:
    """Return the door phones of a PBX, by extension."""
    doors = map(DoorPhone.of, entry.get_subentries_of_type(SUBENTRY_DOOR_PHONE))
    return {door.extension: door for door in doors}
