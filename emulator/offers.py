"""Ringing: legs that are offered a call together, and what becomes of the offer."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .facts import CallFailed, Member
from .legs import Call, Leg, Media

if TYPE_CHECKING:
    from .switchboard import Switchboard


@dataclass(eq=False, slots=True)
class Offer:
    """Legs that ring together; the first to answer gets the call."""

    legs: list[Leg]
    ended: asyncio.Future[Leg | None]
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)  # by number: SIP code, reason of 30015
    report_each: bool = False  # 30015 for every leg that fails, as in ring groups and queues


class Offers:
    """All offers of one switchboard, by the channel of each ringing leg."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._offers: dict[str, Offer] = {}

    def forget(self, leg: Leg) -> None:
        """The leg rings no more."""
        self._offers.pop(leg.channel_id, None)

    def answered(self, leg: Leg, media: Media | None) -> None:
        """A leg was picked up: the others stop ringing, the caller is connected."""
        if leg.state not in ("RING", "EARLYMEDIA") or not leg.call.alive:
            return
        leg.media = media
        offer = self._offers.pop(leg.channel_id, None)
        self._pick_up(leg)
        if offer is not None:
            for other in offer.legs:
                if other is not leg and other.state == "RING":
                    self._board.drop_leg(other, "answered elsewhere", quiet=True)
            if not offer.ended.done():
                offer.ended.set_result(leg)
        self._board.moved(leg.call)

    def refuse(self, leg: Leg, code: int, reason: str) -> None:
        """A ringing leg is not going to be answered."""
        call = leg.call
        offer = self._offers.pop(leg.channel_id, None)
        before = Member.of(leg, status="BYE")
        self._board.drop_leg(leg, reason, quiet=True)
        if offer is None:
            if call.alive:
                self._board.fail(call, reason, code, (before,))
            return
        offer.refusals[leg.number] = (code, reason)
        alive = [other for other in offer.legs if other.state in ("RING", "EARLYMEDIA")]
        if offer.report_each and all(other.number != leg.number for other in alive):
            self._board.tell(CallFailed(call, reason, (before,), self._board.members(call)))
        if not alive and not offer.ended.done():
            offer.ended.set_result(None)
        elif alive:
            self._board.moved(call)

    async def ring(
        self, legs: list[Leg], seconds: float, *, report_each: bool = False, again: bool = False
    ) -> tuple[Leg | None, Offer]:
        """Ring legs together until one answers, all refuse, or the time is over; ``again`` takes over ringing ones."""
        offer = Offer(legs, asyncio.get_running_loop().create_future(), report_each=report_each)
        if (already := next((leg for leg in legs if leg.talking), None)) is not None:
            return already, offer
        for leg in legs:
            self._offers[leg.channel_id] = offer
            if not again:
                self._board.order(leg, lambda device, leg=leg: device.ring(leg))  # type: ignore[misc]
        if legs:
            self._board.moved(legs[0].call)
        else:
            return None, offer
        waiting: set[asyncio.Future[Any]] = {offer.ended}
        limit = asyncio.ensure_future(self._board.clock.sleep(seconds))
        try:
            await asyncio.wait(waiting | {limit}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            limit.cancel()
            if not offer.ended.done():
                offer.ended.cancel()
        if not offer.ended.cancelled():
            return offer.ended.result(), offer
        for leg in legs:
            if leg.state in ("RING", "EARLYMEDIA"):
                offer.refusals.setdefault(leg.number, (408, "408 Request Time"))
                member = Member.of(leg, status="BYE")
                self._board.drop_leg(leg, "no answer", quiet=True)
                if report_each:
                    self._board.tell(CallFailed(leg.call, "408 Request Time", (member,), self._board.members(leg.call)))
        return None, offer

    def _rows_of_ringing(self, call: Call, taker: Leg) -> None:
        """Note who else rang for the group or queue before somebody took the call."""
        if not self._board.house.knobs.rows_of_ringing:
            return
        rang = {leg.number: leg for leg in call.legs if leg.call_path == taker.call_path and leg.number != taker.number}
        for leg in rang.values():
            if leg.role == "extension" and not leg.connected:
                stage = self._board.stage(call, leg.number, leg.name, path=leg.call_path)
                stage.started_at = leg.created_at

    def _pick_up(self, leg: Leg) -> None:
        call = leg.call
        leg.connected, leg.answered_at = True, self._board.clock.now()
        if leg.placed:  # the caller of call/dial: the callee is dialled next
            leg.state = "ALERT"
            leg.connected = False
            return
        leg.state = "ANSWER"
        if leg.listening:
            return
        if call.stages and leg.call_path and call.stages[-1].number == leg.call_path:
            self._board.mark_answered(call)  # the group or queue, then its member
            self._rows_of_ringing(call, leg)
            self._board.stage(call, leg.number, leg.name, path=leg.call_path)
        self._board.mark_answered(call)
        call.queue = ""
        for caller in call.members:
            if caller.placed:
                self._board.connect_leg(caller)
        for service in call.legs:
            if service.role == "service" and service.alive:
                service.state = "BYE"
