"""The control door and the command line."""

import asyncio
from collections.abc import AsyncIterator
import json
from pathlib import Path
import sys

import pytest

from emulator import EmulatedPbx
from emulator.__main__ import main, order
from emulator.control import Control


@pytest.fixture
async def control(pbx: EmulatedPbx) -> AsyncIterator[Control]:
    control = await Control(pbx).start()
    yield control
    await control.stop()


async def run(control: Control, *words: str) -> int:
    return await asyncio.to_thread(main, [*words, "--control", str(control.port)])


async def test_a_call_from_the_command_line(
    pbx: EmulatedPbx, control: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(control, "ring", "1001", "--from", "+4930123456", "--name", "Dora") == 0
    call_id = json.loads(capsys.readouterr().out)["call_id"]
    assert await run(control, "answer", "1001") == 0
    assert await run(control, "hold", "1001") == 0
    capsys.readouterr()
    assert await run(control, "calls") == 0
    (call,) = json.loads(capsys.readouterr().out)
    assert call["call_id"] == call_id
    assert call["members"][0]["inbound"]["member_status"] == "HOLD"
    assert await run(control, "unhold", "1001") == 0
    assert await run(control, "dtmf", "1001", "12") == 0
    assert await run(control, "transfer", "1001", "1002") == 0
    assert await run(control, "answer", "1002") == 0
    assert await run(control, "hangup", "+4930123456") == 0
    capsys.readouterr()
    assert await run(control, "books") == 0
    books = json.loads(capsys.readouterr().out)
    assert [(entry["call_id"], entry["outcome"]) for entry in books["calls"]] == [(call_id, "ANSWERED")]
    assert 30012 in [event["type"] for event in books["events"]]


async def test_breaking_things(pbx: EmulatedPbx, control: Control) -> None:
    assert await run(control, "drop", "2", "--types", "30009") == 0
    assert (pbx.delivery.faults.drop, pbx.delivery.faults.types) == (2, {30009})
    assert await run(control, "delay", "2.5") == 0
    assert pbx.delivery.faults.delay_seconds == 2.5
    assert await run(control, "clean") == 0
    assert pbx.delivery.faults.delay == 0
    assert await run(control, "knob", "members", "changed") == 0
    assert pbx.knobs.members == "changed"
    assert await run(control, "knob", "absent", '["webhook"]') == 0
    assert pbx.knobs.absent == {"webhook"}
    assert await run(control, "event", "30009", '{"extension": "1001", "status": "away"}') == 0
    assert pbx.books.of_type(30009) == [{"extension": "1001", "status": "away"}]
    assert await run(control, "presence", "1001", "lunch") == 0
    assert await run(control, "trunk", "Outside", "42") == 0
    assert pbx.house.trunks[0].status == 42
    assert await run(control, "unplug", "1001") == 0
    assert await run(control, "plug", "1001") == 0
    assert await run(control, "script", "1001", "answer") == 0
    assert pbx.desk("1001").script.does == "answer"
    url = pbx.url
    assert await run(control, "restart") == 0
    assert pbx.url == url


async def test_mistakes_are_said(control: Control, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["hangup", "1001"],
        ["presence", "1001", "asleep"],
        ["trunk", "Nowhere", "1"],
        ["knob", "nothing", "1"],
        ["knob", "msg", "[1]"],
        ["script", "1001", "dance"],
        ["dial", "9999", "1"],
    ):
        assert await run(control, *words) == 1, words
        assert json.loads(capsys.readouterr().out)["ok"] is False
    assert (await asyncio.to_thread(order, "nonsense", control.port, {}))["ok"] is False
    await control.stop()
    assert await run(control, "calls") == 1


async def test_the_door_takes_only_json(control: Control, pbx: EmulatedPbx) -> None:
    import aiohttp

    async with (
        aiohttp.ClientSession() as session,
        session.post(f"http://127.0.0.1:{control.port}/restart", data="{}") as response,
    ):
        assert response.status == 415


async def test_serving_as_a_process(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "emulator", "serve", "--port", "0", "--control", "0"),
        *("--certificate", str(tmp_path / "pbx.pem")),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            lines = [(await process.stdout.readline()).decode() for _ in range(5)]
        port = int(lines[-1].rsplit(":", 1)[1])
        assert "BEGIN CERTIFICATE" in (tmp_path / "pbx.pem").read_text()
        answer = await asyncio.to_thread(order, "ring", port, {"to": "1001", "from": "+4930"})
        assert answer["ok"]
        async with asyncio.timeout(10):
            seen = ""
            while "30011" not in seen:
                seen = (await process.stdout.readline()).decode()
    finally:
        process.terminate()
        assert await process.wait() == 0


async def test_waiting_for_nothing_times_out(pbx: EmulatedPbx) -> None:
    with pytest.raises(TimeoutError):
        await pbx.desk("1001").wait("ringing", 0.01)
