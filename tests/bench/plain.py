"""What the platform alone costs: handlers that know nothing of telephony, and entities that only show a value.

A rehearsal notes which states and events ours writes for each of the seven events of a call; the plain handlers then
write the same ones, with the extension, caller and call of the message that they got.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from aiohttp.web import Request, Response
from homeassistant.components import webhook
from homeassistant.components.event import EventEntity
from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util
import orjson
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.triggers.call_log import EVENT_CALL
from custom_components.yeastar_linkus.yeastar.signature import signature_matches
from tests.bench.house import EVENTS_A_CALL, SECRET, House
from tests.bench.traffic import Poster, whole_call

PLAIN = "bench_plain"


@dataclass
class Written:
    """What ours wrote for one event."""

    states: list[State]
    fired: list[dict[str, Any]]


class Told(NamedTuple):
    """What is another one in each call."""

    extension: str
    caller: str
    call_id: str


def told_by(msg: dict[str, Any]) -> Told | None:
    """Read a message of a call; None for others."""
    if (call_id := msg.get("call_id")) is None:
        return None
    if (members := msg.get("members")) is None:
        return Told(msg["call_to"], msg["call_from"], call_id)
    number = caller = ""
    for member in members:
        if (extension := member.get("extension")) is not None:
            number = extension["number"]
        else:
            caller = member["inbound"]["from"]
    return Told(number, caller, call_id)


async def rehearse(hass: HomeAssistant, house: House, poster: Poster) -> list[Written]:
    """Return what one call writes of its extension, event by event. The PBX's own figures change once a second only."""
    script = [Written([], []) for _ in range(EVENTS_A_CALL)]
    now = script[0]

    @callback
    def state(event: Event[EventStateChangedData]) -> None:
        if f"_{house.extensions[0]}" in event.data["entity_id"] and (new := event.data["new_state"]) is not None:
            now.states.append(new)

    @callback
    def fired(event: Event[dict[str, Any]]) -> None:
        now.fired.append(dict(event.data))

    stop = [hass.bus.async_listen("state_changed", state), hass.bus.async_listen(EVENT_CALL, fired)]
    for _ in range(2):
        # The second time, when nothing is new any more.
        for written, body in zip(script, whole_call(house.serial, house.extensions[0]), strict=True):
            now = written
            now.states.clear()
            now.fired.clear()
            await poster.post(poster.request(body))
            await hass.async_block_till_done()
    for unsubscribe in stop:
        unsubscribe()
    return script


type Write = Callable[[Written, Told], None]


def open_plain(hass: HomeAssistant, webhook_id: str, script: list[Written], write: Write | None) -> None:
    """Register a webhook that does what any must: read, verify, decode; then `write` what the script says."""
    turn = 0

    async def handle(hass: HomeAssistant, webhook_id: str, request: Request) -> Response:
        nonlocal turn
        body = await request.read()
        if not signature_matches(SECRET, body, request.headers.get("X-Signature")):
            return Response(status=401)
        msg = orjson.loads(orjson.loads(body)["msg"])
        try:
            if write is not None and (told := told_by(msg)) is not None:
                write(script[turn % EVENTS_A_CALL], told)
        except Exception:  # noqa: BLE001
            # Home Assistant answers 200 to whatever goes wrong, and nobody would notice.
            return Response(status=500)
        turn += 1
        return Response(status=200)

    webhook.async_register(hass, DOMAIN, "Plain", webhook_id, handle, allowed_methods=["POST"])


def one_state(hass: HomeAssistant) -> Write:
    """Write one state that is another one each time."""
    turn = 0

    def write(written: Written, told: Told) -> None:
        nonlocal turn
        turn += 1
        hass.states.async_set("sensor.plain", str(turn))

    return write


def same_states(hass: HomeAssistant) -> Write:
    """Write as many states as ours, with the same attributes, past all entities; fire the same events."""

    def write(written: Written, told: Told) -> None:
        for state in written.states:
            # States that are times are new ones each time.
            is_time = state.state[:2] == "20"
            text = dt_util.utcnow().isoformat(timespec="milliseconds") if is_time else state.state
            hass.states.async_set(f"{state.entity_id}_plain", text, dict(state.attributes))
        for data in written.fired:
            hass.bus.async_fire(EVENT_CALL, {**data, **_of(told)})

    return write


def _of(told: Told) -> dict[str, Any]:
    return {"extension": told.extension, "number": told.caller, "call_id": told.call_id}


