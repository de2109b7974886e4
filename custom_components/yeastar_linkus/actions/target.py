"""Whom and which call an action is about, and whether its user may."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.auth.models import User
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_CONFIG_ENTRY_ID, ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import config_validation as cv, service
import voluptuous as vol

from ..browser.softphone import may_dial, may_supervise, phones_of
from ..const import CONF_EXTENSION, DOMAIN
from ..coordinator import YeastarConfigEntry, YeastarCoordinator
from ..dialing.guard import async_check_dial, dialable_number
from ..entity import device_identifier
from ..yeastar.call_model import Call, CallState
from ..yeastar.models import Extension

ATTR_CALL_ID = "call_id"
ATTR_NUMBER = "number"

EXTENSION = vol.All(vol.Coerce(str), vol.Match(r"^[0-9]{1,16}$"))
NUMBER = vol.All(vol.Coerce(str), vol.Length(min=1, max=64))
ID = vol.All(vol.Coerce(str), vol.Length(min=1, max=256))

ENTRY_FIELDS: Mapping[vol.Marker, Any] = {vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string}
TARGET_FIELDS: Mapping[vol.Marker, Any] = {
    vol.Exclusive(ATTR_DEVICE_ID, "extension"): cv.string,
    vol.Exclusive(CONF_EXTENSION, "extension"): EXTENSION,
    **ENTRY_FIELDS,
}
LEG_FIELDS: Mapping[vol.Marker, Any] = {**TARGET_FIELDS, vol.Optional(ATTR_CALL_ID): ID}


def invalid(key: str, **placeholders: str) -> ServiceValidationError:
    """Return the translated error for what cannot be done as asked."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders or None
    )


@dataclass(frozen=True, slots=True)
class Target:
    """An extension of a loaded PBX, which the action's user may act for."""

    entry: YeastarConfigEntry
    extension: str

    @property
    def coordinator(self) -> YeastarCoordinator:
        """The PBX at run time."""
        return self.entry.runtime_data

    @property
    def known(self) -> Extension:
        """What the PBX says of the extension. Raises the translated error for one that it does not have."""
        if (known := self.coordinator.data.extensions.get(self.extension)) is None:
            raise invalid("extension_missing")
        return known

    @property
    def id(self) -> int:
        """The PBX's own id of the extension. Raises like `known`."""
        return self.known.id


@dataclass(frozen=True, slots=True)
class Leg:
    """An extension's part in a running call; `channel` is its own."""

    target: Target
    call: Call
    channel: str

    @property
    def far_channel(self) -> str:
        """The channel of who is at the far side. Raises the translated error while nobody is."""
        for party in self.call.parties:
            if party.channels and not (party.internal and party.number == self.target.extension):
                return party.channels[0]
        raise invalid("nobody_else")


async def async_user(call: ServiceCall) -> User | None:
    """Return who asks; None is an automation. Raises Unauthorized for a user that is gone."""
    if (user_id := call.context.user_id) is None:
        return None
    if (user := await call.hass.auth.async_get_user(user_id)) is None:
        raise Unauthorized(context=call.context)
    return user


async def async_entry(
    call: ServiceCall, allows: Callable[[YeastarConfigEntry, User], bool] = may_supervise
) -> YeastarConfigEntry:
    """Return the PBX that the action is about. Raises Unauthorized for a user whom it is not allowed."""
    user = await async_user(call)
    entry: YeastarConfigEntry = service.async_get_config_entry(
        call.hass, DOMAIN, call.data.get(ATTR_CONFIG_ENTRY_ID) or _named_entry(call)
    )
    if user is not None and not allows(entry, user):
        raise Unauthorized(context=call.context, config_entry_id=entry.entry_id)
    return entry


@callback
def _named_entry(call: ServiceCall) -> str | None:
    """Return the id of the PBX that has the call named, if any does."""
    if (call_id := call.data.get(ATTR_CALL_ID)) is None:
        return None
    return next((entry.entry_id for entry in _loaded(call.hass) if call_id in entry.runtime_data.book.calls), None)


