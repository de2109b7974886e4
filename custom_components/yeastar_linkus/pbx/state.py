"""What the PBX says of extensions and trunks besides calls: presence, registered devices, line states. No I/O, no clock."""

from collections.abc import Iterable

from ..yeastar.event_kinds import Event, ExtensionPresence, ExtensionRegistration, TrunkRegistration
from ..yeastar.models import EndpointKind, Extension, Presence, Trunk, TrunkState, trunk_state
from .subjects import PBX, About, Subject


class PbxState:
    """Presence, registrations and trunk states, from the poll and the events. `at` and `asked_at` are Unix seconds."""

    def __init__(self) -> None:
        """Know nothing."""
        self._presence: dict[str, Presence | None] = {}
        self._endpoints: dict[str, dict[EndpointKind, bool]] = {}
        self._trunks: dict[str, int] = {}
        self._changed: dict[Subject, float] = {}
        self._online: set[str] = set()

    @property
    def online(self) -> int:
        """How many extensions have a registered device."""
        return len(self._online)

    def presence(self, number: str) -> Presence | None:
        """Return the presence of an extension; None while unknown."""
        return self._presence.get(number)

    def registered(self, number: str, kinds: Iterable[EndpointKind]) -> bool | None:
        """Whether a device of any of these kinds is registered; None for what the PBX says nothing about."""
        endpoints = self._endpoints.get(number, {})
        known = [endpoints[kind] for kind in kinds if kind in endpoints]
        return any(known) if known else None

    def trunk(self, name: str) -> TrunkState:
        """Return the state of a trunk."""
        return trunk_state(self._trunks.get(name, 0))

    def reconcile(self, extensions: Iterable[Extension], trunks: Iterable[Trunk], asked_at: float) -> None:
        """Take what the poll read. What changed since the PBX was asked stays."""
        newer = {subject for subject, at in self._changed.items() if at > asked_at}
        presence, endpoints = {}, {}
        for extension in extensions:
            number = extension.number
            keep = (About.PRESENCE, number) in newer
            presence[number] = self._presence.get(number) if keep else extension.presence
            keep = (About.ENDPOINTS, number) in newer
            endpoints[number] = self._endpoints.get(number, {}) if keep else dict(extension.endpoints)
        self._trunks = {
            trunk.name: self._trunks[trunk.name] if (About.TRUNK, trunk.name) in newer else trunk.status
            for trunk in trunks
        }
        self._presence, self._endpoints = presence, endpoints
        self._online = {number for number, devices in endpoints.items() if any(devices.values())}
        self._changed = {subject: at for subject, at in self._changed.items() if subject in newer}

    def set_presence(self, number: str, presence: Presence | None, at: float) -> Subject:
        """Take a presence that the PBX told or took. Returns whom to tell."""
        self._presence[number] = presence
        return self._note((About.PRESENCE, number), at)

    def apply(self, event: Event, at: float) -> tuple[Subject, ...]:
        """Take one event. Returns whom to tell; of an extension or trunk that no poll has found, nobody."""
        match event:
            case ExtensionPresence() if event.extension in self._presence:
                return (self.set_presence(event.extension, event.presence, at),)
            case ExtensionRegistration() if event.extension in self._endpoints and event.kind is not None:
                devices = self._endpoints[event.extension]
                devices[event.kind] = event.registered
                (self._online.add if any(devices.values()) else self._online.discard)(event.extension)
                return (self._note((About.ENDPOINTS, event.extension), at), PBX)
            case TrunkRegistration() if event.trunk in self._trunks:
                self._trunks[event.trunk] = event.status
                return (self._note((About.TRUNK, event.trunk), at),)
        return ()

    def _note(self, subject: Subject, at: float) -> Subject:
        self._changed[subject] = at
        return subject
