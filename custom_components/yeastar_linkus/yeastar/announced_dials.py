"""Calls that we order: the phone of the one who dials rings first, which is no incoming call."""

from typing import Final

DIAL_WAIT: Final = 60.0
"""How long an announced call may take to appear, in seconds."""


class AnnouncedDials:
    """Which extensions we are about to let dial, until their calls appear."""

    def __init__(self) -> None:
        """Start without any."""
        self._dials: dict[str, tuple[str, float]] = {}

    def expect(self, caller: str, callee: str, at: float) -> None:
        """We are about to let this extension dial, at this Unix time."""
        self._dials = {number: dial for number, dial in self._dials.items() if dial[1] > at}
        self._dials[caller] = (callee, at + DIAL_WAIT)

    def cancel(self, caller: str) -> None:
        """The announced call was refused: the next ringing of that extension is none of ours."""
        self._dials.pop(caller, None)

    def claim(self, caller: str, at: float) -> str | None:
        """A new call of this extension appeared: return whom it was let dial; None if the call is none of ours."""
        callee, until = self._dials.pop(caller, (None, at))
        return callee if at <= until else None
