"""Call detail records: what event 30012 and the ``cdr/*`` endpoints tell of finished calls."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .books import Entry
from .house import House
from .legs import Call, Stage
from .wall import Wall


@dataclass(frozen=True, slots=True)
class Row:
    """One stage of a finished call."""

    new_id: int
    call: Call
    stage: Stage

    @property
    def ended_at(self) -> float:
        """Unix seconds; a stage of a finished call is always over."""
        return self.stage.ended_at if self.stage.ended_at is not None else self.stage.started_at

    @property
    def duration(self) -> int:
        """Whole seconds from the beginning of the stage to its end."""
        return int(self.ended_at) - int(self.stage.started_at)

    @property
    def talk(self) -> int:
        """Whole seconds with speech."""
        return 0 if self.stage.answered_at is None else int(self.ended_at) - int(self.stage.answered_at)


class History:
    """All finished calls, the oldest first."""

    def __init__(self, house: House, wall: Wall) -> None:
        self._house = house
        self._wall = wall
        self.calls: list[Call] = []
        self.rows: list[Row] = []

    def add(self, call: Call) -> None:
        """Write down a finished call."""
        self.calls.append(call)
        stages = call.stages or [Stage(call.callee_number, "", "", call.started_at, None, call.ended_at)]
        for stage in stages:
            self.rows.append(Row(len(self.rows) + 1, call, stage))

    def event_rows(self, call: Call) -> list[dict[str, Any]]:
        """The ``msg`` of the 30012 events of a call: one, or one for each stage."""
        if self._house.knobs.cdr == "per_stage":
            return [
                self._event(
                    call,
                    row.stage.number,
                    row.stage.started_at,
                    row.duration,
                    row.talk,
                    row.stage.status,
                    int((row.stage.answered_at or row.ended_at) - row.stage.started_at),
                )
                for row in self.rows
                if row.call is call
            ]
        ended = call.ended_at if call.ended_at is not None else call.started_at
        talk = 0 if call.answered_at is None else int(ended) - int(call.answered_at)
        ring = int((call.answered_at or ended) - call.started_at)
        number = call.stages[-1].number if call.stages else call.callee_number
        duration = int(ended) - int(call.started_at)
        return [self._event(call, number, call.started_at, duration, talk, call.outcome, ring)]

    def timelines(self, call: Call, steps: Sequence[Entry]) -> list[dict[str, Any]]:
        """The ``msg`` of the 30039 events of a call, one for each stage."""
        rows = [row for row in self.rows if row.call is call]
        return [self._timeline(row, number, steps) for number, row in enumerate(rows, 1)]

    def _timeline(self, row: Row, number: int, steps: Sequence[Entry]) -> dict[str, Any]:
        call, stage = row.call, row.stage
        answered = stage.answered_at if stage.answered_at is not None else row.ended_at
        return {
            "uid": call.uid,
            "cdr_id": str(row.new_id),
            "leg": number,
            "transaction_id": f"{call.id}-{number}",
            "call_from": call.caller_number,
            "call_to": stage.number,
            "call_type": call.kind,
            "status": "ABANDONED" if call.outcome == "ABANDONED" else stage.status,
            "time_start": self._wall.timeline(stage.started_at),
            "ring_duration": int(answered - stage.started_at),
            "talk_duration": row.talk,
            "hold_duration": 0,
            "call_duration": row.duration,
            "src_trunk": call.source_trunk,
            "dst_trunk": call.destination_trunk,
            "did_number": call.did_number,
            "dod_number": "",
            "event_list": [
                {
                    "event_id": index,
                    "event_name": step.what,
                    "event_type": "call",
                    "event_ts": int(step.at),
                    "event_content": ", ".join(f"{who} {status}" for who, status in step.members),
                }
                for index, step in enumerate(steps, 1)
                if stage.started_at <= step.at <= row.ended_at
            ],
        }

    def _event(
        self, call: Call, number: str, started: float, duration: int, talk: int, status: str, ring: int
    ) -> dict[str, Any]:
        if status == "FAILED":  # not among the values of 30012
            status = "NO ANSWER"
        if status == "ABANDONED" and not self._house.knobs.abandoned:
            status = "NO ANSWER"
        return {
            "call_id": call.id,
            "time_start": self._wall.event(started),
            "call_from": call.caller_number,
            "call_to": number,
            "call_duration": duration,
            "talk_duration": talk,
            "src_trunk_name": call.source_trunk,
            "dst_trunk_name": call.destination_trunk,
            "pin_code": "",
            "status": status,
            "type": call.kind,
            "recording": call.recording,
            "did_number": call.did_number,
            "did_name": call.did_name,
            "agent_ring_time": ring if any(s.path == "queue" for s in call.stages) else 0,
            "uid": call.uid,
            "call_note_id": "",
            "enb_call_note": 0,
            "is_display": 1,
            "realclidnum": "",
        }
