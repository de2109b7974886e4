"""What can be done with a call that exists, by the channel of one of its members (query-calls, hold-a-call, ...).

Every method raises ChannelGone when the channel is no more, and OperationFailed (70132, 70084) for what the PBX does not
allow now. Success means accepted: what became of it comes as events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from .session import Session
from .shape import required, rows, switch, text


class Consultation(StrEnum):
    """How an attended transfer goes on."""

    COMPLETE = "complete"
    ABORT = "abort"
    THREE_WAY = "threeway"
    SWAP = "swap"


class Listening(StrEnum):
    """How a supervisor takes part: hears, coaches the extension, or talks to both."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


@dataclass(frozen=True, slots=True)
class ParkingSlot:
    """A parking slot; `number` and `channel` are of the party that waits in it. The shape is not documented."""

    slot: str
    taken: bool
    number: str = ""
    call_id: str = ""
    channel: str = ""

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of ``call/park_status``."""
        number = text(row, "number")
        return cls(
            slot=text(row, "parking_slot"),
            taken=switch(row, "status") or bool(number),
            number=number,
            call_id=text(row, "call_id"),
            channel=text(row, "channel_id"),
        )


class CallControl:
    """Acts on running calls."""

    def __init__(self, session: Session) -> None:
        """Use the Open API's session."""
        self._session = session

    async def _act(self, path: str, channel: str, **more: str) -> dict[str, Any]:
        return await self._session.post(f"call/{path}", {"channel_id": channel, **more})

    async def hold(self, channel: str) -> None:
        """The member puts the others on hold."""
        await self._act("hold", channel)

    async def resume(self, channel: str) -> None:
        """The member takes the others back."""
        await self._act("unhold", channel)

    async def mute(self, channel: str) -> None:
        """The member is not heard any more."""
        await self._act("mute", channel)

    async def unmute(self, channel: str) -> None:
        """The member is heard again."""
        await self._act("unmute", channel)

    async def transfer(self, far_channel: str, number: str, permission: str) -> None:
        """Send the far party, named by *its* channel, to a number. `permission` is the extension that transfers."""
        await self._act("transfer", far_channel, type="blind", number=number, dial_permission=permission)

    async def consult(self, channel: str, number: str, permission: str) -> None:
        """Step one of an attended transfer: the member talks to a number first, the others wait."""
        await self._act("transfer", channel, type="attended", number=number, dial_permission=permission)

    async def consultation(self, channel: str, how: Consultation) -> None:
        """Step two of an attended transfer, by the same member."""
        await self._act("transfer", channel, type="attended", attended_operate=how.value)

    async def park(self, far_channel: str, slot: str = "") -> str:
        """Park the party of that channel; returns the slot, which anybody can dial to get it back."""
        more = {"parking_slot": slot} if slot else {}
        return required(await self._act("park", far_channel, **more), "parking_slot", "call/park")

    async def parking(self) -> tuple[ParkingSlot, ...]:
        """All parking slots. Raises NotSupported on firmware without it."""
        path = "call/park_status"
        return tuple(map(ParkingSlot.from_api, rows(await self._session.get(path), "data", path)))

    async def to_voicemail(self, ringing_channel: str, number: str) -> None:
        """Send a ringing call to the mailbox of an extension."""
        await self._session.post(
            "call/directly_forward_to_voicemail", {"callee_channel": ringing_channel, "number": number}
        )

    async def listen(self, supervisor: str, channel: str, how: Listening) -> None:
        """Ring a supervisor's extension into the call of the member, who must allow it."""
        await self._act("listen", channel, monitor=supervisor, type=how.value)

    async def add_member(self, channel: str, number: str, permission: str = "") -> None:
        """Invite a number into the call; nine parties at most."""
        more = {"dial_permission": permission} if permission else {}
        await self._act("add_member", channel, number=number, **more)

    async def accept(self, channel: str) -> None:
        """Route a call that the PBX holds for a decision (30016, 10 s) now."""
        await self._act("accept_inbound", channel)

    async def refuse(self, channel: str) -> None:
        """Drop a call that the PBX holds for a decision."""
        await self._act("refuse_inbound", channel)

    async def record(self, channel: str) -> None:
        """Start to record the member, whose permission counts."""
        await self._act("record_start", channel)

    async def pause_recording(self, channel: str) -> None:
        """Stop the recording for a while."""
        await self._act("record_pause", channel)

    async def resume_recording(self, channel: str) -> None:
        """Let a paused recording go on."""
        await self._act("record_unpause", channel)

    async def play_prompt(
        self,
        number: str,
        prompts: Sequence[str],
        *,
        count: int = 1,
        volume: int | None = None,
        auto_answer: bool = False,
        permission: str = "",
    ) -> None:
        """Ring a number and play custom prompts to it; `volume` 0 to 20. Event 30018 tells the end."""
        body: dict[str, Any] = {
            "number": number,
            "prompts": list(prompts),
            "count": count,
            "auto_answer": "yes" if auto_answer else "no",
        }
        if permission:
            body["dial_permission"] = permission
        if volume is not None:
            body["volume"] = volume
        await self._session.post("call/play_prompt", body)

    async def prompts(self) -> tuple[str, ...]:
        """The names of the custom prompts."""
        found = await self._session.pages("custom_prompt/list")
        return tuple(name for row in found if (name := text(row, "name")))
