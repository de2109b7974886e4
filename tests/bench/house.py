"""PBXs of any size in Home Assistant, and rounds of calls over one connection."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from statistics import median, quantiles
import time

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from emulator.house import ExtensionConfig
from tests.bench.rows import QUICK
from tests.bench.traffic import Poster, begin_call, whole_call
from tests.integration.conftest import entry_data
from tests.integration.waiting import until

SECRET = "5" * 32
EVENTS_A_CALL = 7
CALLS_A_ROUND = 1 if QUICK else 5
ROUNDS = 3 if QUICK else 120


@dataclass
class House:
    """One PBX in Home Assistant."""

    pbx: EmulatedPbx
    entry: MockConfigEntry
    webhook_id: str
    serial: str
    extensions: list[str]
    """The exposed ones."""
    took: float
    """How long setting it up took until the last entity was there, in seconds."""

    @property
    def callable(self) -> list[str]:
        """The lower half of the extensions; the upper half is kept for calls that stay up."""
        return self.extensions[: len(self.extensions) // 2]


def _name(number: str) -> str:
    return f"room_{number}_{number}"


async def pbx_with(
    hass: HomeAssistant, stack: AsyncExitStack, extensions: int, exposed: int, *, begin: int = 0
) -> House:
    """Set up an emulated PBX with that many extensions, of which the last are exposed. `begin` keeps numbers apart."""
    pbx = EmulatedPbx()
    numbers = [str(begin + 10 * extensions + n) for n in range(extensions)]
    serial, webhook_id = f"3631A{numbers[0]:0>8}", f"{numbers[0]:0>64}"
    pbx.house.serial = serial
    pbx.house.extensions = [
        ExtensionConfig(n, number, f"Room {number}", phone=None) for n, number in enumerate(numbers, 1)
    ]
    pbx.house.queues.clear()
    pbx.house.ring_groups.clear()
    await stack.enter_async_context(pbx)
    title = f"PBX {numbers[0]}"
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=title,
        unique_id=serial,
        data=entry_data(pbx, webhook_id=webhook_id, webhook_secret=SECRET),
        options={"extensions": numbers[-exposed:]},
    )
    entry.add_to_hass(hass)
    begun = time.perf_counter()
    assert await hass.config_entries.async_setup(entry.entry_id)
    last = _name(numbers[-1])
    there = [f"sensor.{last}", f"event.{last}_call", f"select.{last}_presence", f"button.{last}_hang_up"]
    await until(lambda: all(map(hass.states.get, there)), 240)
    took = time.perf_counter() - begun
    await hass.async_block_till_done()
    stack.push_async_callback(hass.config_entries.async_unload, entry.entry_id)
    await until(lambda: hass.states.is_state(f"binary_sensor.{title.lower().replace(' ', '_')}_events", "on"), 60)
    return House(pbx, entry, webhook_id, serial, numbers[-exposed:], took)


@dataclass
class Side:
    """One handler under test and what its events took, in seconds.

    `took` is what passed for the sender, with all that the machine did besides; `rounds` is the processor's time an event,
    the inverse of the throughput of a machine that does nothing else.
    """

    name: str
    poster: Poster
    house: House
    took: list[float] = field(default_factory=list)
    rounds: list[float] = field(default_factory=list)
    turn: int = 0

    async def run(self) -> None:
        """Some whole calls, one event after the other."""
        bodies: list[bytes] = []
        called = self.house.callable
        for _ in range(CALLS_A_ROUND):
            self.turn += 1
            bodies += whole_call(self.house.serial, called[self.turn % len(called)])
        requests = [self.poster.request(body) for body in bodies]
        begun = time.thread_time()
        for request in requests:
            at = time.perf_counter()
            await self.poster.post(request)
            self.took.append(time.perf_counter() - at)
        self.rounds.append((time.thread_time() - begun) / len(requests))

    async def put_up(self, calls: int) -> None:
        """Calls that stay up, on the upper half of the extensions."""
        upper = self.house.extensions[len(self.house.callable) :]
        for n in range(calls):
            for body in begin_call(self.house.serial, upper[n % len(upper)]):
                await self.poster.post(self.poster.request(body))

    def percentile(self, percent: int) -> float:
        """How long that part of all events took at most, in milliseconds."""
        return 1000 * quantiles(self.took, n=100)[percent - 1]

    @property
    def microseconds(self) -> float:
        """What an event costs, in microseconds."""
        return 1e6 * median(self.rounds)

    def over(self, other: Side) -> float:
        """How many times the other's cost an event has here: the median of all rounds, each beside one of the other."""
        return median(own / others for own, others in zip(self.rounds, other.rounds, strict=True))

    @property
    def told(self) -> str:
        """The absolute figures."""
        return (
            f"{self.microseconds:.0f} us an event, p50 {self.percentile(50):.2f} ms, p99 {self.percentile(99):.2f} ms"
        )


async def measure(*sides: Side) -> None:
    """Run all sides in turns, so that the machine's mood is the same for all."""
    for _ in range(1 if QUICK else 10):
        for one in sides:
            await one.run()
    for one in sides:
        one.took.clear()
        one.rounds.clear()
    for n in range(ROUNDS):
        first = n % len(sides)
        for one in sides[first:] + sides[:first]:
            await one.run()
