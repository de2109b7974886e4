"""Reading untrusted JSON: each function takes whatever came and gives the type asked for, cut to size, or a neutral value."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from .errors import ProtocolError

TEXT_LIMIT = 256
"""Longest name, number or id that is kept, in characters."""
MOMENT_LIMIT = 2**32
"""No time after this (in 2106) is taken for one, in Unix seconds."""


def decode_json(raw: bytes | str) -> object:
    """Decode JSON; bytes that are not UTF-8 lose only the broken characters. Raises ValueError."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        readable = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
        return orjson.loads(readable.encode("utf-8", "replace"))


def text(source: Mapping[str, Any], key: str, limit: int = TEXT_LIMIT) -> str:
    """The value as stripped text; the PBX writes empty values as "" and as " "."""
    value = source.get(key)
    if isinstance(value, str):
        return value.strip()[:limit]
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)[:limit]
    return ""


def integer(source: Mapping[str, Any], key: str, default: int = 0) -> int:
    """The value as a whole number; the PBX writes numbers as numbers and as text."""
    value = source.get(key)
    if isinstance(value, int | float):
        try:
            return int(value)
        except OverflowError, ValueError:
            return default
    if isinstance(value, str):
        try:
            return int(value.strip()[:20])
        except ValueError:
            return default
    return default


def moment(source: Mapping[str, Any], key: str) -> int:
    """The value as Unix seconds; 0 for what calendars cannot show."""
    value = integer(source, key)
    return value if 0 <= value < MOMENT_LIMIT else 0


def switch(source: Mapping[str, Any], key: str) -> bool:
    """The value of a switch, which the PBX writes as 0 and 1."""
    return integer(source, key) == 1


def objects(value: object) -> list[dict[str, Any]]:
    """Those entries of a list that are objects; nothing when it is no list."""
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        return []
    return [entry for entry in value if isinstance(entry, dict)]


def integers(value: object) -> tuple[int, ...]:
    """Those entries of a list that are whole numbers."""
    if not isinstance(value, list):
        return ()
    return tuple(entry for entry in value if isinstance(entry, int) and not isinstance(entry, bool))


def required(source: Mapping[str, Any], key: str, path: str) -> str:
    """A text without which the answer is useless. Raises ProtocolError."""
    if not (value := text(source, key)):
        raise ProtocolError(f"{path}: no {key} in the answer")
    return value


def rows(answer: Mapping[str, Any], key: str, path: str) -> list[dict[str, Any]]:
    """The rows of a list answer; an absent or null list is an empty one. Raises ProtocolError."""
    value = answer.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ProtocolError(f"{path}: {key} is no list")
    return objects(value)


def record(answer: Mapping[str, Any], path: str, key: str = "data") -> dict[str, Any]:
    """The single object of an answer. Raises ProtocolError."""
    value = answer.get(key)
    if not isinstance(value, dict):
        raise ProtocolError(f"{path}: {key} is no object")
    return value
