"""Recordings (query-recording-list, download-a-recording-file)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from .errors import NotFound
from .event_kinds import CallType
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

    async def latest(self, limit: int = 100, *, search: str = "") -> tuple[Recording, ...]:
        """The newest recordings, or the newest that match a keyword."""
        query = {"sort_by": "id", "order_by": "desc"} | ({"search_value": search} if search else {})
        path = "recording/search" if search else "recording/list"
        try:
            found = await self._session.pages(path, query=query, size=min(limit, 200), limit=limit)
        except NotFound:
            return ()
        return tuple(map(Recording.from_api, found))

    async def link(self, recording_id: int) -> FileLink:
        """A link to a recording. With MP3 as format the PBX makes one at a time."""
        return await self._session.link("recording/download", {"id": recording_id})

    async def link_of_file(self, file: str) -> FileLink:
        """A link to the recording that a call record or event 30012 names."""
        return await self._session.link("recording/download", {"file": file})
