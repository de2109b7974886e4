"""Who may hear a recording or a message, and the addresses that were given out for them."""

from collections import OrderedDict
import secrets
import time
from typing import Final

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..browser.softphone import may_dial, may_supervise
from ..const import DOMAIN
from ..coordinator import YeastarConfigEntry
from .links import Sound

TICKETS: Final = 2000
TICKET_SECONDS: Final = 86400.0
"""As long as Home Assistant's own signed addresses of media are good."""


@callback
def may_hear(entry: YeastarConfigEntry, user: User | None, owner: str) -> bool:
    """Whether the user may hear what belongs to that extension, or with an empty one everything. None is an automation."""
    return user is None or (may_dial(entry, user, owner) if owner else may_supervise(entry, user))


class Tickets:
    """Addresses that were given out: what nobody can guess stands for one sound and whoever asked for it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._given: OrderedDict[str, tuple[float, Sound, str | None]] = OrderedDict()

    @callback
    def give(self, sound: Sound, user: User | None) -> str:
        """Return a ticket for the user; None is an automation, whose player plays it without a user."""
        ticket = secrets.token_urlsafe(24)
        self._given[ticket] = (time.monotonic() + TICKET_SECONDS, sound, user.id if user else None)
        if len(self._given) > TICKETS:
            self._given.popitem(last=False)
        return ticket

    @callback
    def sound(self, hass: HomeAssistant, ticket: str, user: User) -> tuple[YeastarConfigEntry, Sound] | None:
        """Return what the ticket is for, if it is the user's and the user may hear it still."""
        until, sound, user_id = self._given.get(ticket, (0.0, None, None))
        if sound is None or until < time.monotonic() or user_id not in {None, user.id}:
            return None
        entry = hass.config_entries.async_get_entry(sound.entry_id)
        if entry is None or not may_hear(entry, None if user_id is None else user, sound.owner):
            return None
        return entry, sound


TICKETS_GIVEN: HassKey[Tickets] = HassKey(f"{DOMAIN}_tickets")
