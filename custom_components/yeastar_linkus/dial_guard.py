"""What people may dial through Home Assistant, and how often: premium numbers are money."""

from collections import deque
from collections.abc import Iterable

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util.hass_dict import HassKey

from .call_filter import number_matches
from .const import CONF_ALLOW_NUMBERS, CONF_DENY_NUMBERS, CONF_DIALS_PER_MINUTE, DEFAULT_DIALS_PER_MINUTE, DOMAIN
from .coordinator import YeastarConfigEntry
from .dialing import dialable

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
def async_check_number(hass: HomeAssistant, entry: YeastarConfigEntry, number: str) -> None:
    """Let a number pass that people may dial. Raises the translated refusal.

    Own extensions are always allowed. A denied entry means the numbers that begin with it, an allowed one exactly that
    number unless it ends with ``*``; denied wins.
    """
    if number in entry.runtime_data.data.extensions:
        return
    country = hass.config.country
    denied = _listed(entry, CONF_DENY_NUMBERS)
    allowed = _listed(entry, CONF_ALLOW_NUMBERS)
    if number_matches(number, (f"{pattern.rstrip('*')}*" for pattern in denied), country) or (
        allowed and not number_matches(number, allowed, country)
    ):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="number_not_allowed",
            translation_placeholders={"number": number},
        )


@callback
def async_check_dial(hass: HomeAssistant, entry: YeastarConfigEntry, number: str) -> None:
    """Let a person's order to dial pass, and count it. Raises the translated refusal.

    The rate is for all people of the PBX together.
    """
    async_check_number(hass, entry, number)
    now = hass.loop.time()
    dialed = hass.data.setdefault(_DIALED, {}).setdefault(entry.entry_id, deque())
    while dialed and dialed[0] <= now - WINDOW_SECONDS:
        dialed.popleft()
    if len(dialed) >= int(entry.options.get(CONF_DIALS_PER_MINUTE, DEFAULT_DIALS_PER_MINUTE)):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="too_many_dials")
    dialed.append(now)


def _listed(entry: YeastarConfigEntry, option: str) -> list[str]:
    listed: Iterable[str] = entry.options.get(option, ())
    return [pattern for pattern in listed if pattern.strip("* ")]
