"""Actions on what the PBX keeps: call history, company contacts, voicemail."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .action_target import ENTRY_FIELDS, TARGET_FIELDS, async_entry, async_target, invalid
from .softphone import may_look_up
from .yeastar.call_model import Direction, Outcome
from .yeastar.contacts import Contact, ContactDetails, NumberKind
from .yeastar.history import PastCall

ATTR_START = "start"
ATTR_END = "end"
ATTR_DIRECTION = "direction"
ATTR_OUTCOME = "outcome"
ATTR_LIMIT = "limit"
ATTR_OFFSET = "offset"
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
# What of the PBX's records is read to answer one page at most.
MOST_ROWS = 1000

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
        vol.Optional(ATTR_OFFSET, default=0): vol.All(vol.Coerce(int), vol.Range(min=0, max=MOST_ROWS)),
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
    data, coordinator, number = call.data, target.coordinator, target.extension
    found = await coordinator.client.history.calls(
        since=_unix(data.get(ATTR_START)),
        until=_unix(data.get(ATTR_END)),
        limit=MOST_ROWS,
        extensions=coordinator.data.extensions,
    )
    entries = [past_call(one, number) for one in found if one.involves(number)]
    for key in (ATTR_DIRECTION, ATTR_OUTCOME):
        entries = [entry for entry in entries if data.get(key) in {None, entry[key]}]
    first = data[ATTR_OFFSET]
    last = first + data[ATTR_LIMIT]
    return {"calls": entries[first:last], "next_offset": last if last < len(entries) else None}  # type: ignore[dict-item]


def past_call(call: PastCall, number: str) -> dict[str, Any]:
    """Return a call that is over as this extension sees it: ISO times in UTC, durations in whole seconds."""
    placed = call.caller == number
    internal = call.direction is Direction.INTERNAL
    own = Direction.INTERNAL if internal else Direction.OUT if placed else Direction.IN
    return {
        "call_id": call.call_id,
        "direction": own.value,
        "outcome": call.outcome.value,
        "started_at": datetime.fromtimestamp(call.started_at, UTC).isoformat() if call.started_at else None,
        "number": call.callee if placed else call.caller,
        "name": call.callee_name if placed else call.caller_name,
        "answered_by": call.callee if call.outcome is Outcome.ANSWERED and not placed else None,
        "duration": call.duration,
        "talk_duration": call.talk_duration,
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
    voicemail, wanted = target.coordinator.client.voicemail, call.data[ATTR_MESSAGE_ID]
    # Only the owner's own: message ids are the PBX's, not the mailbox's.
    if all(message.id != wanted for message in await voicemail.messages(target.extension)):
        raise invalid("unknown_message")
    await voicemail.mark(wanted, read=call.data[ATTR_READ])
