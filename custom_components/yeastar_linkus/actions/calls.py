"""Actions on a running call: end, hold, mute, transfer, park, invite, record, listen in, let in."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_MODE
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..browser.softphone import may_supervise
from ..coordinator import YeastarCoordinator
from ..yeastar.call_control import Consultation, Listening
from ..yeastar.call_model import CallState
from ..yeastar.client import YeastarClient
from ..yeastar.members import MemberKind
from .target import (
    ATTR_CALL_ID,
    ATTR_NUMBER,
    EXTENSION,
    ID,
    LEG_FIELDS,
    NUMBER,
    async_entry,
    async_leg,
    async_target,
    async_user,
    invalid,
    number_to_dial,
)

type Command = Callable[[ServiceCall], Awaitable[None]]

ATTR_STEP = "step"
ATTR_SLOT = "slot"
ATTR_MONITORED = "monitored_extension"

STEP_START = "start"
# The words of the action for the steps; the PBX's own differ.
STEPS = {
    "complete": Consultation.COMPLETE,
    "abort": Consultation.ABORT,
    "swap": Consultation.SWAP,
    "three_way": Consultation.THREE_WAY,
}

LEG_SCHEMA = vol.Schema(LEG_FIELDS)
NUMBER_SCHEMA = vol.Schema({**LEG_FIELDS, vol.Required(ATTR_NUMBER): NUMBER})
ATTENDED_SCHEMA = vol.Schema(
    {**LEG_FIELDS, vol.Required(ATTR_STEP): vol.In([STEP_START, *STEPS]), vol.Optional(ATTR_NUMBER): NUMBER}
)
PARK_SCHEMA = vol.Schema({**LEG_FIELDS, vol.Optional(ATTR_SLOT): EXTENSION})
MONITOR_SCHEMA = vol.Schema(
    {
        **LEG_FIELDS,
        vol.Required(ATTR_MONITORED): EXTENSION,
        vol.Optional(ATTR_MODE, default=Listening.LISTEN.value): vol.In([mode.value for mode in Listening]),
    }
)
INBOUND_SCHEMA = vol.Schema({vol.Required(ATTR_CALL_ID): ID, vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string})

_CONNECTED = (CallState.TALKING, CallState.ON_HOLD)


def _order(carry_out: Callable[[YeastarClient, str], Awaitable[None]], *states: CallState) -> Command:
    """Make the action that gives an order about the extension's own channel of a call, which is in one of the states."""

    async def handle(call: ServiceCall) -> None:
        leg = await async_leg(call, *states)
        await carry_out(leg.target.coordinator.client, leg.channel)

    return handle


ORDERS: Final[Mapping[str, Command]] = {
    # Drops the extension's own part of a call.
    "hang_up": _order(lambda client, channel: client.hangup(channel)),
    "hold": _order(lambda client, channel: client.calls.hold(channel), CallState.TALKING),
    "unhold": _order(lambda client, channel: client.calls.resume(channel), CallState.ON_HOLD),
    # Nobody hears the extension.
    "mute": _order(lambda client, channel: client.calls.mute(channel), *_CONNECTED),
    "unmute": _order(lambda client, channel: client.calls.unmute(channel), *_CONNECTED),
    "start_recording": _order(lambda client, channel: client.calls.record(channel), *_CONNECTED),
    "pause_recording": _order(lambda client, channel: client.calls.pause_recording(channel), *_CONNECTED),
    "resume_recording": _order(lambda client, channel: client.calls.resume_recording(channel), *_CONNECTED),
}


async def async_transfer(call: ServiceCall) -> None:
    """Send the far side to a number, unannounced."""
    leg = await async_leg(call, *_CONNECTED)
    far = leg.far_channel
    number = number_to_dial(call, leg.target)
    await leg.target.coordinator.client.calls.transfer(far, number, leg.target.extension)


async def async_attended_transfer(call: ServiceCall) -> None:
    """Talk to a number first while the far side waits, then connect, return, alternate or talk in three."""
    leg = await async_leg(call, *_CONNECTED)
    control, step = leg.target.coordinator.client.calls, call.data[ATTR_STEP]
    if step != STEP_START:
        await control.consultation(leg.channel, STEPS[step])
        return
    if ATTR_NUMBER not in call.data:
        raise invalid("number_missing")
    await control.consult(leg.channel, number_to_dial(call, leg.target), leg.target.extension)


async def async_park(call: ServiceCall) -> ServiceResponse:
    """Park the far side. Answers the slot, which any phone can dial."""
    leg = await async_leg(call, *_CONNECTED)
    slot = await leg.target.coordinator.client.calls.park(leg.far_channel, call.data.get(ATTR_SLOT, ""))
    return {ATTR_SLOT: slot}


async def async_add_member(call: ServiceCall) -> None:
    """Invite a number into the call."""
    leg = await async_leg(call, *_CONNECTED)
    number = number_to_dial(call, leg.target)
    await leg.target.coordinator.client.calls.add_member(leg.channel, number, leg.target.extension)


async def async_monitor(call: ServiceCall) -> None:
    """Ring the supervisor's extension into another extension's call."""
    target = await async_target(call)
    user = await async_user(call)
    if user is not None and not may_supervise(target.entry, user):
        raise Unauthorized(context=call.context, config_entry_id=target.entry.entry_id)
    coordinator, other = target.coordinator, call.data[ATTR_MONITORED]
    if (call_id := call.data.get(ATTR_CALL_ID)) is not None:
        found = coordinator.book.calls.get(call_id)
    else:
        found = coordinator.main_call(other)
    if found is None or (channel := found.channel_of(other)) is None:
        raise invalid("no_call", extension=other)
    await coordinator.client.calls.listen(target.extension, channel, Listening(call.data[ATTR_MODE]))


async def async_accept_inbound(call: ServiceCall) -> None:
    """Let a call in that the PBX holds for a decision."""
    coordinator, channel = await _async_waiting(call)
    await coordinator.client.calls.accept(channel)


async def async_refuse_inbound(call: ServiceCall) -> None:
    """Turn a call away that the PBX holds for a decision."""
    coordinator, channel = await _async_waiting(call)
    await coordinator.client.calls.refuse(channel)


async def _async_waiting(call: ServiceCall) -> tuple[YeastarCoordinator, str]:
    entry = await async_entry(call)
    coordinator = entry.runtime_data
    # Nothing rings yet: only the PBX knows the call's channel.
    found = await coordinator.client.call(call.data[ATTR_CALL_ID])
    members = found.members if found is not None else ()
    waiting = (member.channel for member in members if member.kind is MemberKind.INBOUND and member.channel)
    if (channel := next(waiting, None)) is None:
        raise invalid("call_is_over")
    return coordinator, channel