@callback
def _loaded(hass: HomeAssistant) -> Iterable[YeastarConfigEntry]:
    return (entry for entry in hass.config_entries.async_entries(DOMAIN) if entry.state is ConfigEntryState.LOADED)


async def async_target(call: ServiceCall) -> Target:
    """Return whose phone it is about: the device's, the extension named, or the user's own.

    Where a call is named too, it is the user's own extension in it, and for automations who placed or took it.
    Raises Unauthorized for an extension that the user may not act for.
    """
    user = await async_user(call)
    target = _named(call) or _in_call(call, user) or _own(call, user)
    if user is not None and not may_dial(target.entry, user, target.extension):
        raise Unauthorized(context=call.context, config_entry_id=target.entry.entry_id)
    return target


@callback
def _named(call: ServiceCall) -> Target | None:
    hass = call.hass
    if (device_id := call.data.get(ATTR_DEVICE_ID)) is not None:
        device, entry = service.async_get_device_and_config_entry(hass, DOMAIN, device_id)
        coordinator: YeastarCoordinator = entry.runtime_data
        for number, extension in coordinator.data.extensions.items():
            if device_identifier(coordinator, extension) in device.identifiers:
                return Target(entry, number)
        raise invalid("not_an_extension")
    if (named := call.data.get(CONF_EXTENSION)) is None:
        return None
    entry_id = call.data.get(ATTR_CONFIG_ENTRY_ID) or _named_entry(call)
    return Target(service.async_get_config_entry(hass, DOMAIN, entry_id), named)


@callback
def _in_call(call: ServiceCall, user: User | None) -> Target | None:
    if (entry_id := _named_entry(call)) is None:
        return None
    entry: YeastarConfigEntry = service.async_get_config_entry(call.hass, DOMAIN, entry_id)
    found = entry.runtime_data.book.calls[call.data[ATTR_CALL_ID]]
    present = [party.number for party in found.parties if party.internal and party.channels]
    if user is not None:
        own = {phone.extension for phone in phones_of(call.hass, user) if phone.entry.entry_id == entry_id}
        present = [number for number in present if number in own] or present
    return Target(entry, present[0]) if present else None


@callback
def _own(call: ServiceCall, user: User | None) -> Target:
    entry_id = call.data.get(ATTR_CONFIG_ENTRY_ID)
    phones = [phone for phone in phones_of(call.hass, user) if entry_id in {None, phone.entry.entry_id}] if user else []
    if len(phones) != 1:
        raise invalid("call_is_over" if ATTR_CALL_ID in call.data else "no_caller")
    return Target(service.async_get_config_entry(call.hass, DOMAIN, phones[0].entry.entry_id), phones[0].extension)


async def async_leg(call: ServiceCall, *states: CallState) -> Leg:
    """Return the extension's part in the call named, or in the one that it is busy with.

    Of several calls the first in one of the states is meant. Raises the translated error where there is none.
    """
    target = await async_target(call)
    coordinator, number = target.coordinator, target.extension
    call_id: str | None = call.data.get(ATTR_CALL_ID)
    if call_id is not None:
        found = coordinator.book.calls.get(call_id)
    else:
        calls = coordinator.book.calls_of(number)
        found = next((one for state in states for one in calls if one.state_of(number) is state), None)
        found = found or coordinator.main_call(number)
    if found is None or (channel := found.channel_of(number)) is None:
        raise invalid("no_call", extension=number) if call_id is None else invalid("call_is_over")
    return Leg(target, found, channel)


@callback
def number_to_dial(call: ServiceCall, target: Target, key: str = ATTR_NUMBER) -> str:
    """Return the number to dial; for people also check that it may be. Raises the translated refusal."""
    number = dialable_number(call.hass, call.data[key])
    if call.context.user_id is not None:
        async_check_dial(call.hass, target.entry, number)
    return number
