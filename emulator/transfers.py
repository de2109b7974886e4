"""Moving parties between calls: blind and attended transfer, consultation."""

from typing import Literal

from . import offers, routing
from .board import Board
from .facts import CallTransferred
from .legs import Call, Leg

type Operation = Literal["complete", "abort", "threeway", "swap"]
OPERATIONS: tuple[Operation, ...] = ("complete", "abort", "threeway", "swap")


def blind(board: Board, leg: Leg, target: str, *, by_api: bool) -> bool:
    """The member ``leg`` sends the others of its call to ``target`` and leaves."""
    call = leg.call
    others = [other for other in call.speakers if other is not leg]
    if not leg.talking or leg.listening or not others or not routing.is_reachable(board, target):
        return False
    staying = others[0]
    for other in [other for other in call.members if other not in (leg, staying)]:
        board.drop_leg(other, "transferred", quiet=True)
    for service in call.legs:
        if service.role == "service" and service.alive:
            service.state = "BYE"
    call.consulting = None
    staying.holding = staying.aside = False
    board.drop_leg(leg, "transferred", quiet=True)
    board.moved(call)
    board.start_routing(call, _go_on(board, call, staying, target, by_api=by_api))
    return True


async def _go_on(board: Board, call: Call, staying: Leg, target: str, *, by_api: bool) -> None:
    board.tell(CallTransferred(call, board.members(call), by_api))
    await routing.connect(board, call, staying, target)


def replace(board: Board, leg: Leg, consultation: Leg) -> bool:
    """A phone joins its two calls: ``leg``'s far party and the party that ``consultation`` talks to, or rings."""
    first, second = leg.call, consultation.call
    if first is second or not leg.talking or not consultation.alive or leg.number != consultation.number:
        return False
    kept, given = (first, second) if board.house.knobs.transfer_keeps == "first" else (second, first)
    leaving_kept, leaving_given = (leg, consultation) if kept is first else (consultation, leg)
    moving = [other for other in given.members if other is not leaving_given]
    if not moving or not [other for other in kept.members if other is not leaving_kept]:
        return False
    leaving_kept.holding = leaving_given.holding = False
    for other in moving:
        given.legs.remove(other)
        kept.legs.append(other)
        other.call = kept
        other.shown = None
    ringing = [other for other in moving if not other.talking]
    if ringing:  # the target still rings: from now on for the call that goes on
        board.start_routing(kept, _wait_for(board, kept, ringing))
    if given.destination_trunk and not kept.destination_trunk:
        kept.destination_trunk = given.destination_trunk
    board.drop_leg(leaving_kept, "transferred", quiet=True)
    if kept.answered_at is None:
        kept.answered_at = given.answered_at
    far = moving[0]
    board.stage(kept, far.number, far.name)
    if not ringing:
        board.mark_answered(kept)
    board.tell(CallTransferred(kept, board.members(kept), by_api=False))
    board.moved(kept)
    board.finish(given, hanger=leaving_given)
    return True


async def _wait_for(board: Board, call: Call, ringing: list[Leg]) -> None:
    answered, offer = await offers.ring(board, ringing, 30.0, again=True)
    if answered is None and call.alive:
        code, reason = next(iter(offer.refusals.values()), (480, "480 Temporatily Unavailable"))
        board.fail(call, reason, code)


def consult(board: Board, leg: Leg, target: str) -> bool:
    """Step one of an attended transfer by the API: the others wait, the member is connected to ``target``."""
    call = leg.call
    others = [other for other in call.speakers if other is not leg]
    if (
        not leg.talking
        or leg.listening
        or not others
        or call.consulting is not None
        or not routing.is_person(board, target)
    ):
        return False
    call.consulting = leg
    for other in others:
        other.aside = True
    board.moved(call)
    board.start_routing(call, _consult(board, call, leg, target))
    return True


async def _consult(board: Board, call: Call, leg: Leg, target: str) -> None:
    legs = routing.person_legs(board, call, target)
    board.stage(call, target, legs[0].name if legs else "")
    answered, offer = await offers.ring(board, legs, 30.0)
    if answered is None and call.consulting is leg:
        operate(board, leg, "abort")
    elif answered is None and call.alive and len(call.members) < 2:  # the transferor, or the other party, is gone
        code, reason = offer.refusals.get(target, (480, "480 Temporatily Unavailable"))
        board.fail(call, reason, code)
    board.moved(call)


def operate(board: Board, leg: Leg, what: Operation) -> bool:
    """Step two of an attended transfer by the API."""
    call = leg.call
    if call.consulting is not leg:
        return False
    waiting = [other for other in call.parties if other.aside]
    target = [other for other in call.members if not other.aside and other is not leg]
    match what:
        case "swap":
            if not all(other.talking for other in target):
                return False
            for other in waiting + target:
                other.aside = not other.aside
        case "abort":
            call.consulting = None
            for other in waiting:
                other.aside = False
            for other in target:
                board.drop_leg(other, "aborted", quiet=True)
        case "complete":
            call.consulting = None
            for other in waiting:
                other.aside = False
            board.drop_leg(leg, "transferred", quiet=True)
            board.tell(CallTransferred(call, board.members(call), by_api=True))
        case "threeway":
            if not all(other.talking for other in target):
                return False
            call.consulting = None
            for other in waiting:
                other.aside = False
    board.moved(call)
    return True


def consultation_over(board: Board, call: Call, gone: Leg) -> None:
    """Somebody left a call with a consultation: the member who consults goes on with whoever is left."""
    board.drop_leg(gone, "left", quiet=True)
    call.consulting = None
    for other in call.parties:
        other.aside = False
    board.moved(call)


def to_mailbox(board: Board, leg: Leg, number: str) -> None:
    """Take a call away from a member that rings and send it to a mailbox."""
    call = leg.call
    caller = next((other for other in call.members if other.placed), None)
    if caller is None:
        return
    for ringing in call.ringing:
        if ringing is not caller:
            board.drop_leg(ringing, "forwarded", quiet=True)
    board.start_routing(call, _leave_message(board, call, caller, number))


async def _leave_message(board: Board, call: Call, caller: Leg, number: str) -> None:
    routing.voicemail(board, call, caller, number)


def refuse(board: Board, leg: Leg) -> None:
    """Drop an inbound call before anything rings."""
    call = leg.call
    board.order(leg, lambda device: device.refuse(leg, 603, "refused"))
    leg.device = None
    call.outcome = "NO ANSWER"
    board.stage(call, call.callee_number, "")
    board.finish(call)
