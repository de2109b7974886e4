"""What becomes of a call that was dialed for somebody, without asking the PBX."""

import asyncio
from typing import Final

from homeassistant.core import callback

from ..coordinator import YeastarCoordinator
from ..yeastar.call_model import Outcome

ANSWERED: Final = "answered"
NO_ANSWER: Final = "no_answer"
TIMEOUT: Final = "timeout"

_WORDS: Final = {
    Outcome.ANSWERED: ANSWERED,
    Outcome.TRANSFERRED: ANSWERED,
    Outcome.BUSY: "busy",
    Outcome.REJECTED: "rejected",
    Outcome.FAILED: "failed",
}


class DialWatch:
    """Listens from before the order until the callee has answered or the call is over.

    The caller's own phone answers first, which is no answer: the book's `answered_at` is the callee's.
    """

    def __init__(self, coordinator: YeastarCoordinator, extension: str) -> None:
        """Begin to listen to the extension that dials."""
        self._coordinator = coordinator
        self._call_id = ""
        self._outcome: asyncio.Future[str] = coordinator.hass.loop.create_future()
        self.stop = coordinator.async_listen(extension, self._look)

    async def outcome_of(self, call_id: str, seconds: float) -> str:
        """Return answered, busy, no_answer, rejected or failed as soon as it is known, else timeout."""
        self._call_id = call_id
        self._look()
        try:
            async with asyncio.timeout(seconds):
                return await self._outcome
        except TimeoutError:
            return TIMEOUT

    @callback
    def _look(self) -> None:
        call = self._coordinator.book.calls.get(self._call_id)
        if call is None or self._outcome.done():
            return
        if call.outcome is not None:
            self._outcome.set_result(_WORDS.get(call.outcome, NO_ANSWER))
        elif call.answered_at is not None:
            self._outcome.set_result(ANSWERED)
