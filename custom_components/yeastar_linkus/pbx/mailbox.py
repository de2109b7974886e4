"""Voicemail: what is in the mailboxes that somebody looks at. No event tells: a mailbox is read after a call that ended in it."""

import asyncio
from collections.abc import Callable, Iterable
from itertools import batched
import time
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..const import DOMAIN, LOGGER
from ..yeastar.client import YeastarClient
from ..yeastar.errors import NotFound, YeastarError
from ..yeastar.voicemail import VoicemailMessage

SETTLE_SECONDS: Final = 1.0
"""The message is there a moment after the call's record."""
POLL_SECONDS: Final = 1800.0
"""How often all mailboxes are read: somebody may listen to or delete a message at the desk phone."""
BATCH: Final = 20
"""Mailboxes in one request."""


class Mailboxes:
    """The mailboxes of one PBX that entities count or browsers show, each read once for all of them."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, client: YeastarClient, tell: Callable[[str], None]
    ) -> None:
        """Prepare. `tell` takes the number of a mailbox that was read, or could not be."""
        self._hass = hass
        self._entry = entry
        self._client = client
        self._tell = tell
        self._boxes: dict[str, Mailbox] = {}
        self._watched: dict[str, int] = {}
        self._due: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._polled_at = 0.0
        entry.async_on_unload(self._cancel)

    def of(self, number: str) -> Mailbox:
        """Return a mailbox, by the number of its extension."""
        if number not in self._boxes:
            self._boxes[number] = Mailbox(self._client, self, number, self._tell)
        return self._boxes[number]

    def unread(self, number: str) -> int | None:
        """Return how many messages nobody has listened to; None while unknown."""
        box = self._boxes.get(number)
        return box.unread if box else None

    @callback
    def look_at(self, number: str) -> CALLBACK_TYPE:
        """Read this mailbox from now on. Returns what ends it."""
        self._watched[number] = self._watched.get(number, 0) + 1
        self.ask((number,))

        @callback
        def stop() -> None:
            self._watched[number] -= 1
            if not self._watched[number]:
                del self._watched[number]

        return stop

    @callback
    def ask(self, numbers: Iterable[str]) -> None:
        """Something happened to these mailboxes: read them soon. Those that nobody looks at are passed over."""
        self._due |= self._watched.keys() & set(numbers)
        if self._due and self._timer is None:
            self._timer = self._hass.loop.call_later(SETTLE_SECONDS, self._begin)

    @callback
    def poll(self) -> None:
        """Read those that a browser shows, and all of them when it is time."""
        if time.monotonic() - self._polled_at > POLL_SECONDS:
            self._polled_at = time.monotonic()
            self.ask(self._watched)
        else:
            self.ask(number for number, box in self._boxes.items() if box.shown)

    @callback
    def _begin(self) -> None:
        self._timer = None
        self._entry.async_create_background_task(self._hass, self._async_read(), f"{DOMAIN} mailboxes")

    async def _async_read(self) -> None:
        due, self._due = self._due & self._watched.keys(), set()
        voicemail = self._client.voicemail
        for numbers in batched(sorted(due), BATCH, strict=False):
            found: dict[str, tuple[VoicemailMessage, ...]] = {}
            try:
                if len(numbers) > 1:
                    found = await voicemail.mailboxes(numbers)
                # Asked for with others, the PBX leaves out a group's mailbox that is shared with nobody.
                for number in numbers:
                    if number not in found:
                        found[number] = await voicemail.messages(number)
            except YeastarError as err:
                LOGGER.debug("Mailboxes could not be read: %s", err)
            for number in numbers:
                self.of(number).take(found.get(number))

    @callback
    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Mailbox:
    """One extension's messages, as they were when they were read last."""

    def __init__(self, client: YeastarClient, boxes: Mailboxes, number: str, tell: Callable[[str], None]) -> None:
        """Prepare; nothing is asked yet."""
        self._client = client
        self._boxes = boxes
        self._number = number
        self._tell = tell
        self._listeners: dict[CALLBACK_TYPE, CALLBACK_TYPE] = {}
        self._messages: dict[str, VoicemailMessage] = {}
        self.known = False
        self._fresh = False

    @property
    def shown(self) -> bool:
        """Whether a browser shows it."""
        return bool(self._listeners)

    @property
    def unread(self) -> int | None:
        """How many messages nobody has listened to; None while unknown, and since it could not be read."""
        return sum(not message.read for message in self._messages.values()) if self._fresh else None

    @property
    def messages(self) -> tuple[VoicemailMessage, ...]:
        """The messages, the newest first."""
        return tuple(self._messages.values())

    @callback
    def async_listen(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the messages changed, and read them soon. Returns the unsubscriber."""
        stop_looking = self._boxes.look_at(self._number)
        self._listeners[listener] = listener

        @callback
        def unsubscribe() -> None:
            del self._listeners[listener]
            stop_looking()

        return unsubscribe

    @callback
    def take(self, messages: Iterable[VoicemailMessage] | None) -> None:
        """Take what was read; None: it could not be, and browsers keep what they show."""
        self._fresh = messages is not None
        if messages is not None:
            found = {message.id: message for message in messages}
            news = found != self._messages or not self.known
            self._messages, self.known = found, True
            for listener in tuple(self._listeners) if news else ():
                listener()
        self._tell(self._number)

    async def async_read(self) -> None:
        """Read the messages now. Raises what the client raises."""
        self.take(await self._client.voicemail.messages(self._number))

    async def async_message(self, message_id: str) -> VoicemailMessage:
        """Return a message of this mailbox and no other. Raises NotFound, and what the client raises."""
        if message_id not in self._messages:
            await self.async_read()
        if (message := self._messages.get(message_id)) is None:
            raise NotFound(60001, "no such message")
        return message

    async def async_mark(self, message_id: str, *, heard: bool) -> None:
        """Mark a message. Raises as `async_message`."""
        await self._client.voicemail.mark((await self.async_message(message_id)).id, read=heard)
        await self.async_read()

    async def async_remove(self, message_id: str) -> None:
        """Delete a message for good. Raises as `async_message`."""
        await self._client.voicemail.delete((await self.async_message(message_id)).id)
        await self.async_read()
