"""Whether an event is of the PBX that it claims: one restored from another's backup has that one's webhook list too."""

from enum import Enum, auto

from ..yeastar.event_kinds import Event
from ..yeastar.models import SystemInformation


class Serial(Enum):
    """Whose event it is."""

    OWN = auto()
    FOREIGN_NEWS = auto()  # the first of another PBX
    FOREIGN = auto()


class SerialGuard:
    """Compares serials. That events carry the PBX's own is known once one did: only then is another one foreign."""

    def __init__(self) -> None:
        """Start without having seen any."""
        self._seen = self._told = False

    def judge(self, event: Event, system: SystemInformation | None) -> Serial:
        """Whose event this is. One without a serial counts as the PBX's own."""
        if not event.serial or system is None:
            return Serial.OWN
        if event.serial == system.serial:
            self._seen = True
            return Serial.OWN
        if not self._seen:
            return Serial.OWN
        news = not self._told
        self._told = True
        return Serial.FOREIGN_NEWS if news else Serial.FOREIGN
