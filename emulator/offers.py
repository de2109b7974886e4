"""Ringing: legs that are offered a call together, and what becomes of the offer."""

import asyncio
from typing import Any

from .board import Board
from .facts import CallFailed, Member
from .legs import Call, Leg, Media, Offer


def answered(board: Board, leg: Leg, media: Media | None) -> None:
    """A leg was picked up: the others stop ringing, the caller is connected."""
    if leg.state not in ("RING", "EARLYMEDIA") or not leg.call.alive:
        return
    leg.media = media
    offer, leg.offer = leg.offer, None
    _pick_up(board, leg)
    if offer is not None:
        for other in offer.legs:
            if other is not leg and other.state == "RING":
                board.drop_leg(other, "answered elsewhere", quiet=True)
        if not offer.ended.done():
            offer.ended.set_result(leg)
    board.moved(leg.call)


def refuse(board: Board, leg: Leg, code: int, reason: str) -> None:
    """A ringing leg is not going to be answered."""
    call = leg.call
    offer, leg.offer = leg.offer, None
    before = Member.of(leg, status="BYE")
    board.drop_leg(leg, reason, quiet=True)
    if offer is None:
        if call.alive:
            board.fail(call, reason, code, (before,))
        return
    offer.refusals[leg.number] = (code, reason)
    alive = [other for other in offer.legs if other.state in ("RING", "EARLYMEDIA")]
    if offer.report_each and all(other.number != leg.number for other in alive):
        board.tell(CallFailed(call, reason, (before,), board.members(call)))
    if not alive and not offer.ended.done():
        offer.ended.set_result(None)
    elif alive:
        board.moved(call)


async def ring(
    board: Board, legs: list[Leg], seconds: float, *, report_each: bool = False, again: bool = False
) -> tuple[Leg | None, Offer]:
    """Ring legs together until one answers, all refuse, or the time is over; ``again`` takes over ringing ones."""
    offer = Offer(legs, asyncio.get_running_loop().create_future(), report_each=report_each)
    if (already := next((leg for leg in legs if leg.talking), None)) is not None:
        return already, offer
    for leg in legs:
        leg.offer = offer
        if not again:
            board.order(leg, lambda device, leg=leg: device.ring(leg))  # type: ignore[misc]
    if legs:
        board.moved(legs[0].call)
    else:
        return None, offer
    waiting: set[asyncio.Future[Any]] = {offer.ended}
    limit = asyncio.ensure_future(board.clock.sleep(seconds))
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
            board.drop_leg(leg, "no answer", quiet=True)
            if report_each:
                board.tell(CallFailed(leg.call, "408 Request Time", (member,), board.members(leg.call)))
    return None, offer


def _rows_of_ringing(board: Board, call: Call, taker: Leg) -> None:
    """Note who else rang for the group or queue before somebody took the call."""
    if not board.house.knobs.rows_of_ringing:
        return
    rang = {leg.number: leg for leg in call.legs if leg.call_path == taker.call_path and leg.number != taker.number}
    for leg in rang.values():
        if leg.role == "extension" and not leg.connected:
            stage = board.stage(call, leg.number, leg.name, path=leg.call_path)
            stage.started_at = leg.created_at


def _pick_up(board: Board, leg: Leg) -> None:
    call = leg.call
    leg.connected, leg.answered_at = True, board.clock.now()
    if leg.placed:  # the caller of call/dial: the callee is dialled next
        leg.state = "ALERT"
        leg.connected = False
        return
    leg.state = "ANSWER"
    if leg.listening:
        return
    if call.stages and leg.call_path and call.stages[-1].number == leg.call_path:
        board.mark_answered(call)  # the group or queue, then its member
        _rows_of_ringing(board, call, leg)
        board.stage(call, leg.number, leg.name, path=leg.call_path)
    board.mark_answered(call)
    call.queue = ""
    for caller in call.members:
        if caller.placed:
            board.connect_leg(caller)
    for service in call.legs:
        if service.role == "service" and service.alive:
            service.state = "BYE"
