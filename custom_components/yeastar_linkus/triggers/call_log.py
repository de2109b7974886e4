"""The bus event that the logbook tells: one when an extension's call is answered, one when it is over.

The events carry phone numbers and names, and the recorder keeps them as long as it keeps states. Nothing is fired for
extensions that are no devices.
"""

from typing import Final

from homeassistant.core import callback

from ..const import DOMAIN
from ..coordinator import YeastarCoordinator
from ..yeastar.call_model import Moment, MomentKind, Outcome
from .call_facts import facts_of

EVENT_CALL: Final = f"{DOMAIN}_call"
ATTR_TYPE: Final = "type"
TYPE_ANSWERED: Final = "answered"
TYPE_ENDED: Final = "ended"
TYPE_MISSED: Final = "missed"


@callback
def async_keep_call_log(coordinator: YeastarCoordinator) -> None:
    """Fire a bus event when a call of an exposed extension is answered, and when it is over."""

    @callback
    def happened(moment: Moment) -> None:
        match moment.kind:
            case MomentKind.ANSWERED:
                told = TYPE_ANSWERED
            case MomentKind.ENDED:
                told = TYPE_MISSED if moment.outcome is Outcome.MISSED else TYPE_ENDED
            case _:
                return
        if moment.extension in coordinator.exposed():
            coordinator.hass.bus.async_fire(EVENT_CALL, {ATTR_TYPE: told, **facts_of(coordinator, moment)})

    coordinator.config_entry.async_on_unload(coordinator.async_listen_moments(None, happened))
