"""Copies are dropped, news is not."""

import pytest

from custom_components.yeastar_linkus.pbx import last_events
from custom_components.yeastar_linkus.pbx.last_events import LastEvents
from custom_components.yeastar_linkus.yeastar.event_kinds import (
    Event,
    ExtensionCallStatus,
    ExtensionChanged,
    ExtensionStatus,
    Severity,
    SystemEvent,
)

ALARM = SystemEvent(severity=Severity.ALERT, name="sip_trunk_disconnect", kind="telephony", content="Outside")
RENAMED = ExtensionChanged(extension="1001", change="UPDATE")


@pytest.mark.parametrize("event", [ALARM, RENAMED])
def test_the_same_may_happen_twice(event: Event) -> None:
    last = LastEvents()
    assert [last.repeated(event, "webhook", at) for at in (0, 0, 5, 7000)] == [False] * 4


def test_the_other_ways_copy_is_no_news() -> None:
    last = LastEvents()
    ways = ["webhook", "websocket", "webhook", "webhook", "websocket", "websocket", "websocket", "webhook"]
    told = [last.repeated(ALARM, way, at) for at, way in enumerate(ways)]
    assert told == [False, True, False, False, True, True, False, True]
    assert not last.repeated(ALARM, "websocket", last_events.COPY_SECONDS + 1)


def test_a_state_told_again_is_no_news_until_another_one_was() -> None:
    last = LastEvents()
    rings = ExtensionCallStatus(extension="1001", status=ExtensionStatus.RINGING)
    idle = ExtensionCallStatus(extension="1001", status=ExtensionStatus.IDLE)
    assert [last.repeated(event, "webhook", 0) for event in (rings, rings, idle, rings)] == [False, True, False, False]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_events, "REMEMBERED", 2)
    last = LastEvents()
    for number in range(4):
        last.repeated(ExtensionChanged(extension=str(number), change="UPDATE"), "webhook", 0)
        last.repeated(ExtensionCallStatus(extension=str(number), status=ExtensionStatus.IDLE), "webhook", 0)
    assert len(last._arrivals) == len(last._states) == 2
