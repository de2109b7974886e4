"""Which calls an automation means: numbers, names, directions, outcomes. Pure but for the country given."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from homeassistant.helpers import config_validation as cv
import phonenumbers
import voluptuous as vol

from ..yeastar.call_model import Direction, Outcome

CONF_NUMBER = "number"
CONF_NAME = "name"
CONF_DID = "did"
CONF_DIRECTION = "direction"
CONF_OUTCOME = "outcome"
CONF_DIGITS = "digits"
CONF_MINIMUM_DURATION = "minimum_duration"

ANONYMOUS = "anonymous"
# What is shorter may be an extension, a feature code or a group, and is compared digit by digit only.
_SHORTEST_PUBLIC_NUMBER = 7


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


def number_matches(number: str, patterns: Iterable[str], country: str | None) -> bool:
    """Whether a number is one of those meant.

    A pattern is a number however it is written (``+49 30 55500001``, ``030 555 00001``, ``1001``), the beginning of
    one with a ``*`` after it (``+49 30*``, ``10*``), or ``anonymous`` for callers who hide theirs.
    """
    forms = _forms(number, country)
    for pattern in patterns:
        if pattern == ANONYMOUS:
            found = not any(character.isdigit() for character in number)
        elif pattern.endswith("*"):
            start = phonenumbers.normalize_diallable_chars_only(pattern[:-1])
            found = any(form.startswith(start) for form in forms)
        else:
            found = not forms.isdisjoint(_forms(pattern, country))
        if found:
            return True
    return False


def _forms(number: str, country: str | None) -> set[str]:
    """Return the ways to dial a number: as it is, nationally, internationally. Short ones are what they are."""
    digits = phonenumbers.normalize_diallable_chars_only(number)
    forms = {digits} - {""}
    if len(digits) < _SHORTEST_PUBLIC_NUMBER:
        return forms
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return forms
    if not phonenumbers.is_possible_number(parsed):
        return forms
    international = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    forms |= {international, f"00{international[1:]}"}
    if country is not None:
        from_here = phonenumbers.format_out_of_country_calling_number(parsed, country)
        forms.add(phonenumbers.normalize_diallable_chars_only(from_here))
    return forms


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
