"""The browser's door, beyond calling: people, history with notes, voicemail, parking and fetching a call."""

from datetime import timedelta
from typing import Any

from homeassistant.components import websocket_api
from homeassistant.components.http.auth import async_sign_path
from homeassistant.components.websocket_api import ERR_INVALID_FORMAT, ERR_NOT_FOUND, ActiveConnection
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
import voluptuous as vol

from ..const import DOMAIN
from ..pbx.memory import NOTE_LENGTH
from ..pbx.past_calls import BadCursor, PastCalls
from ..shared import SHARED
from ..sounds.links import Sound, SoundKind
from ..sounds.tickets import TICKETS_GIVEN
from ..sounds.view import ADDRESS
from ..yeastar.call_model import Call, CallState
from .directory import Directory, browser_person
from .door import Message, Refused, answering, ordering, running, subscribe
from .journal import Journal, Wanted
from .people_feed import JournalFeed, MailboxFeed, PeopleFeed, favourites_signal, notes_signal
from .softphone import Phone

SEARCH_LIMIT = 100
# As long as somebody may listen, and pause, before the player asks for the next piece.
AUDIO_LIFE = timedelta(minutes=30)

_CALL_ID = vol.All(str, vol.Match(r"^[\w.:\-]{1,128}$"))
_MESSAGE_ID = vol.All(str, vol.Match(r"^[\w.\-]{1,128}$"))
# Unix milliseconds that Python's dates can hold.
_LATEST = 253_402_300_799_999
_CONNECTED = {CallState.TALKING, CallState.ON_HOLD}
_PHONE: dict[str | vol.Marker, Any] = {vol.Required("phone_id"): str}


