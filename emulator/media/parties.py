"""The audio of simulated parties: those who echo, those who whistle, those who say nothing.

Each is a ``Media`` as the switchboard's contract has it: ``incoming`` is what the party says, ``play`` what it hears.
"""

import asyncio
from collections.abc import Sequence
from typing import override

from aiortc.mediastreams import MediaStreamTrack
import numpy as np
import numpy.typing as npt

from emulator.legs import Media

from .meter import Meter, Reading, Samples
from .tracks import RATE, SAMPLES, Feed, Outlet, Paced, Tone, listen


class SilentParty:
    """Listens and measures what it hears; says nothing."""

    def __init__(self) -> None:
        self.incoming: object | None = None
        self._meter = Meter(RATE, SAMPLES)
        self._reader: asyncio.Task[None] | None = None
        self._track: MediaStreamTrack | None = None

    def play(self, track: object | None) -> None:
        """What the party hears from now on."""
        if track is self._track:
            return
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None
        self._track = track if isinstance(track, MediaStreamTrack) else None
        if self._track is not None:
            self._reader = asyncio.ensure_future(self._listen(self._track))

    def heard(self) -> Reading:
        """The last second of what the party heard."""
        return self._meter.read()

    async def close(self) -> None:
        """The PBX stops."""
        reader = self._reader
        self.play(None)
        if isinstance(self.incoming, MediaStreamTrack):
            self.incoming.stop()
        if reader is not None:
            await asyncio.wait({reader})

    def _hear(self, samples: Samples) -> None:
        self._meter.add(samples)

    async def _listen(self, track: MediaStreamTrack) -> None:
        async for samples in listen(track):
            self._hear(samples)


class EchoParty(SilentParty):
    """Says what it hears."""

    def __init__(self) -> None:
        super().__init__()
        self._echo = Feed()
        self.incoming = self._echo

    @override
    def _hear(self, samples: Samples) -> None:
        super()._hear(samples)
        self._echo.push(samples)


class ToneParty(SilentParty):
    """Whistles one note: ``hz`` hertz at ``level`` of full scale."""

    def __init__(self, hz: float = 440.0, level: float = 0.3) -> None:
        super().__init__()
        self.incoming = Tone(hz, level)


def party(sound: str) -> SilentParty:
    """The media of a simulated party by the name of its sound: ``echo``, ``tone``, anything else is silence."""
    if sound == "echo":
        return EchoParty()
    return ToneParty() if sound == "tone" else SilentParty()


class Mix(Paced):
    """Several voices as one track, for one reader."""

    ends_with_reader = True

    def __init__(self, tracks: Sequence[MediaStreamTrack]) -> None:
        super().__init__()
        self._outlets = [Outlet() for _ in tracks]
        for outlet, track in zip(self._outlets, tracks, strict=True):
            outlet.play(track)

    @override
    def samples(self) -> Samples:
        voices = [outlet.samples().astype(np.int32) for outlet in self._outlets]
        together: npt.NDArray[np.int32] = np.sum(voices, axis=0)
        return np.clip(together, -32768, 32767).astype(np.int16)

    @override
    def stop(self) -> None:
        for outlet in self._outlets:
            outlet.stop()
        super().stop()


def mix(voices: Sequence[Media]) -> MediaStreamTrack:
    """One track of several parties' audio, for calls of three and more."""
    return Mix([voice.incoming for voice in voices if isinstance(voice.incoming, MediaStreamTrack)])
