"""What people say to Assist about their own phone: call somebody, hang up, who called, is she free, presence."""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import datetime
import time
from typing import Any, ClassVar, override

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv, intent
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey
import voluptuous as vol

from .browser.softphone import Phone, phones_of
from .const import CONF_ASSIST_DIALING, DOMAIN
from .coordinator import YeastarConfigEntry, YeastarCoordinator
from .dialing.guard import async_check_dial, async_check_number, dialable_number
from .pbx.past_calls import OwnCall, PastCalls
from .wording import async_load_wording, say
from .yeastar.call_model import CallState, Outcome
from .yeastar.errors import YeastarError
from .yeastar.models import EndpointKind, Presence

# How long a question "shall I call?" waits for its answer.
CONFIRM_SECONDS = 60.0
MOST_NAMED = 5
MOST_COUNTED = 200
_MISSED = set(Outcome) - {Outcome.ANSWERED, Outcome.ELSEWHERE, Outcome.TRANSFERRED}

# A client of the MCP server makes every call of a tool a request of its own: its model could answer its own question.
UNATTENDED = "mcp_server"

# What each user was asked about: the number, when, and in which request. A later request must confirm it.
_ASKED: HassKey[dict[str, tuple[str, float, str]]] = HassKey(f"{DOMAIN}_asked")


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register the handlers."""
    for handler in HANDLERS:
        intent.async_register(hass, handler())


class _PhoneIntent(intent.IntentHandler):
    """An intent about the speaker's own phone, and about nobody else's."""

    slots: ClassVar[dict[vol.Marker, Any]] = {}

    @property
    @override
    def slot_schema(self) -> dict[vol.Marker, Any] | None:
        """What the sentence must tell."""
        return self.slots or None

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Answer, also when it cannot be done."""
        slots = {key: str(slot["value"]) for key, slot in self.async_validate_slots(intent_obj.slots).items()}
        response = intent_obj.create_response()
        await async_load_wording(intent_obj.hass, intent_obj.language)
        user = await _async_user(intent_obj)
        phones = [phone for phone in phones_of(intent_obj.hass, user) if phone.coordinator] if user else []
        try:
            if not phones:
                response.async_set_speech(say(intent_obj, "no_phone"))
            else:
                response.async_set_speech(await self.answer(intent_obj, phones[0], slots))
        except YeastarError as err:
            raise intent.IntentHandleError(say(intent_obj, "pbx_fails")) from err
        except HomeAssistantError as err:
            raise intent.IntentHandleError(str(err)) from err
        return response

    @abstractmethod
    async def answer(self, intent_obj: intent.Intent, phone: Phone, slots: dict[str, str]) -> str:
        """Do what was asked for with the speaker's phone and return what to say."""


async def _async_user(intent_obj: intent.Intent) -> User | None:
    user_id = intent_obj.context.user_id
    return await intent_obj.hass.auth.async_get_user(user_id) if user_id else None


@callback
def may_dial_by_assist(entry: YeastarConfigEntry) -> bool:
    """Whether Assist and language models may make telephones ring."""
    return bool(entry.options.get(CONF_ASSIST_DIALING, False))


def _running(phone: Phone) -> YeastarCoordinator:
    return phone.entry.runtime_data


async def _async_people(phone: Phone, name: str) -> list[tuple[str, str]]:
    """Return names and numbers that a spoken name fits: colleagues, else company contacts, else the number said."""
    coordinator, words = _running(phone), set(name.casefold().split())
    colleagues = [
        (extension.name or number, number)
        for number, extension in coordinator.data.extensions.items()
        if number != phone.extension and (number == name or words <= set(extension.name.casefold().split()))
    ]
    if colleagues:
        return colleagues
    if any(character.isalpha() for character in name):
        found = await coordinator.client.contacts.search(name, MOST_NAMED)
        # What a phone book has is text like any other.
        return [
            (contact.name, dialable_number(phone.hass, next(iter(contact.numbers.values()))))
            for contact in found
            if contact.numbers
        ]
    number = dialable_number(phone.hass, name)
    return [(number, number)]


