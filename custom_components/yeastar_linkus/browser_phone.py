"""How reachable somebody's browser phone is, so that automations can ring something else."""

from typing import override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.core import callback

from .const import SHARED
from .coordinator import YeastarCoordinator
from .entity import ExtensionEntity
from .softphone import REACH_STATES
from .yeastar.models import Extension

BROWSER_PHONE_REACH = SensorEntityDescription(
    key="browser_phone_reach",
    translation_key="browser_phone_reach",
    device_class=SensorDeviceClass.ENUM,
    options=list(REACH_STATES),
)


@callback
def browser_phone_entities(coordinator: YeastarCoordinator, extension: Extension) -> list[BrowserPhoneReach]:
    """Return the sensor of an extension that is somebody's phone, where browsers may register."""
    if extension.number not in coordinator.mapped or not coordinator.client.has_sdk:
        return []
    return [BrowserPhoneReach(coordinator, extension, BROWSER_PHONE_REACH)]


class BrowserPhoneReach(ExtensionEntity, SensorEntity):
    """What the browser that is registered for the extension says of itself; off while none is."""

    @property
    @override
    def native_value(self) -> str:
        holder = self.hass.data[SHARED].leases.holder(self._line)
        return holder.state if holder is not None else "off"

    @override
    def watched(self) -> object:
        """Return what the state is made of."""
        return self.native_value

    @property
    def _line(self) -> tuple[str, str]:
        return (self.coordinator.config_entry.entry_id, self.number)

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the lease while the entity exists."""
        await super().async_added_to_hass()
        self.async_on_remove(self.hass.data[SHARED].leases.listen(self._line, self.look))
