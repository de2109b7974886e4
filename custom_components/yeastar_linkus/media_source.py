"""Recordings and voicemail in the media browser: each user finds what he may hear, read from the PBX when he opens it.

Nothing of it is kept, in states or elsewhere. What is played comes through Home Assistant (`sound_view`).
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import override

from homeassistant.auth.models import User
from homeassistant.components import websocket_api
from homeassistant.components.http import KEY_HASS_USER
from homeassistant.components.media_player import BrowseError, MediaClass, MediaType
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.components.webhook import async_generate_path
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.http import current_request
from homeassistant.helpers.translation import async_get_cached_translations

from .browser.softphone import may_supervise
from .const import CONF_EXTENSION, CONF_USER_ID, DOMAIN, SUBENTRY_PHONE
from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .pbx.problems import words_of
from .sounds.links import Sound, SoundKind, content_type
from .sounds.shelf import RecordingShelf, Shelved
from .sounds.tickets import TICKETS_GIVEN, may_hear
from .sounds.view import ADDRESS
from .yeastar.errors import NotFound, YeastarError

# What stands for everybody's in an identifier, where an extension's number stands for its own.
EVERYBODY = "all"
BEFORE = "before"
PAGE = 100
MESSAGES = 500


async def async_get_media_source(hass: HomeAssistant) -> YeastarMediaSource:
    """Return the source."""
    return YeastarMediaSource(hass)


class NobodyKnown(Exception):
    """A request of which Home Assistant does not say whose it is."""


@callback
def asking_user(hass: HomeAssistant) -> User | None:
    """Return who asks, as the connection or request tells in which this runs; None is an automation.

    Raises NobodyKnown for a request without a user. The PBX's own webhook is none of anybody's: automations that its
    events start run in it.
    """
    if (connection := websocket_api.current_connection.get()) is not None:
        return connection.user
    if (request := current_request.get()) is None:
        return None
    if (user := request.get(KEY_HASS_USER)) is not None:
        known: User = user
        return known
    webhooks = {async_generate_path(entry.data[CONF_WEBHOOK_ID]) for entry in hass.config_entries.async_entries(DOMAIN)}
    if request.path not in webhooks:
        raise NobodyKnown
    return None


class YeastarMediaSource(MediaSource):
    """PBX, then recordings by day and mailboxes.

    Identifiers: ``<entry>``, ``<entry>/recordings/<whose>`` with ``/before/<day>`` for older ones, ``…/<whose>/<day>``
    with ``/<n>`` for a later page, ``…/<whose>/<day>/<n>/<recording>``; ``<entry>/voicemail/<number>/<message>``.
    """

    name = "Yeastar Linkus"

    def __init__(self, hass: HomeAssistant) -> None:
        """Keep where to look."""
        super().__init__(DOMAIN)
        self._hass = hass

    # Browsing

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return what is in a folder. Raises BrowseError for one that is not there, or not the user's."""
        try:
            user = asking_user(self._hass)
        except NobodyKnown:
            user = None
        if user is None:
            raise self._nothing()
        path = item.identifier.split("/") if item.identifier else []
        try:
            if not path:
                return self._root(user)
            coordinator = self._coordinator(path[0])
            match path[1:]:
                case []:
                    return await self._pbx(coordinator, user)
                case [SoundKind.RECORDING, whose, *rest]:
                    return await self._recordings(coordinator, user, whose, rest)
                case [SoundKind.MESSAGE, number]:
                    return await self._mailbox(coordinator, user, number)
        except YeastarError as err:
            raise BrowseError(**words_of(err)) from err
        except ValueError as err:
            raise self._nothing() from err
        raise self._nothing()

    def _root(self, user: User) -> BrowseMediaSource:
        entries = [
            entry
            for entry in self._hass.config_entries.async_loaded_entries(DOMAIN)
            if entry.runtime_data.client.has_api and (may_supervise(entry, user) or _own(entry, user))
        ]
        folders = [self._folder(entry.entry_id, entry.title, ()) for entry in entries]
        return self._folder("", str(self.name), folders)

    async def _pbx(self, coordinator: YeastarCoordinator, user: User) -> BrowseMediaSource:
        entry = coordinator.config_entry
        own, here = _own(entry, user), entry.entry_id
        everything = may_supervise(entry, user)
        if not own and not everything:
            raise self._nothing()
        folders: list[BrowseMediaSource] = []
        if everything:
            folders.append(
                self._folder(f"{here}/{SoundKind.RECORDING}/{EVERYBODY}", self._text("recordings_of_everybody"), ())
            )
        folders += [
            self._folder(
                f"{here}/{SoundKind.RECORDING}/{number}",
                self._text("recordings_of").format(name=_named(coordinator, number)),
                (),
            )
            for number in own
        ]
        others = {*own, *coordinator.exposed(), *coordinator.data.group_mailboxes}
        boxes = sorted(others, key=lambda number: (number not in own, number))
        folders += [
            self._folder(
                f"{here}/{SoundKind.MESSAGE}/{number}",
                self._text("voicemail_of").format(name=_named(coordinator, number)),
                (),
            )
            for number in (boxes if everything else own)
        ]
        return self._folder(here, entry.title, folders)

    async def _recordings(
        self, coordinator: YeastarCoordinator, user: User, whose: str, rest: Sequence[str]
    ) -> BrowseMediaSource:
        shelf = self._shelf(coordinator, user, whose)
        here = f"{coordinator.config_entry.entry_id}/{SoundKind.RECORDING}/{whose}"
        match rest:
            case []:
                return await self._days(shelf, here, date.max)
            case [str(before), str(day)] if before == BEFORE:
                return await self._days(shelf, here, date.fromisoformat(day) - timedelta(days=1))
            case [str(day)]:
                return await self._day(coordinator, shelf, here, date.fromisoformat(day), 0)
            case [str(day), str(number)]:
                return await self._day(coordinator, shelf, here, date.fromisoformat(day), int(number))
        raise self._nothing()

    async def _days(self, shelf: RecordingShelf, here: str, latest: date) -> BrowseMediaSource:
        """The days on which something was recorded, the latest first, and a folder of the older ones."""
        days, more = await shelf.days(latest)
        folders = [self._folder(f"{here}/{day}", day.isoformat(), ()) for day in days]
        if more is not None:
            folders.append(self._folder(f"{here}/{BEFORE}/{more}", self._text("older"), ()))
        return self._folder(here, self._text("recordings"), folders)

    async def _day(
        self, coordinator: YeastarCoordinator, shelf: RecordingShelf, here: str, day: date, number: int
    ) -> BrowseMediaSource:
        """The recordings of a day, the latest first, a page of them and a folder of the next."""
        found = await shelf.of_day(day, max(number, 0) * PAGE, PAGE + 1)
        children = [self._recording(coordinator, f"{here}/{day}/{number}", one) for one in found[:PAGE]]
        if len(found) > PAGE:
            children.append(self._folder(f"{here}/{day}/{number + 1}", self._text("older"), ()))
        return self._folder(f"{here}/{day}", day.isoformat(), children)

    def _recording(self, coordinator: YeastarCoordinator, here: str, shelved: Shelved) -> BrowseMediaSource:
        row = shelved.recording
        caller = coordinator.name_of(row.caller) or row.caller_name or row.caller
        callee = coordinator.name_of(row.callee) or row.callee_name or row.callee
        title = f"{shelved.at:%H:%M} · {caller} → {callee} · {_spoken(row.duration)}"
        return self._playable(f"{here}/{row.id}", title, row.file)

    async def _mailbox(self, coordinator: YeastarCoordinator, user: User, number: str) -> BrowseMediaSource:
        if not may_hear(coordinator.config_entry, user, number):
            raise self._nothing()
        box = coordinator.mailboxes.of(number)
        await box.async_read()
        here = f"{coordinator.config_entry.entry_id}/{SoundKind.MESSAGE}/{number}"
        children: list[BrowseMediaSource] = []
        for message in box.messages[:MESSAGES]:
            at = coordinator.moment_of(message.time)
            title = f"{at:%Y-%m-%d %H:%M}" if at else message.time
            title += f" · {coordinator.name_of(message.caller) or message.caller_name or message.caller} · {_spoken(message.duration)}"
            children.append(
                self._playable(f"{here}/{message.id}", title if message.read else f"● {title}", message.file)
            )
        title = self._text("voicemail_of").format(name=_named(coordinator, number))
        return self._folder(here, title, children, not_shown=max(len(box.messages) - MESSAGES, 0))

    # Playing

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return an address of this Home Assistant, for whoever asks. Raises Unresolvable for what is not there or not his."""
        try:
            user = asking_user(self._hass)
            sound, file = await self._find(item.identifier.split("/"), user)
        except YeastarError as err:
            raise (self._unresolvable() if isinstance(err, NotFound) else Unresolvable(**words_of(err))) from err
        except (NobodyKnown, BrowseError, ValueError) as err:
            raise self._unresolvable() from err
        ticket = self._hass.data[TICKETS_GIVEN].give(sound, user)
        return PlayMedia(ADDRESS.format(ticket=ticket), content_type(file))

    async def _find(self, path: Sequence[str], user: User | None) -> tuple[Sound, str]:
        """Return the sound that an identifier means, and its file's name. Raises NotFound and BrowseError."""
        coordinator = self._coordinator(path[0])
        entry_id = coordinator.config_entry.entry_id
        match path[1:]:
            case [SoundKind.RECORDING, whose, day, _, recording]:
                shelf = self._shelf(coordinator, user, whose)
                row = await shelf.find(date.fromisoformat(day), int(recording))
                return Sound(entry_id, SoundKind.RECORDING, shelf.extension, str(row.id)), row.file
            case [SoundKind.MESSAGE, number, message_id] if may_hear(coordinator.config_entry, user, number):
                message = await coordinator.mailboxes.of(number).async_message(message_id)
                return Sound(entry_id, SoundKind.MESSAGE, number, message.id), message.file
        raise self._nothing()

    # Pieces

    def _coordinator(self, entry_id: str) -> YeastarCoordinator:
        entry: YeastarConfigEntry | None = self._hass.config_entries.async_get_entry(entry_id)
        if entry is None or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
            raise self._nothing()
        return entry.runtime_data

    def _shelf(self, coordinator: YeastarCoordinator, user: User | None, whose: str) -> RecordingShelf:
        extension = "" if whose == EVERYBODY else whose
        if not may_hear(coordinator.config_entry, user, extension):
            raise self._nothing()
        return RecordingShelf(coordinator, extension)

    def _text(self, key: str) -> str:
        found = async_get_cached_translations(self._hass, self._hass.config.language, "common", DOMAIN)
        return found[f"component.{DOMAIN}.common.{key}"]

    @staticmethod
    def _folder(
        identifier: str, title: str, children: Iterable[BrowseMediaSource], *, not_shown: int = 0
    ) -> BrowseMediaSource:
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier=identifier,
            media_class=MediaClass.DIRECTORY,
            media_content_type=MediaType.MUSIC,
            title=title,
            can_play=False,
            can_expand=True,
            children=list(children),
            not_shown=not_shown,
        )

    @staticmethod
    def _playable(identifier: str, title: str, file: str) -> BrowseMediaSource:
        return BrowseMediaSource(
            domain=DOMAIN,
            identifier=identifier,
            media_class=MediaClass.MUSIC,
            media_content_type=content_type(file),
            title=title,
            can_play=True,
            can_expand=False,
        )

    @staticmethod
    def _nothing() -> BrowseError:
        """Whether somebody else has it stays untold."""
        return BrowseError(translation_domain=DOMAIN, translation_key="media_not_found")

    @staticmethod
    def _unresolvable() -> Unresolvable:
        return Unresolvable(translation_domain=DOMAIN, translation_key="media_not_found")


@callback
def _own(entry: YeastarConfigEntry, user: User) -> list[str]:
    """Return the extensions that are the user's own."""
    phones = entry.get_subentries_of_type(SUBENTRY_PHONE)
    return sorted({phone.data[CONF_EXTENSION] for phone in phones if phone.data[CONF_USER_ID] == user.id})


def _named(coordinator: YeastarCoordinator, number: str) -> str:
    group = coordinator.data.group_mailboxes.get(number)
    name = group.name if group else coordinator.extension_name(number)
    return f"{name or ''} ({number})".strip()


def _spoken(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"
