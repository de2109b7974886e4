"""Actions on what the PBX keeps: call history, company contacts, voicemail."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType
import voluptuous as vol

from ..browser.softphone import may_look_up
from ..pbx.past_calls import BadCursor, OwnCall, PastCalls
from ..yeastar.call_model import Direction, Outcome
from ..yeastar.contacts import Contact, ContactDetails, NumberKind
from ..yeastar.errors import NotFound
from .target import ENTRY_FIELDS, TARGET_FIELDS, async_entry, async_target, invalid

ATTR_START = "start"
ATTR_END = "end"
ATTR_DIRECTION = "direction"
ATTR_OUTCOME = "outcome"
ATTR_LIMIT = "limit"
ATTR_AFTER = "after"
ATTR_SEARCH = "search"
ATTR_CONTACT_ID = "contact_id"
ATTR_MESSAGE_ID = "message_id"
ATTR_READ = "read"

FIRST_NAME, LAST_NAME, COMPANY, EMAIL = "first_name", "last_name", "company", "email"
# The kinds that can be written; the words are Home Assistant's, not the PBX's.
NUMBER_FIELDS = {
    "business_number": NumberKind.BUSINESS,
    "mobile_number": NumberKind.MOBILE,
    "home_number": NumberKind.HOME,
    "other_number": NumberKind.OTHER,
}

_TEXT = vol.All(cv.string, vol.Length(max=128))
_LIMIT = vol.All(vol.Coerce(int), vol.Range(min=1, max=200))

HISTORY_SCHEMA = vol.Schema(
    {
        **TARGET_FIELDS,
        vol.Optional(ATTR_START): cv.datetime,
        vol.Optional(ATTR_END): cv.datetime,
        vol.Optional(ATTR_DIRECTION): vol.In([direction.value for direction in Direction]),
        vol.Optional(ATTR_OUTCOME): vol.In([outcome.value for outcome in Outcome]),
        vol.Optional(ATTR_LIMIT, default=50): _LIMIT,
        vol.Optional(ATTR_AFTER): vol.All(cv.string, vol.Length(max=2048)),
    }
)
SEARCH_SCHEMA = vol.Schema(
    {
        **ENTRY_FIELDS,
        vol.Required(ATTR_SEARCH): vol.All(cv.string, vol.Length(min=1, max=128)),
        vol.Optional(ATTR_LIMIT, default=20): _LIMIT,
    }
)
_DETAILS: dict[vol.Marker, Any] = {vol.Optional(key): _TEXT for key in (LAST_NAME, COMPANY, EMAIL, *NUMBER_FIELDS)}
ADD_SCHEMA = vol.Schema(
    {**ENTRY_FIELDS, vol.Required(FIRST_NAME): vol.All(cv.string, vol.Length(min=1, max=128)), **_DETAILS}
)
UPDATE_SCHEMA = vol.Schema(
    {
        **ENTRY_FIELDS,
        vol.Required(ATTR_CONTACT_ID): vol.All(vol.Coerce(int), vol.Range(min=1)),
        vol.Optional(FIRST_NAME): vol.All(cv.string, vol.Length(min=1, max=128)),
        **_DETAILS,
    }
)
VOICEMAIL_SCHEMA = vol.Schema(
    {
        **TARGET_FIELDS,
        vol.Required(ATTR_MESSAGE_ID): vol.All(vol.Coerce(str), vol.Length(min=1, max=256)),
        vol.Optional(ATTR_READ, default=True): cv.boolean,
    }
)


async def async_call_history(call: ServiceCall) -> ServiceResponse:
    """Answer an extension's calls that are over, the newest first, a page at a time."""
    target = await async_target(call)
    data = call.data
    direction, outcome = data.get(ATTR_DIRECTION), data.get(ATTR_OUTCOME)

    def fits(one: OwnCall) -> bool:
        return direction in {None, _direction(one)} and outcome in {None, one.outcome}

    try:
        calls, following = await PastCalls(target.coordinator, target.extension).page(
            fits,
            data.get(ATTR_AFTER),
            data[ATTR_LIMIT],
            since=_unix(data.get(ATTR_START)),
            until=_unix(data.get(ATTR_END)),
        )
    except BadCursor:
        raise invalid("unknown_page") from None
    name_of = target.coordinator.name_of
    return {"calls": [_past_call(one, name_of) for one in calls], "next": following}


