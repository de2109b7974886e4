"""Voicemail messages (query-voicemail-messages, download-a-voicemail-message, update-read-status-of-a-voicemail-message)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from .errors import NotFound
from .session import FileLink, Session
from .shape import integer, rows, switch, text


@dataclass(frozen=True, slots=True)
class VoicemailMessage:
    """One message. `duration` in seconds, `size` in bytes; `time` is the PBX's local time as it displays it."""

    id: str
    caller: str
    caller_name: str
    time: str
    duration: int
    size: int
    read: bool
    file: str

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of ``vm/get``."""
        return cls(
            id=text(row, "msg_id"),
            caller=text(row, "number"),
            caller_name=text(row, "name"),
            time=text(row, "time"),
            duration=integer(row, "duration"),
            size=integer(row, "size"),
            read=switch(row, "is_read"),
            file=text(row, "file_name"),
        )


@dataclass(frozen=True, slots=True)
class GroupMailbox:
    """A mailbox that several extensions share. `id` is the PBX's own, `number` what one dials and reads it by."""

    id: int
    number: str
    name: str

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of ``vm_group/list``."""
        return cls(id=integer(row, "id"), number=text(row, "number"), name=text(row, "name"))


class Voicemail:
    """Reads mailboxes."""

    def __init__(self, session: Session) -> None:
        """Use the Open API's session."""
        self._session = session

    async def groups(self) -> tuple[GroupMailbox, ...]:
        """The mailboxes of groups. The vendor names the list and not its keys: rows without a number are passed over."""
        found = map(GroupMailbox.from_api, await self._session.pages("vm_group/list"))
        return tuple(group for group in found if group.number)

    async def messages(self, number: str, limit: int | None = None) -> tuple[VoicemailMessage, ...]:
        """The messages of a mailbox, the newest first; none when it is empty."""
        try:
            found = await self._session.pages("vm/get", query={"number": number}, limit=limit)
        except NotFound:
            return ()
        return tuple(map(VoicemailMessage.from_api, found))

    async def mailboxes(self, numbers: Iterable[str]) -> dict[str, tuple[VoicemailMessage, ...]]:
        """The messages of several mailboxes in one request."""
        path = "vm/query"
        answer = await self._session.get(path, {"number": ",".join(numbers)})
        return {
            text(box, "number"): tuple(map(VoicemailMessage.from_api, rows(box, "data", path)))
            for box in rows(answer, "voicemail_list", path)
        }

    async def mark(self, message_id: str, *, read: bool) -> None:
        """Mark a message read or unread."""
        await self._session.post("vm/update", {"id": message_id, "vm_status": int(read)})

    async def delete(self, message_id: str) -> None:
        """Delete a message for good."""
        await self._session.get("vm/delete", {"id": message_id})

    async def link(self, message_id: str) -> FileLink:
        """A link to the sound of a message."""
        return await self._session.link("vm/download", {"msg_id": message_id})
