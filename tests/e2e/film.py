"""Pictures of a page for the documentation, still and moving, small enough for a repository."""

from dataclasses import dataclass, field
import io
from pathlib import Path
import time

from PIL import Image, ImageDraw
from playwright.async_api import Locator, Page

# The tip of the pointer is its first corner.
POINTER = ((0, 0), (0, 19), (5, 15), (9, 23), (12, 22), (8, 14), (14, 14))


def keep(png: bytes, path: Path) -> None:
    """Save a screenshot as WebP."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(png)).convert("RGB").save(path, quality=82, method=6)


@dataclass
class Film:
    """What happens on a page, frame by frame, with the pointer that a person would see."""

    page: Page
    pointer: tuple[float, float]
    frames: list[Image.Image] = field(default_factory=list)
    durations: list[int] = field(default_factory=list)

    async def roll(self, seconds: float) -> None:
        """Film for so long."""
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            frame = Image.open(io.BytesIO(await self.page.screenshot())).convert("RGB")
            self._draw_pointer(frame)
            self._add(frame, begun)

    async def press(self, button: Locator) -> None:
        """Move the pointer to a button, and press it."""
        box = await button.bounding_box()
        assert box is not None
        goal = (box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6)
        start = self.pointer
        for step in (0.35, 0.7, 0.9, 1.0):
            self.pointer = tuple(a + (b - a) * step for a, b in zip(start, goal, strict=True))  # type: ignore[assignment]
            await self.page.mouse.move(*self.pointer)
            await self.roll(0.01)
        await button.click()

    def save(self, path: Path) -> None:
        """Write the film as an animated WebP that begins again when it is over."""
        path.parent.mkdir(parents=True, exist_ok=True)
        first, *others = self.frames
        first.save(path, save_all=True, append_images=others, duration=self.durations, loop=0, quality=70, method=4)

    def _add(self, frame: Image.Image, begun: float) -> None:
        shown = round((time.perf_counter() - begun) * 1000)
        if self.frames and frame.tobytes() == self.frames[-1].tobytes():
            self.durations[-1] += shown
        else:
            self.frames.append(frame)
            self.durations.append(shown)

    def _draw_pointer(self, frame: Image.Image) -> None:
        x, y = self.pointer
        ImageDraw.Draw(frame).polygon([(x + dx, y + dy) for dx, dy in POINTER], fill="black", outline="white")
