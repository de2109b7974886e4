"""What the PBX tells us, as frozen values. Every text is cut to size; nothing here is trusted beyond its type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from .shape import integer, integers, objects, switch, text
from .wall_clock import WallClock


@dataclass(frozen=True, slots=True)
class Credentials:
    """One pair: Client ID and Secret of the Open API, or AccessID and AccessKey of the Linkus SDK."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SystemInformation:
    """``system/information``. `serial` is the PBX's stable id; `timestamp` its clock in Unix seconds, `wall` how it writes it."""

    serial: str
    model: str
    firmware: str
    device_name: str
    timestamp: int
    uptime: int = 0
    wall: WallClock = field(default_factory=WallClock)


@dataclass(frozen=True, slots=True)
class Capacity:
    """``system/capacity``: what the PBX may have, and has."""

    extensions: int
    extensions_used: int
    calls: int
    calls_used: int


class Presence(StrEnum):
    """Presence of an extension, as the user sets it."""

    AVAILABLE = "available"
    AWAY = "away"
    BUSINESS_TRIP = "business_trip"
    DO_NOT_DISTURB = "do_not_disturb"
    LUNCH = "lunch"
    OFF_WORK = "off_work"


class EndpointKind(StrEnum):
    """Kinds of devices that register for an extension."""

    SIP = "sip"
    FXS = "fxs"
    DESKTOP = "desktop"
    MOBILE = "mobile"
    WEB = "web"
    PAD = "pad"


_ENDPOINT_KEYS = {
    "sip_phone": EndpointKind.SIP,
    "fxs_phone": EndpointKind.FXS,
    "linkus_desktop": EndpointKind.DESKTOP,
    "linkus_mobile": EndpointKind.MOBILE,
    "linkus_web": EndpointKind.WEB,
    "linkus_pad": EndpointKind.PAD,
}


def presence(value: str) -> Presence | None:
    """The presence named so, or None for one this client does not know."""
    try:
        return Presence(value)
    except ValueError:
        return None


def _online(device: object) -> bool:
    """A kind is online when it, or any of its registered devices, says so."""
    if not isinstance(device, dict):
        return False
    return switch(device, "status") or any(switch(entry, "status") for entry in objects(device.get("status_list")))


@dataclass(frozen=True, slots=True)
class Extension:
    """One extension. `id` is the PBX's internal id, `endpoints` tells which kinds of devices are registered."""

    id: int
    number: str
    name: str
    email: str
    presence: Presence | None
    endpoints: Mapping[EndpointKind, bool] = field(hash=False)

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self | None:
        """Read a row of ``extension/list``; None for a row without a number."""
        if not (number := text(row, "number")):
            return None
        online = row.get("online_status")
        devices: Mapping[str, Any] = online if isinstance(online, dict) else {}
        return cls(
            id=integer(row, "id"),
            number=number,
            name=text(row, "caller_id_name"),
            email=text(row, "email_addr"),
            presence=presence(text(row, "presence_status")),
            endpoints={kind: _online(devices[key]) for key, kind in _ENDPOINT_KEYS.items() if key in devices},
        )

    @property
    def online(self) -> bool:
        """Whether any device is registered."""
        return any(self.endpoints.values())


class TrunkState(StrEnum):
    """What a trunk's status code means for its user."""

    UNKNOWN = "unknown"
    IDLE = "idle"
    BUSY = "busy"
    UNMONITORED = "unmonitored"
    REGISTERING = "registering"
    FAULT = "fault"
    NO_LINE = "no_line"
    NO_SIM = "no_sim"
    NO_SIGNAL = "no_signal"
    PIN_ERROR = "pin_error"
    REGISTRATION_FAILED = "registration_failed"
    UNREACHABLE = "unreachable"
    UNAVAILABLE = "unavailable"
    DISABLED = "disabled"
    AUTHENTICATION_FAILED = "authentication_failed"


_TRUNK_STATES = {
    1: TrunkState.IDLE,
    2: TrunkState.BUSY,
    3: TrunkState.UNMONITORED,
    4: TrunkState.REGISTERING,
    5: TrunkState.REGISTERING,
    11: TrunkState.FAULT,
    12: TrunkState.NO_LINE,
    21: TrunkState.FAULT,
    22: TrunkState.FAULT,
    23: TrunkState.NO_LINE,
    31: TrunkState.FAULT,
    32: TrunkState.FAULT,
    33: TrunkState.NO_SIM,
    34: TrunkState.NO_SIGNAL,
    35: TrunkState.PIN_ERROR,
    36: TrunkState.REGISTRATION_FAILED,
    41: TrunkState.REGISTRATION_FAILED,
    42: TrunkState.UNREACHABLE,
    43: TrunkState.UNAVAILABLE,
    44: TrunkState.DISABLED,
    45: TrunkState.AUTHENTICATION_FAILED,
}


