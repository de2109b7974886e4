"""The timer that settles calls of which nothing more is heard: a record that never came, a leg in doubt."""

import asyncio
from collections.abc import Callable
import time

from homeassistant.core import HomeAssistant, callback

from ..yeastar.call_model import Changes
from ..yeastar.calls import CallBook


class CallExpiry:
    """Lets the book settle what is due, and tells what that changed."""

    def __init__(self, hass: HomeAssistant, book: CallBook, tell: Callable[[Changes], None]) -> None:
        """Prepare; no timer runs yet."""
        self._loop = hass.loop
        self._book = book
        self._tell = tell
        self._timer: asyncio.TimerHandle | None = None

    @callback
    def plan(self) -> None:
        """Look again when the book has something to settle."""
        if (due := self._book.due) is None:
            return
        when = self._loop.time() + max(due - time.time(), 0.1)
        # Most events change nothing about it: a look that comes too early costs less than a timer for every event.
        if self._timer is not None and self._timer.when() <= when:
            return
        self.cancel()
        self._timer = self._loop.call_at(when, self._expire)

    @callback
    def cancel(self) -> None:
        """Stop waiting."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @callback
    def _expire(self) -> None:
        self._timer = None
        self._tell(self._book.expire(time.time()))
