"""Sensors of a queue: who waits, who works, and how the day went."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfTime

from ..coordinator import YeastarCoordinator
from ..entity import QueueEntity
from ..pbx.call_counts import ABANDONED, ANSWERED
from ..pbx.queue_watch import QueueFigures, is_free
from ..yeastar.queues import Queue
from .daily import DailySensor, daily


@dataclass(frozen=True, kw_only=True)
class QueueSensorDescription(SensorEntityDescription):
    """A figure of a queue, as it was read last."""

    state_class: SensorStateClass = SensorStateClass.MEASUREMENT
    value_fn: Callable[[QueueFigures], int | None]


SENSORS = (
    QueueSensorDescription(
        key="waiting",
        translation_key="queue_waiting",
        value_fn=lambda figures: figures.waiting,
    ),
    QueueSensorDescription(
        key="longest_wait",
        translation_key="queue_longest_wait",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=0,
        value_fn=lambda figures: figures.longest_wait,
    ),
    QueueSensorDescription(
        key="active",
        translation_key="queue_active",
        value_fn=lambda figures: len(figures.calls.active),
    ),
    QueueSensorDescription(
        key="agents_logged_in",
        translation_key="queue_agents_logged_in",
        value_fn=lambda figures: figures.agents_that(lambda agent: agent.logged_in),
    ),
    QueueSensorDescription(
        key="agents_paused",
        translation_key="queue_agents_paused",
        value_fn=lambda figures: figures.agents_that(lambda agent: agent.logged_in and agent.paused),
    ),
    QueueSensorDescription(
        key="agents_free",
        translation_key="queue_agents_free",
        value_fn=lambda figures: figures.agents_that(is_free),
    ),
)
TODAY = ((ANSWERED, daily("queue_answered_today")), (ABANDONED, daily("queue_abandoned_today")))


def queue_sensors(coordinator: YeastarCoordinator, queue: Queue) -> list[SensorEntity]:
    """Return the sensors of one queue."""
    return [
        *(QueueSensor(coordinator, queue, description) for description in SENSORS),
        *(QueueTodaySensor(coordinator, queue, what, description) for what, description in TODAY),
    ]


class QueueSensor(QueueEntity, SensorEntity):
    """One figure of a queue. Unavailable while the queue cannot be read."""

    entity_description: QueueSensorDescription

    @property
    @override
    def available(self) -> bool:
        return super().available and self._figures is not None

    @property
    def _figures(self) -> QueueFigures | None:
        return self.coordinator.queues.figures(self.number)

    @override
    def watched(self) -> object:
        return self.native_value

    @property
    @override
    def native_value(self) -> int | None:
        figures = self._figures
        return None if figures is None else self.entity_description.value_fn(figures)


class QueueTodaySensor(DailySensor, QueueEntity):
    """Calls of the queue that ended today with an agent, or without one."""

    def __init__(
        self, coordinator: YeastarCoordinator, queue: Queue, what: str, description: SensorEntityDescription
    ) -> None:
        """Count the calls of that outcome."""
        super().__init__(coordinator, queue, description)
        self.counted = (queue.number, what)
