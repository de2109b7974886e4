"""Actions. Registered once, so that a call while no PBX is loaded says so."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Final

from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
import voluptuous as vol

from .actions import agents, calls, dialing, records
from .actions.browser import async_setup_browser_actions
from .actions.calls import Command
from .const import DOMAIN
from .pbx.problems import failure
from .yeastar.errors import YeastarError

type Handler = Callable[[ServiceCall], Awaitable[ServiceResponse]]

# Answer something only when asked to.
_ANSWERING: Final[tuple[tuple[str, Handler, vol.Schema], ...]] = (
    ("dial", dialing.async_dial, dialing.DIAL_SCHEMA),
    ("redial", dialing.async_redial, dialing.REDIAL_SCHEMA),
    ("pick_up", dialing.async_pick_up, dialing.PICK_UP_SCHEMA),
    ("park", calls.async_park, calls.PARK_SCHEMA),
    ("add_contact", records.async_add_contact, records.ADD_SCHEMA),
)
_QUESTIONS: Final[tuple[tuple[str, Handler, vol.Schema], ...]] = (
    ("call_history", records.async_call_history, records.HISTORY_SCHEMA),
    ("search_contacts", records.async_search_contacts, records.SEARCH_SCHEMA),
)
_COMMANDS: Final[tuple[tuple[str, Command, vol.Schema], ...]] = (
    *((name, order, calls.LEG_SCHEMA) for name, order in calls.ORDERS.items()),
    ("play_prompt", dialing.async_play_prompt, dialing.PLAY_PROMPT_SCHEMA),
    ("transfer", calls.async_transfer, calls.NUMBER_SCHEMA),
    ("attended_transfer", calls.async_attended_transfer, calls.ATTENDED_SCHEMA),
    ("add_member", calls.async_add_member, calls.NUMBER_SCHEMA),
    ("monitor", calls.async_monitor, calls.MONITOR_SCHEMA),
    ("accept_inbound", calls.async_accept_inbound, calls.INBOUND_SCHEMA),
    ("refuse_inbound", calls.async_refuse_inbound, calls.INBOUND_SCHEMA),
    ("set_presence", agents.async_set_presence, agents.PRESENCE_SCHEMA),
    ("queue_log_in", agents.async_log_in, agents.LOG_IN_SCHEMA),
    ("queue_log_out", agents.async_log_out, agents.QUEUE_SCHEMA),
    ("queue_pause", agents.async_pause, agents.PAUSE_SCHEMA),
    ("queue_unpause", agents.async_unpause, agents.QUEUE_SCHEMA),
    ("update_contact", records.async_update_contact, records.UPDATE_SCHEMA),
    ("mark_voicemail_read", records.async_mark_voicemail_read, records.VOICEMAIL_SCHEMA),
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    async_setup_browser_actions(hass)
    for name, handler, schema in _ANSWERING:
        _register(hass, name, handler, schema, SupportsResponse.OPTIONAL)
    for name, handler, schema in _QUESTIONS:
        _register(hass, name, handler, schema, SupportsResponse.ONLY)
    for name, command, schema in _COMMANDS:
        _register(hass, name, _silent(command), schema, SupportsResponse.NONE)


def _silent(command: Command) -> Handler:
    @wraps(command)
    async def handle(call: ServiceCall) -> ServiceResponse:
        await command(call)
        return None

    return handle


@callback
def _register(hass: HomeAssistant, name: str, handler: Handler, schema: vol.Schema, answers: SupportsResponse) -> None:
    @wraps(handler)
    async def handle(call: ServiceCall) -> ServiceResponse:
        try:
            return await handler(call)
        except YeastarError as err:
            raise failure(err) from err

    hass.services.async_register(DOMAIN, name, handle, schema=schema, supports_response=answers)
