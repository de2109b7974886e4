"""After a gap: the missed calls of which no event told, read from the PBX's call history; and gaps that nobody noticed.

A snapshot repairs what is going on now. Calls that came and went in the gap are only in the history. They raise the
count of missed calls, each once, and nothing else: an automation must not act on a call of an hour ago as on a ringing
phone, so no moment is told. A call that began before the gap and ended in it gets its record from the history too:
without it nobody could tell whether it was answered.
"""

from collections import OrderedDict
import time
from typing import TypedDict

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..const import DOMAIN, LOGGER
from ..coordinator import YeastarConfigEntry, YeastarCoordinator
from ..yeastar.call_model import Direction, Moment, MomentKind, Outcome
from ..yeastar.errors import YeastarError
from ..yeastar.event_kinds import CallStatus
from ..yeastar.history import PastCall

# How far behind the last event the search begins: clocks differ, and records of long calls carry their beginning.
SLACK_SECONDS = 3600
# The longest gap that is repaired. Missed calls of a holiday are the PBX's to show.
LIMIT_SECONDS = 7 * 86400
REMEMBERED_CALLS = 1000
MOST_ROWS = 10_000
SAVE_SECONDS = 60


class StoredProgress(TypedDict):
    """`since`: before this nothing is looked for; `last_event_at`: both in Unix seconds; `told`: ids of ended calls."""

    since: float
    last_event_at: float
    told: list[str]


class CatchUp:
    """Knows which calls were told, across restarts, and asks the PBX for the others."""

    def __init__(self, hass: HomeAssistant, entry: YeastarConfigEntry, coordinator: YeastarCoordinator) -> None:
        """Prepare; nothing is read yet."""
        self._coordinator = coordinator
        self._flow = coordinator.flow
        self._store: Store[StoredProgress] = store(hass, entry.entry_id)
        # Ended calls: when that was told (Unix seconds), and who missed those of them that were counted here.
        self._told: OrderedDict[str, tuple[float, frozenset[str]]] = OrderedDict()
        self._since = time.time()
        self._loaded = False
        self._to_write = False

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Begin to note what is told. Returns the unsubscriber."""
        return self._coordinator.async_listen_moments(None, self._note)

    @callback
    def arrived(self, at: float) -> None:
        """An event arrived, in Unix seconds."""
        self._flow.last_event_at = at
        # Planned anew with every event it would be put off for as long as events come.
        if not self._to_write:
            self._to_write = True
            self._store.async_delay_save(self._progress, SAVE_SECONDS)

    async def async_save(self) -> None:
        """Write down what is known: the PBX's entry is unloaded."""
        if self._loaded:
            await self._store.async_save(self._progress())

    async def async_run(self) -> None:
        """Count the missed calls that ended in the gap. Quiet when the PBX has no history to give."""
        if not self._loaded:
            await self._async_load()
        now = time.time()
        since = max(self._since, (self._flow.last_event_at or now) - SLACK_SECONDS, now - LIMIT_SECONDS)
        known = self._coordinator.data.extensions
        client = self._coordinator.client
        try:
            # Times in the history are those of the PBX's clock.
            calls = await client.history.calls(
                since=int(since + client.clock_offset), limit=MOST_ROWS, extensions=known
            )
        except YeastarError as err:
            LOGGER.debug("The calls of a gap could not be read: %s", err)
            return
        book = self._coordinator.book
        for call in calls:
            if (open_call := book.calls.get(call.call_id)) is not None and open_call.outcome is None:
                self._coordinator.take_records(call)
            if call.call_id in self._told or call.call_id in book.calls:
                continue
            missed = frozenset(number for number in _missed_by(call) if number in known)
            self._remember(call.call_id, now, missed)
            for number in missed:
                self._coordinator.restore_missed(number, 1)
        self._store.async_delay_save(self._progress, SAVE_SECONDS)

    async def _async_load(self) -> None:
        stored = await self._store.async_load()
        self._loaded = True
        if stored is None:
            return
        self._since = stored["since"]
        self._flow.last_event_at = max(stored["last_event_at"], self._flow.last_event_at or 0)
        for call_id in stored["told"]:
            self._remember(call_id, self._since)

    @callback
    def _note(self, moment: Moment) -> None:
        told_at, counted = self._told.get(moment.call.id, (moment.at, frozenset()))
        if moment.kind is MomentKind.MISSED and moment.extension in counted:
            # The event came after all.
            self._coordinator.restore_missed(moment.extension, -1)
            self._told[moment.call.id] = told_at, counted - {moment.extension}
        elif moment.kind is MomentKind.ENDED and moment.call.id not in self._told:
            self._remember(moment.call.id, moment.at)

    def _remember(self, call_id: str, at: float, missed: frozenset[str] = frozenset()) -> None:
        self._told[call_id] = at, missed
        if len(self._told) > REMEMBERED_CALLS:
            # What is forgotten must not be looked for again: it would count once more.
            _, (forgotten_at, _) = self._told.popitem(last=False)
            self._since = max(self._since, forgotten_at)

    @callback
    def _progress(self) -> StoredProgress:
        self._to_write = False
        return {
            "since": self._since,
            "last_event_at": self._flow.last_event_at or self._since,
            "told": list(self._told),
        }


def store(hass: HomeAssistant, entry_id: str) -> Store[StoredProgress]:
    """Return where the progress of one PBX is kept."""
    return Store(hass, 1, f"{DOMAIN}.catch_up.{entry_id}")


def _missed_by(call: PastCall) -> set[str]:
    """Return the numbers that missed a call which nobody took."""
    if call.direction is Direction.OUT or call.outcome is not Outcome.MISSED:
        return set()
    return {stage.callee for stage in call.stages if stage.status is CallStatus.NO_ANSWER}
