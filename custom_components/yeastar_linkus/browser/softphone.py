"""Who may use which extension from which browser: rights, the lease, the login signature."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
import time
from typing import Any

from homeassistant.auth.models import User
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import CONF_BROWSER_CALLING, CONF_EXTENSION, CONF_SUPERVISOR, CONF_USER_ID, DOMAIN, SUBENTRY_PHONE
from ..coordinator import YeastarConfigEntry, YeastarCoordinator

REACH_STATES = ("ready", "in_call", "connecting", "not_reachable", "off")


@dataclass(frozen=True, slots=True)
class Phone:
    """One subentry: an extension of a PBX that belongs to a user."""

    hass: HomeAssistant
    phone_id: str
    entry: YeastarConfigEntry
    extension: str
    user_id: str

    def current(self) -> Phone | None:
        """Return the phone as it is now, or None when it is gone or another user's."""
        entry = self.hass.config_entries.async_get_entry(self.entry.entry_id)
        subentry = entry.subentries.get(self.phone_id) if entry is not None else None
        if subentry is None or subentry.data[CONF_USER_ID] != self.user_id:
            return None
        return replace(self, extension=subentry.data[CONF_EXTENSION])

    @property
    def coordinator(self) -> YeastarCoordinator | None:
        """The PBX at run time, or None while its entry is not loaded."""
        return self.entry.runtime_data if self.entry.state is ConfigEntryState.LOADED else None

    @property
    def line(self) -> Line:
        """What a lease is for: two users may be mapped to one extension, but the PBX keeps one registration."""
        return (self.entry.entry_id, self.extension)


type Line = tuple[str, str]


@callback
def phones_of(hass: HomeAssistant, user: User) -> list[Phone]:
    """Return the user's phones on all PBXs whose entries are not disabled."""
    return [
        Phone(hass, subentry.subentry_id, entry, subentry.data[CONF_EXTENSION], user.id)
        for entry in hass.config_entries.async_entries(DOMAIN, include_disabled=False)
        for subentry in entry.get_subentries_of_type(SUBENTRY_PHONE)
        if subentry.data[CONF_USER_ID] == user.id
    ]


@callback
def may_dial(entry: YeastarConfigEntry, user: User, extension: str) -> bool:
    """Whether the user may have this extension's phone ring: his own, or any as supervisor or administrator."""
    return user.is_admin or any(
        phone.data[CONF_USER_ID] == user.id
        and (phone.data[CONF_EXTENSION] == extension or phone.data.get(CONF_SUPERVISOR, False))
        for phone in entry.get_subentries_of_type(SUBENTRY_PHONE)
    )


@callback
def may_supervise(entry: YeastarConfigEntry, user: User) -> bool:
    """Whether the user may act for everybody on the PBX: listen in, decide on calls, hear recordings, edit contacts."""
    return user.is_admin or any(
        phone.data[CONF_USER_ID] == user.id and phone.data.get(CONF_SUPERVISOR, False)
        for phone in entry.get_subentries_of_type(SUBENTRY_PHONE)
    )


@callback
def may_look_up(entry: YeastarConfigEntry, user: User) -> bool:
    """Whether the user may search the PBX's contacts: with any phone of it."""
    return user.is_admin or any(
        phone.data[CONF_USER_ID] == user.id for phone in entry.get_subentries_of_type(SUBENTRY_PHONE)
    )


@dataclass(eq=False, slots=True)
class Claim:
    """One browser's wish to carry an extension's registration: a WebSocket subscription.

    `send` takes the event for that browser, `connection` is what the subscription lives on.
    """

    connection: object
    user_id: str
    browser_id: str
    browser_name: str
    send: Callable[[dict[str, Any]], None]
    since: int = 0
    state: str = "connecting"
    reason: str = ""


@dataclass(slots=True)
class _Queue:
    """The claims on one line; the first in `waiting` gets the lease next."""

    holder: Claim | None = None
    waiting: list[Claim] = field(default_factory=list)


