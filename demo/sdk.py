"""Which Linkus SDK the browsers of the house get: a file somebody has, or the stand-in that is built here."""

import asyncio
from dataclasses import dataclass
import hashlib
import os
from pathlib import Path
from typing import Self

from emulator.standin import path as built_standin

OFFICIAL_SHA256 = "4d1ab70940d82c559ffa604a024cb0dc8dffa168b3c8613f578d49a0ea987c41"


@dataclass(frozen=True)
class SdkFile:
    """A file to hand over through the integration's upload, and what it is in words."""

    path: Path
    description: str
    official: bool = False

    @classmethod
    def given(cls, path: Path) -> Self:
        """A file that somebody named."""
        official = hashlib.sha256(path.read_bytes()).hexdigest() == OFFICIAL_SHA256
        known = "the official 1.0.15" if official else "not the official 1.0.15"
        return cls(path.resolve(), f"{path} ({known})", official)


def given_ui() -> tuple[Path, ...]:
    """The files of the official UI in the folder that SDK_UI_DIR names; none without it."""
    folder = os.environ.get("SDK_UI_DIR")
    if not folder:
        return ()
    files = tuple(Path(folder).resolve() / name for name in ("ys-webrtc-sdk-ui.js", "ys-webrtc-sdk-ui.css"))
    if missing := [str(file) for file in files if not file.is_file()]:
        raise SystemExit(f"SDK_UI_DIR={folder} has no {', '.join(missing)}")
    return files


async def standin() -> SdkFile:
    """The stand-in, built if need be."""
    return SdkFile(
        await asyncio.to_thread(built_standin), "the stand-in (JsSIP, for machines without the official file)"
    )
