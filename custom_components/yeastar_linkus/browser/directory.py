"""Whom a browser may call at a PBX, as they are now: extensions, company contacts, pictures of persons."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from homeassistant.const import ATTR_ENTITY_PICTURE
import phonenumbers

from ..const import CONF_EXTENSION, CONF_USER_ID, SUBENTRY_PHONE
from ..coordinator import YeastarCoordinator
from ..pbx.phone_book import Person, words
from ..yeastar.call_model import CallState
from ..yeastar.models import EndpointKind, Extension

# More contacts than this are not sent at once: the browser searches for them.
LISTED_CONTACTS = 500

_LINES = {CallState.IDLE: "idle", CallState.RINGING: "ringing"}


def browser_person(person: Person, favourites: frozenset[str]) -> dict[str, Any]:
    """Return the browser door's `Person`."""
    return {
        "id": person.id,
        "name": person.name,
        "company": person.company,
        "avatar": person.avatar,
        "favourite": person.id in favourites,
        "numbers": [{"number": number, "kind": kind} for number, kind in person.numbers],
        "presence": person.presence,
        "line": person.line,
    }


def matches(person: Person, query: str) -> bool:
    """Whether every word begins a word of the name or company, or the digits are part of a number."""
    if any(character.isalpha() for character in query):
        known = words(f"{person.name} {person.company}")
        return all(any(word.startswith(part) for word in known) for part in words(query))
    # A country code and the trunk prefix stand for each other.
    digits = phonenumbers.normalize_digits_only(query).removeprefix("0")
    return bool(digits) and any(
        digits in phonenumbers.normalize_digits_only(number) for number, _kind in person.numbers
    )


class Directory:
    """The people of one PBX. Keeps nothing: presence, lines and pictures are looked up when asked."""

    def __init__(self, coordinator: YeastarCoordinator) -> None:
        """Look at this PBX."""
        self._coordinator = coordinator
        self._contacts = coordinator.phone_book

    def colleague(self, number: str) -> Person | None:
        """Return the person of an extension, as they are now."""
        extension = self._coordinator.data.extensions.get(number)
        return None if extension is None else self._colleague(extension, self._pictures())

    def people(self) -> Iterator[Person]:
        """Everybody: colleagues by number, then contacts by name."""
        pictures = self._pictures()
        for _number, extension in sorted(self._coordinator.data.extensions.items()):
            yield self._colleague(extension, pictures)
        for person in self._contacts:
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
        contact = self._contacts.whose(number)
        return None if contact is None else self._with_picture(contact, self._pictures())

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
            for state in self._coordinator.hass.states.async_all("person")
            if (picture := state.attributes.get(ATTR_ENTITY_PICTURE))
            for key in (state.name.casefold(), state.attributes.get("user_id"))
            if key
        }


def _extension_id(extension: Extension) -> str:
    return f"extension:{extension.id}"
