"""Queues and agents."""

from typing import Any

import pytest

from emulator import EmulatedPbx
from emulator.clock import ManualClock
from tests.emulator.conftest import Api, until
from tests.emulator.test_switchboard import CALLER


async def test_the_list_is_under_a_key_of_its_own(api: Api) -> None:
    answer = await api.get("queue/list", sort_by="ring_strategy")
    assert list(answer) == ["errcode", "errmsg", "total_number", "queue_list"]
    (queue,) = answer["queue_list"]
    assert queue["number"] == "6500"
    assert queue["static_agent_list"][0] == {"value": "22", "text": "Ben Carter", "text2": "1002", "type": "extension"}
    assert [entry["text2"] for entry in queue["manager_list"]] == ["1001"]
    assert (await api.get("queue/search", search_value="sal"))["total_number"] == 1
    assert (await api.get("queue/get", id=11))["data"]["name"] == "Sales"
    assert await api.code("queue/query") == 40002
    assert await api.code("queue/query", ids="11,12") == 60001
    assert await api.code("queue/list", sort_by="size") == 40002


async def test_an_idle_queue_is_not_found_with_a_skeleton(api: Api, pbx: EmulatedPbx) -> None:
    answer = await api.get("queue/call_status", id=11)
    assert answer == {
        "errcode": 60001,
        "errmsg": "DATA NOT FOUND",
        "waiting_list": [],
        "active_list": [],
        "ringing_list": [],
        "waiting_calls": 0,
        "active_calls": 0,
        "ringing_calls": 0,
    }
    assert (await api.get("queue/agent_status", id=11)) == {
        "errcode": 60001,
        "errmsg": "DATA NOT FOUND",
        "total_number": 0,
        "data": [],
    }
    pbx.knobs.idle_queue = "calls"
    assert await api.code("queue/call_status", id=11) == 60001
    assert await api.code("queue/agent_status", id=11) == 0
    pbx.knobs.idle_queue = "none"
    assert await api.code("queue/call_status", id=11) == 0


async def test_a_call_through_the_queue(api: Api, pbx: EmulatedPbx, clock: ManualClock) -> None:
    call = await pbx.call_in(CALLER, "6500", name="Dora")
    await pbx.desk("1002").wait("ringing")
    await clock.advance(3)
    status = await api.get("queue/call_status", id=11)
    assert (status["waiting_calls"], status["ringing_calls"], status["active_calls"]) == (0, 2, 0)
    assert status["ringing_list"][0] == {
        "call_id": call.id,
        "caller_number": CALLER,
        "caller_display_name": "Dora",
        "callee_number": "1002",
        "callee_display_name": "Ben Carter",
        "duration": 3,
    }
    agents = {row["number"]: row["call_status"] for row in (await api.get("queue/agent_status", id=11))["data"]}
    assert agents == {"1002": 3, "1003": 3, "1005": 1}
    await clock.advance(13)
    status = await api.get("queue/call_status", id=11)
    assert (status["waiting_calls"], status["ringing_calls"]) == (1, 0)
    await clock.advance(5)
    leg = await pbx.desk("1003").answer()
    status = await api.get("queue/call_status", id=11)
    assert (status["waiting_calls"], status["ringing_calls"], status["active_calls"]) == (0, 0, 1)
    agents = {row["number"]: row["call_status"] for row in (await api.get("queue/agent_status", id=11))["data"]}
    assert agents == {"1002": 1, "1003": 2, "1005": 1}
    await pbx.switchboard.held(leg, True)
    agents = {row["number"]: row["call_status"] for row in (await api.get("queue/agent_status", id=11))["data"]}
    assert agents["1003"] == 2
    await pbx.switchboard.held(leg, False)
    await pbx.outside(CALLER).hold_call()
    agents = {row["number"]: row["call_status"] for row in (await api.get("queue/agent_status", id=11))["data"]}
    assert agents["1003"] == 5


