"""Which way the events of a PBX take at the moment, and when the last one came."""

from enum import StrEnum

from homeassistant.core import CALLBACK_TYPE, callback

from ..const import LOGGER
from .subjects import Listeners


class Channel(StrEnum):
    """The way events take."""

    NONE = "none"
    WEBHOOK = "webhook"
    WEBSOCKET = "websocket"


class EventFlow:
    """Written by the delivery of events, read by everybody who wants to know whether they arrive."""

    def __init__(self, pbx: str) -> None:
        """Nothing came yet. `pbx` is what the log calls the PBX."""
        self._pbx = pbx
        self._listeners: Listeners[None, CALLBACK_TYPE] = Listeners()
        self.channel = Channel.NONE
        self.last_event_at: float | None = None
        """When the last event arrived, in Unix seconds, before a restart too; None when none ever did."""

    @property
    def arriving(self) -> bool:
        """Whether events arrive, as far as the last test or the open socket tells."""
        return self.channel is not Channel.NONE

    @callback
    def async_listen(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the way that events take changes. Returns the unsubscriber."""
        return self._listeners.add(None, listener)

    @callback
    def take(self, channel: Channel) -> bool:
        """Events take this way from now on. Returns whether it is another one than before."""
        if channel is self.channel:
            return False
        if channel is Channel.NONE:
            LOGGER.info("Events of %s no longer arrive", self._pbx)
        else:
            LOGGER.info("Events of %s arrive by %s", self._pbx, channel)
        self.channel = channel
        for listener in self._listeners.of(None):
            listener()
        return True
