"""Call history: ``cdr/*`` of v1.0 (a row for each stage) and v2.0 (a row for each call)."""

from emulator.history import Row
from emulator.legs import Call

from .protocol import ApiCall, ApiFailure, Json, Routes, bad_parameter, success

routes = Routes()

_SORT = (
    "time",
    "id",
    "uid",
    "duration",
    "ring_duration",
    "talk_duration",
    "disposition",
    "src_trunk",
    "dst_trunk",
    "call_type",
    "did_number",
    "dod_number",
    "src_addr",
)
_SORT_V2 = ("time", "uid", "call_type", "last_status", "call_duration", "routing_duration", "handling_duration")
_STATUSES = ("ANSWERED", "NO ANSWER", "BUSY", "FAILED", "VOICEMAIL")


def _row(call: ApiCall, row: Row) -> Json:
    """One v1 row; keys that do not apply are left out."""
    entry, stage, pbx = row.call, row.stage, call.pbx
    answer = stage.answered_at if stage.answered_at is not None else row.ended_at
    body: Json = {
        "id": row.new_id,
        "time": pbx.wall.display(stage.started_at),
        "timestamp": int(stage.started_at),
        "uid": entry.uid,
        "new_id": row.new_id,
        "call_id": entry.id,
        "call_from": f"{entry.caller_name or entry.caller_number}<{entry.caller_number}>",
        "call_from_number": entry.caller_number,
        "call_from_name": entry.caller_name,
        "call_to": f"{stage.name or stage.number}<{stage.number}>",
        "call_to_number": stage.number,
        "call_to_name": stage.name,
        "disposition": stage.status,
        "call_type": entry.kind,
        "duration": row.duration,
        "ring_duration": int(answer - stage.started_at),
        "talk_duration": row.talk,
        "enb_call_note": 0,
    }
    optional = {
        "src_trunk": entry.source_trunk,
        "dst_trunk": entry.destination_trunk,
        "did": entry.did_number,
        "did_number": entry.did_number,
        "record_file": entry.recording,
    }
    return body | {key: value for key, value in optional.items() if value}


def _listed(call: ApiCall, rows: list[Row]) -> Json:
    call.choice("from", ("new", "legacy"), default="new")
    by = call.choice("sort_by", _SORT, default="time")
    if by == "time":  # the text in the display format does not sort
        order = call.choice("order_by", ("asc", "desc"), default="desc")
        ordered = sorted(rows, key=lambda row: (row.stage.started_at, row.new_id), reverse=order == "desc")
        size = call.integer("page_size", default=10000, least=1, most=10000)
        first = (call.integer("page", default=1, least=1) - 1) * size
        return success(total_number=len(rows), data=[_row(call, row) for row in ordered[first : first + size]])
    return call.page([_row(call, row) for row in rows], _SORT)


@routes.get("cdr/list")
async def list_rows(call: ApiCall) -> Json:
    """All rows, by page, the newest first."""
    return _listed(call, call.pbx.history.rows)


def _moment(call: ApiCall, name: str, *, formatted: bool) -> float | None:
    text = call.text(name, default="")
    if not text:
        return None
    moment = call.pbx.wall.parse(text)
    if moment is None or (not formatted and not text.isdigit()):
        raise bad_parameter(name, "format", text)
    return moment


def _searched(call: ApiCall) -> list[Row]:
    formatted = call.pbx.house.knobs.formatted_times
    start, end = _moment(call, "start_time", formatted=formatted), _moment(call, "end_time", formatted=formatted)
    status = call.choice("status", _STATUSES) if call.text("status", default="") else ""
    caller, callee = call.text("call_from", default=""), call.text("call_to", default="")
    did, _, trunk = call.text("did", default="").partition(":")
    return [
        row
        for row in call.pbx.history.rows
        if (start is None or int(row.stage.started_at) >= start)
        and (end is None or int(row.stage.started_at) <= end)
        and (not status or row.stage.status == status)
        and (not caller or caller in row.call.caller_number)
        and (not callee or callee in row.stage.number)
        and (not did or row.call.did_number == did)
        and (not trunk or row.call.source_trunk == trunk)
    ]


@routes.get("cdr/search")
async def search_rows(call: ApiCall) -> Json:
    """Rows by time, parties, status and DID."""
    return _listed(call, _searched(call))


