"""Which numbers a list of patterns means, however they are written."""

from collections.abc import Iterable
from typing import Final

import phonenumbers

from . import SHORTEST_PUBLIC_NUMBER

ANONYMOUS: Final = "anonymous"


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
    if len(digits) < SHORTEST_PUBLIC_NUMBER:
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
