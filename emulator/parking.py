"""Parking: a party waits in a slot until somebody dials the slot."""

from .board import Board
from .legs import Call, Leg


def stop_ringing(board: Board, call: Call) -> None:
    """Whoever still rings for this call is no longer wanted."""
    for leg in call.ringing:
        board.drop_leg(leg, "no longer wanted", quiet=True)


def park(board: Board, leg: Leg, slot: str) -> str | None:
    """Put a party into a parking slot (empty: the first free one); the others leave. None when none is free."""
    taken = {call.parking_slot for call in board.calls.values()}
    free = [entry for entry in board.house.parking_slots if entry not in taken]
    call = leg.call
    if (slot and slot not in free) or not free or not leg.talking:
        return None
    stop_ringing(board, call)
    call.parking_slot = slot or free[0]
    for other in call.parties:
        if other is not leg:
            board.drop_leg(other, "parked", quiet=True)
    call.consulting = None
    leg.aside = True
    leg.call_path = call.parking_slot
    board.moved(call)
    return call.parking_slot


def pick_up_parked(board: Board, call: Call, caller: Leg, slot: str) -> None:
    """Connect a caller who dialled a parking slot with the party that waits there."""
    parked = next((other for other in board.calls.values() if other.parking_slot == slot), None)
    if parked is None or not parked.parties:
        board.stage(call, slot, "")
        board.fail(call, board.house.knobs.reason_not_found, 404)
        return
    waiting = parked.parties[0]
    parked.legs.remove(waiting)
    call.legs.append(waiting)
    waiting.call = call
    waiting.aside = False
    call.source_trunk, call.did_number = parked.source_trunk, parked.did_number
    board.stage(call, waiting.number, waiting.name, path=slot)
    board.mark_answered(call)
    board.connect_leg(caller)
    board.moved(call)
    parked.parking_slot = ""
    board.finish(parked)
