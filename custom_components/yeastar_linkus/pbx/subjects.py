"""What a listener may be interested in, and telling only those who are."""

from collections.abc import Hashable
from enum import StrEnum

from homeassistant.core import CALLBACK_TYPE, callback


class About(StrEnum):
    """What a subject is about. A subject is this and a number, or this and a name."""

    CALLS = "calls"
    """The calls of an extension."""
    ENDPOINTS = "endpoints"
    """Which devices of an extension are registered."""
    PRESENCE = "presence"
    MAILBOX = "mailbox"
    TRUNK = "trunk"
    QUEUE = "queue"
    PBX = "pbx"
    """Figures of the whole PBX; told at most once a second."""


type Subject = tuple[About, str]

PBX: Subject = (About.PBX, "")


class Listeners[Key: Hashable, Listener]:
    """Listeners by what they listen to. Telling costs as much as there are listeners for that one key."""

    def __init__(self) -> None:
        """Start without any."""
        self._listeners: dict[Key, dict[Listener, None]] = {}

    @callback
    def add(self, key: Key, listener: Listener) -> CALLBACK_TYPE:
        """Add a listener. Returns the unsubscriber."""
        self._listeners.setdefault(key, {})[listener] = None

        @callback
        def unsubscribe() -> None:
            listeners = self._listeners.get(key, {})
            listeners.pop(listener, None)
            if not listeners:
                self._listeners.pop(key, None)

        return unsubscribe

    @callback
    def of(self, key: Key) -> tuple[Listener, ...]:
        """Return who listens to that key."""
        return tuple(self._listeners.get(key, ()))
