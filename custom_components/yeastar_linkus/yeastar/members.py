"""Members of calls, as events and ``call/query`` list them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self

from .shape import objects, text
from .value import value


class MemberKind(StrEnum):
    """The key under which a call member comes."""

    EXTENSION = "extension"
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class MemberStatus(StrEnum):
    """``member_status``: what one member of a call is doing."""

    ALERT = "ALERT"
    """Placed the call, hears ringback."""
    RING = "RING"
    """Is being rung."""
    EARLY_MEDIA = "EARLYMEDIA"
    ANSWERED = "ANSWERED"
    """Placed the call, and it was answered."""
    ANSWER = "ANSWER"
    """Answered the call."""
    HOLD = "HOLD"
    BYE = "BYE"
    UNKNOWN = "UNKNOWN"


_KINDS = tuple(MemberKind)
_STATUSES = {status.value: status for status in MemberStatus}


@value
class Member:
    """One member of a call, on one channel.

    `number` is the extension's number, or of an external party the far number (`from` of an inbound member, `to` of
    an outbound one); `other` is the remaining one of the two. `path` is the number of the queue, ring group, IVR or
    conference that the call came through.
    """

    kind: MemberKind
    number: str
    status: MemberStatus
    channel: str = ""
    other: str = ""
    trunk: str = ""
    path: str = ""

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self | None:
        """Read an entry of ``members``: an object with one known key. None for anything else."""
        for kind in _KINDS:
            if isinstance(body := row.get(kind), dict):
                break
        else:
            return None
        status = _STATUSES.get(text(body, "member_status").upper(), MemberStatus.UNKNOWN)
        if kind is MemberKind.EXTENSION:
            number, other = text(body, "number"), ""
        elif kind is MemberKind.OUTBOUND:
            number, other = text(body, "to"), text(body, "from")
        else:
            number, other = text(body, "from"), text(body, "to")
        return cls(
            kind=kind,
            number=number,
            status=status,
            channel=text(body, "channel_id"),
            other=other,
            trunk=text(body, "trunk_name"),
            path=text(body, "call_path"),
        )


MEMBER_LIMIT = 256
"""Most members read of one call; a ring-all queue is the largest real case."""


def members(value: object) -> tuple[Member, ...]:
    """Read a ``members`` list, which may be null; entries of unknown kinds are left out."""
    return tuple([member for row in objects(value)[:MEMBER_LIMIT] if (member := Member.from_api(row)) is not None])


@value
class CallSnapshot:
    """One running call of ``call/query``."""

    call_id: str
    members: tuple[Member, ...]

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self | None:
        """Read a row of ``call/query``; None for a row without an id."""
        if not (call_id := text(row, "call_id")):
            return None
        return cls(call_id, members(row.get("members")))