def trunk_state(status: int) -> TrunkState:
    """The state behind a status code of ``trunk/list`` or event 30010."""
    return _TRUNK_STATES.get(status, TrunkState.UNKNOWN)


def trunk_usable(state: TrunkState) -> bool:
    """Whether calls can pass a trunk in this state."""
    return state in {TrunkState.IDLE, TrunkState.BUSY, TrunkState.UNMONITORED}


@dataclass(frozen=True, slots=True)
class Trunk:
    """One trunk. `status` is the PBX's code, `state` its meaning."""

    id: int
    name: str
    type: str
    status: int
    host: str = ""
    username: str = ""
    caller_id: str = ""

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self | None:
        """Read a row of ``trunk/list``; None for a row without a name."""
        if not (name := text(row, "name")):
            return None
        return cls(
            id=integer(row, "id"),
            name=name,
            type=text(row, "type"),
            status=integer(row, "status"),
            host=text(row, "host_port"),
            username=text(row, "username"),
            caller_id=text(row, "def_outbound_cid"),
        )

    @property
    def state(self) -> TrunkState:
        """What the status code means."""
        return trunk_state(self.status)


@dataclass(frozen=True, slots=True)
class Webhook:
    """One webhook of the PBX. `events` are event ids, `(0,)` means all. `raw` goes back to the PBX untouched."""

    url: str
    secret: str = field(repr=False)
    method: str = "POST"
    events: tuple[int, ...] = (0,)
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False, hash=False)

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self:
        """Read an entry of ``webhook_event_push_list``."""
        return cls(
            url=text(row, "url", 2048),
            secret=text(row, "secret"),
            method=text(row, "request_method") or "POST",
            events=integers(row.get("event_ids")),
            raw=row,
        )

    def to_api(self) -> dict[str, Any]:
        """The entry as ``webhook/update`` wants it, with keys this client does not know kept."""
        return {
            **self.raw,
            "url": self.url,
            "secret": self.secret,
            "request_method": self.method,
            "event_ids": list(self.events),
        }


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """``webhook/query``: everything about pushing events. `timeout` in seconds; `supported` are event ids."""

    enabled: bool
    webhooks: tuple[Webhook, ...]
    timeout: int = 5
    retry_count: int = 3
    supported: frozenset[int] = frozenset()

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self:
        """Read the settings, which come under ``data`` or at the top of the answer."""
        return cls(
            enabled=integer(row, "enb_webhook_event_push", 1) == 1,
            webhooks=tuple(Webhook.from_api(entry) for entry in objects(row.get("webhook_event_push_list"))),
            timeout=integer(row, "webhook_event_push_timeout", 5),
            retry_count=integer(row, "webhook_event_push_retry_count", 3),
            supported=frozenset(integers(row.get("webhook_event_ids"))),
        )


@dataclass(frozen=True, slots=True)
class ExtensionMonitor:
    """Which events (30007, 30008 and 30011, 30009) the PBX sends for one extension."""

    ext_id: int
    number: str
    name: str
    registration: bool
    calls: bool
    presence: bool

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of ``extension_status_monitor/list``."""
        return cls(
            ext_id=integer(row, "ext_id"),
            number=text(row, "number"),
            name=text(row, "name"),
            registration=switch(row, "enb_register_status"),
            calls=switch(row, "enb_call_status"),
            presence=switch(row, "enb_presence_status"),
        )

    def to_api(self) -> dict[str, Any]:
        """The row as ``extension_status_monitor/update`` wants it."""
        return {
            "ext_id": self.ext_id,
            "number": self.number,
            "name": self.name,
            "enb_register_status": int(self.registration),
            "enb_call_status": int(self.calls),
            "enb_presence_status": int(self.presence),
        }


@dataclass(frozen=True, slots=True)
class TrunkMonitor:
    """Which events (30011, 30016) the PBX sends for one trunk. `control_inbound` delays every call by up to 10 s."""

    trunk_id: int
    name: str
    calls: bool
    control_inbound: bool

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of ``trunk_status_monitor/list``."""
        return cls(
            trunk_id=integer(row, "trunk_id"),
            name=text(row, "name"),
            calls=switch(row, "enb_call_status"),
            control_inbound=switch(row, "enb_control_inbound_call"),
        )

    def to_api(self) -> dict[str, Any]:
        """The row as ``trunk_status_monitor/update`` wants it."""
        return {
            "trunk_id": self.trunk_id,
            "name": self.name,
            "enb_call_status": int(self.calls),
            "enb_control_inbound_call": int(self.control_inbound),
        }


@dataclass(frozen=True, slots=True)
class LoginSignature:
    """What the Linkus SDK takes as `secret` to log one extension in. `expires_at` in Unix seconds, None is never."""

    username: str
    secret: str = field(repr=False)
    expires_at: int | None
