"""Which calls an automation means: numbers, names, directions, outcomes. Pure but for the country given."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from homeassistant.const import CONF_NAME
from homeassistant.helpers import config_validation as cv
import phonenumbers
import voluptuous as vol

from ..numbers.patterns import ANONYMOUS, number_matches
from ..yeastar.call_model import Direction, Outcome

CONF_NUMBER = "number"
CONF_DID = "did"
CONF_DIRECTION = "direction"
CONF_OUTCOME = "outcome"
CONF_DIGITS = "digits"
CONF_MINIMUM_DURATION = "minimum_duration"


def _number_pattern(value: Any) -> str:
    """Check one number as typed, with ``*`` at the end for what may follow."""
    text = cv.string(value).strip()
    if text.casefold() == ANONYMOUS:
        return ANONYMOUS
    digits = phonenumbers.normalize_diallable_chars_only(text.removesuffix("*"))
    if not digits or len(text) > 64 or any(character.isalpha() for character in text):
        raise vol.Invalid(f"{text} is no phone number")
    return text


_TEXTS = vol.All(cv.ensure_list, [vol.All(cv.string, vol.Length(min=1, max=128))])

NUMBERS_SCHEMA = vol.All(cv.ensure_list, [_number_pattern])
FIELDS: Mapping[str, Any] = {
    CONF_NUMBER: NUMBERS_SCHEMA,
    CONF_NAME: _TEXTS,
    CONF_DID: NUMBERS_SCHEMA,
    CONF_DIRECTION: vol.All(cv.ensure_list, [vol.In([direction.value for direction in Direction])]),
    CONF_OUTCOME: vol.All(cv.ensure_list, [vol.In([outcome.value for outcome in Outcome])]),
    CONF_MINIMUM_DURATION: cv.positive_time_period,
    CONF_DIGITS: vol.All(cv.ensure_list, [vol.All(cv.string, str.upper, vol.Match(r"^[0-9A-D*#]{1,64}$"))]),
}


def name_matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name is one of those meant, whatever the case; ``*`` stands for anything."""
    folded = name.casefold()
    return any(fnmatchcase(folded, pattern.casefold().replace("[", "[[]").replace("?", "[?]")) for pattern in patterns)


def mismatch(options: Mapping[str, Any], facts: Mapping[str, Any], country: str | None) -> str | None:
    """Return which option the facts of a call do not meet, or None when they meet all."""
    for key, wanted in options.items():
        match key:
            case "number" | "did":
                met = number_matches(facts[key], wanted, country)
            case "name":
                met = name_matches(facts[key], wanted)
            case "digits":
                met = facts[key].upper().endswith(tuple(wanted))
            case "minimum_duration":
                met = (facts["talk_duration"] or 0) >= wanted.total_seconds()
            case _:
                met = facts[key] in wanted
        if not met:
            return key
    return None