class LeaseBook:
    """Gives each line's lease to one browser at a time, because a second login throws the first out.

    A lease lives as long as its claim, which ends with the browser's connection. Who must wait gets the lease when the
    holder leaves, in the order of asking; who takes over gets it at once.
    """

    def __init__(self) -> None:
        """Begin with every line free."""
        self._queues: dict[Line, _Queue] = {}
        self._listeners: dict[Line, set[CALLBACK_TYPE]] = {}

    def holder(self, line: Line) -> Claim | None:
        """Return the claim that has the lease."""
        queue = self._queues.get(line)
        return queue.holder if queue else None

    def holds(self, line: Line, connection: object, browser_id: str) -> bool:
        """Whether this browser has the lease over this very connection."""
        holder = self.holder(line)
        return holder is not None and holder.connection is connection and holder.browser_id == browser_id

    def reachable(self, line: Line) -> bool:
        """Whether a browser is registered for the line, as that browser itself reports."""
        holder = self.holder(line)
        return holder is not None and holder.state in {"ready", "in_call"}

    @callback
    def listen(self, line: Line, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the line's lease or reachability changes. Returns the unsubscriber."""
        listeners = self._listeners.setdefault(line, set())
        listeners.add(listener)

        @callback
        def unsubscribe() -> None:
            listeners.discard(listener)
            if not listeners:
                self._listeners.pop(line, None)

        return unsubscribe

    @callback
    def claim(self, line: Line, claim: Claim, take_over: bool) -> CALLBACK_TYPE:
        """Ask for the lease. The claim is told `granted` or `held`, later `lost` or `granted`. Returns the release."""
        queue = self._queues.setdefault(line, _Queue())
        holder = queue.holder
        if holder is None:
            self._grant(line, queue, claim)
        elif take_over or holder.browser_id == claim.browser_id:
            # The same browser again: its old connection is as good as dead.
            holder.send({"kind": "lost", "by": claim.browser_name})
            if holder.browser_id != claim.browser_id:
                queue.waiting.append(holder)
            self._grant(line, queue, claim)
        else:
            queue.waiting.append(claim)
            claim.send({"kind": "held", "by": holder.browser_name, "since": holder.since})

        @callback
        def release() -> None:
            self._release(line, claim)

        return release

    @callback
    def report(self, line: Line, connection: object, browser_id: str, state: str, reason: str) -> bool:
        """Keep what the holder says about its reachability. False when it is not the holder."""
        if not self.holds(line, connection, browser_id):
            return False
        holder = self._queues[line].holder
        if holder is not None and (holder.state, holder.reason) != (state, reason):
            holder.state, holder.reason = state, reason
            self._changed(line)
        return True

    @callback
    def prune(self, entry_id: str, keep: Callable[[str, Claim], bool]) -> None:
        """Take the leases of a PBX from every claim that `keep` (given extension and claim) no longer allows."""
        for line, queue in list(self._queues.items()):
            if line[0] != entry_id:
                continue
            for claim in [*queue.waiting, *([queue.holder] if queue.holder else [])]:
                if not keep(line[1], claim):
                    claim.send({"kind": "lost", "by": ""})
                    self._release(line, claim)

    def _grant(self, line: Line, queue: _Queue, claim: Claim) -> None:
        claim.since = int(time.time() * 1000)
        queue.holder = claim
        claim.send({"kind": "granted"})
        self._changed(line)

    def _release(self, line: Line, claim: Claim) -> None:
        if (queue := self._queues.get(line)) is None:
            return
        if claim in queue.waiting:
            queue.waiting.remove(claim)
        elif queue.holder is claim:
            queue.holder = None
            if queue.waiting:
                self._grant(line, queue, queue.waiting.pop(0))
            else:
                del self._queues[line]
                self._changed(line)

    def _changed(self, line: Line) -> None:
        for listener in tuple(self._listeners.get(line, ())):
            listener()


@callback
def async_guard_leases(hass: HomeAssistant, leases: LeaseBook) -> None:
    """Take the lease from browsers whose user lost the phone, or whose PBX no longer lets browsers register."""

    @callback
    def entry_changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain != DOMAIN:
            return
        gone = change is ConfigEntryChange.REMOVED or entry.disabled_by is not None
        allowed = not gone and entry.options.get(CONF_BROWSER_CALLING, True)
        mapped = {
            (phone.data[CONF_USER_ID], phone.data[CONF_EXTENSION])
            for phone in entry.get_subentries_of_type(SUBENTRY_PHONE)
        }
        leases.prune(entry.entry_id, lambda extension, claim: allowed and (claim.user_id, extension) in mapped)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, entry_changed)
