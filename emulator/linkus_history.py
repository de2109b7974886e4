"""The calls of each extension as its web client lists them."""

from collections.abc import Mapping
import datetime
from typing import Any

from .legs import Call

_STATUSES = {"1": "Inbound", "2": "Missed", "3": "Outbound"}


class PersonalHistory:
    """What ``cdr/searchpersonal`` answers, by extension."""

    def __init__(self) -> None:
        self.records: list[tuple[str, dict[str, Any]]] = []

    def note(self, call: Call, own: str, number: str, name: str) -> dict[str, Any]:
        """Keep a call that is over, as this extension saw it with that party. Returns the row."""
        talked = int((call.ended_at or 0) - call.answered_at) if call.answered_at else 0
        moment = datetime.datetime.fromtimestamp(call.started_at, datetime.UTC)
        outgoing = call.caller_number == own
        row = {
            "id": len(self.records) + 1,
            "date": moment.strftime("%d/%m/%Y"),
            "time": moment.strftime("%H:%M:%S"),
            "timestamp": int(call.started_at),
            "number": number,
            "name": name,
            "call_type": "Outbound" if outgoing else "Inbound" if call.answered_at else "Missed",
            "disposition": call.outcome,
            "talk_duration": talked,
        }
        self.records.append((own, row))
        return row

    def page(self, own: str, query: Mapping[str, str]) -> tuple[int, list[dict[str, Any]]]:
        """How many rows fit the query, and one page of them."""
        wanted = _STATUSES.get(query.get("status", "0"))
        number = query.get("number", "")
        rows = [
            row
            for extension, row in self.records
            if extension == own and wanted in (None, row["call_type"]) and number in row["number"]
        ]
        rows.sort(key=lambda row: row["timestamp"], reverse=query.get("order_by", "desc") == "desc")
        page, size = (_number(query.get(name), default) for name, default in (("page", 1), ("page_size", 20)))
        return len(rows), rows[(page - 1) * size : page * size]


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and int(text) > 0 else default
