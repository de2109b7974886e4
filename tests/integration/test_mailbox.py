"""Voicemail: the messages, their marks, and their sound through Home Assistant only."""

from datetime import datetime
from http import HTTPStatus
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.yeastar_linkus import mailbox
from custom_components.yeastar_linkus.mailbox import read_times
from custom_components.yeastar_linkus.yeastar.errors import CannotConnect
from emulator import EmulatedPbx
from emulator.archive import sound
from tests.integration.conftest import Setup, phone_data
from tests.integration.test_browser_door import ask, next_event

DORA = "+493044400001"
ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 20, 12, 0, tzinfo=ZONE)


@pytest.fixture
async def entry(
    hass: HomeAssistant, pbx: EmulatedPbx, reachable: str, setup: Setup, hass_admin_user: MockUser
) -> MockConfigEntry:
    """The house, with two messages for Anna and one for Ben."""
    await hass.config.async_update(time_zone="Europe/Berlin")
    pbx.archive.leave("1001", "+493055500005", "", 4)
    pbx.archive.leave("1002", DORA, "Dora", 2)
    pbx.archive.leave("1001", DORA, "Dora", 7)
    return await setup(phones=[phone_data(hass_admin_user.id, "1001")])


@pytest.fixture
async def ws(hass: HomeAssistant, entry: MockConfigEntry, hass_ws_client: WebSocketGenerator) -> MockHAClientWebSocket:
    """Anna's browser."""
    return await hass_ws_client(hass)


@pytest.fixture
def phone(entry: MockConfigEntry) -> str:
    return next(iter(entry.subentries))


async def messages_of(ws: MockHAClientWebSocket, phone: str) -> list[dict[str, Any]]:
    assert (await ask(ws, "mailbox/subscribe", phone_id=phone))["success"]
    return (await next_event(ws))["messages"]


async def order(
    ws: MockHAClientWebSocket, command: str, phone: str, message: str, **fields: Any
) -> list[dict[str, Any]]:
    """Change a message; return the messages as they are told then, which comes before the answer."""
    await ws.send_json_auto_id(
        {"type": f"yeastar_linkus/mailbox/{command}", "phone_id": phone, "message_id": message, **fields}
    )
    messages = (await next_event(ws))["messages"]
    assert (await ws.receive_json())["success"]
    return messages


async def test_the_messages_are_told_marked_and_removed(
    pbx: EmulatedPbx, ws: MockHAClientWebSocket, phone: str
) -> None:
    newest, oldest = await messages_of(ws, phone)
    assert newest | {"at": 0} == {
        "id": "3",
        "name": "Dora Klein",
        "number": DORA,
        "at": 0,
        "duration_ms": 7000,
        "heard": False,
    }
    assert abs(newest["at"] / 1000 - pbx.clock.now()) < 60
    assert oldest["number"] == "+493055500005"
    assert [m["heard"] for m in await order(ws, "heard", phone, "3", heard=True)] == [True, False]
    assert [m["id"] for m in await order(ws, "remove", phone, "3")] == ["1"]
    # Another's message does not exist.
    for command, fields in (("heard", {"heard": True}), ("remove", {}), ("audio", {})):
        answer = await ask(ws, f"mailbox/{command}", phone_id=phone, message_id="2", **fields)
        assert answer["error"]["translation_key"] == "not_on_pbx", command


async def test_a_new_message_comes_by_itself(
    hass: HomeAssistant, pbx: EmulatedPbx, entry: MockConfigEntry, ws: MockHAClientWebSocket, phone: str
) -> None:
    assert len(await messages_of(ws, phone)) == 2
    pbx.house.extension("1001").no_answer = "voicemail"
    pbx.house.extension("1001").ring_seconds = 0.2
    pbx.archive.leave("1001", DORA, "Dora", 5)
    await pbx.call_in(DORA, "1001")
    # The poll finds it too; without the PBX everything stays as it was.
    with patch.object(mailbox.Mailbox, "async_read", side_effect=CannotConnect("gone")):
        await entry.runtime_data.message_boxes.of("1001")._async_read()
    await entry.runtime_data.async_refresh()
    assert len((await next_event(ws))["messages"]) == 3
    await hass.config_entries.async_unload(entry.entry_id)
    assert (await next_event(ws, until_has={"messages": []}))["messages"] == []


