"""Setting up: time and memory per exposed extension beside plain entities, and importing the package."""

from contextlib import AsyncExitStack
import gc
import subprocess
import sys
import time
import tracemalloc

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.button import ButtonEntity
from homeassistant.components.event import EventEntity
from homeassistant.components.select import SelectEntity
from homeassistant.components.sensor import SensorEntity
from homeassistant.components.switch import SwitchEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity

from tests.bench.house import pbx_with
from tests.bench.plain import PLAIN, add_plain
from tests.bench.rows import QUICK, Row

SUBJECT = "set-up"
EXTENSIONS = 10 if QUICK else 300


class PlainEvent(EventEntity):
    _attr_event_types = ["it"]


class PlainSelect(SelectEntity):
    _attr_options = ["it"]
    _attr_current_option = "it"


KINDS: dict[str, type[Entity]] = {
    "binary_sensor": BinarySensorEntity,
    "button": ButtonEntity,
    "event": PlainEvent,
    "select": PlainSelect,
    "sensor": SensorEntity,
    "switch": SwitchEntity,
}


def plain_twins(hass: HomeAssistant, entry_id: str) -> dict[str, list[Entity]]:
    """An entity that shows nothing for each of the entry's, enabled or not, on as many devices."""
    twins: dict[str, list[Entity]] = {}
    for ours in er.async_entries_for_config_entry(er.async_get(hass), entry_id):
        twin = KINDS[ours.domain]()
        twin._attr_unique_id = ours.unique_id
        twin._attr_name = ours.original_name
        twin._attr_should_poll = False
        twin._attr_entity_registry_enabled_default = ours.disabled_by is None
        twin._attr_device_info = DeviceInfo(identifiers={(PLAIN, str(ours.device_id))}, name=str(ours.device_id))
        twins.setdefault(ours.domain, []).append(twin)
    return twins


async def test_time(
    hass: HomeAssistant, socket_enabled: None, reachable: str, as_at_home: None, rows: list[Row]
) -> None:
    async with AsyncExitStack() as stack:
        house = await pbx_with(hass, stack, EXTENSIONS, EXTENSIONS)
        twins = plain_twins(hass, house.entry.entry_id)
        begun = time.perf_counter()
        await add_plain(hass, twins)
        plain = time.perf_counter() - begun
    entities = sum(map(len, twins.values()))
    rows.append(
        Row(
            SUBJECT,
            f"time, {EXTENSIONS} exposed extensions / as many plain entities",
            house.took / plain,
            detail=f"{1000 * house.took / EXTENSIONS:.1f} ms an extension, the emulated PBX in the same process;"
            f" {entities / EXTENSIONS:.0f} entities each",
        )
    )


async def test_memory(
    hass: HomeAssistant, socket_enabled: None, reachable: str, as_at_home: None, rows: list[Row]
) -> None:
    extensions = EXTENSIONS // 3
    async with AsyncExitStack() as stack:
        # What is loaded once is not an extension's.
        await pbx_with(hass, stack, 3, 3, begin=5_000_000)
        gc.collect()
        tracemalloc.start()
        stack.callback(tracemalloc.stop)
        before = tracemalloc.get_traced_memory()[0]
        house = await pbx_with(hass, stack, extensions, extensions)
        gc.collect()
        ours = tracemalloc.get_traced_memory()[0] - before
        twins = plain_twins(hass, house.entry.entry_id)
        gc.collect()
        # The emulated PBX is in there too: some kB.
        before = tracemalloc.get_traced_memory()[0]
        made = tracemalloc.get_traced_memory()[0]
        await add_plain(hass, twins)
        gc.collect()
        plain = tracemalloc.get_traced_memory()[0] - before + (made - before)
    rows.append(
        Row(
            SUBJECT,
            f"memory, {extensions} exposed extensions / as many plain entities",
            ours / plain,
            detail=f"{ours / extensions / 1024:.0f} KiB an extension, with the emulated PBX's share",
        )
    )


def test_import(rows: list[Row]) -> None:
    """Home Assistant imports the package when the first PBX is set up; what it needs is loaded by then or not."""
    parts = ["__init__", "config_flow", "binary_sensor", "button", "event", "select", "sensor", "switch"]
    code = "; ".join(f"import custom_components.yeastar_linkus.{part}" for part in parts)
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True)
    own = total = 0
    for line in done.stderr.splitlines():
        cells = line.removeprefix("import time:").split("|")
        if not cells[0].strip().isdigit():
            continue
        total += int(cells[0])
        if "yeastar_linkus" in cells[2]:
            own += int(cells[0])
    assert own
    rows.append(
        Row(
            SUBJECT,
            "import, the package's own part of all that it imports",
            own / total,
            detail=f"{own / 1000:.0f} ms of {total / 1000:.0f} ms with an empty interpreter",
        )
    )
