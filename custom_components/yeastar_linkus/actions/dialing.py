"""Actions that make telephones ring: dial, redial, fetch a call, play a prompt."""

from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..dialing.guard import async_check_dial, dialable_number
from ..dialing.outcome import DialWatch
from ..yeastar.call_model import CallState
from ..yeastar.errors import NotSupported
from .target import (
    ATTR_CALL_ID,
    ATTR_NUMBER,
    EXTENSION,
    NUMBER,
    TARGET_FIELDS,
    Target,
    async_target,
    invalid,
    number_to_dial,
)

ATTR_AUTO_ANSWER = "auto_answer"
ATTR_WAIT = "wait_for_outcome"
ATTR_TIMEOUT = "timeout"
ATTR_OUTCOME = "outcome"
ATTR_SLOT = "slot"
ATTR_FROM = "from_extension"
ATTR_PROMPTS = "prompts"
ATTR_COUNT = "count"
ATTR_VOLUME = "volume"

LONGEST_WAIT = 300
# The API cannot pick up. This is the PBX's own default feature code for it, dialed with the extension's number.
PICKUP_CODE = "*04"
ATTR_CODE = "pickup_code"

_WAIT_FIELDS: dict[vol.Marker, Any] = {
    vol.Optional(ATTR_AUTO_ANSWER, default=False): cv.boolean,
    vol.Optional(ATTR_WAIT, default=False): cv.boolean,
    vol.Optional(ATTR_TIMEOUT, default=60): vol.All(vol.Coerce(float), vol.Range(min=1, max=LONGEST_WAIT)),
}
DIAL_SCHEMA = vol.Schema({**TARGET_FIELDS, vol.Required(ATTR_NUMBER): NUMBER, **_WAIT_FIELDS})
REDIAL_SCHEMA = vol.Schema({**TARGET_FIELDS, **_WAIT_FIELDS})
PICK_UP_SCHEMA = vol.Schema(
    {
        **TARGET_FIELDS,
        vol.Exclusive(ATTR_SLOT, "what"): EXTENSION,
        vol.Exclusive(ATTR_FROM, "what"): EXTENSION,
        vol.Optional(ATTR_CODE, default=PICKUP_CODE): vol.All(vol.Coerce(str), vol.Match(r"^[*#0-9]{1,8}$")),
        vol.Optional(ATTR_AUTO_ANSWER, default=False): cv.boolean,
    }
)
PLAY_PROMPT_SCHEMA = vol.Schema(
    {
        **TARGET_FIELDS,
        vol.Optional(ATTR_NUMBER): NUMBER,
        vol.Required(ATTR_PROMPTS): vol.All(
            cv.ensure_list, vol.Length(min=1, max=10), [vol.All(cv.string, vol.Length(min=1, max=128))]
        ),
        vol.Optional(ATTR_COUNT, default=1): vol.All(vol.Coerce(int), vol.Range(min=1, max=10)),
        vol.Optional(ATTR_VOLUME): vol.All(vol.Coerce(int), vol.Range(min=0, max=20)),
        vol.Optional(ATTR_AUTO_ANSWER, default=False): cv.boolean,
    }
)


async def async_dial(call: ServiceCall) -> ServiceResponse:
    """Ring an extension's phone and connect it to the number."""
    target = await async_target(call)
    return await _async_dial(call, target, number_to_dial(call, target))


async def async_redial(call: ServiceCall) -> ServiceResponse:
    """Dial again whom the extension called last."""
    target = await async_target(call)
    number = await _async_last_number(target)
    if call.context.user_id is not None:
        async_check_dial(call.hass, target.entry, number)
    return {ATTR_NUMBER: number, **await _async_dial(call, target, number)}


async def _async_dial(call: ServiceCall, target: Target, number: str) -> dict[str, Any]:
    coordinator, data = target.coordinator, call.data
    watch = DialWatch(coordinator, target.extension)
    try:
        call_id = await coordinator.async_dial(target.extension, number, auto_answer=data[ATTR_AUTO_ANSWER])
        if not data[ATTR_WAIT]:
            return {ATTR_CALL_ID: call_id}
        return {ATTR_CALL_ID: call_id, ATTR_OUTCOME: await watch.outcome_of(call_id, data[ATTR_TIMEOUT])}
    finally:
        watch.stop()


async def _async_last_number(target: Target) -> str:
    """Return whom the extension called last, as the PBX's records tell."""
    coordinator, own = target.coordinator, target.extension
    # The PBX finds the number in parts of others too.
    stages = await coordinator.client.history.stages(caller=own, limit=20)
    last = next((stage.callee for stage in stages if stage.caller == own and stage.callee), None)
    if last is None:
        raise invalid("nothing_to_redial")
    return dialable_number(coordinator.hass, last)


async def async_pick_up(call: ServiceCall) -> ServiceResponse:
    """Ring the extension and give it a parked call, or a call that rings at another extension."""
    target = await async_target(call)
    coordinator = target.coordinator
    if (number := call.data.get(ATTR_SLOT)) is None:
        other: str | None = call.data.get(ATTR_FROM)
        if other is None:
            raise invalid("nothing_to_pick_up")
        if coordinator.book.state_of(other) is not CallState.RINGING:
            raise invalid("nothing_rings", extension=other)
        number = f"{call.data[ATTR_CODE]}{other}"
    if call.context.user_id is not None:
        parked = ATTR_SLOT in call.data and await _async_is_slot(target, number)
        async_check_dial(call.hass, target.entry, number, inside=parked)
    call_id = await coordinator.async_dial(target.extension, number, auto_answer=call.data[ATTR_AUTO_ANSWER])
    return {ATTR_CALL_ID: call_id}


async def _async_is_slot(target: Target, number: str) -> bool:
    """Whether the PBX names it as one of its parking slots, and not just any number that can be dialed."""
    try:
        slots = await target.coordinator.client.calls.parking()
    except NotSupported:
        return False
    return any(slot.slot == number for slot in slots)


async def async_play_prompt(call: ServiceCall) -> None:
    """Ring a number, or the extension itself, and play custom prompts of the PBX to it."""
    target = await async_target(call)
    if ATTR_NUMBER in call.data:
        number = number_to_dial(call, target)
    else:
        number = target.extension
        if call.context.user_id is not None:
            async_check_dial(call.hass, target.entry, number)
    await target.coordinator.client.calls.play_prompt(
        number,
        call.data[ATTR_PROMPTS],
        count=call.data[ATTR_COUNT],
        volume=call.data.get(ATTR_VOLUME),
        auto_answer=call.data[ATTR_AUTO_ANSWER],
        permission=target.extension,
    )
