"""The queues' figures. A queue is read when something happens in it, while somebody is in it, and with the slow poll."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..const import DOMAIN, LOGGER
from ..yeastar.client import YeastarClient
from ..yeastar.errors import YeastarError
from ..yeastar.queues import Agent, AgentActivity, Queue, QueueCalls

SETTLE_SECONDS: Final = 0.5
"""Several events tell of one thing: wait for them before asking."""
GAP_SECONDS: Final = 2.0
"""Least time between two rounds of reading."""
BUSY_SECONDS: Final = 10.0
"""How often a queue with somebody in it is read."""

_NOBODY = QueueCalls()


@dataclass(frozen=True, slots=True)
class QueueFigures:
    """One queue as it was read last. Agents are those that were last known: an idle queue may tell nothing of them."""

    calls: QueueCalls = _NOBODY
    agents: tuple[Agent, ...] | None = None

    @property
    def busy(self) -> bool:
        """Whether somebody is in the queue."""
        return bool(self.calls.waiting or self.calls.ringing or self.calls.active)

    @property
    def waiting(self) -> int:
        """Callers whom nobody has answered yet, whether an agent's phone rings or not."""
        return len({call.call_id for call in (*self.calls.waiting, *self.calls.ringing)})

    @property
    def longest_wait(self) -> int:
        """How long the caller at the front has waited, in seconds."""
        return max((call.duration for call in (*self.calls.waiting, *self.calls.ringing)), default=0)

    def agents_that(self, fits: Callable[[Agent], bool]) -> int | None:
        """Return how many agents fit; None while the PBX has told nothing about them."""
        return None if self.agents is None else sum(map(fits, self.agents))


def is_free(agent: Agent) -> bool:
    """Whether the queue may ring this agent now."""
    return agent.logged_in and not agent.paused and agent.activity is AgentActivity.IDLE


class QueueWatch:
    """Reads the queues that somebody looks at, no oftener than needed, one request at a time."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: YeastarClient,
        tell: Callable[[str], None],
        unattended: Callable[[], bool],
    ) -> None:
        """Prepare. `tell` takes the number of a queue that was read; `unattended` says whether a caller may be in any."""
        self._hass = hass
        self._entry = entry
        self._client = client
        self._tell = tell
        self._unattended = unattended
        self._queues: Mapping[str, Queue] = {}
        self._looked_at: dict[str, int] = {}
        self._figures: dict[str, QueueFigures] = {}
        self._due: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._reading = False
        self._read_at = 0.0
        entry.async_on_unload(self._cancel)

    def figures(self, number: str) -> QueueFigures | None:
        """Return what was read last; None before the first answer and after a failure."""
        return self._figures.get(number)

    @callback
    def look_at(self, number: str) -> CALLBACK_TYPE:
        """Read this queue from now on. Returns what ends it."""
        self._looked_at[number] = self._looked_at.get(number, 0) + 1
        self.ask((number,))

        @callback
        def stop() -> None:
            self._looked_at[number] -= 1
            if not self._looked_at[number]:
                del self._looked_at[number]

        return stop

    @callback
    def take(self, queues: Mapping[str, Queue]) -> None:
        """Take the list of queues that the poll read, and read each."""
        self._queues = queues
        self._figures = {number: known for number, known in self._figures.items() if number in queues}
        self.ask(self._looked_at)

    @callback
    def ask(self, numbers: Iterable[str]) -> None:
        """Something happened in these queues: read them soon. Numbers of other things are passed over."""
        if wanted := {number for number in numbers if number in self._looked_at}:
            self._due |= wanted
            self._plan(SETTLE_SECONDS)

    @callback
    def ask_all(self) -> None:
        """A caller may be in any queue: no event says in which."""
        self.ask(self._looked_at)

    @callback
    def _plan(self, seconds: float) -> None:
        if self._reading:
            return
        when = max(self._hass.loop.time() + seconds, self._read_at + GAP_SECONDS)
        if self._timer is not None:
            if self._timer.when() <= when:
                return
            self._timer.cancel()
        self._timer = self._hass.loop.call_at(when, self._begin)

    @callback
    def _begin(self) -> None:
        self._timer = None
        self._reading = True
        if self._unattended():
            self._due.update(self._looked_at)
        self._due.update(number for number, known in self._figures.items() if known.busy)
        self._entry.async_create_background_task(self._hass, self._async_read(), f"{DOMAIN} queues")

    async def _async_read(self) -> None:
        due, self._due = self._due, set()
        try:
            for number in sorted(due):
                if number in self._looked_at and (queue := self._queues.get(number)) is not None:
                    await self._async_read_one(queue)
        finally:
            self._reading = False
            self._read_at = self._hass.loop.time()
        if self._due:
            self._plan(SETTLE_SECONDS)
        elif self._looked_at and (self._unattended() or any(known.busy for known in self._figures.values())):
            self._plan(BUSY_SECONDS)

    async def _async_read_one(self, queue: Queue) -> None:
        """Read one queue. After a failure nothing is known of it but its agents."""
        before = self._figures.get(queue.number, QueueFigures())
        try:
            calls = await self._client.queues.calls(queue.id)
            agents = await self._client.queues.agents(queue.id)
        except YeastarError as err:
            LOGGER.debug("A queue could not be read: %s", err)
            self._figures.pop(queue.number, None)
        else:
            self._figures[queue.number] = replace(before, calls=calls, agents=agents or before.agents)
        self._tell(queue.number)

    @callback
    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
