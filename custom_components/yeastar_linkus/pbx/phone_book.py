"""The company contacts of a PBX, found by any spelling of a number. Read in the background and kept."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
import time
import unicodedata

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..const import DOMAIN, LOGGER
from ..numbers.key import number_key
from ..yeastar.client import YeastarClient
from ..yeastar.contacts import Contact, NumberKind
from ..yeastar.errors import YeastarError
from .subjects import Listeners

# Contacts are read again when somebody looks and they are older than this.
FRESH_SECONDS = 600
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


class PhoneBook:
    """The contacts of one PBX."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, client: YeastarClient) -> None:
        """Begin without contacts."""
        self._hass = hass
        self._entry = entry
        self._client = client
        self._people: dict[str, Person] = {}
        self._by_number: dict[str, str] = {}
        self._tails: frozenset[str] = frozenset()
        self._read_at: float | None = None
        self._reading = False
        self._listeners: Listeners[None, CALLBACK_TYPE] = Listeners()

    def __len__(self) -> int:
        """How many can be called."""
        return len(self._people)

    def __iter__(self) -> Iterator[Person]:
        """Everybody, by name."""
        return iter(self._people.values())

    def __contains__(self, person_id: object) -> bool:
        """Whether this is somebody's id."""
        return person_id in self._people

    @callback
    def async_listen(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the contacts were read. Returns the unsubscriber."""
        return self._listeners.add(None, listener)

    @callback
    def async_refresh(self) -> None:
        """Read the contacts again in the background, unless they are fresh or the PBX has none for us."""
        stale = self._read_at is None or time.monotonic() - self._read_at > FRESH_SECONDS
        if self._client.has_api and stale and not self._reading:
            self._reading = True
            self._entry.async_create_background_task(self._hass, self._async_read(), f"{DOMAIN} contacts")

    async def _async_read(self) -> None:
        try:
            contacts = await self._client.contacts.all()
        except YeastarError as err:
            LOGGER.debug("Without the PBX's contacts: %s", err)
            contacts = ()
        finally:
            self._reading = False
        # Thousands of numbers take their time.
        self._people, self._by_number = await self._hass.async_add_executor_job(
            _indexed, contacts, self._hass.config.country
        )
        self._tails = frozenset(key[-TAIL:] for key in self._by_number)
        self._read_at = time.monotonic()
        for listener in self._listeners.of(None):
            listener()

    def whose(self, number: str) -> Person | None:
        """Return whose number this is, however it is written."""
        # Reading a number by its country's rules costs as much as all the rest of an event, and most callers are strangers.
        if not number or (_plain(number) and number[-TAIL:] not in self._tails):
            return None
        person_id = self._by_number.get(number_key(number, self._hass.config.country))
        return None if person_id is None else self._people[person_id]


def words(text: str) -> list[str]:
    """Return the words in lower case without marks, so that "Jürgen" and "jurgen" are one."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in plain).split()


def _plain(number: str) -> bool:
    """Whether a number is digits only, with or without a plus: whatever its key is, it ends in the same digits."""
    return number.isascii() and number.removeprefix("+").isdigit()


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
    people = sorted((person for person in people if person.numbers), key=lambda person: words(person.name))
    by_number: dict[str, str] = {}
    for person in people:
        for number, _kind in person.numbers:
            by_number.setdefault(number_key(number, country), person.id)
    return {person.id: person for person in people}, by_number
