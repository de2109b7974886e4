"""Who can be called at a PBX, and who a number belongs to: extensions, company contacts, pictures of persons."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
import time
from typing import Any
import unicodedata

from homeassistant.const import ATTR_ENTITY_PICTURE
from homeassistant.core import CALLBACK_TYPE, callback
import phonenumbers

from ..const import CONF_EXTENSION, CONF_USER_ID, DOMAIN, LOGGER, SUBENTRY_PHONE
from ..coordinator import YeastarCoordinator
from ..numbers.key import number_key
from ..yeastar.call_model import CallState
from ..yeastar.contacts import Contact, NumberKind
from ..yeastar.errors import YeastarError
from ..yeastar.models import EndpointKind, Extension

# Contacts are read again when somebody looks and they are older than this.
FRESH_SECONDS = 600
# More contacts than this are not sent at once: the browser searches for them.
LISTED_CONTACTS = 500

# So many digits at the end are the same in all spellings of a number.
TAIL = 5

_KINDS: Mapping[NumberKind, str] = {
    NumberKind.BUSINESS: "business",
    NumberKind.BUSINESS_2: "business",
    NumberKind.MOBILE: "mobile",
    NumberKind.MOBILE_2: "mobile",
    NumberKind.HOME: "home",
    NumberKind.HOME_2: "home",
    NumberKind.OTHER: "other",
}
_LINES = {CallState.IDLE: "idle", CallState.RINGING: "ringing"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be called. `presence` and `line` are None for everybody but colleagues."""

    id: str
    name: str
    company: str
    avatar: str | None
    numbers: tuple[tuple[str, str], ...]
    """Number and kind: extension, mobile, business, home, other."""
    presence: str | None = None
    line: str | None = None

    def to_browser(self, favourites: frozenset[str]) -> dict[str, Any]:
        """Return the browser door's `Person`."""
        return {
            "id": self.id,
            "name": self.name,
            "company": self.company,
            "avatar": self.avatar,
            "favourite": self.id in favourites,
            "numbers": [{"number": number, "kind": kind} for number, kind in self.numbers],
            "presence": self.presence,
            "line": self.line,
        }


def _plain(number: str) -> bool:
    """Whether a number is digits only, with or without a plus: whatever its key is, it ends in the same digits."""
    return number.isascii() and number.removeprefix("+").isdigit()


