"""Call history: the PBX's call records, a row for each routing stage, joined to calls (cdr/search, cdr/list of v2.0)."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, Final, Self

from .call_model import Direction, Outcome
from .errors import NotFound
from .event_kinds import CallEnded, CallStatus, CallType
from .paging import PAGE_ROWS, Page
from .session import Session
from .shape import integer, moment, objects, text
from .transport import API_PATH_V2
from .wall_clock import WallClock

ROW_LIMIT: Final = 1000
_DIRECTIONS: Final = {
    CallType.INBOUND: Direction.IN,
    CallType.OUTBOUND: Direction.OUT,
    CallType.INTERNAL: Direction.INTERNAL,
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One routing stage of a call. `at` in Unix seconds (the PBX's text is local time in a format of its own)."""

    id: str
    call_id: str
    uid: str
    at: int
    type: CallType
    status: CallStatus
    caller: str
    caller_name: str
    callee: str
    callee_name: str
    duration: int
    ring_duration: int
    talk_duration: int
    source_trunk: str = ""
    destination_trunk: str = ""
    did: str = ""
    recording: str = ""

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of v1.0; keys that do not apply are missing."""
        return cls(
            id=text(row, "new_id") or text(row, "id"),
            call_id=text(row, "call_id"),
            uid=text(row, "uid"),
            at=moment(row, "timestamp"),
            type=CallType.read(text(row, "call_type")),
            status=CallStatus.read(text(row, "disposition")),
            caller=text(row, "call_from_number"),
            caller_name=text(row, "call_from_name"),
            callee=text(row, "call_to_number"),
            callee_name=text(row, "call_to_name"),
            duration=integer(row, "duration"),
            ring_duration=integer(row, "ring_duration"),
            talk_duration=integer(row, "talk_duration"),
            source_trunk=text(row, "src_trunk"),
            destination_trunk=text(row, "dst_trunk"),
            did=text(row, "did_number") or text(row, "did"),
            recording=text(row, "record_file"),
        )


@dataclass(frozen=True, slots=True)
class PastCall:
    """One call that is over. `started_at` in Unix seconds, None when the PBX told only local time."""

    call_id: str
    uid: str
    direction: Direction
    outcome: Outcome
    started_at: int | None
    caller: str
    caller_name: str
    callee: str
    callee_name: str
    duration: int
    talk_duration: int
    trunk: str = ""
    did: str = ""
    recording: str = ""
    stages: tuple[Stage, ...] = ()

    def outcome_of(self, number: str) -> Outcome:
        """How the call ended for one extension, which it involves: another phone may have taken what it let ring."""
        if number == self.caller:
            return Outcome.NO_ANSWER if self.outcome is Outcome.MISSED else self.outcome
        own = [stage.status for stage in self.stages if stage.callee == number]
        took = CallStatus.ANSWERED in own if own else number == self.callee
        return Outcome.ELSEWHERE if self.outcome is Outcome.ANSWERED and not took else self.outcome

    def records(self) -> tuple[CallEnded, ...]:
        """The stages as the events (30012) that the PBX sends of them, for whom those did not reach."""
        return tuple(
            CallEnded(
                call_id=stage.call_id,
                status=stage.status,
                type=stage.type,
                caller=stage.caller,
                callee=stage.callee,
                duration=stage.duration,
                talk_duration=stage.talk_duration,
                ring_duration=stage.ring_duration,
                source_trunk=stage.source_trunk,
                destination_trunk=stage.destination_trunk,
                did=stage.did,
                recording=stage.recording,
                uid=stage.uid,
            )
            for stage in self.stages
        )

    def involves(self, number: str) -> bool:
        """Whether a number called or was called in any stage."""
        return number in {self.caller, self.callee} or any(number in {s.caller, s.callee} for s in self.stages)


def _outcome(statuses: Iterable[CallStatus], direction: Direction) -> Outcome:
    found = set(statuses)
    nobody = Outcome.NO_ANSWER if direction is Direction.OUT else Outcome.MISSED
    for status, outcome in (
        (CallStatus.ANSWERED, Outcome.ANSWERED),
        (CallStatus.VOICEMAIL, Outcome.VOICEMAIL),
        (CallStatus.NO_ANSWER, nobody),
        (CallStatus.ABANDONED, Outcome.ABANDONED),
        (CallStatus.BUSY, Outcome.BUSY),
        (CallStatus.FAILED, Outcome.FAILED),
    ):
        if status in found:
            return outcome
    return nobody


def calls_from(stages: Iterable[Stage], extensions: Container[str] | None = None) -> tuple[PastCall, ...]:
    """Join stages to calls, the newest call first.

    An IVR's row says ANSWERED although no person did: with `extensions`, the numbers known to be extensions, only the
    rows of people count; without, the last row does where there are several.
    """
    groups: dict[str, list[Stage]] = {}
    for stage in stages:
        groups.setdefault(stage.call_id or stage.uid or stage.id, []).append(stage)
    calls = [_call(sorted(group, key=_order), extensions) for group in groups.values()]
    return tuple(sorted(calls, key=lambda call: call.started_at or 0, reverse=True))


def _order(stage: Stage) -> tuple[int, int]:
    return stage.at, int(stage.id) if stage.id.isascii() and stage.id.isdigit() else 0


def _call(stages: list[Stage], extensions: Container[str] | None) -> PastCall:
    first, last = stages[0], stages[-1]
    direction = _DIRECTIONS.get(first.type, Direction.IN)
    if direction is Direction.OUT or (len(stages) == 1 and extensions is None):
        people = stages
    elif extensions is None:
        people = [last]
    else:
        people = [s for s in stages if s.callee in extensions or s.destination_trunk]
    statuses = [stage.status for stage in people]
    outcome = _outcome(statuses, direction) if people else Outcome.ABANDONED
    if any(stage.status is CallStatus.VOICEMAIL for stage in stages) and outcome is not Outcome.ANSWERED:
        outcome = Outcome.VOICEMAIL
    took = [stage for stage in people if stage.status is CallStatus.ANSWERED]
    main = max(took, key=lambda stage: stage.talk_duration) if took else (people or stages)[-1]
    return PastCall(
        call_id=first.call_id,
        uid=first.uid,
        direction=direction,
        outcome=outcome,
        started_at=first.at or None,
        caller=first.caller,
        caller_name=first.caller_name,
        callee=main.callee,
        callee_name=main.callee_name,
        duration=max(stage.duration for stage in stages) if not first.at else _span(stages),
        talk_duration=sum(stage.talk_duration for stage in took),
        trunk=next((trunk for s in stages if (trunk := s.source_trunk or s.destination_trunk)), ""),
        did=next((s.did for s in stages if s.did), ""),
        recording=next((s.recording for s in stages if s.recording), ""),
        stages=tuple(stages),
    )


def _span(stages: list[Stage]) -> int:
    return max(stage.at + stage.duration for stage in stages) - stages[0].at


def _past_call(row: Mapping[str, Any], wall: WallClock, zone: tzinfo) -> PastCall:
    """Read a row of v2.0."""

    def first(key: str, name: str) -> str:
        return next((value for entry in objects(row.get(key)) if (value := text(entry, name))), "")

    direction = _DIRECTIONS.get(CallType.read(text(row, "call_type")), Direction.IN)
    files = row.get("recording_files")
    began = wall.moment(text(row, "time"), zone)
    recordings = [entry for entry in files if isinstance(entry, str)] if isinstance(files, list) else []
    return PastCall(
        call_id=text(row, "call_id"),
        uid=text(row, "uid"),
        direction=direction,
        outcome=_outcome([CallStatus.read(text(row, "last_status"))], direction),
        started_at=moment(row, "timestamp") or (int(began.timestamp()) if began else None),
        caller=text(row, "call_from_number"),
        caller_name=text(row, "call_from_name"),
        callee=text(row, "last_participant_number") or text(row, "call_to_number"),
        callee_name=text(row, "last_participant_name") or text(row, "call_to_name"),
        duration=integer(row, "call_duration"),
        talk_duration=integer(row, "handling_duration"),
        trunk=first("source_trunks", "name") or first("destination_trunks", "name"),
        did=first("dids", "number"),
        recording=(recordings[0][:256] if recordings else first("recording_files", "file")),
    )


class History:
    """Reads calls that are over."""

    def __init__(self, session: Session) -> None:
        """Use the Open API's session."""
        self._session = session

    async def stages(
        self,
        *,
        since: int | None = None,
        until: int | None = None,
        caller: str = "",
        callee: str = "",
        status: CallStatus | None = None,
        limit: int = ROW_LIMIT,
    ) -> tuple[Stage, ...]:
        """Rows of v1.0, the newest first. Times in Unix seconds of the PBX. ABANDONED is no filter that the PBX knows."""
        given: dict[str, str | int | None] = {
            "start_time": since,
            "end_time": until,
            "call_from": caller or None,
            "call_to": callee or None,
            "status": status.value if status else None,
        }
        query: dict[str, str | int] = {key: value for key, value in given.items() if value is not None}
        path = "cdr/search" if query else "cdr/list"
        query |= {"sort_by": "time", "order_by": "desc"}
        try:
            found = await self._session.pages(path, query=query, size=min(limit, ROW_LIMIT), limit=limit)
        except NotFound:
            return ()
        return tuple(map(Stage.from_api, found))

    async def calls(
        self,
        *,
        since: int | None = None,
        until: int | None = None,
        limit: int = ROW_LIMIT,
        extensions: Container[str] | None = None,
    ) -> tuple[PastCall, ...]:
        """Calls of a time, the newest first, from at most `limit` rows of v1.0."""
        return calls_from(await self.stages(since=since, until=until, limit=limit), extensions)

    async def page(self, number: int, wall: WallClock, zone: tzinfo = UTC) -> Page[PastCall]:
        """One page of `PAGE_ROWS` calls of v2.0 (firmware x.23.0.123 and later), the newest first.

        Its times are text: `wall` reads them, `zone` as there. Raises NotSupported on older firmware.
        """
        query = {"sort_by": "time", "order_by": "desc"}
        try:
            page = await self._session.page("cdr/list", number, PAGE_ROWS, query=query, base=API_PATH_V2)
        except NotFound:
            return Page((), 0)
        return Page(tuple(_past_call(row, wall, zone) for row in page.rows), page.total)
