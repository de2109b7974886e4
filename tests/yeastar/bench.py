"""A PBX and a CallBook joined without a network: every event is encoded, decoded and applied at once."""

import json
from typing import Any

from custom_components.yeastar_linkus.yeastar import (
    CallBook,
    CallSnapshot,
    CallState,
    Moment,
    MomentKind,
    Outcome,
    decode_event,
)
from emulator import EmulatedPbx, House, demo_house
from emulator.clock import ManualClock
from emulator.knobs import Knobs


class Bench:
    """One emulated PBX that a CallBook watches."""

    def __init__(self, house: House | None = None, *, know_extensions: bool = True, **knobs: Any) -> None:
        if house is None:
            house = demo_house()
            for extension in house.extensions:
                extension.monitor_calls = True
            for trunk in house.trunks:
                trunk.monitor_calls = True
        self.house = house
        self.clock = ManualClock()
        self.pbx = EmulatedPbx(house, clock=self.clock, knobs=Knobs(**knobs))
        self.pbx._plug_in_desk_phones()
        self.pbx.events.sinks.append(self._sink)
        self.book = CallBook({e.number for e in house.extensions} if know_extensions else None)
        self.moments: list[Moment] = []
        self.raw: list[str] = []
        self._doubtful: set[str] = set()

    def _sink(self, number: int, msg: dict[str, Any]) -> None:
        raw = json.dumps(self.pbx.events.envelope(number, msg, json.dumps))
        self.raw.append(raw)
        self.note(self.book.apply(decode_event(raw), self.clock.now()))

    def note(self, changes: Any) -> None:
        self.moments += changes.moments
        self._doubtful |= changes.doubtful

    def snapshots(self) -> list[CallSnapshot]:
        """What ``call/query`` would answer."""
        board = self.pbx.switchboard
        rows = [
            {
                "call_id": call.id,
                "members": [m.as_json() for m in self.pbx.events.shown(board.members(call), monitored_only=False)],
            }
            for call in board.calls.values()
            if call.members
        ]
        return [snapshot for row in rows if (snapshot := CallSnapshot.from_api(row)) is not None]

    async def pass_time(self, seconds: float = 2.0) -> None:
        """Let time go by, clear up doubts as the integration does, and settle what is due."""
        await self.clock.advance(seconds)
        for call_id in sorted(self._doubtful):
            snapshot = next((s for s in self.snapshots() if s.call_id == call_id), None)
            self.note(self.book.verify(call_id, snapshot, self.clock.now()))
        self._doubtful.clear()
        if self.book.due is not None and self.book.due <= self.clock.now():
            self.note(self.book.expire(self.clock.now()))

    async def finish(self) -> None:
        """Until everything is over and told."""
        for _ in range(4):
            await self.pass_time(3)
        assert not self.pbx.switchboard.calls, "the scenario left a call running"
        assert all(not call.active and call.outcome for call in self.book.calls.values()), self.book.calls
        assert all(self.state(e.number) is CallState.IDLE for e in self.house.extensions)

    def state(self, number: str) -> CallState:
        return self.book.state_of(number)

    def states(self, *numbers: str) -> tuple[str, ...]:
        return tuple(self.state(number).value for number in numbers)

    def told(self, number: str) -> list[str]:
        """What happened to one extension, in order."""
        return [m.kind.value for m in self.moments if m.extension == number]

    def outcomes(self, number: str) -> list[Outcome | None]:
        """How each call of one extension ended."""
        return [m.outcome for m in self.moments if m.extension == number and m.kind is MomentKind.ENDED]

    def whole(self) -> list[Outcome | None]:
        """How each call ended."""
        return [call.outcome for call in self.book.calls.values()]
