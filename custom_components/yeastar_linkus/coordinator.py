"""One PBX at run time: what it is, who is on it, and its calls."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
import time
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryError
from homeassistant.helpers.event import async_track_time_change
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .const import DOMAIN, LOGGER, RECONCILE_INTERVAL
from .pbx.call_counts import CallCounts
from .pbx.call_expiry import CallExpiry
from .pbx.choices import Choices
from .pbx.data import PbxData
from .pbx.event_flow import EventFlow
from .pbx.last_events import LastEvents
from .pbx.mailbox import Mailboxes
from .pbx.phone_book import PhoneBook
from .pbx.problems import REFUSALS, async_forget_refusal, async_report_refusal, problem_of, words_of
from .pbx.queue_watch import QueueWatch
from .pbx.state import PbxState
from .pbx.subjects import PBX, About, Listeners, Subject
from .pbx.taken_calls import TakenCalls
from .sounds.links import SoundLinks
from .yeastar.call_model import NOTHING, Call, CallState, Changes, Moment, MomentKind
from .yeastar.calls import CallBook
from .yeastar.client import YeastarClient
from .yeastar.errors import (
    AccessDenied,
    CertificateNotTrusted,
    InvalidCredentials,
    NotFound,
    NotSupported,
    YeastarError,
)
from .yeastar.event_kinds import (
    AgentAutoPaused,
    AgentRingTimeout,
    AgentStatusChanged,
    CallEnded,
    CallEvent,
    CallStatus,
    CallTimeline,
    Event,
    ExtensionCallStatus,
    ExtensionChanged,
    SystemEvent,
    TrunkChanged,
)
from .yeastar.history import PastCall
from .yeastar.models import Extension, Presence

# How long after a refusal that ends by itself one more login is tried.
REFUSAL_SECONDS = 1800
# Figures of the whole PBX change with every call; their entities are told at most this often, in seconds.
PBX_SECONDS = 1.0

_ONLY_CALLS = (CallEvent, ExtensionCallStatus)

type YeastarConfigEntry = ConfigEntry[YeastarCoordinator]
type MomentListener = Callable[[Moment], None]
type SystemListener = Callable[[SystemEvent], None]


class YeastarCoordinator(DataUpdateCoordinator[PbxData]):
    """Polls slowly, takes events in at once, and tells only those whom an event concerns."""

    config_entry: YeastarConfigEntry

    def __init__(self, hass: HomeAssistant, entry: YeastarConfigEntry, client: YeastarClient) -> None:
        """Prepare; nothing is asked yet."""
        super().__init__(hass, LOGGER, config_entry=entry, name=entry.title, update_interval=RECONCILE_INTERVAL)
        self.client = client
        self.book = CallBook()
        self.missed: dict[str, int] = {}
        self.state = PbxState()
        self.counts = CallCounts(dt_util.start_of_local_day())
        self.queues = QueueWatch(
            hass, entry, client, lambda number: self._tell_about((About.QUEUE, number)), lambda: self.counts.unattended
        )
        self.mailboxes = Mailboxes(hass, entry, client, lambda number: self._tell_about((About.MAILBOX, number)))
        self.sound_links = SoundLinks(client)
        self.taken = TakenCalls()
        self.choices = Choices(entry, client.url)
        self.flow = EventFlow(entry.title)
        self.phone_book = PhoneBook(hass, entry, client)
        self._listeners_of: Listeners[Subject, CALLBACK_TYPE] = Listeners()
        self._moment_listeners: Listeners[str | None, MomentListener] = Listeners()
        self._system_listeners: Listeners[None, SystemListener] = Listeners()
        self._queue_numbers: frozenset[str] = frozenset()
        # Several entities ask for the same extension; good until the book changes.
        self._doing: dict[str, tuple[CallState, Call | None]] = {}
        self._pbx_told: asyncio.TimerHandle | None = None
        self._expiry = CallExpiry(hass, self.book, self._tell)
        self._last_events = LastEvents()
        self._refused_at = 0.0
        entry.async_on_unload(self._expiry.cancel)
        entry.async_on_unload(self._cancel_pbx)
        entry.async_on_unload(async_track_time_change(hass, self._begin_day, hour=0, minute=0, second=0))

    @property
    def key(self) -> str:
        """What identifiers of this PBX begin with: its serial, or the entry's id while the serial is unknown."""
        return self.config_entry.unique_id or self.config_entry.entry_id

    def exposed(self) -> Mapping[str, Extension]:
        """Return the extensions that are devices, by number."""
        return self.choices.exposed(self.data.extensions)

    # The poll

    @override
    async def _async_update_data(self) -> PbxData:
        try:
            data = await self._async_read()
        except InvalidCredentials as err:
            raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key=problem_of(err)) from err
        except REFUSALS as err:
            async_report_refusal(self.hass, self.config_entry, problem_of(err))
            self._refused_at = self._refused_at or self.hass.loop.time()
            raise ConfigEntryError(**words_of(err)) from err
        except CertificateNotTrusted as err:
            # Only somebody who compares the new certificate can end this.
            async_report_refusal(self.hass, self.config_entry, problem_of(err))
            raise UpdateFailed(**words_of(err)) from err
        except YeastarError as err:
            raise UpdateFailed(**words_of(err)) from err
        self._refused_at = 0.0
        async_forget_refusal(self.hass, self.config_entry)
        return data

    async def _async_read(self) -> PbxData:
        client = self.client
        if self._refused_at and self.hass.loop.time() - self._refused_at > REFUSAL_SECONDS:
            # Blocks end after ten minutes and tokens after thirty; until then the client does not even ask.
            self._refused_at = 0.0
            client.reset()
        if not client.has_api:
            await client.verify_sdk()
            return PbxData()
        system = await client.system_information()
        capacity = await self._permitted(client.capacity())
        asked_at = time.time()
        extensions = {extension.number: extension for extension in await client.extensions()}
        trunks = await self._permitted(client.trunks())
        self.state.reconcile(extensions.values(), trunks or (), asked_at)
        queues = await self._permitted(client.queues.all())
        by_number = {queue.number: queue for queue in queues or ()}
        self._queue_numbers = frozenset(by_number)
        self.queues.take(by_number)
        groups = await self._permitted(client.voicemail.groups())
        self.mailboxes.poll()
        self.book.extensions = extensions
        asked_at = time.time()
        self._tell(self.book.reconcile(await client.active_calls(), asked_at))
        return PbxData(
            system,
            extensions,
            trunks or (),
            by_number,
            capacity,
            trunks is not None,
            queues is not None,
            {group.number: group for group in groups or ()},
            groups is not None,
        )

    @staticmethod
    async def _permitted[T](answer: Awaitable[T]) -> T | None:
        """Wait for what this API client may not see or this firmware does not know; None then."""
        try:
            return await answer
        except AccessDenied, NotSupported, NotFound:
            return None

    # Events

    @callback
    def ingest(self, event: Event, way: str) -> None:
        """Take in one event that came by that way. Costs as much as the event has parties."""
        now = time.time()
        self._tell_about(PBX)
        # Most events are of a call and nothing else.
        more = not isinstance(event, _ONLY_CALLS)
        if more:
            # A state told twice is the same state; between the two a poll may have seen another one.
            for subject in self.state.apply(event, now):
                self._tell_about(subject)
        if self._last_events.repeated(event, way, now):
            return
        self._tell(self.book.apply(event, now))
        if more:
            self._act_on(event)

    @callback
    def _act_on(self, event: Event) -> None:
        """What else an event means, beside calls and states."""
        match event:
            case ExtensionChanged() | TrunkChanged():
                self.config_entry.async_create_background_task(
                    self.hass, self.async_request_refresh(), f"{DOMAIN} changed configuration"
                )
            case AgentStatusChanged() | AgentAutoPaused() | AgentRingTimeout():
                self.queues.ask((event.queue,))
            case CallEnded(status=CallStatus.VOICEMAIL) | CallTimeline(status=CallStatus.VOICEMAIL):
                self.mailboxes.ask((event.callee,))
            case SystemEvent():
                for on_event in self._system_listeners.of(None):
                    on_event(event)

    @callback
    def take_records(self, call: PastCall) -> None:
        """Take in the records of a call that the history knows to be over: its own (30012) did not come."""
        now = time.time()
        for record in call.records():
            self._tell(self.book.apply(record, now))

    @callback
    def async_listen(self, number: str, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the calls of that extension change. Returns the unsubscriber."""
        return self.async_listen_about((About.CALLS, number), listener)

    @callback
    def async_listen_about(self, subject: Subject, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when what the subject is about changes. Returns the unsubscriber."""
        return self._listeners_of.add(subject, listener)

    @callback
    def async_listen_system(self, listener: SystemListener) -> CALLBACK_TYPE:
        """Call the listener with what happens to the PBX itself. Returns the unsubscriber."""
        return self._system_listeners.add(None, listener)

    @callback
    def async_listen_moments(self, number: str | None, listener: MomentListener) -> CALLBACK_TYPE:
        """Call the listener with what just happened to that extension: a call came, was missed, ended. None: to anybody.

        Returns the unsubscriber.
        """
        return self._moment_listeners.add(number, listener)

    def extension_name(self, number: str) -> str | None:
        """Return the name of an extension; None for other numbers."""
        known = self.data.extensions.get(number)
        return (known.name or None) if known else None

    def moment_of(self, text: str) -> datetime | None:
        """Return when a local time of the PBX was; None when it is written in a format that the PBX did not tell."""
        return self.data.wall.moment(text, dt_util.get_default_time_zone())

    def name_of(self, number: str) -> str | None:
        """Return the name to a number, of an extension or a contact; None for a stranger's, and where the number is the name."""
        # Asked for with every moment of a call.
        known = self.data.extensions.get(number) or self.phone_book.whose(number)
        return known.name if known and known.name and known.name != number else None

    async def async_set_presence(self, extension: Extension, presence: Presence) -> None:
        """Set an extension's presence. Raises what the client raises."""
        await self.client.set_presence(extension.id, presence)
        self._tell_about(self.state.set_presence(extension.number, presence, time.time()))

    async def async_dial(self, extension: str, number: str, *, auto_answer: bool) -> str:
        """Ring an extension's phone, then connect it to the number. Returns the call id; raises what the client raises."""
        # Its phone rings first, which must not look like a call from outside.
        self.book.dials.expect(extension, number, time.time())
        try:
            return await self.client.dial(extension, number, permission=extension, auto_answer=auto_answer)
        except YeastarError:
            self.book.dials.cancel(extension)
            raise

    def main_call(self, number: str) -> Call | None:
        """Return the call that an extension is busy with: the one in talk before a ringing one before a held one."""
        return self.doing(number)[1]

    def doing(self, number: str) -> tuple[CallState, Call | None]:
        """Return what an extension is doing, and in which call."""
        if (known := self._doing.get(number)) is None:
            known = self._doing[number] = self.book.doing(number)
        return known

    def channel_of(self, call_id: str, number: str) -> str | None:
        """Return the channel by which an extension's own leg of a call can be dropped."""
        call = self.book.calls.get(call_id)
        return None if call is None else call.channel_of(number)

    @callback
    def clear_missed(self, number: str) -> None:
        """The extension's user has seen the missed calls."""
        if self.missed.pop(number, 0):
            self._notify(number)

    @callback
    def restore_missed(self, number: str, count: int) -> None:
        """Add the missed calls that were there before a restart."""
        self.missed[number] = self.missed.get(number, 0) + count
        self._notify(number)

    @callback
    def _tell(self, changes: Changes) -> None:
        if changes is not NOTHING:
            self._tell_changes(changes)
        self._expiry.plan()

    @callback
    def _tell_changes(self, changes: Changes) -> None:
        self._doing.clear()
        if changes.calls:
            self.counts.take(changes.calls, self._queue_numbers)
            if self._queue_numbers:
                self.queues.ask([call.path for call in changes.calls if call.path])
                if self.counts.unattended:
                    self.queues.ask_all()
            self._tell_about(PBX)
        for moment in changes.moments:
            if moment.kind is MomentKind.MISSED:
                self.missed[moment.extension] = self.missed.get(moment.extension, 0) + 1
            elif moment.kind is MomentKind.VOICEMAIL:
                self.mailboxes.ask((moment.extension,))
            for number in (moment.extension, None):
                for on_moment in self._moment_listeners.of(number):
                    on_moment(moment)
        for extension in changes.extensions:
            self._notify(extension)
        if changes.doubtful:
            self.config_entry.async_create_background_task(
                self.hass, self._async_verify(changes.doubtful), f"{DOMAIN} calls in doubt"
            )

    @callback
    def _notify(self, number: str) -> None:
        self._tell_about((About.CALLS, number))

    @callback
    def _tell_about(self, subject: Subject) -> None:
        if subject is PBX:
            # Nobody listens any more while the PBX is unloaded; events still come then.
            if self._pbx_told is None and self._listeners_of.of(PBX):
                self._pbx_told = self.hass.loop.call_later(PBX_SECONDS, self._tell_pbx)
            return
        for listener in self._listeners_of.of(subject):
            listener()

    @callback
    def _tell_pbx(self) -> None:
        self._pbx_told = None
        for listener in self._listeners_of.of(PBX):
            listener()

    @callback
    def _cancel_pbx(self) -> None:
        if self._pbx_told is not None:
            self._pbx_told.cancel()
            self._pbx_told = None

    @callback
    def _begin_day(self, now: datetime) -> None:
        """Midnight: what is counted by the day begins at zero."""
        self.counts.begin_day(dt_util.start_of_local_day(now))
        self._tell_pbx()
        for number in self._queue_numbers:
            self._tell_about((About.QUEUE, number))

    async def _async_verify(self, call_ids: Iterable[str]) -> None:
        """Ask the PBX about calls of which the events do not tell whether they go on."""
        for call_id in call_ids:
            asked_at = time.time()
            try:
                snapshot = await self.client.call(call_id)
            except YeastarError as err:
                LOGGER.debug("A call in doubt stays so until the next poll: %s", err)
                return
            self._tell(self.book.verify(call_id, snapshot, asked_at))
