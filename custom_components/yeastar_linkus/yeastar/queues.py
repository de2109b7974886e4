"""Queues and their agents (query-queue-list, query-call-status-of-a-queue, query-agent-status-of-a-queue)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from .errors import NotFound
from .session import Session, joined
from .shape import integer, objects, rows, switch, text


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue; agents and managers are extension numbers."""

    id: int
    number: str
    name: str
    strategy: str
    static_agents: tuple[str, ...] = ()
    dynamic_agents: tuple[str, ...] = ()
    managers: tuple[str, ...] = ()

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of ``queue/list``."""
        return cls(
            id=integer(row, "id"),
            number=text(row, "number"),
            name=text(row, "name"),
            strategy=text(row, "ring_strategy"),
            static_agents=_people(row, "static_agent_list"),
            dynamic_agents=_people(row, "dynamic_agent_list"),
            managers=_people(row, "manager_list"),
        )


def _people(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(number for entry in objects(row.get(key)) if (number := text(entry, "text2")))


@dataclass(frozen=True, slots=True)
class QueueCall:
    """A call in a queue. `duration` in seconds; `agent` is empty while nobody rings."""

    call_id: str
    caller: str
    caller_name: str
    agent: str
    duration: int


@dataclass(frozen=True, slots=True)
class QueueCalls:
    """Who waits, rings and talks in a queue."""

    waiting: tuple[QueueCall, ...] = ()
    ringing: tuple[QueueCall, ...] = ()
    active: tuple[QueueCall, ...] = ()


class AgentActivity(StrEnum):
    """What an agent's telephone does."""

    UNKNOWN = "unknown"
    IDLE = "idle"
    TALKING = "talking"
    RINGING = "ringing"
    CALL_WAITING = "call_waiting"
    HELD = "held"


_ACTIVITIES = dict(enumerate(AgentActivity))


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent in one queue."""

    number: str
    name: str
    dynamic: bool
    logged_in: bool
    paused: bool
    pause_reason: str
    activity: AgentActivity

    @classmethod
    def from_api(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of ``queue/agent_status``."""
        return cls(
            number=text(row, "number"),
            name=text(row, "name"),
            dynamic=text(row, "agent_type") == "dynamic",
            logged_in=switch(row, "is_login"),
            paused=switch(row, "is_pause"),
            pause_reason=text(row, "pause_reason"),
            activity=_ACTIVITIES.get(integer(row, "call_status"), AgentActivity.UNKNOWN),
        )


class Queues:
    """Reads queues, and logs agents in and out."""

    def __init__(self, session: Session) -> None:
        """Use the Open API's session."""
        self._session = session

    async def all(self) -> tuple[Queue, ...]:
        """All queues, of all pages."""
        return tuple(map(Queue.from_api, await self._session.pages("queue/list", key="queue_list")))

    async def calls(self, queue_id: int) -> QueueCalls:
        """The calls in a queue; an idle one answers 60001, which is none."""
        path = "queue/call_status"
        try:
            answer = await self._session.get(path, {"id": queue_id})
        except NotFound:
            return QueueCalls()

        def read(key: str) -> tuple[QueueCall, ...]:
            return tuple(
                QueueCall(
                    call_id=text(row, "call_id"),
                    caller=text(row, "caller_number"),
                    caller_name=text(row, "caller_display_name"),
                    agent=text(row, "callee_number"),
                    duration=integer(row, "duration"),
                )
                for row in rows(answer, key, path)
            )

        return QueueCalls(read("waiting_list"), read("ringing_list"), read("active_list"))

    async def agents(self, queue_id: int) -> tuple[Agent, ...]:
        """The agents of a queue; an idle one may answer 60001, which tells nothing about them."""
        path = "queue/agent_status"
        try:
            answer = await self._session.get(path, {"id": queue_id})
        except NotFound:
            return ()
        return tuple(map(Agent.from_api, rows(answer, "data", path)))

    async def log_in(self, extension_id: int, queue_ids: Iterable[int] = (), *, paused: bool = False) -> None:
        """Log an agent in, to some queues or to all of its queues. `extension_id` is the PBX's internal id."""
        await self._agent("login", extension_id, queue_ids, operation="login", is_paused=int(paused))

    async def log_out(self, extension_id: int, queue_ids: Iterable[int] = ()) -> None:
        """Log an agent out."""
        await self._agent("login", extension_id, queue_ids, operation="logout")

    async def pause(self, extension_id: int, queue_ids: Iterable[int] = (), *, reason: str = "") -> None:
        """Let an agent take a pause. A reason needs a Call Center subscription; without one the PBX refuses it."""
        more = {"reason": reason} if reason else {}
        await self._agent("pause", extension_id, queue_ids, operation="pause", **more)

    async def unpause(self, extension_id: int, queue_ids: Iterable[int] = ()) -> None:
        """End an agent's pause."""
        await self._agent("pause", extension_id, queue_ids, operation="unpause")

    async def _agent(self, path: str, extension_id: int, queue_ids: Iterable[int], **more: str | int) -> None:
        queues = joined(queue_ids)
        query = {"ext_id": extension_id, **({"queue_ids": queues} if queues else {}), **more}
        await self._session.get(f"agent/{path}", query)
