"""A past for the demo house: calls of the last days, two voicemail messages and a recording."""

from dataclasses import dataclass
from typing import Literal

from .legs import Call, CallKind, Stage
from .pbx import EmulatedPbx


@dataclass(frozen=True, slots=True)
class _Past:
    hours: float  # before now
    kind: CallKind
    caller: tuple[str, str]
    callee: tuple[str, str]
    ring: int
    talk: int
    outcome: Literal["ANSWERED", "NO ANSWER", "BUSY", "VOICEMAIL"]
    through: str = ""  # ring group or queue
    recorded: bool = False


_DORA, _EMIL, _FAY = ("+493044400001", "Dora Klein"), ("+491715550002", "Emil Novak"), ("+493055500005", "")
_ANNA, _BEN, _CHIARA = ("1001", "Anna Weber"), ("1002", "Ben Carter"), ("1003", "Chiara Rossi")
_FRONT_DOOR, _CLOCK = ("1010", "Front Door"), ("+493055500001", "Speaking Clock")

_PAST = (
    _Past(50, "Inbound", _DORA, _ANNA, 6, 184, "ANSWERED"),
    _Past(49, "Internal", _ANNA, _BEN, 4, 63, "ANSWERED"),
    _Past(30, "Inbound", _EMIL, _CHIARA, 30, 18, "VOICEMAIL"),
    _Past(27, "Outbound", _ANNA, _EMIL, 11, 95, "ANSWERED", recorded=True),
    _Past(26, "Inbound", _FAY, _BEN, 9, 240, "ANSWERED", through="6500"),
    _Past(8, "Inbound", _DORA, _ANNA, 30, 0, "NO ANSWER"),
    _Past(6, "Outbound", _BEN, _CLOCK, 5, 12, "ANSWERED"),
    _Past(5, "Internal", _FRONT_DOOR, _ANNA, 14, 25, "ANSWERED"),
    _Past(3, "Inbound", _FAY, _ANNA, 30, 9, "VOICEMAIL"),
    _Past(2, "Outbound", _ANNA, ("+493055500002", "Engaged"), 3, 0, "BUSY"),
    _Past(1, "Inbound", _EMIL, _ANNA, 21, 0, "NO ANSWER"),
)


def fill(pbx: EmulatedPbx) -> None:
    """Write the past into the PBX's history and mailboxes; no event tells of it."""
    now = pbx.clock.now()
    for number, past in enumerate(_PAST, 1):
        started = now - past.hours * 3600
        answered = started + past.ring if past.talk else None
        ended = started + past.ring + past.talk
        call = Call(
            f"{int(started)}.9{number:02}",
            f"{int(started)}9{number:05}",
            past.kind,
            started,
            *past.caller,
            past.callee[0],
        )
        call.answered_at, call.ended_at, call.outcome = answered, ended, past.outcome
        if past.kind == "Inbound":
            call.source_trunk = "Outside"
            call.callee_number = call.did_number = "+493012345601"
        elif past.kind == "Outbound":
            call.destination_trunk = "Outside"
        if past.through:
            call.stages.append(Stage(past.through, "Sales", "", started, started, answered or ended, "ANSWERED"))
        stage = Stage(*past.callee, past.through, started, answered, ended, past.outcome)
        call.stages.append(stage)
        if past.outcome == "VOICEMAIL":
            message = pbx.archive.leave(past.callee[0], *past.caller, past.talk, call.uid)
            message.at = ended - past.talk
        if past.recorded:
            call.recording = f"{int(started)}-{past.caller[0]}-{past.callee[0]}-{past.kind}.wav"
            call.recorded_seconds = past.talk
            pbx.archive.take(call)
        pbx.history.add(call)