async def _async_dial(phone: Phone, number: str) -> None:
    async_check_dial(phone.hass, phone.entry, number)
    await _running(phone).async_dial(phone.extension, number, auto_answer=False)


class CallIntent(_PhoneIntent):
    """Colleagues are called at once, outside numbers only after a confirmation."""

    intent_type = "YeastarLinkusCall"
    description = (
        "Calls a colleague or contact by name, or a number, with the user's own phone. An outside number is not called"
        " yet: the user must be asked and must agree first."
    )
    slots: ClassVar[dict[vol.Marker, Any]] = {vol.Required("name"): cv.string}

    @override
    async def answer(self, intent_obj: intent.Intent, phone: Phone, slots: dict[str, str]) -> str:
        wanted = slots["name"].strip()
        if not may_dial_by_assist(phone.entry):
            return say(intent_obj, "dialing_off")
        people = await _async_people(phone, wanted)
        if not people:
            return say(intent_obj, "nobody", name=wanted)
        if len(people) > 1:
            return say(intent_obj, "which", names=_listed(name for name, _ in people))
        ((name, number),) = people
        if number in _running(phone).data.extensions:
            await _async_dial(phone, number)
            return say(intent_obj, "calling", name=name)
        async_check_number(phone.hass, phone.entry, number)
        if intent_obj.platform == UNATTENDED:
            return say(intent_obj, "only_colleagues", name=name)
        asked = phone.hass.data.setdefault(_ASKED, {})
        asked[phone.user_id] = (number, time.monotonic(), intent_obj.context.id)
        return say(intent_obj, "confirm", name=name, number=number)


class ConfirmIntent(_PhoneIntent):
    """Calls whom the user was asked about; the answer must be another request than the question."""

    intent_type = "YeastarLinkusConfirmCall"
    description = "Calls the outside number that the user was asked about, after the user has agreed."

    @override
    async def answer(self, intent_obj: intent.Intent, phone: Phone, slots: dict[str, str]) -> str:
        asked = phone.hass.data.get(_ASKED, {})
        number, at, request = asked.get(phone.user_id, ("", 0.0, ""))
        same = request == intent_obj.context.id or intent_obj.platform == UNATTENDED
        if not may_dial_by_assist(phone.entry):
            return say(intent_obj, "dialing_off")
        if not number or same or time.monotonic() - at > CONFIRM_SECONDS:
            return say(intent_obj, "nothing_to_confirm")
        del asked[phone.user_id]
        await _async_dial(phone, number)
        return say(intent_obj, "calling", name=number)


class HangUpIntent(_PhoneIntent):
    """Ends the user's call."""

    intent_type = "YeastarLinkusHangUp"
    description = "Ends the call that the user's own phone is busy with."

    @override
    async def answer(self, intent_obj: intent.Intent, phone: Phone, slots: dict[str, str]) -> str:
        coordinator = _running(phone)
        call = coordinator.main_call(phone.extension)
        if call is None or (channel := call.channel_of(phone.extension)) is None:
            return say(intent_obj, "no_call")
        await coordinator.client.hangup(channel)
        return say(intent_obj, "hung_up")


class MissedIntent(_PhoneIntent):
    """Tells today's missed calls."""

    intent_type = "YeastarLinkusMissedCalls"
    description = "Tells which calls the user missed today."

    @override
    async def answer(self, intent_obj: intent.Intent, phone: Phone, slots: dict[str, str]) -> str:
        missed = await _async_incoming(phone, MOST_COUNTED, *_MISSED, since=dt_util.start_of_local_day())
        if not missed:
            return say(intent_obj, "no_missed")
        return say(intent_obj, "missed", count=len(missed), names=_listed(_name(phone, one) for one in missed))


