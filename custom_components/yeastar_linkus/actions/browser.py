"""Actions that aim at a user's browser: show the phone, answer, hang up, mute, hold."""

from collections.abc import Iterable
from enum import StrEnum

from homeassistant.components.person import DOMAIN as PERSON_DOMAIN
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_send
import voluptuous as vol

from ..browser.phone_feed import show_signal
from ..browser.softphone import Phone
from ..const import CONF_EXTENSION, CONF_USER_ID, DOMAIN, SUBENTRY_PHONE
from ..shared import SHARED
from ..yeastar.call_model import CallState

ATTR_PERSON = "person"
ATTR_MUTED = "muted"
ATTR_ON_HOLD = "on_hold"


class Order(StrEnum):
    """What a browser phone is told to do. The values are the actions' names."""

    SHOW = "show_phone"
    ANSWER = "browser_answer"
    HANG_UP = "browser_hang_up"
    MUTE = "browser_mute"
    HOLD = "browser_hold"


_TARGET: dict[str | vol.Marker, object] = {
    vol.Exclusive(ATTR_PERSON, "target"): cv.entity_domain(PERSON_DOMAIN),
    vol.Exclusive(CONF_EXTENSION, "target"): vol.All(vol.Coerce(str), vol.Match(r"^[0-9]{1,16}$")),
    vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
}
_SCHEMAS = {
    Order.SHOW: vol.Schema(_TARGET),
    Order.ANSWER: vol.Schema(_TARGET),
    Order.HANG_UP: vol.Schema(_TARGET),
    Order.MUTE: vol.Schema({**_TARGET, vol.Optional(ATTR_MUTED, default=True): cv.boolean}),
    Order.HOLD: vol.Schema({**_TARGET, vol.Optional(ATTR_ON_HOLD, default=True): cv.boolean}),
}
# What the extension must be doing for an order to make sense.
_FITTING = {
    Order.ANSWER: {CallState.RINGING},
    Order.HANG_UP: set(CallState) - {CallState.IDLE},
    Order.MUTE: {CallState.TALKING, CallState.ON_HOLD},
    Order.HOLD: {CallState.TALKING, CallState.ON_HOLD},
}


@callback
def async_setup_browser_actions(hass: HomeAssistant) -> None:
    """Register the actions."""
    for order, schema in _SCHEMAS.items():
        hass.services.async_register(DOMAIN, order.value, _async_order, schema=schema)


async def _async_order(call: ServiceCall) -> None:
    """Give the order to the browser that is registered for the phone; showing it, to all its user's pages."""
    hass, order = call.hass, Order(call.service)
    phones = await _async_phones(call)
    if order is Order.SHOW:
        for phone in phones:
            async_dispatcher_send(hass, show_signal(phone.phone_id))
        return
    leases = hass.data[SHARED].leases
    # Two users of one extension have one browser between them.
    lines = {
        phone.line: (phone, holder)
        for phone in phones
        if leases.reachable(phone.line) and (holder := leases.holder(phone.line))
    }
    if not lines:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_browser_phone")
    fitting = [
        holder
        for phone, holder in lines.values()
        if phone.coordinator is not None and phone.coordinator.book.state_of(phone.extension) in _FITTING[order]
    ]
    if not fitting:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_fitting_call")
    on = call.data.get(ATTR_MUTED, call.data.get(ATTR_ON_HOLD))
    for holder in fitting:
        holder.send(
            {"kind": "order", "order": order.value.removeprefix("browser_"), **({} if on is None else {"on": on})}
        )


async def _async_phones(call: ServiceCall) -> list[Phone]:
    """Return the phones meant: a person's, an extension's, or the caller's own. Raises when there are none, or no right."""
    hass = call.hass
    user = await hass.auth.async_get_user(call.context.user_id) if call.context.user_id else None
    user_id = None
    if (person := call.data.get(ATTR_PERSON)) is not None:
        state = hass.states.get(person)
        user_id = state.attributes.get(CONF_USER_ID, "") if state is not None else ""
    elif CONF_EXTENSION not in call.data:
        user_id = user.id if user is not None else ""
    wanted = [
        phone
        for phone in _all_phones(hass, call.data.get(ATTR_CONFIG_ENTRY_ID))
        if phone.extension == call.data.get(CONF_EXTENSION, phone.extension) and user_id in {None, phone.user_id}
    ]
    if call.context.user_id is not None and (
        user is None or not (user.is_admin or all(phone.user_id == user.id for phone in wanted))
    ):
        raise Unauthorized(context=call.context)
    if not wanted:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_such_phone")
    return wanted


def _all_phones(hass: HomeAssistant, entry_id: str | None) -> Iterable[Phone]:
    return (
        Phone(hass, subentry.subentry_id, entry, subentry.data[CONF_EXTENSION], subentry.data[CONF_USER_ID])
        for entry in hass.config_entries.async_entries(DOMAIN, include_disabled=False)
        if entry_id in {None, entry.entry_id}
        for subentry in entry.get_subentries_of_type(SUBENTRY_PHONE)
    )
