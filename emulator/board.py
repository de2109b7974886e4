"""The calls on the switchboard and what can be done to them: legs come and go, stages begin, facts come out.

Who asks for it is elsewhere: devices in ``switchboard.py``, routing, transfers and the Open API in theirs.

Every change of state happens at once, between two awaits; devices are told afterwards, in order for each leg, and never
hold up the switchboard.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
import itertools
import logging
from typing import Literal

from .agents import Agents
from .bridge import Bridge
from .clock import Clock
from .facts import CallEnded, CallFailed, CallMoved, CallRecorded, ExtensionActivity, Fact, Member
from .house import House
from .legs import Call, CallKind, Device, Leg, Media, Role, Stage, Status

_LOGGER = logging.getLogger(__name__)

type MediaFactory = Callable[[str], Media | None]


@dataclass(frozen=True, slots=True)
class Registration:
    """A device that can ring for an extension."""

    extension: str
    device: Device
    address: str = "127.0.0.1"


class Board:
    """All calls of one PBX.

    ``media_factory`` makes the audio of simulated parties: it is called with ``echo``, ``tone`` or ``silence`` and may
    return None. ``mixer`` makes one track out of several for calls of three and more; without it the first is heard.
    """

    def __init__(self, house: House, clock: Clock) -> None:
        self.house = house
        self.clock = clock
        self.calls: dict[str, Call] = {}
        self.registrations: list[Registration] = []
        self.listeners: list[Callable[[Fact], None]] = []
        self.bridge = Bridge()
        self.agents = Agents(house, self.activity, self.tell)
        self.media_factory: MediaFactory | None = None
        self.trunk_device: Callable[[str, str], Device | None] | None = None  # (trunk, number) -> the outside party
        self._activity: dict[str, Literal["Ringing", "Busy", "Idle"]] = {}
        self._numbers = itertools.count(1)
        self._channels = itertools.count(0x8A)
        self._tasks: set[asyncio.Task[None]] = set()

    # -- legs and calls --------------------------------------------------------------------------------------------

    def devices_of(self, extension: str) -> list[Registration]:
        """The registered devices of an extension, the oldest first."""
        return [entry for entry in self.registrations if entry.extension == extension]

    def new_call(self, kind: CallKind, number: str, name: str, callee: str) -> Call:
        """A new call without legs."""
        now = self.clock.now()
        count = next(self._numbers)
        call = Call(f"{int(now)}.{count}", f"{int(now)}{count:06d}", kind, now, number, name, callee)
        call.hold_marks = self.house.knobs.hold_marks
        call.caller_rings_as = self.house.knobs.dial_caller_status
        self.calls[call.id] = call
        return call

    def add_leg(
        self,
        call: Call,
        number: str,
        name: str,
        role: Role,
        state: Status,
        *,
        device: Device | None = None,
        channel: str = "",
        dialled: str = "",
        trunk_name: str = "",
        call_path: str = "",
        placed: bool = False,
        offered: bool = False,
    ) -> Leg:
        """Put a leg into a call. A channel hint with a channel number in it is taken as it is."""
        base = channel or (f"PJSIP/trunk-{trunk_name}-endpoint" if trunk_name else f"PJSIP/{number}")
        leg = Leg(
            call,
            f"{base}-{next(self._channels):08x}",
            number,
            name,
            role,
            state,
            device,
            dialled=dialled,
            trunk_name=trunk_name,
            call_path=call_path,
            placed=placed,
            offered=offered,
            created_at=self.clock.now(),
        )
        call.legs.append(leg)
        return leg

    def channel(self, channel_id: str) -> Leg | None:
        """The living leg with that channel id."""
        for call in self.calls.values():
            for leg in call.members:
                if leg.channel_id == channel_id:
                    return leg
        return None

    def legs_of(self, number: str) -> list[Leg]:
        """The living legs of an extension."""
        return [
            leg
            for call in self.calls.values()
            for leg in call.members
            if leg.role == "extension" and leg.number == number
        ]

    def drop_leg(self, leg: Leg, reason: str, *, quiet: bool = False) -> None:
        """End one leg; the call goes on. ``quiet`` leaves telling the change to the caller of this."""
        picked_up, leg.state = leg.answered_at is not None, "BYE"
        leg.holding = leg.aside = False
        leg.offer = None
        if picked_up:
            self.order(leg, lambda device: device.hangup(leg, reason))
        elif leg.offered:
            self.order(leg, lambda device: device.cancel(leg, reason))
        else:
            self.order(leg, lambda device: device.refuse(leg, 487, reason))
        if leg.media is not None:
            leg.media.play(None)
        if not quiet:
            self.moved(leg.call)

    def connect_leg(self, leg: Leg) -> None:
        """A leg that placed the call, or was rung first, has an answer now."""
        if leg.connected or not leg.alive:
            return
        leg.connected, leg.state = True, "ANSWERED"
        leg.answered_at = self.clock.now()
        if not leg.offered:
            self.order(leg, lambda device: device.connect(leg))

    def fail(self, call: Call, reason: str, code: int, failed: tuple[Member, ...] = ()) -> None:
        """The call cannot be set up: 30015, the caller hears the code, the call ends."""
        self.tell(CallFailed(call, reason, failed, self.members(call)))
        for leg in call.members:
            if leg.placed and not leg.connected and not leg.offered:
                self.order(leg, lambda device, leg=leg: device.refuse(leg, code, reason))  # type: ignore[misc]
                leg.device = None
        if call.stages and call.stages[-1].ended_at is None:
            call.stages[-1].status = _status_of(code)
        if call.answered_at is None:
            call.outcome = call.outcome or _status_of(code)
        self.finish(call)

    def finish(self, call: Call, hanger: Leg | None = None) -> None:
        """End the call with all its legs, and write its CDR."""
        if not call.alive:
            return
        call.ended_at = self.clock.now()
        call.ended_by = hanger.number if hanger else ""
        gone = [leg for leg in call.legs if not leg.alive and leg.shown not in (None, "BYE")]
        members = self.members(call, gone)
        hanger = hanger or next(iter(gone), None)
        if not call.outcome:
            call.outcome = "ANSWERED" if call.answered_at else "ABANDONED" if call.queue else "NO ANSWER"
        for stage in call.stages:
            if stage.ended_at is None:
                stage.ended_at = call.ended_at
        self.tell(CallEnded(call, members, hanger.channel_id if hanger else ""))
        for leg in call.legs:
            if leg.alive:
                self.drop_leg(leg, "call over", quiet=True)
        del self.calls[call.id]
        self.tell(CallRecorded(call))
        self._update_activity()
        if call.routing is not None and call.routing is not asyncio.current_task():
            call.routing.cancel()

    def moved(self, call: Call) -> None:
        """Tell what changed in a call, and bridge its media anew."""
        if not call.alive:
            return
        fresh = [leg for leg in call.legs if leg.role != "service" and leg.status != leg.shown]
        if fresh:
            members = self.members(call, gone=[leg for leg in fresh if not leg.alive])
            for leg in fresh:
                leg.shown = leg.status
            self.tell(CallMoved(call, members))
        for leg in call.parties:
            held = leg.aside or call.hears_hold(leg)
            if held is not leg.held_shown:
                leg.held_shown = held
                self.order(leg, lambda device, leg=leg, held=held: device.hold(leg, held))  # type: ignore[misc]
        self.bridge.connect(call)
        self._update_activity()

    def members(self, call: Call, gone: list[Leg] | None = None) -> tuple[Member, ...]:
        """Pictures of the members; ``gone`` are legs that just ended and are shown once more, with BYE."""
        shown = [leg for leg in call.legs if leg.role != "service" and (leg.alive or leg in (gone or ()))]
        return tuple(Member.of(leg, changed=leg.status != leg.shown) for leg in shown)

    def stage(self, call: Call, number: str, name: str, *, path: str = "", trunk: str = "") -> Stage:
        """Begin a routing stage; the one before ends here."""
        now = self.clock.now()
        if call.stages and call.stages[-1].ended_at is None:
            call.stages[-1].ended_at = now
        stage = Stage(number, name, path, now, trunk=trunk)
        call.stages.append(stage)
        return stage

    def mark_answered(self, call: Call) -> None:
        """Somebody, or something, answered."""
        now = self.clock.now()
        call.answered_at = call.answered_at or now
        if call.stages and call.stages[-1].answered_at is None:
            call.stages[-1].answered_at, call.stages[-1].status = now, "ANSWERED"

    # -- machinery -------------------------------------------------------------------------------------------------

    def tell(self, fact: Fact) -> None:
        """Pass a fact to everybody who listens."""
        for listener in tuple(self.listeners):
            listener(fact)

    def start_routing(self, call: Call, work: Coroutine[None, None, None]) -> None:
        """Run a call's routing until it is done or the call ends."""
        if call.routing is not None and call.routing is not asyncio.current_task():
            call.routing.cancel()
        call.routing = self.spawn(work)

    def spawn(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Run something in the background until the switchboard closes."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOGGER.error("A task of the switchboard failed", exc_info=error)

    def order(self, leg: Leg, what: Callable[[Device], Awaitable[None]]) -> None:
        """Tell the leg's device something, after everything it was told before."""
        device = leg.device
        if device is None:
            return
        before = leg.mailbox

        async def deliver() -> None:
            if before is not None:
                await asyncio.wait({before})
            try:
                await what(device)
            except Exception:
                _LOGGER.exception("The device of %s failed", leg.channel_id)

        leg.mailbox = self.spawn(deliver())

    def _update_activity(self) -> None:
        now: dict[str, Literal["Ringing", "Busy", "Idle"]] = {}
        for call in self.calls.values():
            for leg in call.members:
                if leg.role != "extension":
                    continue
                if leg.state != "RING":
                    now[leg.number] = "Busy"
                else:
                    now.setdefault(leg.number, "Ringing")
        for number in self._activity.keys() | now.keys():
            status = now.get(number, "Idle")
            if self._activity.get(number, "Idle") != status:
                self._activity[number] = status
                self.tell(ExtensionActivity(number, status))

    def activity(self, number: str) -> Literal["Ringing", "Busy", "Idle"]:
        """What an extension is doing, as event 30008 says it."""
        return self._activity.get(number, "Idle")

    async def close(self) -> None:
        """End everything without telling anybody."""
        self.listeners.clear()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.calls.clear()


def _status_of(code: int) -> str:
    if code in (486, 600, 603):
        return "BUSY"
    return "NO ANSWER" if code in (408, 480, 487) else "FAILED"
