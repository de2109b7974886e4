"""Who answers the queues: agents log in, pause, and miss calls."""

from collections.abc import Callable
from dataclasses import dataclass

from .facts import AgentChanged, Fact
from .house import House, QueueConfig


@dataclass(slots=True)
class Agent:
    """One agent of one queue."""

    number: str
    kind: str  # static | dynamic
    logged_in: bool
    paused: bool = False
    pause_reason: str = ""
    max_pause: int = 0
    max_login: int = 0


class Agents:
    """The agents of all queues, by queue number. ``activity`` says what an extension is doing, as event 30008 does."""

    def __init__(self, house: House, activity: Callable[[str], str], tell: Callable[[Fact], None]) -> None:
        self._activity = activity
        self._tell = tell
        self.queues: dict[str, list[Agent]] = {
            queue.number: [Agent(number, "static", True) for number in queue.static_agents]
            + [Agent(number, "dynamic", False) for number in queue.dynamic_agents]
            for queue in house.queues
        }

    def of(self, queue: str) -> list[Agent]:
        """The agents of a queue."""
        return self.queues.get(queue, [])

    def ready(self, queue: QueueConfig) -> list[str]:
        """Extension numbers of the agents that can be rung now."""
        return [
            agent.number
            for agent in self.of(queue.number)
            if agent.logged_in and not agent.paused and self._activity(agent.number) == "Idle"
        ]

    def log_in(self, queue: str, agent: Agent, logged_in: bool, *, paused: bool = False) -> None:
        """Log an agent in or out; static agents stay."""
        if agent.kind == "static" or (agent.logged_in is logged_in and agent.paused is paused):
            return
        agent.logged_in, agent.paused = logged_in, paused and logged_in
        self._tell(AgentChanged(queue, agent.number, "Logged In" if logged_in else "Logged Out", ""))

    def pause(self, queue: str, agent: Agent, paused: bool, reason: str = "") -> None:
        """Pause an agent, or take the pause back."""
        if agent.paused is paused or not agent.logged_in:
            return
        agent.paused, agent.pause_reason = paused, reason if paused else ""
        self._tell(AgentChanged(queue, agent.number, "Paused" if paused else "Idle", agent.pause_reason))
