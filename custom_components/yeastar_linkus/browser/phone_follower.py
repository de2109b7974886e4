"""What a browser's subscription to a phone needs to outlive reloads of the PBX's config entry."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..coordinator import YeastarCoordinator
from .softphone import Phone


class PhoneFollower(ABC):
    """Listens to the phone's PBX at run time, which is another object after every reload.

    `own` is False when the phone is not the user's any more: nothing of that extension is his business then.
    """

    def __init__(self, phone: Phone) -> None:
        """Prepare; nothing is listened to yet."""
        self.phone = phone
        self.coordinator: YeastarCoordinator | None = None
        self.own = True
        self._detach: list[CALLBACK_TYPE] = []

    @abstractmethod
    def listen(self, coordinator: YeastarCoordinator) -> Iterable[CALLBACK_TYPE]:
        """Listen to this PBX. Returns the unsubscribers."""

    @abstractmethod
    def attached(self) -> None:
        """`coordinator` is another one now, or None: the PBX is not loaded, or the phone is not the user's any more."""

    def listen_anyway(self) -> Iterable[CALLBACK_TYPE]:
        """Listen to what is there without the PBX too. Returns the unsubscribers."""
        return ()

    @callback
    def start(self) -> CALLBACK_TYPE:
        """Follow the phone. Returns what ends it."""
        unsubscribe = async_dispatcher_connect(self.phone.hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed)
        self._attach()

        @callback
        def stop() -> None:
            unsubscribe()
            self._let_go()

        return stop

    @callback
    def _attach(self) -> None:
        self._let_go()
        self.coordinator = coordinator = self.phone.coordinator
        self._detach = list(self.listen_anyway())
        if coordinator is not None:
            self._detach += self.listen(coordinator)
        self.attached()

    @callback
    def _let_go(self) -> None:
        while self._detach:
            self._detach.pop()()
        self.coordinator = None

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """The PBX was loaded or unloaded, or the phone was given another extension, or taken from its user."""
        if entry.entry_id != self.phone.entry.entry_id:
            return
        current = self.phone.current()
        if current is None:
            self.own = False
            self._let_go()
            self.attached()
        elif not self.own or current != self.phone or current.coordinator is not self.coordinator:
            self.own, self.phone = True, current
            self._attach()
