"""Counters that begin at zero at midnight and outlive a restart within the day."""

from datetime import datetime
from typing import override

from homeassistant.components.sensor import ATTR_LAST_RESET, RestoreSensor, SensorEntityDescription, SensorStateClass
from homeassistant.util import dt as dt_util

from ..coordinator import YeastarCoordinator


class DailySensor(RestoreSensor):
    """Calls that ended today. `counted` says which, as in `CallCounts`."""

    coordinator: YeastarCoordinator
    counted: tuple[str, str]

    def watched(self) -> object:
        """Return what the state is made of."""
        return (self.native_value, self.last_reset)

    @property
    @override
    def native_value(self) -> int:
        return self.coordinator.counts.of(*self.counted)

    @property
    @override
    def last_reset(self) -> datetime:
        return self.coordinator.counts.since

    @override
    async def async_added_to_hass(self) -> None:
        """Take up what was counted earlier today."""
        await super().async_added_to_hass()
        last = await self.async_get_last_sensor_data()
        state = await self.async_get_last_state()
        if last is None or state is None or not isinstance(last.native_value, int):
            return
        since = dt_util.parse_datetime(str(state.attributes.get(ATTR_LAST_RESET)))
        if since == self.last_reset:
            self.coordinator.counts.add(*self.counted, last.native_value)


def daily(key: str) -> SensorEntityDescription:
    """Return the description of a counter of the day."""
    return SensorEntityDescription(key=key, translation_key=key, state_class=SensorStateClass.TOTAL)
