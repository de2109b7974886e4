"""Call history."""

from typing import Any

import pytest

from emulator import EmulatedPbx
from emulator.clock import ManualClock
from emulator.past import fill
from tests.emulator.conftest import Api, until
from tests.emulator.test_switchboard import CALLER


@pytest.fixture
async def past(pbx: EmulatedPbx, clock: ManualClock) -> EmulatedPbx:
    """An answered call through the ring group, an outbound call that was busy, an internal one that nobody took."""
    call = await pbx.call_in(CALLER, "6300", name="Dora")
    await clock.advance(5)
    await pbx.desk("1002").answer()
    await clock.advance(60)
    await pbx.outside(CALLER).hang_up()
    await clock.advance(100)
    busy = (await pbx.desk("1001").dial("+493055500002")).call
    await until(lambda: not busy.alive)
    await clock.advance(100)
    missed = (await pbx.desk("1001").dial("1004")).call
    await pbx.desk("1004").wait("ringing")
    await clock.advance(10)
    await pbx.desk("1001").hang_up()
    assert not call.alive
    assert not missed.alive
    return pbx


async def test_a_row_for_each_stage(api: Api, past: EmulatedPbx) -> None:
    answer = await api.get("cdr/list", sort_by="time", order_by="asc")
    assert answer["total_number"] == 4
    group, agent, busy, missed = answer["data"]
    assert group["call_id"] == agent["call_id"]
    assert group["uid"] == agent["uid"]
    assert len({row["new_id"] for row in answer["data"]}) == 4
    assert group["call_to"] == "Everyone<6300>"
    assert agent == {
        "id": 2,
        "time": "15/02/2026 10:05:05",
        "timestamp": 1771146305,
        "uid": agent["uid"],
        "new_id": 2,
        "call_id": agent["call_id"],
        "call_from": f"Dora<{CALLER}>",
        "call_from_number": CALLER,
        "call_from_name": "Dora",
        "call_to": "Ben Carter<1002>",
        "call_to_number": "1002",
        "call_to_name": "Ben Carter",
        "disposition": "ANSWERED",
        "call_type": "Inbound",
        "duration": 60,
        "ring_duration": 0,
        "talk_duration": 60,
        "enb_call_note": 0,
        "src_trunk": "Outside",
        "did": "+493012345603",
        "did_number": "+493012345603",
    }
    assert (busy["disposition"], busy["call_type"], busy["dst_trunk"]) == ("BUSY", "Outbound", "Outside")
    assert (missed["disposition"], missed["talk_duration"], missed["ring_duration"]) == ("NO ANSWER", 0, 10)
    assert "src_trunk" not in missed
    newest = await api.get("cdr/list", page_size=1)
    assert newest["data"] == [missed]
    assert (await api.get("cdr/list", sort_by="duration", order_by="desc"))["data"][0]["duration"] == 60


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"start_time": 1771146306}, 2),
        ({"end_time": 1771146306}, 2),
        ({"start_time": 1771146305, "end_time": 1771146305}, 1),
        ({"status": "ANSWERED"}, 2),
        ({"status": "BUSY"}, 1),
        ({"call_from": "1001"}, 2),
        ({"call_to": "1002"}, 1),
        ({"did": "+493012345603:Outside"}, 2),
        ({"did": "+493012345603:Other"}, 0),
    ],
)
async def test_searching(api: Api, past: EmulatedPbx, query: dict[str, Any], count: int) -> None:
    answer = await api.get("cdr/search", **query)
    assert answer["total_number"] == len(answer["data"]) == count


@pytest.mark.parametrize(
    "query",
    [
        {"status": "ABANDONED"},
        {"status": "answered"},
        {"start_time": "yesterday"},
        {"start_time": "15/02/2026 10:05:05"},
        {"page_size": 10001},
        {"from": "old"},
        {"sort_by": "call_id"},
    ],
)
async def test_search_parameters(api: Api, past: EmulatedPbx, query: dict[str, Any]) -> None:
    assert await api.code("cdr/search", **query) == 40002


async def test_formatted_times_where_they_are_taken(api: Api, past: EmulatedPbx) -> None:
    past.knobs.formatted_times = True
    assert (await api.get("cdr/search", start_time="15/02/2026 10:05:06"))["total_number"] == 2
    assert await api.code("cdr/search", start_time="2026-02-15 10:05:06") == 40002


async def test_the_file(api: Api, past: EmulatedPbx) -> None:
    link = await api.get("cdr/download", status="BUSY")
    response = await api.raw("GET", link["download_resource_url"], params={"access_token": api.token})
    assert response.content_type == "text/csv"
    assert len((await response.text()).splitlines()) == 2


async def test_the_demo_house_has_a_past(api: Api, pbx: EmulatedPbx) -> None:
    events = len(pbx.books.events)
    fill(pbx)
    answer = await api.get("cdr/list", order_by="desc")
    assert answer["total_number"] == 12
    assert [row["disposition"] for row in answer["data"][:3]] == ["NO ANSWER", "BUSY", "VOICEMAIL"]
    assert all(row["timestamp"] < pbx.clock.now() for row in answer["data"])
    assert (await api.get("vm/get", number="1001"))["total_number"] == 1
    assert (await api.get("recording/list"))["data"][0]["duration"] == 95
    assert (await api.get("cdr/list", "v2.0"))["total_number"] == 11
    assert len(pbx.books.events) == events


async def test_version_two_has_a_row_for_each_call(api: Api, past: EmulatedPbx) -> None:
    answer = await api.get("cdr/list", "v2.0", order_by="asc")
    assert answer["total_number"] == 3
    first, _, _ = answer["data"]
    assert (first["last_status"], first["segments"], first["disconnected_by"]) == ("ANSWERED", 2, CALLER)
    assert first["ring_groups"] == [{"name": "Everyone"}]
    assert (first["last_participant_number"], first["handling_duration"]) == ("1002", 60)
    later = await api.get("cdr/search", "v2.0", time_begin="15/02/2026 10:06:06")
    assert later["total_number"] == 2
    detail = await api.get("cdr/detail", "v2.0", uid=first["uid"])
    assert detail["data"]["basic"]["uid"] == first["uid"]
    assert [step["event"] for step in detail["data"]["timeline"]] == ["moved", "moved", "ended"]
    assert (await api.get("cdr/detail", "v2.0", uid="x"))["errcode"] == 60001
    past.house.firmware = "37.23.0.122"
    assert (await api.get("cdr/list", "v2.0"))["errcode"] == 10001