async def test_a_dynamic_agent_logs_in_and_is_rung(api: Api, pbx: EmulatedPbx) -> None:
    assert await api.code("agent/login", ext_id=25, operation="login") == 0
    assert pbx.books.of_type(30029) == [
        {"queue_number": "queue-6500", "agent_number": "1005", "status": "Logged In", "reason": ""}
    ]
    assert await api.code("agent/login", ext_id=25, operation="login") == 0
    assert len(pbx.books.of_type(30029)) == 1
    await pbx.call_in(CALLER, "6500")
    await pbx.desk("1005").wait("ringing")
    assert await api.code("agent/login", ext_id=25, queue_ids="11", operation="logout") == 0
    assert pbx.books.of_type(30029)[1]["status"] == "Logged Out"


async def test_a_paused_agent_is_left_alone(api: Api, pbx: EmulatedPbx) -> None:
    assert await api.code("agent/pause", ext_id=22, queue_ids=11, operation="pause") == 0
    assert await api.code("queue/agent_pause", ext_ids="22,23", queue_id=11, operation="pause") == 0
    assert [event["agent_number"] for event in pbx.books.of_type(30029)] == ["1002", "1003"]
    assert await api.code("queue/agent_pause", ext_ids="23", queue_id=11, operation="unpause") == 0
    await pbx.call_in(CALLER, "6500")
    await pbx.desk("1003").wait("ringing")
    assert pbx.desk("1002").legs == []
    rows = {row["number"]: row["is_pause"] for row in (await api.get("queue/agent_status", id=11))["data"]}
    assert rows == {"1002": 1, "1003": 0, "1005": 0}


@pytest.mark.parametrize(
    ("path", "query", "errcode"),
    [
        ("agent/login", {"ext_id": 25}, 40002),
        ("agent/login", {"operation": "login"}, 40002),
        ("agent/login", {"ext_id": 25, "operation": "enter"}, 40002),
        ("agent/login", {"ext_id": 21, "operation": "login"}, 60001),
        ("agent/login", {"ext_id": 25, "operation": "login", "queue_ids": "99"}, 60001),
        ("agent/login", {"ext_id": 25, "operation": "login", "max_threshold_for_pause_time": 5}, 40002),
        ("agent/login", {"ext_id": 25, "operation": "login", "reason": "*01"}, -1),
        ("agent/pause", {"ext_id": 22, "operation": "rest"}, 40002),
        ("queue/agent_login", {"ext_ids": "25", "operation": "login"}, 40002),
        ("queue/agent_login", {"ext_ids": "25;26", "queue_id": 11, "operation": "login"}, 40002),
        ("queue/agent_login", {"ext_ids": "25", "queue_id": 11, "operation": "login"}, 0),
    ],
)
async def test_agent_parameters(api: Api, path: str, query: dict[str, Any], errcode: int) -> None:
    assert await api.code(path, **query) == errcode


async def test_agents_are_changed_by_get_only(api: Api) -> None:
    assert await api.post_code("agent/login", ext_id=25, operation="login") == 10001


async def test_pause_reasons_need_the_call_center(api: Api, pbx: EmulatedPbx) -> None:
    pbx.house.call_center = True
    assert await api.code("agent/pause", ext_id=22, operation="pause", reason="*01") == 0
    assert pbx.books.of_type(30029)[0]["reason"] == "*01"


async def test_one_after_another(pbx: EmulatedPbx, clock: ManualClock) -> None:
    pbx.house.queues[0].strategy = "rrmemory"
    await pbx.call_in(CALLER, "6500")
    await pbx.desk("1002").wait("ringing")
    assert pbx.desk("1003").legs == []
    await clock.advance(20)
    await until(lambda: pbx.desk("1003").ringing)
    assert pbx.desk("1002").ringing is None


async def test_a_busy_agent_is_not_rung(pbx: EmulatedPbx) -> None:
    await pbx.desk("1002").dial("1099")
    await pbx.desk("1002").wait("talking")
    await pbx.call_in(CALLER, "6500")
    await pbx.desk("1003").wait("ringing")
    assert pbx.desk("1002").ringing is None
