"""The entities of the PBX itself, its trunks and its queues."""

from datetime import timedelta
from typing import Any
from unittest.mock import AsyncMock, Mock

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
    mock_restore_cache_with_extra_data,
)

from custom_components.yeastar_linkus import coordinator as coordinator_module
from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.pbx import call_counts, queue_watch
from custom_components.yeastar_linkus.yeastar.errors import NotFound
from custom_components.yeastar_linkus.yeastar.queues import Queue
from emulator import EmulatedPbx
from emulator.house import QueueConfig, TrunkConfig
from tests.integration.conftest import SERIAL, Setup
from tests.integration.waiting import until

OUTSIDE = "+4930123456"
OTHER = "+4930654321"
INBOUND = "sensor.demo_house_inbound_calls_today"


def shows(hass: HomeAssistant, entity_id: str, state: str) -> bool:
    return hass.states.is_state(entity_id, state)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for seconds."""
    monkeypatch.setattr(coordinator_module, "PBX_SECONDS", 0.02)
    monkeypatch.setattr(queue_watch, "SETTLE_SECONDS", 0.02)
    monkeypatch.setattr(queue_watch, "GAP_SECONDS", 0.02)
    monkeypatch.setattr(queue_watch, "BUSY_SECONDS", 0.05)


async def talk(pbx: EmulatedPbx, to: str = "1001", caller: str = OUTSIDE) -> None:
    await pbx.call_in(caller, to)
    await pbx.desk(to).answer()
    await pbx.outside(caller).hang_up()


def device(hass: HomeAssistant, entry: Any, tail: str) -> dr.DeviceEntry | None:
    return dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{SERIAL}_{tail}"), entry.entry_id)  # type: ignore[return-value]


async def test_calls_are_counted_while_they_run_and_when_they_are_over(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    active = "sensor.demo_house_active_calls"
    assert shows(hass, active, "0")
    await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: shows(hass, active, "1"))
    assert not shows(hass, "sensor.demo_house_call_capacity_in_use", "0.0")
    assert shows(hass, INBOUND, "0")
    await pbx.desk("1001").answer()
    await pbx.desk("1001").hang_up()
    await until(lambda: shows(hass, active, "0"))
    await until(lambda: shows(hass, INBOUND, "1"))
    await pbx.desk("1002").dial("1001")
    await pbx.desk("1001").answer()
    await pbx.desk("1001").hang_up()
    await until(lambda: shows(hass, "sensor.demo_house_internal_calls_today", "1"))
    assert shows(hass, "sensor.demo_house_outbound_calls_today", "0")


async def test_a_late_record_does_not_count_twice_and_memory_is_bounded(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_counts, "REMEMBERED", 1)
    await setup()
    pbx.duplicate(20)
    await talk(pbx)
    await until(lambda: shows(hass, INBOUND, "1"))
    await talk(pbx, caller=OTHER)
    await until(lambda: shows(hass, INBOUND, "2"))


async def test_the_counts_outlive_a_restart_and_begin_anew_at_midnight(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    today = dt_util.start_of_local_day()
    extra = {"native_value": 4, "native_unit_of_measurement": None}
    mock_restore_cache_with_extra_data(
        hass,
        [
            (State(INBOUND, "4", {"last_reset": today.isoformat()}), extra),
            (
                State("sensor.demo_house_outbound_calls_today", "4", {"last_reset": "2026-01-01T00:00:00+00:00"}),
                extra,
            ),
        ],
    )
    await setup()
    assert shows(hass, INBOUND, "4")
    assert shows(hass, "sensor.demo_house_outbound_calls_today", "0")
    tomorrow = today + timedelta(days=1)
    async_fire_time_changed(hass, tomorrow)
    await until(lambda: shows(hass, INBOUND, "0"))
    assert hass.states.get(INBOUND).attributes["last_reset"] == tomorrow.isoformat()  # type: ignore[union-attr]


async def test_firmware_and_capacity_and_the_last_event(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    registry = er.async_get(hass)
    for key in ("call_capacity", "last_event"):
        registry.async_get_or_create("sensor", DOMAIN, f"{SERIAL}_{key}", suggested_object_id=f"pbx_{key}")
    entry = await setup()
    assert not shows(hass, "sensor.demo_house_firmware", "unknown")
    assert int(hass.states.get("sensor.pbx_call_capacity").state) > 0  # type: ignore[union-attr]
    before = hass.states.get("sensor.pbx_last_event")
    assert before is not None
    pbx.event(30009, {"extension": "1001", "status": "away"})
    await until(lambda: not shows(hass, "sensor.pbx_last_event", "unknown"))
    pbx.knobs.denied = frozenset({"system/capacity"})
    pbx.knobs.fail_with = {"system/capacity": 10005}
    await entry.runtime_data.async_refresh()
    await until(lambda: shows(hass, "sensor.pbx_call_capacity", "unknown"))
    assert shows(hass, "sensor.demo_house_call_capacity_in_use", "unknown")


async def test_events_of_the_pbx_itself(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    await setup()
    event = "event.demo_house_system_event"
    assert shows(hass, event, "unknown")
    pbx.event(
        30035,
        {"event_name": "web_login_fail", "event_type": "security", "event_level": "warn", "event_content": "From afar"},
    )
    await until(lambda: not shows(hass, event, "unknown"))
    told = hass.states.get(event)
    assert told is not None
    assert told.attributes["event_type"] == "warning"
    assert told.attributes["name"] == "web_login_fail"
    assert told.attributes["content"] == "From afar"


async def test_a_trunk_shows_its_state_and_its_problems(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    state, problem = "sensor.trunk_outside_state", "binary_sensor.trunk_outside_problem"
    assert shows(hass, state, "idle")
    assert shows(hass, problem, "off")
    for status, word, wrong in (
        (41, "registration_failed", "on"),
        (4, "registering", "unknown"),
        (0, "unknown", "unknown"),
        (2, "busy", "off"),
    ):
        pbx.set_trunk_status("Outside", status)
        await until(lambda word=word: shows(hass, state, word))  # type: ignore[misc]
        await until(lambda wrong=wrong: shows(hass, problem, wrong))  # type: ignore[misc]
    pbx.event(30010, {"trunk_name": "Nobody's", "kind": "PJSIP", "status": 41})
    pbx.set_trunk_status("Outside", 1)
    await until(lambda: shows(hass, state, "idle"))


async def test_trunks_and_queues_come_and_go_without_a_reload(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    trunk = TrunkConfig(7, "Spare")
    pbx.house.trunks.append(trunk)
    queue = QueueConfig(17, "6600", "Support")
    pbx.house.queues.append(queue)
    pbx.event(30023, {"trunk_name": "Spare", "option": "CREATE"})
    await until(lambda: shows(hass, "sensor.trunk_spare_state", "idle"))
    await until(lambda: shows(hass, "sensor.queue_support_waiting_callers", "0"))
    pbx.house.trunks.remove(trunk)
    pbx.house.queues.remove(queue)
    # What the API may not see is not gone.
    pbx.knobs.denied = frozenset({"trunk", "queue"})
    await entry.runtime_data.async_refresh()
    assert device(hass, entry, "trunk_7") is not None
    assert device(hass, entry, "queue_17") is not None
    pbx.knobs.denied = frozenset()
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert device(hass, entry, "trunk_7") is None
    assert device(hass, entry, "queue_17") is None
    assert hass.states.get("sensor.trunk_spare_state") is None
    assert device(hass, entry, "trunk_1") is not None
    assert device(hass, entry, "queue_11") is not None


async def test_a_renamed_trunk_keeps_its_device(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    entry = await setup()
    before = device(hass, entry, "trunk_1")
    pbx.house.trunks[0].name = "Line"
    pbx.event(30023, {"trunk_name": "Line", "option": "UPDATE"})
    await until(lambda: (found := device(hass, entry, "trunk_1")) is not None and found.name == "Trunk Line")
    assert before is not None
    pbx.set_trunk_status("Line", 41)
    await until(lambda: shows(hass, "sensor.trunk_outside_state", "registration_failed"))


async def test_what_is_renamed_on_the_pbx_is_renamed_here_unless_the_user_named_it(
    hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup
) -> None:
    entry = await setup(wait_for_events=False)
    registry = dr.async_get(hass)
    ben = device(hass, entry, "ext_22")
    assert ben is not None
    registry.async_update_device(ben.id, name_by_user="Workshop")
    pbx.house.extensions[0].name = "Anna Bauer"
    pbx.house.extensions[1].name = "Ben Bauer"
    pbx.house.queues[0].name = "Orders"
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()

    def called(identifier: str) -> tuple[str | None, str | None]:
        found = device(hass, entry, identifier)
        assert found is not None
        return (found.name, found.name_by_user)

    assert called("ext_21") == ("Anna Bauer (1001)", None)
    assert called("ext_22") == ("Ben Bauer (1002)", "Workshop")
    assert called("queue_11") == ("Queue Orders", None)

    def shown(entity_id: str) -> object:
        state = hass.states.get(entity_id)
        assert state is not None
        return state.attributes["friendly_name"]

    assert shown("sensor.anna_weber_1001") == "Anna Bauer (1001)"
    assert shown("sensor.ben_carter_1002_last_call") == "Workshop Last call"
    # Named by the user, and then named back.
    registry.async_update_device(ben.id, name_by_user=None)
    await hass.async_block_till_done()
    assert shown("sensor.ben_carter_1002_last_call") == "Ben Bauer (1002) Last call"


async def test_a_queue_shows_who_waits_and_who_works(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    queue = "sensor.queue_sales"
    await until(lambda: shows(hass, f"{queue}_waiting_callers", "0"))
    await pbx.call_in(OUTSIDE, "6500")
    await until(lambda: shows(hass, f"{queue}_waiting_callers", "1"))
    await until(lambda: shows(hass, f"{queue}_agents_logged_in", "2"))
    await until(lambda: shows(hass, f"{queue}_agents_free", "0"))
    assert shows(hass, f"{queue}_agents_paused", "0")
    assert not shows(hass, f"{queue}_longest_wait", "unknown")
    await pbx.desk("1002").wait("ringing")
    await pbx.desk("1002").answer()
    await until(lambda: shows(hass, f"{queue}_active_calls", "1"))
    assert shows(hass, f"{queue}_waiting_callers", "0")
    await pbx.desk("1002").hang_up()
    await until(lambda: shows(hass, f"{queue}_active_calls", "0"))
    await until(lambda: shows(hass, f"{queue}_answered_calls_today", "1"))
    assert shows(hass, f"{queue}_lost_calls_today", "0")
    # An idle queue tells nothing about its agents: they are as they were.
    assert not shows(hass, f"{queue}_agents_logged_in", "unknown")


async def test_a_paused_agent_is_seen(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    pbx.knobs.idle_queue = "none"
    await setup()
    await until(lambda: shows(hass, "sensor.queue_sales_agents_free", "2"))
    agents = pbx.switchboard.agents
    agents.pause("6500", agents.of("6500")[0], True)
    await until(lambda: shows(hass, "sensor.queue_sales_agents_paused", "1"))
    assert shows(hass, "sensor.queue_sales_agents_free", "1")


async def test_a_caller_whom_no_agent_hears_is_seen(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    agents = pbx.switchboard.agents
    for agent in agents.of("6500"):
        agents.pause("6500", agent, True)
    # No event names the queue: that somebody is in the PBX whom no extension talks to is enough.
    await pbx.call_in(OUTSIDE, "6500")
    await until(lambda: shows(hass, "sensor.queue_sales_waiting_callers", "1"))
    await pbx.outside(OUTSIDE).hang_up()
    await until(lambda: shows(hass, "sensor.queue_sales_waiting_callers", "0"))


async def test_a_caller_who_gives_up_in_the_queue_is_counted(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    await pbx.call_in(OUTSIDE, "6500")
    await pbx.desk("1002").wait("ringing")
    await until(lambda: shows(hass, "sensor.queue_sales_waiting_callers", "1"))
    await pbx.outside(OUTSIDE).hang_up()
    await until(lambda: shows(hass, "sensor.queue_sales_lost_calls_today", "1"), 15)


async def test_nobody_asks_about_an_idle_queue(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup
) -> None:
    await setup()
    await until(lambda: shows(hass, "sensor.queue_sales_waiting_callers", "0"))
    await hass.async_block_till_done()
    # The snapshot after the webhook was registered reads the queue once more.
    await until(lambda: len(pbx.books.requested("queue/call_status")) == 2)
    before = len(pbx.books.requested("queue/call_status"))
    await pbx.desk("1002").dial("1001")
    await pbx.desk("1001").answer()
    await pbx.desk("1001").hang_up()
    await until(lambda: shows(hass, "sensor.demo_house_internal_calls_today", "1"))
    assert len(pbx.books.requested("queue/call_status")) == before


async def test_a_queue_that_cannot_be_read_is_unavailable(hass: HomeAssistant, pbx: EmulatedPbx, setup: Setup) -> None:
    entry = await setup(wait_for_events=False)
    waiting = "sensor.queue_sales_waiting_callers"
    await until(lambda: shows(hass, waiting, "0"))
    pbx.knobs.fail_with = {"queue/call_status": -2}
    await entry.runtime_data.async_refresh()
    await until(lambda: shows(hass, waiting, "unavailable"))
    pbx.knobs.fail_with = {}
    await entry.runtime_data.async_refresh()
    await until(lambda: shows(hass, waiting, "0"))


async def test_figures_are_told_together(hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup) -> None:
    await setup()
    await until(lambda: shows(hass, "sensor.demo_house_active_calls", "0"))
    changed = async_capture_events(hass, "state_changed")
    await pbx.call_in(OUTSIDE, "1001")
    await until(lambda: shows(hass, "sensor.demo_house_active_calls", "1"))
    assert sum(event.data["entity_id"] == "sensor.demo_house_active_calls" for event in changed) == 1


async def test_queues_are_read_again_while_a_caller_may_be_in_any(hass: HomeAssistant) -> None:
    entry = MockConfigEntry(domain=DOMAIN)
    entry.add_to_hass(hass)
    client = Mock()
    client.queues.calls = AsyncMock(side_effect=NotFound(60001, "none"))
    told: list[str] = []
    watch = queue_watch.QueueWatch(hass, entry, client, told.append, lambda: True)
    watch.take({"6500": Queue(11, "6500", "Sales", "ring_all")})
    stop = watch.look_at("6500")
    await until(lambda: len(told) >= 2)
    stop()
    watch._cancel()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert set(told) == {"6500"}
    assert watch.figures("6500") is None
