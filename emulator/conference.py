"""More than two in a call: invited members, listeners; and calls that only play a prompt."""

from typing import Literal

from . import offers, routing
from .board import Board
from .facts import PromptPlayed
from .legs import Call, Leg

type Part = Literal["listen", "whisper", "barge"]
PARTS: tuple[Part, ...] = ("listen", "whisper", "barge")
MOST_PARTIES = 9
PROMPT_SECONDS = 2.0


def add_member(board: Board, leg: Leg, number: str) -> bool:
    """Call somebody into the conversation of ``leg``; False when nobody can be had there."""
    if not leg.talking or not routing.is_person(board, number):
        return False
    legs = routing.person_legs(board, leg.call, number)
    if not legs:
        return False
    board.spawn(_ring(board, legs))
    return True


def listen(board: Board, leg: Leg, monitor: str, kind: Part) -> bool:
    """Ring an extension that then hears the conversation of ``leg``, coaches it, or takes part."""
    extension = board.house.extension(monitor)
    if extension is None or not extension.may_monitor or not leg.talking:
        return False
    legs = routing.person_legs(board, leg.call, monitor)
    for added in legs:
        added.listening, added.listens_to = kind, leg
    if not legs:
        return False
    board.spawn(_ring(board, legs))
    return True


async def _ring(board: Board, legs: list[Leg]) -> None:
    await offers.ring(board, legs, 30.0, report_each=True)
    board.moved(legs[0].call)


async def play_prompts(board: Board, call: Call, number: str, prompts: list[str], count: int) -> None:
    """Ring a number, play the prompts to whoever answers, hang up."""
    board.stage(call, number, "")
    legs = routing.person_legs(board, call, number)
    for leg in legs:
        leg.auto_answer = call.auto_answer
    answered, offer = await offers.ring(board, legs, 30.0)
    if not call.alive:
        return
    if answered is None:
        code, reason = offer.refusals.get(number, (480, "480 Temporatily Unavailable"))
        board.fail(call, reason, code)
        return
    player = board.add_leg(call, "", "", "service", "ANSWER", channel="Local/prompt")
    player.connected = True
    player.media = board.media_factory("tone") if board.media_factory else None
    board.moved(call)
    for prompt in prompts * count:
        await board.clock.sleep(PROMPT_SECONDS)
        if call.id not in board.calls:
            return
        board.tell(PromptPlayed(call, board.members(call), prompt))
    board.finish(call)
