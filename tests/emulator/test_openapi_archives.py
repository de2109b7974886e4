"""Voicemail, recordings, prompts, downloads."""

import io
import wave

import pytest

from emulator import EmulatedPbx
from emulator.clock import ManualClock
from emulator.house import GroupMailbox
from tests.emulator.conftest import Api
from tests.emulator.test_switchboard import CALLER


async def leave_message(pbx: EmulatedPbx, clock: ManualClock, seconds: int) -> None:
    await pbx.call_in(CALLER, "1003", name="Dora")
    await pbx.desk("1003").wait("ringing")
    await clock.advance(30)
    await pbx.outside(CALLER).wait("talking")
    await clock.advance(seconds)
    await pbx.outside(CALLER).hang_up()


async def test_a_message_that_was_left(api: Api, pbx: EmulatedPbx, clock: ManualClock) -> None:
    await leave_message(pbx, clock, 12)
    answer = await api.get("vm/get", number="1003")
    assert answer["total_number"] == 1
    (message,) = answer["data"]
    assert (message["duration"], message["is_read"], message["number"], message["name"]) == (12, 0, CALLER, "Dora")
    assert message["group_voicemail_read_status"] is None
    assert pbx.books.of_type(30012)[0]["status"] == "VOICEMAIL"
    assert await api.post_code("vm/update", id=message["msg_id"], vm_status=1) == 0
    assert (await api.get("vm/get", number="1003"))["data"][0]["is_read"] == 1
    assert await api.post_code("vm/update", id=message["msg_id"], vm_status=2) == 40002
    assert await api.post_code("vm/update", id="99", vm_status=1) == 60001


async def test_the_sound_of_a_message(api: Api, pbx: EmulatedPbx, clock: ManualClock) -> None:
    await leave_message(pbx, clock, 3)
    (message,) = (await api.get("vm/get", number="1003"))["data"]
    link = await api.get("vm/download", msg_id=message["msg_id"])
    assert link["file"] == message["file_name"]
    response = await api.raw("GET", link["download_resource_url"], params={"access_token": api.token})
    assert response.content_type == "audio/wav"
    body = await response.read()
    assert len(body) == message["size"]
    with wave.open(io.BytesIO(body)) as file:
        assert file.getnframes() / file.getframerate() == 3
    response = await api.raw("GET", link["download_resource_url"])
    assert (await response.json())["errcode"] == 10004
    other = link["download_resource_url"].replace("/vm-", "/xx-")
    response = await api.raw("GET", other, params={"access_token": api.token})
    assert (await response.json())["errcode"] == 60001
    await clock.advance(1800)
    await api.log_in()
    response = await api.raw("GET", link["download_resource_url"], params={"access_token": api.token})
    assert (await response.json())["errcode"] == 60001


async def test_several_mailboxes(api: Api) -> None:
    made = await api.post("vm/create", vm_from_number="1002", vm_to_number="1001")
    assert made["errcode"] == 0
    await api.post("vm/create", vm_from_number="1005", vm_to_number="1001")
    answer = await api.get("vm/query", number="1001,1002")
    assert [(box["number"], box["total_number"]) for box in answer["voicemail_list"]] == [("1001", 2), ("1002", 0)]
    assert [row["number"] for row in answer["voicemail_list"][0]["data"]] == ["1005", "1002"]
    assert len((await api.get("vm/get", number="1001", page=2, page_size=1))["data"]) == 1
    assert await api.code("vm/delete", id=made["id"]) == 0
    assert await api.code("vm/delete", id=made["id"]) == 60001
    assert (await api.get("vm/get", number="1001"))["total_number"] == 1
    assert await api.code("vm/get", number="77") == 60001
    assert await api.code("vm/query") == 40002
    assert await api.code("vm/download") == 40002


async def test_mailboxes_of_groups(api: Api, pbx: EmulatedPbx, clock: ManualClock) -> None:
    pbx.house.group_mailboxes += [GroupMailbox(1, "6100", "Office", ("1001", "4711")), GroupMailbox(2, "6101", "Attic")]
    listed = await api.get("vm_group/list")
    assert [(row["id"], row["number"], row["name"]) for row in listed["data"]] == [
        (1, "6100", "Office"),
        (2, "6101", "Attic"),
    ]
    await pbx.call_in(CALLER, "6100", name="Dora")
    await pbx.outside(CALLER).wait("talking")
    await clock.advance(5)
    await pbx.outside(CALLER).hang_up()
    (message,) = (await api.get("vm/get", number="6100"))["data"]
    assert message["group_voicemail_read_status"] == [{"name": "Anna Weber", "number": "1001", "is_read": 0}]
    assert await api.post_code("vm/create", vm_from_number="1002", vm_to_number="6101") == 0
    # Asked for with others, a box that is shared with nobody is left out.
    answer = await api.get("vm/query", number="1001,6100,6101")
    assert [box["number"] for box in answer["voicemail_list"]] == ["1001", "6100"]
    assert (await api.get("vm/get", number="6101"))["total_number"] == 1


async def test_recordings(api: Api, pbx: EmulatedPbx, clock: ManualClock) -> None:
    call = await pbx.call_in(CALLER, "1001")
    leg = await pbx.desk("1001").answer()
    assert await api.post_code("call/record_start", channel_id=leg.channel_id) == 0
    await clock.advance(4)
    await pbx.desk("1001").hang_up()
    (row,) = (await api.get("recording/list", sort_by="time"))["data"]
    assert (row["uid"], row["duration"], row["call_type"]) == (call.uid, 4, "Inbound")
    assert (row["call_from_number"], row["call_to_number"], row["call_to_name"]) == (CALLER, "1001", "Anna Weber")
    for query in ({"id": row["id"]}, {"file": row["file"]}):
        link = await api.get("recording/download", **query)
        response = await api.raw("GET", link["download_resource_url"], params={"access_token": api.token})
        assert (await response.read())[:4] == b"RIFF"
    assert await api.code("recording/download", id=99) == 60001
    assert await api.code("recording/download") == 40002
    assert (await api.get("recording/search", search_value="anna"))["total_number"] == 1
    assert (await api.get("recording/search", search_value="ben"))["total_number"] == 0


async def test_prompts(api: Api) -> None:
    assert [row["name"] for row in (await api.get("custom_prompt/list"))["data"]] == ["doorbell", "welcome"]


@pytest.mark.parametrize("path", ["/api/download/x/y", "/api/download/../../etc/passwd"])
async def test_no_file_behind_a_made_up_link(api: Api, path: str) -> None:
    response = await api.raw("GET", path, params={"access_token": api.token})
    assert response.status in (200, 404)
    if response.status == 200:
        assert (await response.json())["errcode"] == 60001
