"""What happened, as the switchboard tells it. ``events.py`` makes the PBX's numbered events out of these."""

from dataclasses import dataclass, field
from typing import Any, Literal

from .legs import Call, Leg, Role


@dataclass(frozen=True, slots=True)
class Member:
    """A leg at one moment."""

    role: Role
    number: str
    name: str
    channel_id: str
    status: str
    call_path: str
    trunk_name: str
    dialled: str
    changed: bool = True

    @classmethod
    def of(cls, leg: Leg, *, changed: bool = True, status: str | None = None) -> Member:
        """A picture of the leg as it is now."""
        return cls(
            leg.role,
            leg.number,
            leg.name,
            leg.channel_id,
            leg.status if status is None else status,
            leg.call_path,
            leg.trunk_name,
            leg.dialled,
            changed,
        )

    def as_json(self, status: str | None = None) -> dict[str, Any]:
        """The object in ``members`` of events and of ``call/query``."""
        shown = self.status if status is None else status
        if self.role == "extension":
            return {
                "extension": {
                    "number": self.number,
                    "channel_id": self.channel_id,
                    "member_status": shown,
                    "call_path": self.call_path,
                }
            }
        caller, callee = (self.number, self.dialled) if self.role == "inbound" else (self.dialled, self.number)
        return {
            self.role: {
                "from": caller,
                "to": callee,
                "trunk_name": self.trunk_name,
                "channel_id": self.channel_id,
                "member_status": shown,
                "call_path": self.call_path,
            }
        }


@dataclass(frozen=True, slots=True)
class CallMoved:
    """Some member's status changed. ``members`` are all members; those that changed are marked."""

    call: Call
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call is over. ``members`` as they were just before; ``hanger`` is the channel that hung up, if one did."""

    call: Call
    members: tuple[Member, ...]
    hanger: str


@dataclass(frozen=True, slots=True)
class CallRecorded:
    """The CDR of a call is complete."""

    call: Call


@dataclass(frozen=True, slots=True)
class CallFailed:
    """A leg, or the whole call, could not be set up."""

    call: Call
    reason: str
    failed: tuple[Member, ...]
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class CallTransferred:
    """An extension user, or the API, transferred the call."""

    call: Call
    members: tuple[Member, ...]
    by_api: bool


@dataclass(frozen=True, slots=True)
class CallForwarded:
    """A forwarding rule sent the call on."""

    call: Call
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class CallAsks:
    """An inbound call waits for a decision (30016)."""

    call: Call
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """DTMF from a member."""

    call: Call
    member: Member
    digit: str
    index: int
    digits: str


@dataclass(frozen=True, slots=True)
class PromptPlayed:
    """A prompt ended."""

    call: Call
    members: tuple[Member, ...]
    prompt: str


@dataclass(frozen=True, slots=True)
class ExtensionActivity:
    """An extension became Ringing, Busy or Idle."""

    number: str
    status: Literal["Ringing", "Busy", "Idle"]


@dataclass(frozen=True, slots=True)
class DeviceRegistered:
    """A device of an extension came or went; ``kind`` is the device's kind."""

    number: str
    kind: str
    registered: bool
    address: str


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """An extension's presence changed."""

    number: str
    presence: str


@dataclass(frozen=True, slots=True)
class TrunkChanged:
    """A trunk's status code changed."""

    name: str
    kind: str
    status: int
    address: str


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """An agent logged in or out of a queue, or paused."""

    queue: str
    agent: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class AgentMissed:
    """An agent let a queue's call ring too long."""

    queue: str
    agent: str
    caller: str
    call_id: str


@dataclass(frozen=True, slots=True)
class Raw:
    """Any event by its number, for the ones nothing here produces by itself."""

    type: int
    msg: dict[str, Any] = field(default_factory=dict)


type Fact = (
    CallMoved
    | CallEnded
    | CallRecorded
    | CallFailed
    | CallTransferred
    | CallForwarded
    | CallAsks
    | DigitPressed
    | PromptPlayed
    | ExtensionActivity
    | DeviceRegistered
    | PresenceChanged
    | TrunkChanged
    | AgentChanged
    | AgentMissed
    | Raw
)