async def test_a_call_that_ends_in_the_mailbox_has_it_read(
    hass: HomeAssistant, pbx: EmulatedPbx, entry: MockConfigEntry, ws: MockHAClientWebSocket, phone: str
) -> None:
    await messages_of(ws, phone)
    pbx.house.extension("1001").no_answer = "voicemail"
    pbx.house.extension("1001").ring_seconds = 0.1
    call = await pbx.call_in(DORA, "1001")
    while not call.mailbox:
        await hass.async_block_till_done()
    await pbx.outside(DORA).hang_up()
    assert len((await next_event(ws))["messages"]) == 3


async def test_one_mailbox_for_two_tabs(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    ws: MockHAClientWebSocket,
    phone: str,
    hass_ws_client: WebSocketGenerator,
) -> None:
    second = await hass_ws_client(hass)
    assert len(await messages_of(ws, phone)) == len(await messages_of(second, phone)) == 2
    await second.close()
    assert (await order(ws, "heard", phone, "1", heard=True))[1]["heard"] is True


async def test_the_sound_comes_from_home_assistant(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    ws: MockHAClientWebSocket,
    phone: str,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    url = (await ask(ws, "mailbox/audio", phone_id=phone, message_id="3"))["result"]["url"]
    assert url.startswith(f"/api/yeastar_linkus/voicemail/{phone}/3?authSig=")
    client = await hass_client_no_auth()
    wav = sound(7)
    answer = await client.get(url)
    assert answer.status == HTTPStatus.OK
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert await answer.read() == wav
    piece = await client.get(url, headers={"Range": "bytes=10-19"})
    assert piece.status == HTTPStatus.PARTIAL_CONTENT
    assert piece.headers["Content-Range"] == f"bytes 10-19/{len(wav)}"
    assert await piece.read() == wav[10:20]
    beyond = await client.get(url, headers={"Range": f"bytes={len(wav)}-"})
    assert beyond.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    senseless = await client.get(url, headers={"Range": "pages=1"})
    assert senseless.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    assert (await client.get(url.partition("?")[0])).status == HTTPStatus.UNAUTHORIZED


async def test_who_may_hear_what(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    entry: MockConfigEntry,
    phone: str,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    client = await hass_client()
    path = f"/api/yeastar_linkus/voicemail/{phone}"
    stranger = await hass_client(hass_read_only_access_token)
    assert (await stranger.get(f"{path}/3")).status == HTTPStatus.NOT_FOUND
    assert (await client.get(f"{path}/2")).status == HTTPStatus.NOT_FOUND
    with patch.object(mailbox, "SOUND_LIMIT", 100):
        assert (await client.get(f"{path}/3")).status == HTTPStatus.BAD_GATEWAY
    with patch.object(mailbox, "KEPT_SOUNDS", 1):
        for message in "313":
            assert (await client.get(f"{path}/{message}")).status == HTTPStatus.OK
    await hass.config_entries.async_unload(entry.entry_id)
    assert (await client.get(f"{path}/3")).status == HTTPStatus.SERVICE_UNAVAILABLE


@pytest.mark.parametrize(
    ("texts", "day"),
    [
        (["03/05/2026 09:00:00", "02/28/2026 09:00:00"], (3, 5)),
        (["05/03/2026 09:00:00", "28/02/2026 09:00:00"], (3, 5)),
        (["2026-03-05 09:00:00"], (3, 5)),
        (["05/03/2026 09:00:00 AM"], (3, 5)),
        # Either way it fits; the newest message is likely the newer one.
        (["02/03/2026 09:00:00"], (3, 2)),
        (["12/03/2026 09:00:00", "11/03/2026 09:00:00"], (3, 12)),
    ],
)
def test_the_pbx_displays_times_as_it_likes(texts: list[str], day: tuple[int, int]) -> None:
    first = read_times(texts, NOW, ZONE)[0]
    assert first is not None
    assert (first.month, first.day, first.hour) == (*day, 9)


def test_times_in_no_known_format() -> None:
    assert read_times(["yesterday", "today"], NOW, ZONE) == [None, None]
    assert read_times([], NOW, ZONE) == []
