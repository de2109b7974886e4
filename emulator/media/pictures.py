"""Pictures of calls: what a browser's camera shows, and what the other side gets to see."""

import asyncio
from fractions import Fraction
import time
from typing import override

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import VideoFrame
import numpy as np

CLOCK = 90000
EVERY = 0.1
"""Seconds from one frame to the next."""
WIDTH, HEIGHT = 320, 240
CARD = (40, 60, 200)
"""Red, green and blue of the test card: what the other side sees of a party without a camera."""


class Camera:
    """The newest frame of a browser's camera."""

    def __init__(self) -> None:
        self.frames = 0
        self.newest: VideoFrame | None = None

    @property
    def light(self) -> float:
        """How bright the newest frame is, 0 … 255; 0 without one."""
        return 0.0 if self.newest is None else float(np.mean(self.newest.to_ndarray(format="gray")))

    async def follow(self, track: MediaStreamTrack) -> None:
        """Take every frame until the track ends."""
        try:
            while isinstance(frame := await track.recv(), VideoFrame):
                self.frames += 1
                self.newest = frame
        except MediaStreamError:
            self.newest = None


class Screen(MediaStreamTrack):
    """What a browser gets to see: the camera of its partner, or a test card with a bar that wanders."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self.camera: Camera | None = None
        self._shown = 0
        self._started: float | None = None

    @override
    async def recv(self) -> VideoFrame:
        if self.readyState != "live":
            raise MediaStreamError
        now = time.monotonic()
        if self._started is None:
            self._started = now
        await asyncio.sleep(max(0.0, self._started + self._shown * EVERY - now))
        newest = self.camera.newest if self.camera is not None else None
        if newest is None:
            frame = VideoFrame.from_ndarray(self._card(), format="rgb24")
        else:
            # A frame of its own: the same one may be shown to several.
            frame = VideoFrame.from_ndarray(newest.to_ndarray(format="yuv420p"), format="yuv420p")
        frame.pts = int(self._shown * EVERY * CLOCK)
        frame.time_base = Fraction(1, CLOCK)
        self._shown += 1
        return frame

    def _card(self) -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
        card = np.full((HEIGHT, WIDTH, 3), CARD, dtype=np.uint8)
        at = self._shown * 8 % WIDTH
        card[:, at : at + 8] = 255
        return card
