"""Audio tracks of the emulator: 48 kHz, mono, 16 bit, 20 ms frames."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from fractions import Fraction
import time
from typing import override

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, AudioResampler
import numpy as np

from .meter import Meter, Samples
from .pictures import Camera

RATE = 48000
SAMPLES = 960
SILENCE: Samples = np.zeros(SAMPLES, dtype=np.int16)
BACKLOG = 10  # frames a slow reader may fall behind before the oldest are dropped


def to_frame(samples: Samples, pts: int) -> AudioFrame:
    """Mono samples as a frame of aiortc's kind."""
    frame = AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = RATE
    frame.pts = pts
    frame.time_base = Fraction(1, RATE)
    return frame


class Normaliser:
    """Turns whatever a track yields (G.711 at 8 kHz, stereo opus) into mono 48 kHz frames of 20 ms."""

    def __init__(self) -> None:
        self._resampler = AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=SAMPLES)

    def __call__(self, frame: AudioFrame) -> list[Samples]:
        """The samples of one frame; empty while the resampler still collects."""
        return [out.to_ndarray().reshape(-1).astype(np.int16) for out in self._resampler.resample(frame)]


class Paced(MediaStreamTrack):
    """A track that yields one frame every 20 ms of wall clock."""

    kind = "audio"
    ends_with_reader = False

    def __init__(self) -> None:
        super().__init__()
        self._pts = 0
        self._started: float | None = None

    def samples(self) -> Samples:
        """The next 20 ms."""
        return SILENCE

    @override
    async def recv(self) -> AudioFrame:
        if self.readyState != "live":
            raise MediaStreamError
        now = time.monotonic()
        if self._started is None:
            self._started = now
        wait = self._started + self._pts / RATE - now
        if wait > 0:
            await asyncio.sleep(wait)
        elif wait < -0.2:
            self._started -= wait  # the machine stood still: do not send the missing time as one burst
        frame = to_frame(self.samples(), self._pts)
        self._pts += SAMPLES
        return frame


class Tone(Paced):
    """A sine wave, ``hz`` hertz, ``level`` of full scale."""

    def fork(self) -> Tone:
        """The same note for another reader."""
        return Tone(self.hz, self.level)

    def __init__(self, hz: float = 440.0, level: float = 0.3) -> None:
        super().__init__()
        self.hz = hz
        self.level = level

    @override
    def samples(self) -> Samples:
        moments = (np.arange(SAMPLES) + self._pts) / RATE
        return (np.sin(2 * np.pi * self.hz * moments) * self.level * 32767).astype(np.int16)


class Feed(MediaStreamTrack):
    """A track fed by ``push``: what a party says. A reader that falls behind loses the oldest frames, not the newest.

    Several listeners each read their own ``fork``. ``camera`` is what the party shows.
    """

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.camera: Camera | None = None
        self._frames: deque[Samples] = deque(maxlen=BACKLOG)
        self._ready = asyncio.Event()
        self._pts = 0
        self._forks: list[Feed] = []

    def fork(self) -> Feed:
        """What is pushed from now on, for another reader, until that reader stops it."""
        fork = Feed()
        self._forks = [*(f for f in self._forks if f.readyState == "live"), fork]
        return fork

    def push(self, samples: Samples) -> None:
        """Add 20 ms."""
        self._frames.append(samples)
        self._ready.set()
        for fork in self._forks:
            fork.push(samples)

    @override
    def stop(self) -> None:
        super().stop()
        self._ready.set()
        for fork in self._forks:
            fork.stop()

    @override
    async def recv(self) -> AudioFrame:
        while not self._frames:
            if self.readyState != "live":
                raise MediaStreamError
            self._ready.clear()
            await self._ready.wait()
        frame = to_frame(self._frames.popleft(), self._pts)
        self._pts += SAMPLES
        return frame


class Outlet(Paced):
    """What is sent to a party: the track it was last given, silence where that track has nothing.

    The source can be changed at any time; its clock and the outlet's are independent.
    """

    def __init__(self) -> None:
        super().__init__()
        self.meter = Meter(RATE, SAMPLES)
        self._queue: deque[Samples] = deque(maxlen=BACKLOG)
        self._source: MediaStreamTrack | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def source(self) -> MediaStreamTrack | None:
        """What is playing."""
        return self._source

    def play(self, track: MediaStreamTrack | None) -> None:
        """Play this track from now on (None: silence)."""
        if track is self._source:
            return
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None
        self._queue.clear()
        self._source = track
        if track is not None:
            self._reader = asyncio.ensure_future(self._read(track))

    @override
    def samples(self) -> Samples:
        samples = self._queue.popleft() if self._queue else SILENCE
        self.meter.add(samples)
        return samples

    @override
    def stop(self) -> None:
        self.play(None)
        super().stop()

    async def _read(self, track: MediaStreamTrack) -> None:
        async for samples in listen(track):
            self._queue.append(samples)


async def listen(track: MediaStreamTrack) -> AsyncIterator[Samples]:
    """The audio of a track until it ends, without taking it away from other listeners."""
    own = track.fork() if isinstance(track, Tone | Feed) else None
    normalise = Normaliser()
    try:
        with suppress(MediaStreamError):
            while True:
                frame = await (own or track).recv()
                if isinstance(frame, AudioFrame):
                    for samples in normalise(frame):
                        yield samples
    finally:
        if own is not None:
            own.stop()
        elif isinstance(track, Paced) and track.ends_with_reader:
            track.stop()
