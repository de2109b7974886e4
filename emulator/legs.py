"""Calls, their legs and offers: the state that the switchboard moves and everything else reads.

A *call* has *legs*. A leg is one party's channel (``PJSIP/1001-0000008a``) with a member status as in event 30011.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Literal, Protocol

Status = Literal["ALERT", "RING", "EARLYMEDIA", "ANSWERED", "ANSWER", "HOLD", "BYE"]
Role = Literal["extension", "inbound", "outbound", "service"]
CallKind = Literal["Internal", "Inbound", "Outbound"]


class Media(Protocol):
    """A leg's audio: what comes from the party, and where the other side's audio goes.

    Both are aiortc ``MediaStreamTrack`` objects (48 kHz, 20 ms frames); ``None`` means the party has no media of its own.
    """

    incoming: object | None

    def play(self, track: object | None) -> None:
        """Send this track to the party (None: silence)."""


class Device(Protocol):
    """Something that can carry legs of one extension, or of the trunk.

    The switchboard calls these, one at a time and in order for each leg; the device reports back through the
    ``Switchboard`` methods. A device that fails here is logged and the call goes on without it.
    """

    kind: str  # sip_phone | linkus_web | linkus_desktop | linkus_mobile | trunk

    async def ring(self, leg: Leg) -> None:
        """Offer an incoming leg: the device starts ringing and later calls answered() or rejected()."""

    async def cancel(self, leg: Leg, reason: str) -> None:
        """Stop ringing: the caller gave up or somebody else answered."""

    async def progress(self, leg: Leg, *, early_media: bool) -> None:
        """For a leg that the device itself started: the far side rings (180), or plays early media (183)."""

    async def connect(self, leg: Leg) -> None:
        """For a leg that the device itself started: the far side answered (200)."""

    async def refuse(self, leg: Leg, code: int, reason: str) -> None:
        """For a leg that the device itself started: the call failed with this SIP code."""

    async def hold(self, leg: Leg, held: bool) -> None:
        """The far side put this leg on hold (re-INVITE sendonly) or took it back."""

    async def hangup(self, leg: Leg, reason: str) -> None:
        """The call is over: BYE."""


@dataclass(eq=False, slots=True)
class Leg:
    """One party of a call.

    ``role`` ``service`` marks a party inside the PBX (echo, voicemail, a queue's music): it is never a member.
    """

    call: Call = field(repr=False)
    channel_id: str
    number: str  # extension number, or the outside number
    name: str
    role: Role
    state: Status
    device: Device | None = None
    media: Media | None = None
    dialled: str = ""  # for a trunk leg: the number dialled
    trunk_name: str = ""
    call_path: str = ""
    placed: bool = False  # this party placed the call, so it goes ALERT, ANSWERED, BYE
    offered: bool = False  # the PBX rang this leg; a leg that its own device started is not offered
    connected: bool = False  # has speech: answered itself, or was answered
    holding: bool = False  # this party has put the others on hold
    aside: bool = False  # set aside by a consultation or a parking slot
    muted: bool = False
    listening: Literal["", "listen", "whisper", "barge"] = ""
    listens_to: Leg | None = field(default=None, repr=False)
    auto_answer: bool = False
    digits: str = ""
    created_at: float = 0.0
    answered_at: float | None = None
    shown: Status | None = None  # the status last told by an event
    held_shown: bool = False  # what the device was last told by hold()
    offer: Offer | None = field(default=None, repr=False)  # while it rings
    mailbox: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def call_id(self) -> str:
        """The id of the call this leg is in now; a transfer can move it."""
        return self.call.id

    @property
    def alive(self) -> bool:
        """Not over."""
        return self.state != "BYE"

    @property
    def talking(self) -> bool:
        """Connected and not over."""
        return self.connected and self.alive

    @property
    def status(self) -> Status:
        """The member status as event 30011 tells it, with HOLD in place of ANSWER and ANSWERED."""
        if self.state == "RING" and self.placed:
            return self.call.caller_rings_as
        if not self.talking or self.role == "service":
            return self.state
        return "HOLD" if self.call.shows_hold(self) else self.state


@dataclass(eq=False, slots=True)
class Offer:
    """Legs that ring together; the first to answer gets the call."""

    legs: list[Leg]
    ended: asyncio.Future[Leg | None]
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)  # by number: SIP code, reason of 30015
    report_each: bool = False  # 30015 for every leg that fails, as in ring groups and queues


@dataclass(slots=True)
class Stage:
    """One routing stage of a call, one row of the CDR: an extension, a queue, a ring group, a mailbox, a trunk."""

    number: str
    name: str
    path: str
    started_at: float
    answered_at: float | None = None
    ended_at: float | None = None
    status: str = "NO ANSWER"
    trunk: str = ""


@dataclass(eq=False, slots=True)
class Call:
    """One call with its true history."""

    id: str
    uid: str
    kind: CallKind
    started_at: float
    caller_number: str
    caller_name: str
    callee_number: str
    hold_marks: Literal["held", "holder"] = "held"
    caller_rings_as: Literal["RING", "ALERT"] = "RING"
    legs: list[Leg] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    did_number: str = ""
    did_name: str = ""
    source_trunk: str = ""
    destination_trunk: str = ""
    answered_at: float | None = None
    ended_at: float | None = None
    outcome: str = ""  # ANSWERED | NO ANSWER | BUSY | FAILED | VOICEMAIL | ABANDONED, set at the end
    ended_by: str = ""
    recording: str = ""  # file name, once anything has been recorded
    recorded_by: Leg | None = None
    recording_state: Literal["stop", "recording", "pause"] = "stop"
    recorded_from: float = 0.0
    recorded_seconds: float = 0.0
    mailbox: str = ""  # extension whose mailbox takes a message
    permission: str = ""  # extension whose outbound permission counts
    queue: str = ""  # number of the queue in which the caller waits
    refused: bool = False  # refused through call/refuse_inbound
    decision: asyncio.Event | None = None  # open while event 30016 waits for an answer
    routing: asyncio.Task[None] | None = None
    consulting: Leg | None = None  # the member who consults for an attended transfer
    parking_slot: str = ""
    auto_answer: bool = False

    @property
    def alive(self) -> bool:
        """Not over."""
        return self.ended_at is None

    @property
    def members(self) -> list[Leg]:
        """The legs that are parties, the caller first, those that are over left out."""
        return [leg for leg in self.legs if leg.role != "service" and leg.alive]

    @property
    def parties(self) -> list[Leg]:
        """The connected members."""
        return [leg for leg in self.members if leg.talking]

    @property
    def speakers(self) -> list[Leg]:
        """The connected members without supervisors who listen."""
        return [leg for leg in self.parties if not leg.listening]

    @property
    def ringing(self) -> list[Leg]:
        """The members that ring."""
        return [leg for leg in self.members if leg.state == "RING"]

    def shows_hold(self, leg: Leg) -> bool:
        """Whether a connected leg is to be shown with HOLD."""
        if leg.aside:
            return True
        if self.hold_marks == "holder":
            return leg.holding
        return self.hears_hold(leg)

    def hears_hold(self, leg: Leg) -> bool:
        """Whether somebody else in the conversation has put this leg on hold."""
        return any(other.holding for other in self.legs if other is not leg and other.talking and not other.aside)