def _words(text: str) -> list[str]:
    """Return the words in lower case without marks, so that "Jürgen" and "jurgen" are one."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in plain).split()


def matches(person: Person, query: str) -> bool:
    """Whether every word begins a word of the name or company, or the digits are part of a number."""
    if any(character.isalpha() for character in query):
        known = _words(f"{person.name} {person.company}")
        return all(any(word.startswith(part) for word in known) for part in _words(query))
    # A country code and the trunk prefix stand for each other.
    digits = phonenumbers.normalize_digits_only(query).removeprefix("0")
    return bool(digits) and any(
        digits in phonenumbers.normalize_digits_only(number) for number, _kind in person.numbers
    )


class Directory:
    """The people of one PBX. Presence, lines and pictures are looked up when asked; contacts are kept."""

    def __init__(self, coordinator: YeastarCoordinator) -> None:
        """Begin without contacts."""
        self._coordinator = coordinator
        self._hass = coordinator.hass
        self._contacts: dict[str, Person] = {}
        self._by_number: dict[str, str] = {}
        self._tails: frozenset[str] = frozenset()
        self._read_at: float | None = None
        self._reading = False
        self._listeners: set[CALLBACK_TYPE] = set()

    @callback
    def async_listen(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the contacts changed. Returns the unsubscriber."""
        self._listeners.add(listener)

        @callback
        def unsubscribe() -> None:
            self._listeners.discard(listener)

        return unsubscribe

    @callback
    def async_refresh(self) -> None:
        """Read the contacts again in the background, unless they are fresh or the PBX has none for us."""
        stale = self._read_at is None or time.monotonic() - self._read_at > FRESH_SECONDS
        if self._coordinator.client.has_api and stale and not self._reading:
            self._reading = True
            self._coordinator.config_entry.async_create_background_task(
                self._hass, self._async_read(), f"{DOMAIN} contacts"
            )

    async def _async_read(self) -> None:
        try:
            contacts = await self._coordinator.client.contacts.all()
        except YeastarError as err:
            LOGGER.debug("Without the PBX's contacts: %s", err)
            contacts = ()
        finally:
            self._reading = False
        # Thousands of numbers take their time.
        self._contacts, self._by_number = await self._hass.async_add_executor_job(
            _indexed, contacts, self._hass.config.country
        )
        self._tails = frozenset(key[-TAIL:] for key in self._by_number)
        self._read_at = time.monotonic()
        for listener in tuple(self._listeners):
            listener()

    def colleague(self, number: str) -> Person | None:
        """Return the person of an extension, as they are now."""
        extension = self._coordinator.data.extensions.get(number)
        return None if extension is None else self._colleague(extension, self._pictures())

    def people(self) -> Iterator[Person]:
        """Everybody: colleagues by number, then contacts by name."""
        pictures = self._pictures()
        for _number, extension in sorted(self._coordinator.data.extensions.items()):
            yield self._colleague(extension, pictures)
        for person in self._contacts.values():
            yield self._with_picture(person, pictures)

    def listed(self, favourites: frozenset[str]) -> Iterator[Person]:
        """Whom a browser gets at once: colleagues, favourites, and contacts as long as there are not too many."""
        few = len(self._contacts) <= LISTED_CONTACTS
        return (p for p in self.people() if few or p.presence is not None or p.id in favourites)

    def search(self, query: str, limit: int) -> list[Person]:
        """Return who matches the words or digits."""
        found: list[Person] = []
        for person in self.people():
            if matches(person, query):
                found.append(person)
                if len(found) == limit:
                    break
        return found

    def knows(self, person_id: str) -> bool:
        """Whether this is somebody's id."""
        return person_id in self._contacts or any(
            _extension_id(extension) == person_id for extension in self._coordinator.data.extensions.values()
        )

    def caller(self, number: str) -> Person | None:
        """Return whose number this is, however it is written."""
        if (colleague := self.colleague(number)) is not None:
            return colleague
        contact = self._contact(number)
        return None if contact is None else self._with_picture(contact, self._pictures())

    def name_of(self, number: str) -> str | None:
        """Return the name to a number; None for a stranger's, and for an extension that has none."""
        # Asked for with every moment of a call: without the pictures of all persons, which `caller` looks through.
        if (extension := self._coordinator.data.extensions.get(number)) is not None:
            name = extension.name
        else:
            contact = self._contact(number)
            name = contact.name if contact is not None else ""
        return name if name and name != number else None

    def _contact(self, number: str) -> Person | None:
        # Reading a number by its country's rules costs as much as all the rest of an event, and most callers are strangers.
        if not number or (_plain(number) and number[-TAIL:] not in self._tails):
            return None
        contact = self._by_number.get(number_key(number, self._hass.config.country))
        return None if contact is None else self._contacts[contact]

    def _colleague(self, extension: Extension, pictures: Mapping[str, str]) -> Person:
        coordinator = self._coordinator
        presence = coordinator.state.presence(extension.number)
        line = _LINES.get(coordinator.book.state_of(extension.number), "talking")
        if line == "idle" and not (registered := coordinator.state.registered(extension.number, EndpointKind)):
            line = "unknown" if registered is None else "unreachable"
        users = {
            phone.data[CONF_USER_ID]
            for phone in coordinator.config_entry.get_subentries_of_type(SUBENTRY_PHONE)
            if phone.data[CONF_EXTENSION] == extension.number
        }
        # The picture of a phone that several people share is nobody's.
        whose = next(iter(users)) if len(users) == 1 else extension.name.casefold()
        return Person(
            id=_extension_id(extension),
            name=extension.name or extension.number,
            company="",
            avatar=pictures.get(whose) or pictures.get(extension.name.casefold()),
            numbers=((extension.number, "extension"),),
            presence=presence.value if presence else "unknown",
            line=line,
        )

    def _with_picture(self, person: Person, pictures: Mapping[str, str]) -> Person:
        picture = pictures.get(person.name.casefold())
        return person if picture is None else replace(person, avatar=picture)

    def _pictures(self) -> dict[str, str]:
        """Return the pictures of Home Assistant's persons, by name and by user."""
        return {
            str(key): picture
            for state in self._hass.states.async_all("person")
            if (picture := state.attributes.get(ATTR_ENTITY_PICTURE))
            for key in (state.name.casefold(), state.attributes.get("user_id"))
            if key
        }


def _extension_id(extension: Extension) -> str:
    return f"extension:{extension.id}"


def _indexed(contacts: Iterable[Contact], country: str | None) -> tuple[dict[str, Person], dict[str, str]]:
    """Return the contacts that can be called, by id and sorted by name, and their ids by number."""
    people = [
        Person(
            id=f"contact:{contact.id}",
            name=contact.name or contact.company,
            company=contact.company,
            avatar=None,
            numbers=tuple((number, _KINDS[kind]) for kind, number in contact.numbers.items() if kind in _KINDS),
        )
        for contact in contacts
    ]
    people = sorted((person for person in people if person.numbers), key=lambda person: _words(person.name))
    by_number: dict[str, str] = {}
    for person in people:
        for number, _kind in person.numbers:
            by_number.setdefault(number_key(number, country), person.id)
    return {person.id: person for person in people}, by_number
