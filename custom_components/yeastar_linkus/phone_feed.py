"""What a browser sees of one extension: its calls, availability, lease and missed calls, first whole, then what changes."""

from collections.abc import Callable
import time
from typing import Any

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .browser_actions import show_signal
from .browser_call import browser_call
from .coordinator import YeastarCoordinator
from .door_phone import browser_door
from .softphone import LeaseBook, Phone
from .yeastar.call_model import Call, Moment, MomentKind

# How long an ended call stays in the list. The next change after that drops it.
ENDED_SECONDS = 30

type Snapshot = dict[str, Any]

_NO_LEASE: Snapshot = {"browser_id": None, "by": None, "since": None, "state": "off", "reason": ""}


class PhoneFeed:
    """One browser's subscription to one phone. Outlives reloads of the PBX's config entry."""

    def __init__(self, phone: Phone, leases: LeaseBook, send: Callable[[Snapshot], None]) -> None:
        """Prepare; `send` takes what the browser is told."""
        self._phone = phone
        self._leases = leases
        self._send = send
        self._attached: YeastarCoordinator | None = None
        self._detach: list[CALLBACK_TYPE] = []
        self._sent: Snapshot = {}
        self._ended: Call | None = None

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Send the snapshot and follow the phone. Returns what ends it."""
        unsubscribe = async_dispatcher_connect(self._phone.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed)
        unshow = async_dispatcher_connect(self._phone.hass, show_signal(self._phone.phone_id), self._show)
        self._attach()
        self._sent = self._snapshot()
        self._send({"kind": "snapshot", **self._sent})

        @callback
        def stop() -> None:
            unsubscribe()
            unshow()
            self._let_go()

        return stop

    @callback
    def _show(self) -> None:
        """An automation wants the user to see the phone."""
        self._send({"kind": "show"})

    @callback
    def _attach(self) -> None:
        """Listen to the lease, and to the PBX at run time, which is another object after every reload."""
        self._let_go()
        phone = self._phone
        self._attached = coordinator = phone.coordinator
        self._detach = [self._leases.listen(phone.line, self._changed)]
        if coordinator is not None:
            self._detach += [
                coordinator.async_listen(phone.extension, self._changed),
                coordinator.async_listen_moments(phone.extension, self._happened),
                coordinator.async_add_listener(self._changed),
                coordinator.directory.async_listen(self._changed),
            ]

    @callback
    def _let_go(self) -> None:
        while self._detach:
            self._detach.pop()()
        self._attached = None

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """The PBX was loaded or unloaded, or the phone was given another extension, or taken from its user."""
        if entry.entry_id != self._phone.entry.entry_id:
            return
        current = self._phone.current()
        if current is None:
            # Nothing of that extension is this user's business any more, and nothing will be again.
            self._let_go()
            self._ended = None
        elif current != self._phone or current.coordinator is not self._attached:
            self._phone = current
            self._ended = None
            self._attach()
        self._changed()

    @callback
    def _happened(self, moment: Moment) -> None:
        """Keep the call that ended last: the browser shows for a few seconds how it ended."""
        if moment.kind is MomentKind.ENDED:
            self._ended = moment.call
            self._changed()

    @callback
    def _changed(self) -> None:
        """Send the keys whose values differ from what was sent last."""
        now = self._snapshot()
        changed = {key: value for key, value in now.items() if value != self._sent[key]}
        if changed:
            self._sent = now
            self._send({"kind": "update", **changed})

    def _snapshot(self) -> Snapshot:
        coordinator, number = self._attached, self._phone.extension
        available = coordinator is not None and coordinator.last_update_success
        calls = list(coordinator.book.calls_of(number)) if coordinator is not None else []
        if (
            (ended := self._ended) is not None
            and ended not in calls
            and (ended.ended_at or 0) > time.time() - ENDED_SECONDS
        ):
            calls.append(ended)
        return {
            "available": available,
            "state": str(coordinator.book.state_of(number)) if coordinator is not None else "idle",
            "calls": [
                browser_call(call, number, browser_door(coordinator, call.remote_of(number)) if coordinator else None)
                | self._who(call)
                for call in calls
            ],
            "lease": self._lease() if self._detach else _NO_LEASE,
            "missed": coordinator.missed.get(number, 0) if coordinator is not None else 0,
        }

    def _who(self, call: Call) -> Snapshot:
        """Return what the directory knows of the far side."""
        number = call.remote_of(self._phone.extension)
        person = self._attached.directory.caller(number) if self._attached is not None else None
        if person is None:
            return {}
        return {"name": person.name, "company": person.company, "avatar": person.avatar}

    def _lease(self) -> Snapshot:
        holder = self._leases.holder(self._phone.line)
        if holder is None:
            return _NO_LEASE
        return {
            "browser_id": holder.browser_id,
            "by": holder.browser_name,
            "since": holder.since,
            "state": holder.state,
            "reason": holder.reason,
        }
