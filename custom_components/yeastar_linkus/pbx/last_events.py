"""Events that come twice: the PBX repeats what it thinks was not taken, and the webhook and the WebSocket overlap."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Final

from ..yeastar.event_kinds import (
    CallEnded,
    CallEvent,
    CallTimeline,
    Event,
    ExtensionCallStatus,
    ExtensionPresence,
    ExtensionRegistration,
    TrunkRegistration,
)

# Events that tell how something is now; to hear it again is no news. All others tell that something happened, and the
# same may happen twice: two alarms of one text, an extension that is changed and changed again.
_STATES: Final = (
    CallEnded,
    CallEvent,
    CallTimeline,
    ExtensionCallStatus,
    ExtensionPresence,
    ExtensionRegistration,
    TrunkRegistration,
)
# What a state is about, the first that its kind has; none is ever empty.
_SUBJECTS: Final = ("call_id", "extension", "trunk", "uid")
REMEMBERED: Final = 1024
COPY_SECONDS: Final = 60.0
"""How long after the first way brought an event the other way may bring its copy."""


@dataclass(slots=True)
class _Arrivals:
    """How often each way brought the same event since `at`."""

    at: float
    by_way: dict[str, int] = field(default_factory=dict)


class LastEvents:
    """Remembers what arrived, and by which way, to know a copy from news."""

    def __init__(self) -> None:
        """Start without any."""
        self._states: OrderedDict[tuple[type[Event], str], Event] = OrderedDict()
        self._arrivals: OrderedDict[Event, _Arrivals] = OrderedDict()
        self._subjects: dict[type[Event], Callable[[Event], str] | None] = {}

    def repeated(self, event: Event, way: str, at: float) -> bool:
        """Take an event that came by `way` at `at` (seconds of any clock); say whether it is a copy of an earlier one."""
        kind = type(event)
        try:
            subject = self._subjects[kind]
        except KeyError:
            subject = self._subjects[kind] = _subject_of(kind)
        if subject is None:
            return self._came_otherwise(event, way, at)
        return self._told_last(event, (kind, subject(event)))

    def _told_last(self, event: Event, key: tuple[type[Event], str]) -> bool:
        """Whether a state is word for word the last of its kind about its subject.

        What came in between makes it news again: an extension that rings, is idle and rings sends the same text twice.
        """
        repeated = self._states.get(key) == event
        self._states[key] = event
        self._states.move_to_end(key)
        if len(self._states) > REMEMBERED:
            self._states.popitem(last=False)
        return repeated

    def _came_otherwise(self, event: Event, way: str, at: float) -> bool:
        """Whether another way has brought this happening already: the second by one way is the second of the other."""
        arrivals = self._arrivals.get(event)
        if arrivals is None or at - arrivals.at > COPY_SECONDS:
            arrivals = self._arrivals[event] = _Arrivals(at)
        self._arrivals.move_to_end(event)
        if len(self._arrivals) > REMEMBERED:
            self._arrivals.popitem(last=False)
        others = max((count for other, count in arrivals.by_way.items() if other != way), default=0)
        count = arrivals.by_way[way] = arrivals.by_way.get(way, 0) + 1
        return count <= others


def _subject_of(kind: type[Event]) -> Callable[[Event], str] | None:
    """Return what tells the subject of a state; None for a kind of event that is a happening."""
    if not issubclass(kind, _STATES):
        return None
    return attrgetter(next(name for name in _SUBJECTS if hasattr(kind, name)))
