"""What a browser sees of one extension: its calls, availability, lease and missed calls, first whole, then what changes."""

from collections.abc import Callable, Iterable
import time
from typing import Any, override

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from ..coordinator import YeastarCoordinator
from ..door_phone import browser_door
from ..yeastar.call_model import Call, Moment, MomentKind
from .call import browser_call
from .directory import Directory
from .phone_follower import PhoneFollower
from .softphone import LeaseBook, Phone

# How long an ended call stays in the list. The next change after that drops it.
ENDED_SECONDS = 30

type Snapshot = dict[str, Any]

_NO_LEASE: Snapshot = {"browser_id": None, "by": None, "since": None, "state": "off", "reason": ""}


def show_signal(phone_id: str) -> str:
    """Return the signal that has every page of a phone's user show it."""
    return f"{DOMAIN}_show_{phone_id}"


class PhoneFeed(PhoneFollower):
    """One browser's subscription to one phone."""

    def __init__(self, phone: Phone, leases: LeaseBook, send: Callable[[Snapshot], None]) -> None:
        """Prepare; `send` takes what the browser is told."""
        super().__init__(phone)
        self._leases = leases
        self._send = send
        self._sent: Snapshot | None = None
        self._ended: Call | None = None

    @override
    def listen_anyway(self) -> Iterable[CALLBACK_TYPE]:
        yield async_dispatcher_connect(self.phone.hass, show_signal(self.phone.phone_id), self._show)
        yield async_dispatcher_connect(self.phone.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_news)
        yield self._leases.listen(self.phone.line, self._changed)

    @override
    def listen(self, coordinator: YeastarCoordinator) -> Iterable[CALLBACK_TYPE]:
        yield coordinator.async_listen(self.phone.extension, self._changed)
        yield coordinator.async_listen_moments(self.phone.extension, self._happened)
        yield coordinator.async_add_listener(self._changed)
        yield coordinator.phone_book.async_listen(self._changed)

    @callback
    @override
    def attached(self) -> None:
        self._ended = None
        self._changed()

    @callback
    def _entry_news(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """A door phone may have been added or changed, which needs no reload."""
        if entry.entry_id == self.phone.entry.entry_id:
            self._changed()

    @callback
    def _show(self) -> None:
        """An automation wants the user to see the phone."""
        self._send({"kind": "show"})

    @callback
    def _happened(self, moment: Moment) -> None:
        """Keep the call that ended last: the browser shows for a few seconds how it ended."""
        if moment.kind is MomentKind.ENDED:
            self._ended = moment.call
            self._changed()

    @callback
    def _changed(self) -> None:
        """Send the whole the first time, later the keys whose values differ from what was sent last."""
        now = self._snapshot()
        before, self._sent = self._sent, now
        if before is None:
            self._send({"kind": "snapshot", **now})
        elif changed := {key: value for key, value in now.items() if value != before[key]}:
            self._send({"kind": "update", **changed})

    def _snapshot(self) -> Snapshot:
        coordinator, number = self.coordinator, self.phone.extension
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
            "lease": self._lease() if self.own else _NO_LEASE,
            "missed": coordinator.missed.get(number, 0) if coordinator is not None else 0,
        }

    def _who(self, call: Call) -> Snapshot:
        """Return what the directory knows of the far side."""
        number = call.remote_of(self.phone.extension)
        person = Directory(self.coordinator).caller(number) if self.coordinator is not None else None
        if person is None:
            return {}
        return {"name": person.name, "company": person.company, "avatar": person.avatar}

    def _lease(self) -> Snapshot:
        holder = self._leases.holder(self.phone.line)
        if holder is None:
            return _NO_LEASE
        return {
            "browser_id": holder.browser_id,
            "by": holder.browser_name,
            "since": holder.since,
            "state": holder.state,
            "reason": holder.reason,
        }
