"""What the options and subentries of a PBX say: who is a device, who may call from a browser, which extension is a door."""

from collections.abc import Iterable, Mapping

from homeassistant.config_entries import ConfigEntry

from ..const import (
    AUTOMATIC_EXTENSIONS,
    CONF_BROWSER_CALLING,
    CONF_BROWSER_URL,
    CONF_DEFAULT_METHOD,
    CONF_EXTENSION,
    CONF_EXTENSIONS,
    CROWD,
    METHOD_ASK,
    SUBENTRY_PHONE,
)
from ..yeastar.models import Extension
from .doors import DoorPhone, doors_of


class Choices:
    """Read from the entry whenever asked: subentries change without a reload."""

    def __init__(self, entry: ConfigEntry, url: str) -> None:
        """Read this entry. `url` is where Home Assistant reaches the PBX."""
        self._entry = entry
        self._url = url
        self._exposed: Mapping[str, Extension] = {}
        self._exposed_of: tuple[object, object, object] = (None, None, None)
        self._doors: Mapping[str, DoorPhone] = {}
        self._doors_of: object = None

    @property
    def browser_calling(self) -> bool:
        """Whether browsers may register."""
        return bool(self._entry.options.get(CONF_BROWSER_CALLING, True))

    @property
    def default_method(self) -> str:
        """What the card proposes to somebody who never chose."""
        return str(self._entry.options.get(CONF_DEFAULT_METHOD, METHOD_ASK))

    @property
    def browser_url(self) -> str:
        """Where browsers reach the PBX."""
        return str(self._entry.options.get(CONF_BROWSER_URL, self._url))

    @property
    def mapped(self) -> set[str]:
        """The extensions that belong to somebody."""
        return {phone.data[CONF_EXTENSION] for phone in self._entry.get_subentries_of_type(SUBENTRY_PHONE)}

    def exposed(self, known: Mapping[str, Extension]) -> Mapping[str, Extension]:
        """Return which of the PBX's extensions are devices: those chosen, else all of a small PBX, else the mapped ones."""
        entry = self._entry
        made_of = (known, entry.options, entry.subentries)
        # Asked for with every moment of a call, and as long as the PBX's list: made anew only from something new.
        if any(now is not then for now, then in zip(made_of, self._exposed_of, strict=True)):
            chosen: Iterable[str] | None = entry.options.get(CONF_EXTENSIONS)
            if chosen is None:
                chosen = known if len(known) <= AUTOMATIC_EXTENSIONS else self.mapped
            self._exposed = {number: known[number] for number in sorted({*chosen, *self.mapped}) if number in known}
            self._exposed_of = made_of
        return self._exposed

    @property
    def crowded(self) -> bool:
        """Whether so many extensions are exposed that not everything about each can be enabled."""
        return len(self._entry.options.get(CONF_EXTENSIONS) or ()) > CROWD

    @property
    def doors(self) -> Mapping[str, DoorPhone]:
        """The door phones, by extension."""
        if self._doors_of is not self._entry.subentries:
            self._doors, self._doors_of = doors_of(self._entry), self._entry.subentries
        return self._doors
