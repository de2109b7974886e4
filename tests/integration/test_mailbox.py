"""Voicemail: the messages, their marks, and their sound through Home Assistant only."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import (
    MockHAClientWebSocket,
    WebSocketGenerator,
)

from custom_components.yeastar_linkus.pbx import mailbox
from emulator import EmulatedPbx
from emulator.house import GroupMailbox
from tests.integration.conftest import Setup, phone_data
from tests.integration.test_browser_door import ask, next_event
from tests.integration.waiting import until

DORA = "+493044400001"


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


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a mailbox at once, and with every poll only those that a browser shows."""
    monkeypatch.setattr(mailbox, "SETTLE_SECONDS", 0.01)


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
    pbx.knobs.fail_with = {"vm/query": -2, "vm/get": -2}
    await entry.runtime_data.async_refresh()
    await until(lambda: entry.runtime_data.mailboxes.unread("1001") is None)
    pbx.knobs.fail_with = {}
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


async def test_a_mailbox_that_nobody_read_yet_is_told_when_it_was(
    entry: MockConfigEntry, ws: MockHAClientWebSocket, phone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes = entry.runtime_data.mailboxes
    monkeypatch.setattr(boxes, "_boxes", {})
    assert boxes.unread("1001") is None
    assert len(await messages_of(ws, phone)) == 2
    assert boxes.unread("1001") == 2


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


async def test_the_mailboxes_of_groups_are_counted(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    reachable: str,
    setup: Setup,
    device_registry: dr.DeviceRegistry,
) -> None:
    pbx.house.group_mailboxes += [GroupMailbox(1, "6100", "Office", ("1001", "1002")), GroupMailbox(2, "6101", "Attic")]
    pbx.archive.leave("6100", DORA, "Dora", 5)
    pbx.archive.leave("6101", DORA, "Dora", 5)
    entry = await setup()

    def unread(name: str) -> str | None:
        state = hass.states.get(f"sensor.group_mailbox_{name}_unread_voicemails")
        return state.state if state else None

    await until(lambda: (unread("office"), unread("attic")) == ("1", "1"))
    call = await pbx.call_in(DORA, "6100")
    await until(lambda: call.mailbox == "6100")
    await pbx.outside(DORA).hang_up()
    await until(lambda: unread("office") == "2")
    # Renamed, not readable for a while, and gone.
    pbx.house.group_mailboxes[0].name = "Front office"
    await entry.runtime_data.async_refresh()
    titles = [device.name for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)]
    assert "Group mailbox Front office" in titles
    pbx.knobs.denied = frozenset({"vm_group"})
    await entry.runtime_data.async_refresh()
    assert titles == [device.name for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)]
    pbx.knobs.denied = frozenset()
    del pbx.house.group_mailboxes[0]
    await entry.runtime_data.async_refresh()
    await hass.async_block_till_done()
    assert unread("office") is None
    assert unread("attic") == "1"