class PlainSensor(SensorEntity):
    """A sensor that shows what it was given."""

    _attr_should_poll = False

    def show(self, state: State, told: Told) -> None:
        if state.state == STATE_UNKNOWN:
            self._attr_native_value = None
        elif self.device_class is SensorDeviceClass.TIMESTAMP:
            self._attr_native_value = dt_util.utcnow()
            if "number" in state.attributes:
                facts = {key: state.attributes[key] for key in ("name", "direction", "outcome")}
                self._attr_extra_state_attributes = {**facts, "number": told.caller}
        else:
            self._attr_native_value = told.caller if state.state[0] == "+" else state.state
        self.async_write_ha_state()


class PlainEvent(EventEntity):
    """An event entity that tells what it was given."""

    _attr_should_poll = False

    def show(self, state: State, told: Told) -> None:
        facts = {key: value for key, value in state.attributes.items() if key not in _NOT_FACTS}
        facts["number"], facts["call_id"] = told.caller, told.call_id
        self._trigger_event(state.attributes["event_type"], facts)
        self.async_write_ha_state()


_NOT_FACTS = {"event_type", "event_types", "friendly_name", "device_class"}


def plain_entity(state: State, unique_id: str) -> PlainSensor | PlainEvent:
    """Return an entity of the same kind."""
    entity: PlainSensor | PlainEvent
    if state.entity_id.startswith("event."):
        entity = PlainEvent()
        entity._attr_event_types = state.attributes["event_types"]
    else:
        entity = PlainSensor()
        if "device_class" in state.attributes:
            entity._attr_device_class = SensorDeviceClass(state.attributes["device_class"])
        if "options" in state.attributes:
            entity._attr_options = state.attributes["options"]
    entity._attr_unique_id = unique_id
    entity._attr_name = state.name
    entity._attr_translation_key = "plain"
    return entity


async def add_plain(hass: HomeAssistant, entities: dict[str, list[Entity]]) -> MockConfigEntry:
    """Set up an integration that has just these entities, by platform."""

    async def set_up(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, list(entities))
        return True

    async def unload(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        return await hass.config_entries.async_unload_platforms(entry, list(entities))

    mock_integration(hass, MockModule(PLAIN, async_setup_entry=set_up, async_unload_entry=unload))
    for platform, those in entities.items():
        mock_platform(hass, f"{PLAIN}.{platform}", MockPlatform(async_setup_entry=_adder(those)))
    mock_platform(hass, f"{PLAIN}.config_flow")
    entry = MockConfigEntry(domain=PLAIN)
    entry.add_to_hass(hass)
    with mock_config_flow(PLAIN, ConfigFlow):
        assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


def _adder(
    those: Iterable[Entity],
) -> Callable[[HomeAssistant, ConfigEntry, AddConfigEntryEntitiesCallback], Awaitable[None]]:
    async def add(hass: HomeAssistant, entry: ConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback) -> None:
        async_add_entities(those)

    return add


async def same_entities(hass: HomeAssistant, script: list[Written], house: House) -> Write:
    """Write as many states as ours through entities that only show a value; fire the same events.

    There are such entities for each extension that is called.
    """
    shown = {state.entity_id: state for written in script for state in written.states}
    own = house.extensions[0]
    entities = {
        (number, entity_id): plain_entity(state, entity_id.replace(own, number))
        for entity_id, state in shown.items()
        for number in house.callable
    }
    by_platform: dict[str, list[Entity]] = {}
    for (_number, entity_id), entity in entities.items():
        by_platform.setdefault(entity_id.partition(".")[0], []).append(entity)
    await add_plain(hass, by_platform)

    def write(written: Written, told: Told) -> None:
        for state in written.states:
            entities[told.extension, state.entity_id].show(state, told)
        for data in written.fired:
            hass.bus.async_fire(EVENT_CALL, {**data, **_of(told)})

    return write


def alike(hass: HomeAssistant, script: list[Written], house: House) -> bool:
    """Whether the plain entities show what ours do, but for times and names, after the same call."""

    def shown(entity_id: str) -> tuple[str, dict[str, Any]]:
        state = hass.states.get(entity_id)
        assert state is not None
        facts = {key: value for key, value in state.attributes.items() if key not in {"friendly_name", "started_at"}}
        return ("a time" if state.state[:2] == "20" else state.state), facts

    registry = er.async_get(hass)
    return all(
        shown(state.entity_id) == shown(registry.async_get_entity_id(state.domain, PLAIN, state.entity_id) or "")
        for written in script
        for state in written.states
        if house.extensions[0] in state.entity_id
    )
