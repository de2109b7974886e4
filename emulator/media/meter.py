"""What a test needs to know about audio: how loud it is and which frequency is in it."""

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Samples = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Reading:
    """A look at the last second of audio.

    ``rms`` is relative to full scale (0..1), ``hz`` the strongest frequency (0 in silence).
    """

    frames: int
    rms: float
    hz: float


class Meter:
    """Keeps the latest second of mono 16-bit audio; the arithmetic runs only when somebody looks."""

    def __init__(self, rate: int, frame: int) -> None:
        self._rate = rate
        self._recent: deque[Samples] = deque(maxlen=rate // frame)
        self.frames = 0

    def add(self, samples: Samples) -> None:
        """One frame of mono samples."""
        self._recent.append(samples)
        self.frames += 1

    def clear(self) -> None:
        """Forget what was heard, so that the next reading shows only what comes from now on."""
        self._recent.clear()

    def read(self) -> Reading:
        """Loudness and strongest frequency of the last second."""
        if not self._recent:
            return Reading(self.frames, 0.0, 0.0)
        signal = np.concatenate(list(self._recent)).astype(np.float64) / 32768
        rms = float(np.sqrt(np.mean(signal**2)))
        if rms < 1e-4:
            return Reading(self.frames, rms, 0.0)
        spectrum = np.abs(np.fft.rfft(signal * np.hanning(signal.size)))
        spectrum[:2] = 0
        return Reading(self.frames, rms, float(np.argmax(spectrum)) * self._rate / signal.size)
