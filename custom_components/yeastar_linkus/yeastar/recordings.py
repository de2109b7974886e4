"""Recordings (query-recording-list, download-a-recording-file)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from .errors import NotFound
from .event_kinds import CallType
from .paging import PAGE_ROWS, Page
from .session import FileLink, Session
from .shape import integer, text


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording. `uid` is the call record's; `time` is the PBX's local time as it displays it."""

    id: int
    uid: str
    time: str
    type: CallType
    caller: str
    caller_name: str
    callee: str
    callee_name: str
    duration: int
    size: int
    file: str

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of ``recording/list``."""
        return cls(
            id=integer(row, "id"),
            uid=text(row, "uid"),
            time=text(row, "time"),
            type=CallType.read(text(row, "call_type")),
            caller=text(row, "call_from_number"),
            caller_name=text(row, "call_from_name"),
            callee=text(row, "call_to_number"),
            callee_name=text(row, "call_to_name"),
            duration=integer(row, "duration"),
            size=integer(row, "size"),
            file=text(row, "file"),
        )


class Recordings:
    """Reads recordings."""

    def __init__(self, session: Session) -> None:
        """Use the Open API's session."""
        self._session = session

    async def page(self, number: int, *, search: str = "") -> Page[Recording]:
        """One page of `PAGE_ROWS` recordings, or of those that match a keyword, the newest first."""
        query = {"sort_by": "id", "order_by": "desc"} | ({"search_value": search} if search else {})
        try:
            page = await self._session.page(
                "recording/search" if search else "recording/list", number, PAGE_ROWS, query=query
            )
        except NotFound:
            return Page((), 0)
        return Page(tuple(map(Recording.from_api, page.rows)), page.total)

    async def link(self, recording_id: int) -> FileLink:
        """A link to a recording. With MP3 as format the PBX makes one at a time."""
        return await self._session.link("recording/download", {"id": recording_id})

    async def link_of_file(self, file: str) -> FileLink:
        """A link to the recording that a call record or event 30012 names."""
        return await self._session.link("recording/download", {"file": file})
