"""What people may dial through Home Assistant, and how often: premium numbers are money."""

from collections import deque
from collections.abc import Iterable

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util.hass_dict import HassKey

from ..const import (
    CONF_ALLOW_NUMBERS,
    CONF_DENY_NUMBERS,
    CONF_DENY_PREMIUM,
    CONF_DIALS_PER_MINUTE,
    DEFAULT_DIALS_PER_MINUTE,
    DOMAIN,
)
from ..coordinator import YeastarConfigEntry
from ..numbers.dialable import dialable
from ..numbers.patterns import number_matches
from ..numbers.reach import is_emergency, is_premium, reached, stays_inside

WINDOW_SECONDS = 60.0

# When each PBX was last asked to dial, by entry id: outlives a reload, which would otherwise be a way around the limit.
_DIALED: HassKey[dict[str, deque[float]]] = HassKey(f"{DOMAIN}_dialed")


@callback
def dialable_number(hass: HomeAssistant, text: str) -> str:
    """Return what the PBX shall dial for a text. Raises the translated error for what is no number."""
    try:
        return dialable(text, hass.config.country)
    except ValueError:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="invalid_number", translation_placeholders={"number": text}
        ) from None


@callback
def async_check_number(hass: HomeAssistant, entry: YeastarConfigEntry, number: str, *, inside: bool = False) -> None:
    """Let a number pass that people may dial. Raises the translated refusal.

    Extensions, codes for them and emergency numbers are always allowed, and so is what the caller knows to be `inside`
    the PBX. A denied entry means the numbers that begin with it, an allowed one exactly that number unless it ends with
    ``*``; denied wins.
    """
    country = hass.config.country
    extensions = entry.runtime_data.data.extensions
    if not (inside or stays_inside(number, extensions) or is_emergency(number, country)) and _refused(
        entry, number, country
    ):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="number_not_allowed",
            translation_placeholders={"number": number},
        )


@callback
def async_check_dial(hass: HomeAssistant, entry: YeastarConfigEntry, number: str, *, inside: bool = False) -> None:
    """Let a person's order to ring somebody pass as `async_check_number` does, and count it. Raises the translated refusal.

    The rate is for all people of the PBX together.
    """
    async_check_number(hass, entry, number, inside=inside)
    now = hass.loop.time()
    dialed = hass.data.setdefault(_DIALED, {}).setdefault(entry.entry_id, deque())
    while dialed and dialed[0] <= now - WINDOW_SECONDS:
        dialed.popleft()
    if len(dialed) >= int(entry.options.get(CONF_DIALS_PER_MINUTE, DEFAULT_DIALS_PER_MINUTE)):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="too_many_dials")
    dialed.append(now)


def _refused(entry: YeastarConfigEntry, number: str, country: str | None) -> bool:
    """Whether the options keep people from an outside number."""
    denied = [f"{pattern.rstrip('*')}*" for pattern in _listed(entry, CONF_DENY_NUMBERS)]
    if denied and any(number_matches(form, denied, country) for form in reached(number, country)):
        return True
    allowed = _listed(entry, CONF_ALLOW_NUMBERS)
    if allowed and not number_matches(number, allowed, country):
        return True
    # A premium number that is allowed in full is meant.
    named = [pattern for pattern in allowed if not pattern.endswith("*")]
    if not entry.options.get(CONF_DENY_PREMIUM, True) or number_matches(number, named, country):
        return False
    return is_premium(number, country)


def _listed(entry: YeastarConfigEntry, option: str) -> list[str]:
    listed: Iterable[str] = entry.options.get(option, ())
    return [pattern for pattern in listed if pattern.strip("* ")]
