"""How many voicemail messages nobody has listened to. No event says so: a mailbox is read after a call that ended in it."""

import asyncio
from collections.abc import Callable, Iterable
from itertools import batched
import time
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .const import DOMAIN, LOGGER
from .yeastar.client import YeastarClient
from .yeastar.errors import YeastarError
from .yeastar.voicemail import VoicemailMessage

SETTLE_SECONDS: Final = 1.0
"""The message is there a moment after the call's record."""
POLL_SECONDS: Final = 1800.0
"""How often all mailboxes are read: somebody may listen to or delete a message at the desk phone."""
BATCH: Final = 20
"""Mailboxes in one request."""


class Mailboxes:
    """Counts unread messages of the extensions that somebody looks at."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, client: YeastarClient, tell: Callable[[str], None]
    ) -> None:
        """Prepare. `tell` takes the number of an extension whose mailbox was read."""
        self._hass = hass
        self._entry = entry
        self._client = client
        self._tell = tell
        self._looked_at: set[str] = set()
        self._unread: dict[str, int] = {}
        self._due: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._polled_at = 0.0
        entry.async_on_unload(self._cancel)

    def unread(self, number: str) -> int | None:
        """Return how many messages nobody has listened to; None while unknown."""
        return self._unread.get(number)

    @callback
    def look_at(self, number: str) -> CALLBACK_TYPE:
        """Read this mailbox from now on. Returns what ends it."""
        self._looked_at.add(number)
        self.ask((number,))

        @callback
        def stop() -> None:
            self._looked_at.discard(number)

        return stop

    @callback
    def ask(self, numbers: Iterable[str]) -> None:
        """Something happened to these mailboxes: read them soon. Those that nobody looks at are passed over."""
        self._due |= self._looked_at.intersection(numbers)
        if self._due and self._timer is None:
            self._timer = self._hass.loop.call_later(SETTLE_SECONDS, self._begin)

    @callback
    def poll(self) -> None:
        """Read all of them when it is time."""
        if time.monotonic() - self._polled_at > POLL_SECONDS:
            self._polled_at = time.monotonic()
            self.ask(self._looked_at)

    @callback
    def _begin(self) -> None:
        self._timer = None
        self._entry.async_create_background_task(self._hass, self._async_read(), f"{DOMAIN} mailboxes")

    async def _async_read(self) -> None:
        due, self._due = self._due & self._looked_at, set()
        for numbers in batched(sorted(due), BATCH, strict=False):
            boxes: dict[str, tuple[VoicemailMessage, ...]] = {}
            try:
                if len(numbers) > 1:
                    boxes = await self._client.voicemail.mailboxes(numbers)
                else:
                    boxes = {numbers[0]: await self._client.voicemail.messages(numbers[0])}
            except YeastarError as err:
                LOGGER.debug("Mailboxes could not be read: %s", err)
            for number in numbers:
                if number in boxes:
                    self._unread[number] = sum(not message.read for message in boxes[number])
                else:
                    self._unread.pop(number, None)
                self._tell(number)

    @callback
    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
