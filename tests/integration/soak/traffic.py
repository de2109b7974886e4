"""A busy house: workers with telephones of their own who call all day, and what each call must have come to."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import random

from emulator import EmulatedPbx
from emulator.house import ExtensionConfig, House, OutsideNumber, PhoneScript, QueueConfig, RingGroup, demo_house
from emulator.legs import Call

PHONES = 3
WORKERS_PER_QUEUE = 6
"""Only one worker has a queue; it calls it that many times as often."""


def number_of(worker: int, phone: int) -> str:
    """The extension of one of a worker's telephones; phone 2 has a voicemail that answers."""
    return str(2000 + worker * 10 + phone)


def outside_of(worker: int, kind: str) -> str:
    """The outside numbers of a worker: callers press their buttons, the others do as they are named."""
    return f"+4930{worker:04d}{('calls', 'answers', 'busy', 'dead', 'silent').index(kind)}"


def busy_house(workers: int) -> House:
    """The demo house with telephones, a ring group and a queue for each worker."""
    house = demo_house()
    house.extensions = []
    house.ring_groups, house.queues = [], []
    house.knobs.timeline = True
    house.extension_capacity = house.call_capacity = 500
    for trunk in house.trunks:
        trunk.channels = 500
    for worker in range(workers):
        numbers = [number_of(worker, phone) for phone in range(PHONES)]
        for phone, number in enumerate(numbers):
            no_answer = "voicemail" if phone == 2 else ""
            house.extensions.append(ExtensionConfig(worker * 10 + phone + 1, number, f"P{number}", no_answer=no_answer))
        group = RingGroup(worker + 1, f"63{worker:02d}", f"Group {worker}", tuple(numbers[:2]))
        house.ring_groups.append(group)
        if worker == 0:
            # One is enough: all queues are read while somebody waits in any.
            house.queues.append(QueueConfig(1, "6500", "Queue", tuple(numbers[:2])))
        for kind, script in (
            ("answers", PhoneScript("answer", 2.0)),
            ("busy", PhoneScript("busy")),
            ("dead", PhoneScript()),
            ("silent", PhoneScript("silent")),
        ):
            house.outside.append(OutsideNumber(outside_of(worker, kind), script=script, unreachable=kind == "dead"))
    return house


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was made, and the outcomes that are right for it."""

    call: Call
    right: frozenset[str]
    missed_by: str = ""


class Worker:
    """Makes one call after another with telephones that nobody else uses."""

    def __init__(self, pbx: EmulatedPbx, number: int, dice: random.Random) -> None:
        """Take the worker's telephones."""
        self._pbx = pbx
        self._worker = number
        self._dice = dice
        self._caller = outside_of(number, "calls")
        self._plans: list[tuple[int, Callable[[], Awaitable[Made]]]] = [
            (34, self._answered),
            (14, self._missed),
            (4, self._voicemail),
            (12, self._outgoing),
            (3, self._outgoing_busy),
            (2, self._outgoing_dead),
            (3, self._outgoing_silent),
            (10, self._internal),
            (6, self._group),
            (4 * WORKERS_PER_QUEUE if number == 0 else 0, self._queue),
            (4, self._rejected),
            (4, self._transferred),
        ]

    async def call(self) -> Made:
        """Make one call and wait until it is over."""
        (plan,) = self._dice.choices([plan for _, plan in self._plans], [weight for weight, _ in self._plans])
        made = await plan()
        while made.call.alive:
            await asyncio.sleep(1)
        await self._pause(1, 8)
        return made

    async def _pause(self, least: float, most: float) -> None:
        await asyncio.sleep(self._dice.uniform(least, most))

    def _phone(self, phone: int) -> str:
        return number_of(self._worker, phone)

    def _outside(self, kind: str) -> str:
        return outside_of(self._worker, kind)

    async def _end(self, *phones: object) -> None:
        await self._dice.choice(phones).hang_up()  # type: ignore[attr-defined]

    async def _answered(self) -> Made:
        number = self._phone(self._dice.randrange(2))
        call = await self._pbx.call_in(self._caller, number)
        await self._pause(1, 12)
        desk = self._pbx.desk(number)
        await desk.answer()
        await self._pause(2, 40)
        if self._dice.random() < 0.4:
            await desk.hold_call()
            await self._pause(2, 15)
            await desk.hold_call(False)
            await self._pause(1, 5)
        await self._end(desk, self._pbx.outside(self._caller))
        return Made(call, frozenset({"answered"}))

    async def _missed(self) -> Made:
        number = self._phone(self._dice.randrange(2))
        call = await self._pbx.call_in(self._caller, number)
        await self._pause(3, 25)
        await self._pbx.outside(self._caller).hang_up()
        return Made(call, frozenset({"missed"}), number)

    async def _voicemail(self) -> Made:
        call = await self._pbx.call_in(self._caller, self._phone(2))
        await self._pause(35, 60)
        if call.alive:
            await self._pbx.outside(self._caller).hang_up()
        return Made(call, frozenset({"voicemail"}))

    async def _dials(self, kind: str, right: str, least: float, most: float) -> Made:
        desk = self._pbx.desk(self._phone(self._dice.randrange(2)))
        leg = await desk.dial(self._outside(kind))
        await self._pause(least, most)
        if leg.call.alive:
            await desk.hang_up()
        return Made(leg.call, frozenset({right}))

    async def _outgoing(self) -> Made:
        return await self._dials("answers", "answered", 5, 50)

    async def _outgoing_busy(self) -> Made:
        return await self._dials("busy", "busy", 3, 5)

    async def _outgoing_dead(self) -> Made:
        return await self._dials("dead", "failed", 3, 5)

    async def _outgoing_silent(self) -> Made:
        return await self._dials("silent", "no_answer", 5, 25)

    async def _internal(self) -> Made:
        caller, called = self._pbx.desk(self._phone(0)), self._pbx.desk(self._phone(1))
        leg = await caller.dial(self._phone(1))
        await self._pause(1, 10)
        if self._dice.random() < 0.3:
            await caller.hang_up()
            return Made(leg.call, frozenset({"missed"}), self._phone(1))
        await called.answer()
        await self._pause(2, 30)
        await self._end(caller, called)
        return Made(leg.call, frozenset({"answered"}))

    async def _group(self) -> Made:
        call = await self._pbx.call_in(self._caller, f"63{self._worker:02d}")
        await self._pause(1, 15)
        desk = self._pbx.desk(self._phone(self._dice.randrange(2)))
        await desk.answer()
        await self._pause(2, 40)
        await self._end(desk, self._pbx.outside(self._caller))
        return Made(call, frozenset({"answered"}))

    async def _queue(self) -> Made:
        call = await self._pbx.call_in(self._caller, "6500")
        await self._pause(2, 12)
        if self._dice.random() < 0.4:
            await self._pbx.outside(self._caller).hang_up()
            return Made(call, frozenset({"abandoned", "missed"}))
        desk = self._pbx.desk(self._phone(self._dice.randrange(2)))
        await desk.answer()
        await self._pause(2, 40)
        await self._end(desk, self._pbx.outside(self._caller))
        return Made(call, frozenset({"answered"}))

    async def _rejected(self) -> Made:
        number = self._phone(self._dice.randrange(2))
        call = await self._pbx.call_in(self._caller, number)
        await self._pause(1, 8)
        await self._pbx.desk(number).reject()
        await self._pause(1, 2)
        if call.alive:
            await self._pbx.outside(self._caller).hang_up()
        return Made(call, frozenset({"rejected"}))

    async def _transferred(self) -> Made:
        call = await self._pbx.call_in(self._caller, self._phone(0))
        await self._pause(1, 6)
        first, second = self._pbx.desk(self._phone(0)), self._pbx.desk(self._phone(1))
        await first.answer()
        await self._pause(2, 20)
        await first.send_to(self._phone(1))
        await self._pause(1, 4)
        await second.answer()
        await self._pause(2, 20)
        await self._end(second, self._pbx.outside(self._caller))
        return Made(call, frozenset({"transferred"}))
