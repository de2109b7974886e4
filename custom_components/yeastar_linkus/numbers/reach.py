"""What a dialed text may reach: behind an outbound prefix, behind a feature code, or with digits too many."""

from collections.abc import Container, Iterator
import re

import phonenumbers
from phonenumbers import PhoneNumberType

from . import SHORTEST_PUBLIC_NUMBER

# Codes like *71 (forward my calls to …) are no longer than this, the star with them.
_LONGEST_CODE = 5
# The digits that PBXs are usually told to wait for before they give an outside line.
_PREFIXES = ("0", "9")
# With more digits behind it a number is no number to any network.
_MOST_TOO_MANY = 20
# No network connects less than this.
_SHORTEST_COMPLETE = 6


def stays_inside(number: str, extensions: Container[str]) -> bool:
    """Whether it is an extension, or a feature code (which begins with ``*`` or ``#``) for one."""
    if number in extensions:
        return True
    return number.startswith(("*", "#")) and any(number[end:] in extensions for end in range(2, _LONGEST_CODE + 1))


def is_emergency(number: str, country: str | None) -> bool:
    """Whether it calls for help, with an outbound prefix or without."""
    return country is not None and any(
        phonenumbers.is_emergency_number(form, country)
        for form in (number, number[1:] if number.startswith(_PREFIXES) else "")
    )


def reached(number: str, country: str | None) -> Iterator[str]:
    """Yield the number as dialed, and what the PBX or the telephone network may make of it.

    The PBX takes an outbound prefix away; a feature code may carry a number to call or to forward to; and the network
    connects a number as soon as it is complete, whatever digits follow.
    """
    for form in _behind(number):
        yield form
        if (complete := _complete(form, country)) is not None:
            yield complete


def is_premium(number: str, country: str | None) -> bool:
    """Whether the number, or what may be reached by it, is charged at a premium rate, as libphonenumber knows them."""
    return any(
        (parsed := _parsed(form, country)) is not None
        and phonenumbers.number_type(parsed) == PhoneNumberType.PREMIUM_RATE
        for form in reached(number, country)
    )


def _behind(number: str) -> Iterator[str]:
    yield number
    if any(key in number for key in "*#"):
        for part in re.split(r"[*#]+", number):
            tails = (part[start:] for start in range(_LONGEST_CODE))
            yield from (tail for tail in tails if len(tail) >= SHORTEST_PUBLIC_NUMBER)
    elif number.startswith(_PREFIXES) and len(number) >= SHORTEST_PUBLIC_NUMBER:
        yield number[1:]


def _parsed(number: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None


def _complete(number: str, country: str | None) -> str | None:
    """Return the longest number that it begins with, in E.164, when it has digits too many; None when it has not."""
    for end in range(len(number), max(_SHORTEST_COMPLETE - 1, len(number) - _MOST_TOO_MANY), -1):
        parsed = _parsed(number[:end], country)
        if parsed is not None and phonenumbers.is_valid_number(parsed):
            return (
                None if end == len(number) else phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
            )
    return None
