"""What all spellings of one number have in common."""

from functools import lru_cache

import phonenumbers

from . import SHORTEST_PUBLIC_NUMBER


@lru_cache(maxsize=4096)
def number_key(number: str, country: str | None) -> str:
    """Return what all spellings of one number have in common: E.164, else its digits.

    `country` is where a number without a country code is at home.
    """
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return phonenumbers.normalize_diallable_chars_only(number)
    if (not number.startswith("+") and len(number) < SHORTEST_PUBLIC_NUMBER) or not phonenumbers.is_possible_number(
        parsed
    ):
        return phonenumbers.normalize_diallable_chars_only(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
