"""Simulated telephones: desk phones of extensions and subscribers of the outside world."""

import asyncio
from typing import override

from .facts import Fact
from .house import PhoneScript
from .legs import Device, Leg, Media
from .switchboard import Switchboard


class SimulatedPhone(Device):
    """A telephone that follows a script and has buttons.

    ``legs`` are the calls on it, the oldest first. The buttons act on the newest fitting leg and raise
    :class:`LookupError` when there is none.
    """

    kind = "sip_phone"

    def __init__(self, board: Switchboard, number: str, script: PhoneScript | None = None) -> None:
        self.number = number
        self.script = script or PhoneScript()
        self.legs: list[Leg] = []
        self.far_held: set[str] = set()  # channels of ours that the other side holds
        self.told: list[tuple[str, str]] = []  # what the switchboard told this phone: (verb, channel)
        self._board = board
        self._waiting: set[asyncio.Event] = set()

    # -- what the switchboard calls ----------------------------------------------------------------------------------

    @override
    async def ring(self, leg: Leg) -> None:
        self.legs.append(leg)
        self._note("ring", leg)
        engaged = any(other is not leg and other.talking for other in self.legs)
        match self.script.does:
            case "busy":
                await self._board.rejected(leg, 486, reason="486 Busy here")
            case "answer":
                self._board.spawn(self._later(leg, self.script.after, answer=True))
            case "reject":
                self._board.spawn(self._later(leg, self.script.after, answer=False))
            case "manual" if leg.auto_answer and not engaged:
                self._board.spawn(self._later(leg, 0, answer=True))

    @override
    async def cancel(self, leg: Leg, reason: str) -> None:
        self._gone("cancel", leg)

    @override
    async def progress(self, leg: Leg, *, early_media: bool) -> None:
        self._note("early_media" if early_media else "progress", leg)

    @override
    async def connect(self, leg: Leg) -> None:
        self._note("connect", leg)

    @override
    async def refuse(self, leg: Leg, code: int, reason: str) -> None:
        self._gone(f"refuse {code}", leg)

    @override
    async def hold(self, leg: Leg, held: bool) -> None:
        (self.far_held.add if held else self.far_held.discard)(leg.channel_id)
        self._note("hold" if held else "unhold", leg)

    @override
    async def hangup(self, leg: Leg, reason: str) -> None:
        self._gone("hangup", leg)

    async def _later(self, leg: Leg, seconds: float, *, answer: bool) -> None:
        await self._board.clock.sleep(seconds)
        if answer:
            await self._board.answered(leg, self.media())
        else:
            await self._board.rejected(leg, 603)

    def _gone(self, verb: str, leg: Leg) -> None:
        if leg in self.legs:
            self.legs.remove(leg)
        self.far_held.discard(leg.channel_id)
        self._note(verb, leg)

    def _note(self, verb: str, leg: Leg) -> None:
        self.told.append((verb, leg.channel_id))
        for changed in self._waiting:
            changed.set()

    # -- its buttons -------------------------------------------------------------------------------------------------

    def media(self) -> Media | None:
        """What this telephone sounds like."""
        factory = self._board.media_factory
        return None if factory is None or self.script.sound == "none" else factory(self.script.sound)

    @property
    def ringing(self) -> Leg | None:
        """The newest leg that rings here."""
        return next((leg for leg in reversed(self.legs) if leg.state == "RING"), None)

    @property
    def talking(self) -> Leg | None:
        """The newest connected leg."""
        return next((leg for leg in reversed(self.legs) if leg.talking), None)

    async def wait(self, state: str, seconds: float = 5) -> Leg:
        """Wait until a leg here is ``ringing``, ``talking`` or ``dialling``; TimeoutError when none comes (real seconds)."""

        def found() -> Leg | None:
            if state == "ringing":
                return self.ringing
            if state == "talking":
                return self.talking
            return next((leg for leg in reversed(self.legs) if leg.state == "ALERT"), None)

        changed = asyncio.Event()
        self._waiting.add(changed)

        def listener(fact: Fact) -> None:
            del fact
            changed.set()

        self._board.listeners.append(listener)
        try:
            async with asyncio.timeout(seconds):
                while (leg := found()) is None:
                    changed.clear()
                    await changed.wait()
                return leg
        finally:
            self._waiting.discard(changed)
            if listener in self._board.listeners:
                self._board.listeners.remove(listener)

    async def answer(self) -> Leg:
        """Pick up the ringing call, waiting for one."""
        leg = await self.wait("ringing")
        await self._board.answered(leg, self.media())
        self._note("answered", leg)
        return leg

    async def reject(self, code: int = 603) -> Leg:
        """Decline the ringing call, waiting for one."""
        leg = await self.wait("ringing")
        await self._board.rejected(leg, code)
        return leg

    async def hang_up(self) -> Leg:
        """End the newest call."""
        leg = next((leg for leg in reversed(self.legs) if leg.alive), None)
        if leg is None:
            raise LookupError(f"{self.number} has no call")
        await self._board.ended(leg)
        self._gone("hung up", leg)
        return leg

    async def hold_call(self, held: bool = True) -> Leg:
        """Hold the newest call, or take it back."""
        leg = self._call()
        await self._board.held(leg, held)
        return leg

    async def press(self, digits: str) -> Leg:
        """Send DTMF."""
        leg = self._call()
        for digit in digits:
            await self._board.dtmf(leg, digit)
        return leg

    async def send_to(self, target: str) -> bool:
        """Transfer the newest call blind."""
        return await self._board.transfer(self._call(), target)

    async def join(self) -> bool:
        """Transfer attended: connect the parties of the two calls on this phone."""
        if len(self.legs) < 2:
            raise LookupError(f"{self.number} has no second call")
        return await self._board.transfer(self.legs[-2], self.legs[-1].number, replaces=self.legs[-1])

    def _call(self) -> Leg:
        leg = self.talking
        if leg is None:
            raise LookupError(f"{self.number} is not talking")
        return leg


class DeskPhone(SimulatedPhone):
    """The simulated desk phone of an extension."""

    async def dial(self, number: str) -> Leg:
        """Dial; an active call on this phone is put on hold first."""
        if (active := self.talking) is not None and not active.holding:
            await self._board.held(active, True)
        leg = await self._board.originate(self, self.number, number)
        leg.media = self.media()
        self.legs.append(leg)
        return leg


class OutsidePhone(SimulatedPhone):
    """A subscriber of the outside world."""

    kind = "trunk"

    async def call(self, trunk: str, did: str, target: str, name: str = "") -> Leg:
        """Call the PBX; the inbound route of ``did`` sends the call to ``target``."""
        leg = await self._board.inbound(self, trunk, self.number, name, did, target)
        leg.media = self.media()
        self.legs.append(leg)
        return leg