@callback
def async_setup_websocket_people(hass: HomeAssistant) -> None:
    """Register the commands."""
    for command in (
        ws_people,
        ws_search,
        ws_favourite,
        ws_journal,
        ws_journal_page,
        ws_note,
        ws_recording,
        ws_mailbox,
        ws_audio,
        ws_heard,
        ws_remove,
        ws_park,
        ws_take,
        ws_to_voicemail,
    ):
        websocket_api.async_register_command(hass, command)


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/people/subscribe", **_PHONE})
@answering
def ws_people(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Answer, then send everybody, then who changed. Lives on while the PBX's entry is reloaded."""
    subscribe(connection, msg, lambda send: PeopleFeed(phone, hass.data[SHARED].memory, send))


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/people/search",
        **_PHONE,
        vol.Required("query"): vol.All(str, vol.Length(min=2, max=80)),
        vol.Optional("limit", default=60): vol.All(int, vol.Range(min=1, max=SEARCH_LIMIT)),
    }
)
@answering
def ws_search(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Answer who matches, of all that the PBX's phone book has."""
    favourites = hass.data[SHARED].memory.favourites(phone.entry.entry_id, phone.user_id)
    found = Directory(running(phone)).search(msg["query"], msg["limit"])
    connection.send_result(msg["id"], {"people": [browser_person(person, favourites) for person in found]})


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/people/favourite",
        **_PHONE,
        vol.Required("person_id"): vol.All(str, vol.Length(min=1, max=64)),
        vol.Required("favourite"): bool,
    }
)
@answering
def ws_favourite(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Keep or drop one of the user's favourites."""
    if msg["favourite"] and not Directory(running(phone)).knows(msg["person_id"]):
        raise Refused(ERR_NOT_FOUND, "No such person")
    memory = hass.data[SHARED].memory
    if not memory.set_favourite(phone.entry.entry_id, phone.user_id, msg["person_id"], msg["favourite"]):
        raise Refused(websocket_api.ERR_NOT_ALLOWED, "Too many favourites")
    connection.send_result(msg["id"], {})
    async_dispatcher_send(hass, favourites_signal(phone))


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/journal/subscribe", **_PHONE})
@answering
def ws_journal(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Answer, then say now and after every change that the newest page is another one."""
    subscribe(connection, msg, lambda send: JournalFeed(phone, send))


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/journal/page",
        **_PHONE,
        vol.Optional("missed_only", default=False): bool,
        vol.Optional("number", default=""): vol.All(str, vol.Length(max=64)),
        vol.Optional("after", default=None): vol.Any(None, vol.All(str, vol.Length(max=2048))),
    }
)
@websocket_api.async_response
@ordering
async def ws_journal_page(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Answer a page of the extension's own calls, the newest first."""
    journal = Journal(running(phone), phone.extension, hass.data[SHARED].memory)
    try:
        page = await journal.page(Wanted(msg["number"], msg["missed_only"]), msg["after"])
    except BadCursor as err:
        raise Refused(ERR_INVALID_FORMAT, str(err)) from err
    connection.send_result(msg["id"], page)


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/journal/note",
        **_PHONE,
        vol.Required("call_id"): _CALL_ID,
        vol.Required("note"): vol.All(str, vol.Length(max=NOTE_LENGTH)),
    }
)
@answering
def ws_note(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Keep the extension's note on a call; an empty one is dropped."""
    hass.data[SHARED].memory.set_note(phone.entry.entry_id, phone.extension, msg["call_id"], msg["note"].strip())
    connection.send_result(msg["id"], {})
    async_dispatcher_send(hass, notes_signal(phone))


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/journal/recording",
        **_PHONE,
        vol.Required("call_id"): _CALL_ID,
        vol.Required("started_at"): vol.All(int, vol.Range(min=0, max=_LATEST)),
    }
)
@websocket_api.async_response
@ordering
async def ws_recording(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Answer an address of this Home Assistant that plays what was recorded of a call to this user for half an hour.

    The file is read from the extension's own history, never taken from the browser.
    """
    one = await PastCalls(running(phone), phone.extension).find(msg["call_id"], msg["started_at"] // 1000)
    if one is None or not one.recording:
        raise Refused(ERR_NOT_FOUND, "No such recording")
    connection.send_result(msg["id"], {"url": _address(hass, connection, phone, SoundKind.RECORDING, one.recording)})


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/mailbox/subscribe", **_PHONE})
@answering
def ws_mailbox(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Answer, then send the messages, as soon as they are known and after every change."""
    subscribe(connection, msg, lambda send: MailboxFeed(phone, send))


_MESSAGE: dict[str | vol.Marker, Any] = {**_PHONE, vol.Required("message_id"): _MESSAGE_ID}


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/mailbox/audio", **_MESSAGE})
@websocket_api.async_response
@ordering
async def ws_audio(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Answer an address of this Home Assistant that plays the message to this user for half an hour."""
    message = await running(phone).mailboxes.of(phone.extension).async_message(msg["message_id"])
    connection.send_result(msg["id"], {"url": _address(hass, connection, phone, SoundKind.MESSAGE, message.id)})


@callback
def _address(hass: HomeAssistant, connection: ActiveConnection, phone: Phone, kind: SoundKind, sound_id: str) -> str:
    sound = Sound(phone.entry.entry_id, kind, phone.extension, sound_id)
    path = ADDRESS.format(ticket=hass.data[TICKETS_GIVEN].give(sound, connection.user))
    return async_sign_path(hass, path, AUDIO_LIFE, refresh_token_id=connection.refresh_token_id)


@websocket_api.websocket_command(
    {vol.Required("type"): f"{DOMAIN}/mailbox/heard", **_MESSAGE, vol.Required("heard"): bool}
)
@websocket_api.async_response
@ordering
async def ws_heard(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Mark a message heard, or new again."""
    await running(phone).mailboxes.of(phone.extension).async_mark(msg["message_id"], heard=msg["heard"])
    connection.send_result(msg["id"], {})


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/mailbox/remove", **_MESSAGE})
@websocket_api.async_response
@ordering
async def ws_remove(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Delete a message for good."""
    await running(phone).mailboxes.of(phone.extension).async_remove(msg["message_id"])
    connection.send_result(msg["id"], {})


_CALL: dict[str | vol.Marker, Any] = {**_PHONE, vol.Required("call_id"): _CALL_ID}


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/phone/park", **_CALL})
@websocket_api.async_response
@ordering
async def ws_park(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Park the far party of one of the extension's calls. Answers the slot, which every phone can dial."""
    await _park(connection, msg, phone)


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/phone/take", **_CALL})
@websocket_api.async_response
@ordering
async def ws_take(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Free a call from whatever device has it. Answers the number that the browser dials to get it.

    The PBX has no order that moves a call between the devices of one extension: a blind transfer to the own number
    would ring them all again. A parked party waits for the browser alone, and when it does not come the PBX rings who
    parked it.
    """
    if not hass.data[SHARED].leases.reachable(phone.line):
        raise Refused(websocket_api.ERR_NOT_ALLOWED, "No browser is registered for the phone", "no_browser_phone")
    await _park(connection, msg, phone)


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/phone/to_voicemail", **_CALL})
@websocket_api.async_response
@ordering
async def ws_to_voicemail(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Send a call that rings the extension to the extension's own mailbox; it stops ringing on all its devices.

    The vendor does not document this order: a PBX without it refuses, and the call rings on.
    """
    coordinator = running(phone)
    call = coordinator.book.calls.get(msg["call_id"])
    ringing = call is not None and call.state_of(phone.extension) is CallState.RINGING
    channel = coordinator.channel_of(msg["call_id"], phone.extension)
    if not ringing or channel is None:
        raise Refused(ERR_NOT_FOUND, "No such call", "call_is_over")
    await coordinator.client.calls.to_voicemail(channel, phone.extension)
    connection.send_result(msg["id"], {})


async def _park(connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    coordinator = running(phone)
    call = coordinator.book.calls.get(msg["call_id"])
    if call is None or (others := far_channels(call, phone.extension)) is None:
        raise Refused(ERR_NOT_FOUND, "No such call", "call_is_over")
    if len(others) != 1:
        raise Refused(websocket_api.ERR_NOT_ALLOWED, "Not a call between two", "not_between_two")
    connection.send_result(msg["id"], {"slot": await coordinator.client.calls.park(others[0])})


def far_channels(call: Call, number: str) -> list[str] | None:
    """Return the channels of those whom an extension talks to, or None while it talks to nobody in this call."""
    if call.state_of(number) not in _CONNECTED:
        return None
    return [
        party.channels[0]
        for party in call.parties
        if party.channels and party.state in _CONNECTED and not (party.internal and party.number == number)
    ]
