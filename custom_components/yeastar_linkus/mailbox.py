"""An extension's voicemail: the messages, which ones were heard, and their sound."""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
import itertools
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .const import DOMAIN, LOGGER
from .coordinator import YeastarCoordinator
from .yeastar.call_model import Moment, MomentKind
from .yeastar.errors import NotFound, ProtocolError, YeastarError
from .yeastar.voicemail import VoicemailMessage

MESSAGES = 200
SOUND_LIMIT = 16 * 1024 * 1024
# A player asks for one message several times: piece by piece, and again when it is played once more.
KEPT_SOUNDS = 3

# Display formats of the PBX (System > Date and Time): the text of a message is local time in one of them.
_DATES = ("%Y/%m/%d", "%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y", "%d.%m.%Y")
_TIMES = ("%H:%M:%S", "%I:%M:%S %p")


@dataclass(frozen=True, slots=True)
class Sound:
    """A message as a file."""

    content_type: str
    data: bytes


def read_times(texts: Sequence[str], now: datetime, zone: tzinfo) -> list[datetime | None]:
    """Return when messages came, given the newest first as the PBX displays it.

    The API does not say in which format. Of those that fit all texts, the one counts that leaves none in the future
    and the order as it is; then the one that makes the newest message the newest.
    """
    best: tuple[tuple[bool, bool, float], list[datetime]] | None = None
    for pattern in (f"{date} {clock}" for date in _DATES for clock in _TIMES):
        try:
            moments = [datetime.strptime(text, pattern).replace(tzinfo=zone) for text in texts]
        except ValueError:
            continue
        future = any(moment > now + timedelta(days=1) for moment in moments)
        disordered = any(one < other for one, other in itertools.pairwise(moments))
        rank = (future, disordered, abs((now - max(moments, default=now)).total_seconds()))
        if best is None or rank < best[0]:
            best = (rank, moments)
    return list(best[1]) if best else [None] * len(texts)


class MessageBoxes:
    """The mailboxes of one PBX that somebody looks into."""

    def __init__(self, coordinator: YeastarCoordinator) -> None:
        """Begin with none."""
        self._coordinator = coordinator
        self._boxes: dict[str, Mailbox] = {}

    def of(self, number: str) -> Mailbox:
        """Return the mailbox of an extension."""
        if number not in self._boxes:
            self._boxes[number] = Mailbox(self._coordinator, number)
        return self._boxes[number]


class Mailbox:
    """One extension's messages, read again when a message comes and with every poll while somebody looks."""

    def __init__(self, coordinator: YeastarCoordinator, number: str) -> None:
        """Prepare; nothing is asked yet."""
        self._coordinator = coordinator
        self._number = number
        self._listeners: set[CALLBACK_TYPE] = set()
        self._detach: list[CALLBACK_TYPE] = []
        self._messages: dict[str, VoicemailMessage] = {}
        self._sounds: OrderedDict[str, Sound] = OrderedDict()
        self.known = False

    @property
    def _hass(self) -> HomeAssistant:
        return self._coordinator.hass

    @callback
    def async_listen(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the messages changed, and read them soon. Returns the unsubscriber."""
        self._listeners.add(listener)
        if not self._detach:
            self._detach = [
                self._coordinator.async_listen_moments(self._number, self._happened),
                self._coordinator.async_add_listener(self._read_soon),
            ]
        self._read_soon()

        @callback
        def unsubscribe() -> None:
            self._listeners.discard(listener)
            while self._detach and not self._listeners:
                self._detach.pop()()

        return unsubscribe

    @callback
    def _happened(self, moment: Moment) -> None:
        if moment.kind is MomentKind.VOICEMAIL:
            self._read_soon()

    @callback
    def _read_soon(self) -> None:
        self._coordinator.config_entry.async_create_background_task(
            self._hass, self._async_read(), f"{DOMAIN} voicemail {self._number}"
        )

    async def _async_read(self) -> None:
        try:
            await self.async_read()
        except YeastarError as err:
            LOGGER.debug("The mailbox of %s stays as it was: %s", self._number, err)

    async def async_read(self) -> None:
        """Read the messages. Raises what the client raises."""
        found = {m.id: m for m in await self._coordinator.client.voicemail.messages(self._number, MESSAGES)}
        if found == self._messages and self.known:
            return
        self._messages, self.known = found, True
        for listener in tuple(self._listeners):
            listener()

    def to_browser(self) -> list[dict[str, Any]]:
        """Return the browser door's `Voicemail`s, the newest first. Times in Unix milliseconds."""
        messages = list(self._messages.values())
        times = read_times([message.time for message in messages], dt_util.now(), dt_util.get_default_time_zone())
        people = [self._coordinator.directory.caller(message.caller) for message in messages]
        return [
            {
                "id": message.id,
                "name": person.name if person else message.caller_name,
                "number": message.caller,
                "at": int(at.timestamp() * 1000) if at else 0,
                "duration_ms": message.duration * 1000,
                "heard": message.read,
            }
            for message, at, person in zip(messages, times, people, strict=True)
        ]

    async def async_message(self, message_id: str) -> VoicemailMessage:
        """Return a message of this mailbox and no other. Raises NotFound, and what the client raises."""
        if message_id not in self._messages:
            await self.async_read()
        if (message := self._messages.get(message_id)) is None:
            raise NotFound(60001, "no such message")
        return message

    async def async_mark(self, message_id: str, *, heard: bool) -> None:
        """Mark a message. Raises as `async_message`."""
        await self._coordinator.client.voicemail.mark((await self.async_message(message_id)).id, read=heard)
        await self.async_read()

    async def async_remove(self, message_id: str) -> None:
        """Delete a message for good. Raises as `async_message`."""
        await self._coordinator.client.voicemail.delete((await self.async_message(message_id)).id)
        self._sounds.pop(message_id, None)
        await self.async_read()

    async def async_sound(self, message_id: str) -> Sound:
        """Return a message's sound. Raises as `async_message`, and ProtocolError for one that is too long."""
        message = await self.async_message(message_id)
        if (sound := self._sounds.get(message.id)) is None:
            client = self._coordinator.client
            data = bytearray()
            async with aclosing(client.chunks(await client.voicemail.link(message.id))) as chunks:
                async for chunk in chunks:
                    data += chunk
                    if len(data) > SOUND_LIMIT:
                        raise ProtocolError("the message is too long")
            sound = Sound("audio/mpeg" if message.file.lower().endswith(".mp3") else "audio/wav", bytes(data))
            self._sounds[message.id] = sound
            while len(self._sounds) > KEPT_SOUNDS:
                self._sounds.popitem(last=False)
        return sound
