"""Recordings and messages as sound, and where on the PBX they are for the moment."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum
import time
from typing import Final

from homeassistant.core import callback

from ..yeastar.client import YeastarClient
from ..yeastar.session import FileLink

LINK_SECONDS: Final = 1500.0
"""The PBX lends a file for 30 minutes; asked for again before that."""
LINKS: Final = 64


class SoundKind(StrEnum):
    """Where the PBX keeps it."""

    RECORDING = "recordings"
    MESSAGE = "voicemail"


@dataclass(frozen=True, slots=True)
class Sound:
    """One recording or message. `owner` is the extension as whose it is heard; empty: as anybody's, by who may hear all.

    A recording's `id` is its number, or the name of its file where a call record told that.
    """

    entry_id: str
    kind: SoundKind
    owner: str
    id: str


def content_type(file: str) -> str:
    """Return the type of a sound file, by its name."""
    return "audio/mpeg" if file.lower().endswith(".mp3") else "audio/wav"


class SoundLinks:
    """Links to files on one PBX, each asked for once while it is good. They never leave Home Assistant."""

    def __init__(self, client: YeastarClient) -> None:
        """Begin with none."""
        self._client = client
        self._links: OrderedDict[tuple[SoundKind, str], tuple[float, FileLink]] = OrderedDict()
        # A PBX that keeps MP3 prepares one recording at a time.
        self._one = asyncio.Lock()

    async def of(self, sound: Sound) -> FileLink:
        """Return a link that is good. Raises what the client raises."""
        key = (sound.kind, sound.id)
        async with self._one:
            until, link = self._links.get(key, (0.0, None))
            if link is not None and until > time.monotonic():
                return link
            if sound.kind is SoundKind.RECORDING and sound.id.isdecimal():
                link = await self._client.recordings.link(int(sound.id))
            elif sound.kind is SoundKind.RECORDING:
                link = await self._client.recordings.link_of_file(sound.id)
            else:
                link = await self._client.voicemail.link(sound.id)
            self._links[key] = (time.monotonic() + LINK_SECONDS, link)
            if len(self._links) > LINKS:
                self._links.popitem(last=False)
            return link

    @callback
    def forget(self, sound: Sound) -> bool:
        """The PBX does not know the link any more. Returns whether there was one."""
        return self._links.pop((sound.kind, sound.id), None) is not None
