"""What an event costs from the webhook to the states, beside handlers that do only what the platform needs."""

from contextlib import AsyncExitStack

from homeassistant.core import HomeAssistant
import pytest

from custom_components.yeastar_linkus.pbx import webhook as door
from custom_components.yeastar_linkus.pbx.choices import Choices
from tests.bench.house import SECRET, House, Side, measure, pbx_with
from tests.bench.plain import Write, alike, one_state, open_plain, rehearse, same_entities, same_states
from tests.bench.rows import QUICK, Row
from tests.bench.traffic import Deaf, Poster, whole_call

MANY = 20 if QUICK else 1000
CROWD = 20 if QUICK else 10_000
WEBHOOK = "webhook to state"
SIZE = "size"


async def ours(stack: AsyncExitStack, address: str, name: str, house: House) -> Side:
    poster = await stack.enter_async_context(Poster(address, house.webhook_id, SECRET))
    return Side(name, poster, house)


async def plain(stack: AsyncExitStack, address: str, name: str, house: House, webhook_id: str) -> Side:
    poster = await stack.enter_async_context(Poster(address, webhook_id, SECRET))
    return Side(name, poster, house)


async def test_beside_plain_handlers(
    hass: HomeAssistant, socket_enabled: None, reachable: str, as_at_home: None, rows: list[Row]
) -> None:
    async with AsyncExitStack() as stack:
        house = await pbx_with(hass, stack, 10, 10)
        own = await ours(stack, reachable, "ours", house)
        script = await rehearse(hass, house, own.poster)
        # What a call must write: ringing, talking, over; who it is; what it was.
        writes = sum(len(written.states) for written in script)
        assert [bool(written.states) for written in script] == [True, False, True, False, True, False, True]
        sides: dict[str, Side] = {}
        writers: dict[str, Write | None] = {
            "entities": await same_entities(hass, script, house),
            "states": same_states(hass),
            "one": one_state(hass),
            "nothing": None,
        }
        for name, write in writers.items():
            open_plain(hass, f"{name:x>64}", script, write)
            sides[name] = await plain(stack, reachable, name, house, f"{name:x>64}")
        for body in whole_call(house.serial, house.extensions[0]):
            for side in (own, sides["entities"]):
                await side.poster.post(side.poster.request(body))
        assert alike(hass, script, house)
        server = await hass.loop.create_server(Deaf, "127.0.0.1", 0)
        stack.callback(server.close)
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        sender = await plain(stack, address, "sender", house, "x" * 64)
        await measure(own, *sides.values(), sender)

    what = {
        "entities": f"one that writes the same {writes} states a call through plain entities",
        "states": f"one that sets the same {writes} states a call past all entities",
        "one": "one that sets one state an event",
        "nothing": "one that verifies and decodes only",
    }
    for name, side in sides.items():
        target = {"entities": 0.9}.get(name)
        rows.append(Row(WEBHOOK, f"throughput / {what[name]}", side.over(own), at_least=target, detail=side.told))
    bare = sides["entities"]
    rows += [
        Row(
            WEBHOOK,
            "the same with the sender's own share taken off both sides",
            (bare.microseconds - sender.microseconds) / (own.microseconds - sender.microseconds),
            detail=f"ours: {own.told}; the sender alone {sender.microseconds:.0f} us",
        ),
        Row(WEBHOOK, "p50 / that of plain entities", own.percentile(50) / bare.percentile(50)),
        Row(WEBHOOK, "p99 / that of plain entities", own.percentile(99) / bare.percentile(99)),
    ]


async def test_signature(
    hass: HomeAssistant,
    socket_enabled: None,
    reachable: str,
    as_at_home: None,
    rows: list[Row],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with AsyncExitStack() as stack:
        house = await pbx_with(hass, stack, 10, 10)
        checked = await ours(stack, reachable, "checked", house)
        real = door.signature_matches
        asked = trusting = False

        def switchable(secret: str, body: bytes, header: str | None) -> bool:
            nonlocal asked
            asked = True
            return trusting or real(secret, body, header)

        monkeypatch.setattr(door, "signature_matches", switchable)

        class Trusting(Side):
            async def run(self) -> None:
                nonlocal trusting
                trusting = True
                await super().run()
                trusting = False

        unchecked = Trusting("unchecked", checked.poster, house)
        await measure(checked, unchecked)
        assert asked
    rows.append(Row(WEBHOOK, "cost with the signature check / without", checked.over(unchecked), detail=checked.told))


async def test_recorder(
    recorder_mock: object,
    hass: HomeAssistant,
    socket_enabled: None,
    reachable: str,
    as_at_home: None,
    rows: list[Row],
) -> None:
    async with AsyncExitStack() as stack:
        house = await pbx_with(hass, stack, 10, 10)
        own = await ours(stack, reachable, "ours", house)
        script = await rehearse(hass, house, own.poster)
        open_plain(hass, "e" * 64, script, await same_entities(hass, script, house))
        bare = await plain(stack, reachable, "entities", house, "e" * 64)
        await measure(own, bare)
    rows.append(
        Row(WEBHOOK, "with the recorder: throughput / plain entities, recorded too", bare.over(own), detail=own.told)
    )


async def test_sizes(
    hass: HomeAssistant, socket_enabled: None, reachable: str, as_at_home: None, rows: list[Row]
) -> None:
    async with AsyncExitStack() as stack:
        small = await ours(stack, reachable, "10", await pbx_with(hass, stack, 10, 10))
        listed = await ours(stack, reachable, "1,000", await pbx_with(hass, stack, MANY, 10, begin=1_000_000))
        crowd = await ours(stack, reachable, "10,000", await pbx_with(hass, stack, CROWD, 10, begin=2_000_000))
        await measure(small, listed, crowd)
    rows += [
        Row(SIZE, f"cost, PBX with {MANY:,} extensions, 10 exposed / 10", listed.over(small), at_most=1.05),
        Row(SIZE, f"cost, PBX with {CROWD:,} extensions, 10 exposed / 10", crowd.over(small), at_most=1.05),
    ]


async def test_exposed(
    hass: HomeAssistant,
    socket_enabled: None,
    reachable: str,
    as_at_home: None,
    rows: list[Row],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A crowd's less important entities are disabled: as many states must be written for the two to compare.
    monkeypatch.setattr(Choices, "crowded", True)
    async with AsyncExitStack() as stack:
        few, many = await pbx_with(hass, stack, 10, 10), await pbx_with(hass, stack, MANY, MANY)
        small, large = await ours(stack, reachable, "10", few), await ours(stack, reachable, "1,000", many)
        await small.put_up(1)
        await large.put_up(1)
        await measure(small, large)
        exposed, told = large.over(small), large.told
        await large.put_up(MANY - 1)
        await measure(small, large)
        up = large.over(small)
        assert hass.states.is_state(f"sensor.room_{few.extensions[0]}_{few.extensions[0]}", "idle")
        assert hass.states.is_state(f"sensor.room_{many.extensions[-1]}_{many.extensions[-1]}", "talking")
    rows += [
        Row(SIZE, f"cost, {MANY:,} exposed extensions / 10", exposed, at_most=1.05, detail=told),
        Row(SIZE, f"cost, {MANY:,} calls up / 1, at {MANY:,} exposed extensions", up / exposed, at_most=1.05),
        Row(SIZE, f"cost, {MANY:,} exposed extensions and calls up / 10 and 1", up, at_most=1.05, detail=large.told),
    ]
