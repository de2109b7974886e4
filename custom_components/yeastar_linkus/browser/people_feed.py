"""What a browser is told beside the calls: people and what they do, that the history changed, messages."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, override

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from ..coordinator import YeastarCoordinator
from ..pbx.memory import Memory
from ..pbx.subjects import About
from ..yeastar.call_model import Call, Moment, MomentKind
from ..yeastar.voicemail import VoicemailMessage
from .call_quality import CallQuality, quality_signal
from .directory import Directory, browser_person
from .phone_follower import PhoneFollower
from .softphone import Phone

# Most messages that a browser is told of; all are counted.
MESSAGES = 200

type Send = Callable[[dict[str, Any]], None]


def favourites_signal(phone: Phone) -> str:
    """Return the signal that a user's favourites at a PBX changed."""
    return f"{DOMAIN}_favourites_{phone.entry.entry_id}_{phone.user_id}"


def notes_signal(phone: Phone) -> str:
    """Return the signal that an extension's notes on calls changed."""
    return f"{DOMAIN}_notes_{phone.entry.entry_id}_{phone.extension}"


class PeopleFeed(PhoneFollower):
    """The people a browser gets at once: first all, then who changed and who is gone."""

    def __init__(self, phone: Phone, memory: Memory, send: Send) -> None:
        """Prepare; `send` takes what the browser is told."""
        super().__init__(phone)
        self._memory = memory
        self._send = send
        self._sent: dict[str, dict[str, Any]] | None = None

    @override
    def listen_anyway(self) -> Iterable[CALLBACK_TYPE]:
        yield async_dispatcher_connect(self.phone.hass, favourites_signal(self.phone), self._changed)

    @override
    def listen(self, coordinator: YeastarCoordinator) -> Iterable[CALLBACK_TYPE]:
        coordinator.phone_book.async_refresh()
        yield coordinator.phone_book.async_listen(self._changed)
        yield coordinator.async_add_listener(self._changed)
        for number in coordinator.data.extensions:
            for about in (About.CALLS, About.PRESENCE, About.ENDPOINTS):
                yield coordinator.async_listen_about((about, number), partial(self._acts, number))

    @override
    def attached(self) -> None:
        self._changed()

    def _favourites(self) -> frozenset[str]:
        return self._memory.favourites(self.phone.entry.entry_id, self.phone.user_id)

    @callback
    def _changed(self) -> None:
        """Send everybody the first time, later who differs from what was sent last."""
        favourites = self._favourites()
        listed = Directory(self.coordinator).listed(favourites) if self.coordinator is not None else ()
        now = {person.id: browser_person(person, favourites) for person in listed}
        before, self._sent = self._sent, now
        if before is None:
            self._send({"kind": "snapshot", "people": list(now.values())})
            return
        changed = [person for key, person in now.items() if person != before.get(key)]
        gone = [key for key in before if key not in now]
        if changed or gone:
            self._send({"kind": "update", "people": changed, "gone": gone})

    @callback
    def _acts(self, number: str) -> None:
        """One colleague rings, talks, or is idle: looks at nobody else."""
        person = Directory(self.coordinator).colleague(number) if self.coordinator is not None else None
        if person is None or self._sent is None:
            return
        now = browser_person(person, self._favourites())
        if now != self._sent.get(person.id):
            self._sent[person.id] = now
            self._send({"kind": "update", "people": [now], "gone": []})


class JournalFeed(PhoneFollower):
    """Says that the newest page of the history is another one: a call ended, or was judged, or the PBX is there again."""

    def __init__(self, phone: Phone, send: Send) -> None:
        """Prepare; `send` takes what the browser is told."""
        super().__init__(phone)
        self._send = send

    @override
    def listen_anyway(self) -> Iterable[CALLBACK_TYPE]:
        yield async_dispatcher_connect(self.phone.hass, notes_signal(self.phone), self._tell)

    @override
    def listen(self, coordinator: YeastarCoordinator) -> Iterable[CALLBACK_TYPE]:
        yield coordinator.async_listen_moments(self.phone.extension, self._happened)
        yield async_dispatcher_connect(self.phone.hass, quality_signal(self.phone.line), self._measured)

    @override
    def attached(self) -> None:
        if self.coordinator is not None:
            self._tell()

    @callback
    def _tell(self) -> None:
        self._send({"kind": "changed"})

    @callback
    def _measured(self, call: Call, quality: CallQuality) -> None:
        self._tell()

    @callback
    def _happened(self, moment: Moment) -> None:
        if moment.kind is MomentKind.ENDED:
            self._tell()


class MailboxFeed(PhoneFollower):
    """The messages of the phone's mailbox, all of them after every change."""

    def __init__(self, phone: Phone, send: Send) -> None:
        """Prepare; `send` takes what the browser is told."""
        super().__init__(phone)
        self._send = send

    @override
    def listen(self, coordinator: YeastarCoordinator) -> Iterable[CALLBACK_TYPE]:
        yield coordinator.mailboxes.of(self.phone.extension).async_listen(self.attached)

    @override
    def attached(self) -> None:
        if self.coordinator is None:
            self._send({"messages": []})
            return
        box = self.coordinator.mailboxes.of(self.phone.extension)
        if box.known:
            shown = box.messages[:MESSAGES]
            self._send({"messages": [browser_message(self.coordinator, message) for message in shown]})


def browser_message(coordinator: YeastarCoordinator, message: VoicemailMessage) -> dict[str, Any]:
    """Return the browser door's `Voicemail`. Times in Unix milliseconds."""
    at = coordinator.moment_of(message.time)
    return {
        "id": message.id,
        "name": coordinator.name_of(message.caller) or message.caller_name,
        "number": message.caller,
        "at": int(at.timestamp() * 1000) if at else 0,
        "duration_ms": message.duration * 1000,
        "heard": message.read,
    }
