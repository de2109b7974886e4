"""How reachable somebody's browser phone is, so that automations can ring something else, and how its last call sounded."""

from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..browser.call_quality import CallQuality, quality_signal
from ..browser.softphone import REACH_STATES, Line
from ..coordinator import YeastarCoordinator
from ..entity import ExtensionEntity
from ..pbx.devices import async_add_extension_entities
from ..shared import SHARED
from ..yeastar.call_model import Call
from ..yeastar.models import Extension

BROWSER_PHONE_REACH = SensorEntityDescription(
    key="browser_phone_reach",
    translation_key="browser_phone_reach",
    device_class=SensorDeviceClass.ENUM,
    options=list(REACH_STATES),
)
LAST_CALL_QUALITY = SensorEntityDescription(
    key="last_call_quality",
    translation_key="last_call_quality",
    state_class=SensorStateClass.MEASUREMENT,
    suggested_display_precision=1,
    entity_category=EntityCategory.DIAGNOSTIC,
)


@callback
def async_add_browser_phone_entities(
    coordinator: YeastarCoordinator, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of every extension that is, or becomes, somebody's phone, where browsers may register."""
    if not coordinator.client.has_sdk:
        return
    phones: set[str] = set()

    def is_phone(extension: Extension) -> bool:
        """Tell whether it is one, or was one since the entry was loaded: its sensors are there already."""
        if extension.number in coordinator.choices.mapped:
            phones.add(extension.number)
        return extension.number in phones

    async_add_extension_entities(
        coordinator,
        async_add_entities,
        lambda extension: [
            BrowserPhoneReach(coordinator, extension, BROWSER_PHONE_REACH),
            LastCallQuality(coordinator, extension, LAST_CALL_QUALITY),
        ],
        is_phone,
    )


class BrowserPhoneEntity(ExtensionEntity, SensorEntity):
    """Something about the browser that is, or was, registered for the extension."""

    about = None

    @property
    def line(self) -> Line:
        """What leases and qualities are about."""
        return (self.coordinator.config_entry.entry_id, self.number)


class BrowserPhoneReach(BrowserPhoneEntity):
    """What the browser that is registered for the extension says of itself; off while none is."""

    @property
    @override
    def native_value(self) -> str:
        holder = self.hass.data[SHARED].leases.holder(self.line)
        return holder.state if holder is not None else "off"

    @override
    def watched(self) -> object:
        """Return what the state is made of."""
        return self.native_value

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the lease while the entity exists."""
        await super().async_added_to_hass()
        self.async_on_remove(self.hass.data[SHARED].leases.listen(self.line, self.look))


class LastCallQuality(BrowserPhoneEntity):
    """How the last call in a browser sounded, from 1 to 5. Kept by Home Assistant, so it outlives restarts."""

    _unrecorded_attributes = frozenset({"loss_percent", "jitter_ms", "round_trip_ms", "side"})

    @override
    def watched(self) -> object:
        return self._quality

    @property
    def _quality(self) -> dict[str, Any] | None:
        return self.hass.data[SHARED].memory.last_quality(*self.line)

    @property
    @override
    def native_value(self) -> float | None:
        return quality["score"] if (quality := self._quality) else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        quality = self._quality
        return {key: value for key, value in quality.items() if key != "score"} if quality else None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the reports while the entity exists."""
        await super().async_added_to_hass()
        self.async_on_remove(async_dispatcher_connect(self.hass, quality_signal(self.line), self._measured))

    @callback
    def _measured(self, call: Call, quality: CallQuality) -> None:
        self.look()
