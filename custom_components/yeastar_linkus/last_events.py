"""Events that come word for word twice: the PBX repeats what it thinks was not taken, and two sockets overlap."""

from collections import OrderedDict
from typing import Final

from .yeastar.event_kinds import Event

# What an event is about, the first that it has.
_SUBJECTS: Final = ("call_id", "extension", "trunk", "uid")
REMEMBERED: Final = 1024


class LastEvents:
    """The last event of each kind about each call, extension or trunk."""

    def __init__(self) -> None:
        """Start without any."""
        self._last: OrderedDict[tuple[type[Event], str], Event] = OrderedDict()
        self._subjects: dict[type[Event], tuple[str, ...]] = {}

    def repeated(self, event: Event) -> bool:
        """Take an event; say whether it is word for word the last of its kind about that subject.

        What came in between makes it news again: an extension that rings, is idle and rings sends the same text twice.
        """
        kind = type(event)
        subject = ""
        if (names := self._subjects.get(kind)) is None:
            names = self._subjects[kind] = tuple(name for name in _SUBJECTS if hasattr(event, name))
        for name in names:
            if subject := getattr(event, name):
                break
        key = (kind, subject)
        repeated = self._last.get(key) == event
        self._last[key] = event
        self._last.move_to_end(key)
        if len(self._last) > REMEMBERED:
            self._last.popitem(last=False)
        return repeated