@routes.get("cdr/download")
async def download_rows(call: ApiCall) -> Json:
    """A link to the rows as CSV."""
    rows = [_row(call, row) for row in _searched(call)]
    keys = list(dict.fromkeys(key for row in rows for key in row))
    lines = [",".join(keys), *(",".join(f'"{row.get(key, "")}"' for key in keys) for row in rows)]
    return success(**call.pbx.archive.link("cdr.csv", "\r\n".join(lines).encode(), "text/csv"))


def _call(call: ApiCall, entry: Call) -> Json:
    """One v2 row."""
    ended = entry.ended_at if entry.ended_at is not None else entry.started_at
    last = entry.stages[-1] if entry.stages else None
    first = entry.stages[0] if entry.stages else None
    queues = [q for q in call.pbx.house.queues if any(stage.number == q.number for stage in entry.stages)]
    groups = [g for g in call.pbx.house.ring_groups if any(stage.number == g.number for stage in entry.stages)]
    return {
        "uid": entry.uid,
        "time": call.pbx.wall.display(entry.started_at),
        "call_type": entry.kind,
        "last_status": entry.outcome,
        "call_from_number": entry.caller_number,
        "call_from_name": entry.caller_name,
        "call_to_number": entry.callee_number,
        "call_to_name": first.name if first else "",
        "second_participant_number": first.number if first else "",
        "second_participant_name": first.name if first else "",
        "last_participant_number": last.number if last else "",
        "last_participant_name": last.name if last else "",
        "call_duration": int(ended) - int(entry.started_at),
        "routing_duration": int((entry.answered_at or ended) - entry.started_at),
        "handling_duration": 0 if entry.answered_at is None else int(ended - entry.answered_at),
        "disconnected_by": entry.ended_by,
        "segments": len(entry.stages),
        "queues": [{"name": queue.name} for queue in queues],
        "ring_groups": [{"name": group.name} for group in groups],
        "source_trunks": [{"name": entry.source_trunk}] if entry.source_trunk else [],
        "destination_trunks": [{"name": entry.destination_trunk}] if entry.destination_trunk else [],
        "dids": [{"number": entry.did_number}] if entry.did_number else [],
        "recording_files": [entry.recording] if entry.recording else [],
        "call_notes": {"remark": "", "disposition_code_list": []},
    }


def _listed_v2(call: ApiCall, calls: list[Call]) -> Json:
    by = call.choice("sort_by", _SORT_V2, default="time")
    if by == "time":
        order = call.choice("order_by", ("asc", "desc"), default="desc")
        ordered = sorted(calls, key=lambda entry: (entry.started_at, entry.uid), reverse=order == "desc")
        size = call.integer("page_size", default=10000, least=1, most=10000)
        first = (call.integer("page", default=1, least=1) - 1) * size
        return success(total_number=len(calls), data=[_call(call, entry) for entry in ordered[first : first + size]])
    return call.page([_call(call, entry) for entry in calls], _SORT_V2)


@routes.get("cdr/list", version="v2.0", since=(23, 0, 123))
async def list_calls(call: ApiCall) -> Json:
    """All calls, by page, the newest first."""
    return _listed_v2(call, call.pbx.history.calls)


@routes.get("cdr/search", version="v2.0", since=(23, 0, 123))
async def search_calls(call: ApiCall) -> Json:
    """Calls by time, in the PBX's display format."""
    begin, end = _moment(call, "time_begin", formatted=True), _moment(call, "time_end", formatted=True)
    found = [
        entry
        for entry in call.pbx.history.calls
        if (begin is None or entry.started_at >= begin) and (end is None or entry.started_at <= end)
    ]
    return _listed_v2(call, found)


@routes.get("cdr/detail", version="v2.0", since=(23, 0, 123))
async def detail(call: ApiCall) -> Json:
    """One call with its timeline."""
    uid = call.text("uid")
    entry = next((entry for entry in call.pbx.history.calls if entry.uid == uid), None)
    if entry is None:
        raise ApiFailure(60001)
    timeline = [
        {"time": call.pbx.wall.display(step.at), "timestamp": int(step.at), "event": step.what, "detail": step.detail}
        for step in call.pbx.books.history_of(entry.id)
    ]
    row = _call(call, entry)
    return success(data={"basic": row, "call_notes": row["call_notes"], "timeline": timeline})
