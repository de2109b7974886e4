"""What people type, paste or click, made into what a PBX can dial."""

import phonenumbers

# Longer than any route, feature code or post-dial string a PBX takes.
MAX_LENGTH = 64


def dialable(text: str, country: str | None) -> str:
    """Return the digits (with ``+``, ``*`` and ``#``) that the PBX shall dial.

    An international number becomes E.164. Anything else keeps the digits as they are: extension numbers, feature
    codes and outbound prefixes look like national numbers, and only the PBX's outbound routes know which is which.
    Raises ValueError for what is no number, and for anything with letters: a guess would ring a stranger.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise ValueError("too long")
    if text.casefold().startswith("tel:"):
        text = text[4:].partition(";")[0]
    if any(character.isalpha() for character in text):
        raise ValueError("letters in a number")
    # Digits of every script; then everything goes that no telephone has a key for.
    text = phonenumbers.normalize_digits_only(text, keep_non_digits=True)
    digits = phonenumbers.normalize_diallable_chars_only(text)
    if not any(character.isdigit() or character in "*#" for character in digits):
        raise ValueError("no digits")
    if digits.startswith("+"):
        try:
            return phonenumbers.format_number(phonenumbers.parse(text, country), phonenumbers.PhoneNumberFormat.E164)
        except phonenumbers.NumberParseException:
            raise ValueError("no such country code") from None
    if "+" in digits:
        raise ValueError("a plus inside a number")
    return digits
