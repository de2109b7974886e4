"""What just happened: calls of an extension, the ring of a door, and events of the PBX itself."""

from datetime import UTC, datetime
from typing import Any, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .browser.call_quality import CallQuality, quality_signal
from .coordinator import YeastarConfigEntry
from .door_phone import async_add_doorbells
from .entity import ExtensionEntity, YeastarEntity
from .pbx.devices import async_add_extension_entities
from .yeastar.call_model import Call, Moment, MomentKind, Outcome
from .yeastar.event_kinds import Severity, SystemEvent
from .yeastar.models import Extension

PARALLEL_UPDATES = 0

REJECTED = "rejected"
# Comes after the end of a call that a browser carried.
QUALITY = "quality"
# Holding and resuming are states of a call rather than events of its own; an undecided call has no extension yet.
_UNTOLD = {MomentKind.HELD, MomentKind.RESUMED, MomentKind.UNDECIDED}
TYPES: dict[MomentKind, str] = {kind: kind.value for kind in MomentKind if kind not in _UNTOLD}

CALL = EventEntityDescription(key="call", translation_key="call", event_types=[*TYPES.values(), REJECTED, QUALITY])
SYSTEM = EventEntityDescription(
    key="system",
    translation_key="system",
    event_types=[severity.value for severity in Severity],
    entity_category=EntityCategory.DIAGNOSTIC,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: YeastarConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the event entities of one PBX."""
    coordinator = entry.runtime_data
    if not coordinator.client.has_api:
        return
    async_add_entities([SystemEventEntity(coordinator, SYSTEM)])

    def make(extension: Extension) -> list[CallEventEntity]:
        return [CallEventEntity(coordinator, extension, CALL)]

    async_add_extension_entities(coordinator, async_add_entities, make)
    async_add_doorbells(entry, async_add_entities)


class CallEventEntity(ExtensionEntity, EventEntity):
    """What happens to an extension's calls. Who called is in the attributes, which are not recorded."""

    about = None
    _unrecorded_attributes = frozenset({"call_id", "number", "name", "did", "digit"})

    @override
    def watched(self) -> object:
        return None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the extension's calls while the entity exists."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_listen_moments(self.number, self._happened))
        signal = quality_signal((self.coordinator.config_entry.entry_id, self.number))
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._measured))

    @callback
    def _measured(self, call: Call, quality: CallQuality) -> None:
        remote = call.remote_of(self.number)
        self._trigger_event(
            QUALITY,
            {
                "call_id": call.id,
                "number": remote,
                "name": self.coordinator.name_of(remote),
                "direction": call.direction_of(self.number).value,
                **quality,
            },
        )
        self.async_write_ha_state()

    @callback
    def _happened(self, moment: Moment) -> None:
        if (event_type := TYPES.get(moment.kind)) is None:
            return
        facts = self._facts(moment)
        self._trigger_event(event_type, facts)
        self.async_write_ha_state()
        if moment.kind is MomentKind.ENDED and moment.outcome is Outcome.REJECTED:
            self._trigger_event(REJECTED, facts)
            self.async_write_ha_state()

    def _facts(self, moment: Moment) -> dict[str, Any]:
        """Return the attributes. Durations in whole seconds; None for what is not known yet."""
        call = moment.call
        talked = moment.outcome in {Outcome.ANSWERED, Outcome.TRANSFERRED}
        picked_up = call.answered_at or call.ended_at
        facts = {
            "call_id": call.id,
            "number": moment.remote,
            "name": self.coordinator.name_of(moment.remote),
            "direction": call.direction_of(self.number).value,
            "did": call.did,
            "started_at": datetime.fromtimestamp(call.started_at, UTC),
            "outcome": moment.outcome,
            "ring_duration": None if picked_up is None else max(round(picked_up - call.started_at), 0),
            "talk_duration": call.talk_duration if talked else None,
        }
        return {**facts, "digit": moment.digit} if moment.digit else facts


class SystemEventEntity(YeastarEntity, EventEntity):
    """What the PBX reports about itself: logins, lines that fail, attacks. The PBX's settings say of what it reports."""

    _unrecorded_attributes = frozenset({"content"})

    @override
    def watched(self) -> object:
        return None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the PBX while the entity exists."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_listen_system(self._happened))

    @callback
    def _happened(self, event: SystemEvent) -> None:
        self._trigger_event(event.severity, {"name": event.name, "kind": event.kind, "content": event.content})
        self.async_write_ha_state()