class LastCallerIntent(_PhoneIntent):
    """Tells who called last."""

    intent_type = "YeastarLinkusLastCaller"
    description = "Tells who called the user last, and when."

    @override
    async def answer(self, intent_obj: intent.Intent, phone: Phone, slots: dict[str, str]) -> str:
        calls = await _async_incoming(phone, 1)
        if not calls:
            return say(intent_obj, "no_caller")
        at = dt_util.as_local(dt_util.utc_from_timestamp(calls[0].call.started_at or 0))
        return say(intent_obj, "last_caller", name=_name(phone, calls[0]), time=f"{at:%H:%M}")


class IsFreeIntent(_PhoneIntent):
    """Tells whether a colleague can be called."""

    intent_type = "YeastarLinkusIsFree"
    description = "Tells whether a colleague is free, in a call, or not available."
    slots: ClassVar[dict[vol.Marker, Any]] = {vol.Required("name"): cv.string}

    @override
    async def answer(self, intent_obj: intent.Intent, phone: Phone, slots: dict[str, str]) -> str:
        coordinator = _running(phone)
        people = await _async_people(phone, slots["name"].strip())
        people = [person for person in people if person[1] in coordinator.data.extensions]
        if not people:
            return say(intent_obj, "nobody", name=slots["name"])
        if len(people) > 1:
            return say(intent_obj, "which", names=_listed(name for name, _ in people))
        ((name, number),) = people
        if coordinator.book.state_of(number) is not CallState.IDLE:
            return say(intent_obj, "busy", name=name)
        registered = coordinator.state.registered(number, EndpointKind)
        present = registered and coordinator.state.presence(number) in {None, Presence.AVAILABLE}
        return say(intent_obj, "free" if present else "absent", name=name)


class PresenceIntent(_PhoneIntent):
    """Sets the user's presence."""

    intent_type = "YeastarLinkusSetPresence"
    description = "Sets the user's own presence on the PBX."
    slots: ClassVar[dict[vol.Marker, Any]] = {
        vol.Required("presence"): vol.In([presence.value for presence in Presence])
    }

    @override
    async def answer(self, intent_obj: intent.Intent, phone: Phone, slots: dict[str, str]) -> str:
        coordinator = _running(phone)
        if (own := coordinator.data.extensions.get(phone.extension)) is None:
            return say(intent_obj, "no_phone")
        await coordinator.async_set_presence(own, Presence(slots["presence"]))
        return say(intent_obj, "presence")


class VoicemailIntent(_PhoneIntent):
    """Tells the new messages."""

    intent_type = "YeastarLinkusVoicemail"
    description = "Tells how many new voicemail messages the user has, and from whom."

    @override
    async def answer(self, intent_obj: intent.Intent, phone: Phone, slots: dict[str, str]) -> str:
        coordinator = _running(phone)
        box = coordinator.mailboxes.of(phone.extension)
        await box.async_read()
        new = [
            coordinator.name_of(message.caller) or message.caller_name or message.caller
            for message in box.messages
            if not message.read
        ]
        if not new:
            return say(intent_obj, "no_messages")
        return say(intent_obj, "messages", count=len(new), names=_listed(new))


HANDLERS: tuple[type[_PhoneIntent], ...] = (
    CallIntent,
    ConfirmIntent,
    HangUpIntent,
    MissedIntent,
    LastCallerIntent,
    IsFreeIntent,
    PresenceIntent,
    VoicemailIntent,
)


async def _async_incoming(phone: Phone, limit: int, *outcomes: Outcome, since: datetime | None = None) -> list[OwnCall]:
    """Return calls that reached the phone's extension and ended so, whatever the end if none is named, the newest first."""
    calls, _ = await PastCalls(_running(phone), phone.extension).page(
        lambda one: not one.placed and (not outcomes or one.outcome in outcomes),
        None,
        limit,
        since=int(since.timestamp()) if since else None,
    )
    return calls


def _name(phone: Phone, one: OwnCall) -> str:
    return _running(phone).name_of(one.number) or one.name or one.number


def _listed(names: Iterable[str]) -> str:
    """Return the names as they are said, each once, and not more than a listener can remember."""
    return ", ".join(list(dict.fromkeys(names))[:MOST_NAMED])
