"""What an event costs from the webhook to the states, beside a bare handler, with 10 and 1,000 extensions and calls up.

Everything compared is measured in turns within one run, so that the machine's mood is the same for all.
"""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
import gc
import json
import logging
import os
from pathlib import Path
from statistics import quantiles
import time

from aiohttp.web import Request, Response
from homeassistant.components import webhook
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar_linkus import webhook as door
from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.yeastar.signature import signature_matches
from emulator import EmulatedPbx
from emulator.house import ExtensionConfig
from tests.bench.traffic import Poster, begin_call, whole_call
from tests.integration.conftest import entry_data
from tests.integration.waiting import until

SECRET = "5" * 32
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))
CALLS_A_ROUND = 5
OUTPUT = Path(__file__).parents[2] / "test-output" / "bench_events.json"


@dataclass
class Side:
    """One handler under test and what its events took, in seconds."""

    name: str
    poster: Poster
    serial: str
    extensions: list[str]
    took: list[float] = field(default_factory=list)
    rounds: list[float] = field(default_factory=list)
    turn: int = 0

    async def run(self) -> None:
        """Some whole calls, one event after the other."""
        bodies: list[bytes] = []
        for _ in range(CALLS_A_ROUND):
            # The upper half of the extensions is kept for calls that stay up.
            half = self.extensions[: len(self.extensions) // 2]
            self.turn += 1
            bodies += whole_call(self.serial, half[self.turn % len(half)])
        requests = [self.poster.request(body) for body in bodies]
        begun = time.perf_counter()
        for request in requests:
            at = time.perf_counter()
            await self.poster.post(request)
            self.took.append(time.perf_counter() - at)
        self.rounds.append((time.perf_counter() - begun) / len(requests))

    def figures(self) -> dict[str, float]:
        """Events a second (of the round at the lower quartile: what else the machine does only adds) and latencies in milliseconds; then begins anew."""
        cuts = quantiles(self.took, n=100)
        found = {
            "events_per_second": round(1 / quantiles(self.rounds, n=4)[0], 1),
            "p50_ms": round(1000 * cuts[49], 4),
            "p99_ms": round(1000 * cuts[98], 4),
        }
        self.took.clear()
        self.rounds.clear()
        return found


async def pbx_with(
    hass: HomeAssistant, stack: AsyncExitStack, serial: str, webhook_id: str, extensions: int
) -> tuple[EmulatedPbx, list[str]]:
    """Set up an emulated PBX with that many extensions, all of them exposed."""
    pbx = EmulatedPbx()
    # Numbers of their own, so that the entities of the two do not share names.
    numbers = [str(10 * extensions + n) for n in range(extensions)]
    pbx.house.serial = serial
    pbx.house.extensions = [
        ExtensionConfig(n, number, f"Room {number}", phone=None) for n, number in enumerate(numbers, 1)
    ]
    pbx.house.queues.clear()
    pbx.house.ring_groups.clear()
    await stack.enter_async_context(pbx)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"PBX with {extensions}",
        unique_id=serial,
        data=entry_data(pbx, webhook_id=webhook_id, webhook_secret=SECRET),
        options={"extensions": numbers},
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    stack.push_async_callback(hass.config_entries.async_unload, entry.entry_id)
    await until(lambda: hass.states.is_state(f"binary_sensor.pbx_with_{extensions}_events", "on"), 60)
    last = f"room_{numbers[-1]}_{numbers[-1]}"
    there = [f"sensor.{last}", f"event.{last}_call", f"select.{last}_presence", f"button.{last}_hang_up"]
    await until(lambda: all(map(hass.states.get, there)), 240)
    await hass.async_block_till_done()
    return pbx, numbers


def bare(hass: HomeAssistant, webhook_id: str) -> None:
    """Register the least that a webhook can do: read, verify, decode, write one state."""
    states = ("ringing", "talking", "idle")
    turn = 0

    async def handle(hass: HomeAssistant, webhook_id: str, request: Request) -> Response:
        nonlocal turn
        body = await request.read()
        if not signature_matches(SECRET, body, request.headers.get("X-Signature")):
            return Response(status=401)
        json.loads(json.loads(body)["msg"])
        turn += 1
        hass.states.async_set("sensor.bare", states[turn % 3])
        return Response(status=200)

    webhook.async_register(hass, DOMAIN, "Bare", webhook_id, handle, allowed_methods=["POST"])


@pytest.fixture
def no_rate_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The door's limit (500 a second) is what we do not want to measure."""
    monkeypatch.setattr(door.TokenBucket, "take", lambda self: True)


async def test_events(hass: HomeAssistant, socket_enabled: None, reachable: str, no_rate_limit: None) -> None:
    logging.getLogger().setLevel(logging.WARNING)
    async with AsyncExitStack() as stack:
        _, few = await pbx_with(hass, stack, "3631A2100010", "a" * 64, 10)
        _, many = await pbx_with(hass, stack, "3631A2101000", "b" * 64, 1000)
        bare(hass, "c" * 64)
        # The harness watches every callback, which Home Assistant does not.
        hass.loop.set_debug(False)

        async def side(name: str, webhook_id: str, serial: str, numbers: list[str]) -> Side:
            return Side(name, await stack.enter_async_context(Poster(reachable, webhook_id, SECRET)), serial, numbers)

        plain = await side("bare handler", "c" * 64, "3631A2100010", few)
        small = await side("10 extensions", "a" * 64, "3631A2100010", few)
        large = await side("1,000 extensions", "b" * 64, "3631A2101000", many)
        sides = (plain, small, large)
        entities = len(
            er.async_entries_for_config_entry(er.async_get(hass), hass.config_entries.async_entries(DOMAIN)[1].entry_id)
        )

        async def up(side: Side, calls: int) -> None:
            for n in range(calls):
                for body in begin_call(side.serial, side.extensions[-1 - n % (len(side.extensions) // 2)]):
                    await side.poster.post(side.poster.request(body))

        async def measure() -> dict[str, dict[str, float]]:
            # Home Assistant's own garbage is collected between the rounds, not within somebody's.
            gc.collect()
            gc.freeze()
            for _ in range(5):
                for one in sides:
                    await one.run()
            for one in sides:
                one.figures()
            for n in range(ROUNDS):
                for one in sides[n % 3 :] + sides[: n % 3]:
                    await one.run()
            return {one.name: one.figures() for one in sides}

        await up(small, 10)
        await up(large, 10)
        ten_up = await measure()
        await up(large, 990)
        thousand_up = await measure()
        assert hass.states.get(f"sensor.room_{few[0]}_{few[0]}").state == "idle"  # type: ignore[union-attr]
        assert hass.states.get(f"sensor.room_{many[-1]}_{many[-1]}").state == "talking"  # type: ignore[union-attr]

        def cost(figures: dict[str, float]) -> float:
            return 1 / figures["events_per_second"]

        ratios = {
            "throughput, 10 extensions / bare handler": cost(ten_up["bare handler"]) / cost(ten_up["10 extensions"]),
            "throughput, 1,000 extensions / bare handler": cost(ten_up["bare handler"])
            / cost(ten_up["1,000 extensions"]),
            "cost, 1,000 extensions / 10 extensions": cost(ten_up["1,000 extensions"]) / cost(ten_up["10 extensions"]),
            "cost, 1,000 calls up / 10 calls up": cost(thousand_up["1,000 extensions"])
            / cost(thousand_up["10 extensions"]),
            "throughput, 1,000 extensions and calls up / bare handler": cost(thousand_up["bare handler"])
            / cost(thousand_up["1,000 extensions"]),
        }
    report(entities, {"10 calls up": ten_up, "1,000 calls up": thousand_up}, ratios)


def report(entities: int, phases: dict[str, dict[str, dict[str, float]]], ratios: dict[str, float]) -> None:
    """Print the table and keep the figures."""
    ratios = {name: round(value, 3) for name, value in ratios.items()}
    print(f"\n{entities} entities at the large PBX; {ROUNDS} rounds of {CALLS_A_ROUND} calls, 7 events each\n")
    for phase, figures in phases.items():
        for name, values in figures.items():
            print(
                f"{phase:>15}  {name:<18} {values['events_per_second']:>8.0f} events/s"
                f"   p50 {values['p50_ms']:.3f} ms   p99 {values['p99_ms']:.3f} ms"
            )
    print()
    for name, value in ratios.items():
        print(f"{value:>7.2f}  {name}")
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps({"entities": entities, "phases": phases, "ratios": ratios}, indent=2) + "\n")