def _direction(one: OwnCall) -> Direction:
    if one.call.direction is Direction.INTERNAL:
        return Direction.INTERNAL
    return Direction.OUT if one.placed else Direction.IN


def _past_call(one: OwnCall, name_of: Callable[[str], str | None]) -> JsonObjectType:
    """Return a call that is over as this extension saw it: ISO times in UTC, durations in whole seconds."""
    call, taker = one.call, one.answered_by
    return {
        "call_id": call.call_id,
        "direction": _direction(one).value,
        "outcome": one.outcome.value,
        "started_at": datetime.fromtimestamp(call.started_at, UTC).isoformat() if call.started_at else None,
        "number": one.number,
        "name": name_of(one.number) or one.name,
        "answered_by": taker or None,
        "answered_by_name": (name_of(taker) or call.callee_name) if taker else None,
        "duration": call.duration,
        "talk_duration": 0 if one.outcome is Outcome.ELSEWHERE else call.talk_duration,
        "did": call.did,
        "trunk": call.trunk,
        "recorded": bool(call.recording),
    }


def _unix(time: datetime | None) -> int | None:
    return None if time is None else int(dt_util.as_timestamp(time))


async def async_search_contacts(call: ServiceCall) -> ServiceResponse:
    """Answer the company contacts that a word fits."""
    entry = await async_entry(call, may_look_up)
    found = await entry.runtime_data.client.contacts.search(call.data[ATTR_SEARCH], call.data[ATTR_LIMIT])
    return {"contacts": [_contact(contact) for contact in found]}


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        ATTR_CONTACT_ID: contact.id,
        "name": contact.name,
        COMPANY: contact.company,
        EMAIL: contact.email,
        "numbers": {kind.value: number for kind, number in contact.numbers.items()},
        "phonebooks": list(contact.phonebooks),
    }


async def async_add_contact(call: ServiceCall) -> ServiceResponse:
    """Make a company contact. Answers its id, None when the PBX does not tell."""
    entry = await async_entry(call)
    numbers = _numbers(call)
    if not numbers:
        raise invalid("number_missing")
    details = ContactDetails(
        call.data[FIRST_NAME],
        call.data.get(LAST_NAME, ""),
        call.data.get(COMPANY, ""),
        call.data.get(EMAIL, ""),
        numbers,
    )
    return {ATTR_CONTACT_ID: await entry.runtime_data.client.contacts.create(details) or None}


async def async_update_contact(call: ServiceCall) -> None:
    """Change a company contact; what is not given stays, an empty number is taken away.

    The PBX replaces the whole contact, so the rest is read first.
    """
    entry, data = await async_entry(call), call.data
    contacts = entry.runtime_data.client.contacts
    old = next((contact for contact in await contacts.all() if contact.id == data[ATTR_CONTACT_ID]), None)
    if old is None:
        raise invalid("unknown_contact")
    # The PBX gives the name in one piece: without a new one, the last word is the last name again.
    first, _, last = old.name.rpartition(" ")
    written = {*NUMBER_FIELDS.values(), NumberKind.BUSINESS_2, NumberKind.MOBILE_2, NumberKind.HOME_2}
    numbers = {kind: number for kind, number in old.numbers.items() if kind in written} | _numbers(call)
    details = ContactDetails(
        data.get(FIRST_NAME, first or last),
        data.get(LAST_NAME, last if first else ""),
        data.get(COMPANY, old.company),
        data.get(EMAIL, old.email),
        {kind: number for kind, number in numbers.items() if number},
    )
    await contacts.update(old.id, details)


def _numbers(call: ServiceCall) -> dict[NumberKind, str]:
    return {kind: call.data[key] for key, kind in NUMBER_FIELDS.items() if key in call.data}


async def async_mark_voicemail_read(call: ServiceCall) -> None:
    """Mark a message of the extension's mailbox heard or new."""
    target = await async_target(call)
    box = target.coordinator.mailboxes.of(target.extension)
    # Only the owner's own: message ids are the PBX's, not the mailbox's.
    try:
        message = await box.async_message(call.data[ATTR_MESSAGE_ID])
    except NotFound:
        raise invalid("unknown_message") from None
    await box.async_mark(message.id, heard=call.data[ATTR_READ])
