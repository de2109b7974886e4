"""JSON as no PBX should write it: from what one does write, everything that may be missing, of another kind, or too much."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

type Path = tuple[str | int, ...]

HUGE_TEXT = "9" * 20_000
REPLACEMENTS: dict[str, Any] = {
    "null": None,
    "true": True,
    "negative": -1,
    "huge number": 10**30,
    "fraction": 1.5,
    "empty text": "",
    "text": "\u0000<b>\u202eabc",
    "huge text": HUGE_TEXT,
    "list": [],
    "list of lists": [[[]], None, 7],
    "object": {},
    "nested": {"a": {"b": {"c": [1, {"d": None}]}}},
}


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where a value has fields: of lists, only the first entry is looked into."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from paths(inner, (*path, key))
    elif isinstance(value, list) and value:
        yield (*path, 0)
        yield from paths(value[0], (*path, 0))


def variants(value: Any, keep: frozenset[str] = frozenset()) -> Iterator[tuple[str, Any]]:
    """The value with each field dropped or replaced by something else, with fields that nobody knows, and as something else."""
    for path in paths(value):
        if path[0] in keep:
            continue
        where = "/".join(map(str, path))
        yield f"{where} dropped", _changed(value, path, None, drop=True)
        for name, replacement in REPLACEMENTS.items():
            yield f"{where} is {name}", _changed(value, path, replacement)
    yield "unknown fields", _extended(value)


def _changed(value: Any, path: Path, replacement: Any, *, drop: bool = False) -> Any:
    copy = deepcopy(value)
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    if drop:
        del inner[path[-1]]
    else:
        inner[path[-1]] = replacement
    return copy


def _extended(value: Any) -> Any:
    if isinstance(value, dict):
        return {**{key: _extended(inner) for key, inner in value.items()}, "brand_new": {"list": [1, None]}}
    if isinstance(value, list):
        return [_extended(inner) for inner in value]
    return value
