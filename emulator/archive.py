"""What the PBX keeps as sound: voicemail messages and recordings, and the links to download them."""

from dataclasses import dataclass, field
from functools import cache
import io
import math
import secrets
import struct
from typing import Any
import wave

from .clock import Clock
from .house import House
from .legs import Call, Leg

_RATE = 8000
_LONGEST = 30  # seconds of sound in a file, whatever it says on the label


@dataclass(slots=True)
class Message:
    """A voicemail message."""

    id: int
    mailbox: str
    caller: str
    caller_name: str
    at: float
    seconds: int
    uid: str = ""
    is_read: bool = False

    @property
    def file_name(self) -> str:
        """Unique on this PBX."""
        return f"vm-{self.mailbox}-{int(self.at)}-{self.id}.wav"

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(sound(self.seconds))


@dataclass(slots=True)
class Recording:
    """A recorded call."""

    id: int
    call: Call = field(repr=False)
    file: str
    at: float
    seconds: int

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(sound(self.seconds))


@dataclass(frozen=True, slots=True)
class Download:
    """A file that a link gives for a while."""

    name: str
    body: bytes
    content_type: str
    expires_at: float


class Archive:
    """Messages, recordings, links."""

    def __init__(self, house: House, clock: Clock) -> None:
        self._house = house
        self._clock = clock
        self.messages: list[Message] = []
        self.recordings: list[Recording] = []
        self._downloads: dict[str, Download] = {}

    def take(self, call: Call) -> None:
        """A call is over: keep what it left."""
        ended = call.ended_at if call.ended_at is not None else call.started_at
        if call.mailbox:
            since = call.stages[-1].started_at if call.stages else call.started_at
            self.leave(call.mailbox, call.caller_number, call.caller_name, max(1, int(ended - since)), call.uid)
        if call.recording:
            pause(call, ended)
            number = len(self.recordings) + 1
            self.recordings.append(
                Recording(number, call, call.recording, call.started_at, max(1, int(call.recorded_seconds)))
            )

    def leave(self, mailbox: str, caller: str, name: str, seconds: int, uid: str = "") -> Message:
        """Put a message into a mailbox."""
        number = max((message.id for message in self.messages), default=0) + 1
        message = Message(number, mailbox, caller, name, self._clock.now(), seconds, uid)
        self.messages.append(message)
        return message

    def link(self, name: str, body: bytes, content_type: str = "audio/wav") -> dict[str, Any]:
        """``file`` and ``download_resource_url`` of an answer."""
        key = secrets.token_hex(16)
        until = self._clock.now() + self._house.knobs.download_seconds
        self._downloads[key] = Download(name, body, content_type, until)
        return {"file": name, "download_resource_url": f"/api/download/{key}/{name}"}

    def fetch(self, key: str) -> Download | None:
        """The file behind a link that is still good."""
        found = self._downloads.get(key)
        return found if found is not None and found.expires_at > self._clock.now() else None


def start(leg: Leg, now: float, wall_name: str) -> None:
    """Begin or go on recording a member's call."""
    call = leg.call
    if call.recording_state == "recording":
        return
    if not call.recording:
        call.recording = f"{wall_name}-{call.id}-{call.caller_number}-{call.callee_number}-{call.kind}.wav"
    call.recording_state, call.recorded_by, call.recorded_from = "recording", leg, now


def pause(call: Call, now: float) -> None:
    """Stop the tape."""
    if call.recording_state == "recording":
        call.recorded_seconds += now - call.recorded_from
        call.recording_state = "pause"


def sound(seconds: float) -> bytes:
    """A WAV file with a soft tone of that length, at most half a minute: 8 kHz, 16 bit, mono."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(_second_of_tone() * max(1, min(_LONGEST, round(seconds))))
    return target.getvalue()


@cache
def _second_of_tone() -> bytes:
    return b"".join(struct.pack("<h", int(4000 * math.sin(2 * math.pi * 440 * n / _RATE))) for n in range(_RATE))
