"""Changes inputs: their bytes, the JSON in them, the JSON in the JSON, or the order of their lines."""

from collections.abc import Callable, Sequence
import json
from random import Random
from typing import Any

INTERESTING: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63 - 1, 2**64 - 1, -(2**63), 1e308, -0.0, 1e-320, "", " ", "0", "-1", "1e999", "NaN",
    "9" * 20, "9" * 400, "x" * 300, "x" * 5000, [], {}, [[]], [{}], {"": ""}, [None], ["1001"], {"number": "1001"}, "{", "[]", "null",
    "\u0000", "\u202e", "\ud7ff\ue000", "😀" * 90, "<b>", "Anna<0123>", "٠٣٠", "1001", "1002", "RING", "ANSWERED", "BYE", "HOLD", "ALERT",
    "Inbound", "Internal", "2026-01-01 00:00:00", 30011, 30012, 30013, 30014, 30015, 30016, 30026, 30039, "1700000000.1",
)  # fmt: skip
MOST_BYTES = 20_000

type Mutate = Callable[[Random, bytes, Sequence[bytes]], bytes]


def of_bytes(random: Random, data: bytes, corpus: Sequence[bytes]) -> bytes:
    """Change, cut, repeat, insert or join bytes."""
    out = bytearray(data)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(out) + 1)
        end = min(len(out), at + random.choice((1, 1, 2, 8, 64)))
        match random.randrange(6):
            case 0 if at < len(out):
                out[at] ^= 1 << random.randrange(8)
            case 1:
                out[at:end] = b""
            case 2:
                out[at:at] = out[at:end] * random.choice((1, 2, 16))
            case 3:
                out[at:at] = str(random.choice(INTERESTING)).encode("utf-8", "replace")[:64]
            case 4:
                out[at:at] = random.randbytes(random.choice((1, 2, 4)))
            case _:
                other = random.choice(corpus)
                cut = random.randrange(len(other) + 1)
                out[at:] = other[cut:]
    return bytes(out[:MOST_BYTES])


def of_json(random: Random, data: bytes, corpus: Sequence[bytes]) -> bytes:
    """Change a value somewhere in a document, also in a document that is a text in it."""
    if random.random() < 0.15:
        return of_bytes(random, data, corpus)
    try:
        document = json.loads(data)
    except ValueError:
        return of_bytes(random, data, corpus)
    for _ in range(random.randint(1, 3)):
        document = _changed(random, document, corpus, 0)
    try:
        return json.dumps(document).encode()[:MOST_BYTES]
    except ValueError, RecursionError:
        return data


def of_lines(random: Random, data: bytes, corpus: Sequence[bytes]) -> bytes:
    """Repeat, drop, move or change lines, take some of others, let time pass, show a snapshot."""
    lines = data.split(b"\n")
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(lines) + 1)
        match random.randrange(7):
            case 0 if at < len(lines):
                lines.insert(random.randrange(len(lines) + 1), lines[at])
            case 1 if at < len(lines):
                del lines[at]
            case 2 if at < len(lines):
                lines.insert(random.randrange(len(lines)), lines.pop(at))
            case 3:
                lines.insert(at, b"#" * random.choice((1, 2, 5, 80)))
            case 4:
                lines.insert(at, _snapshot(random))
            case 5:
                other = random.choice(corpus).split(b"\n")
                first = random.randrange(len(other))
                lines[at:at] = other[first : first + random.randint(1, 8)]
            case _ if at < len(lines):
                lines[at] = of_json(random, lines[at], corpus)
            case _:
                random.shuffle(lines)
    return b"\n".join(lines[:64])[:MOST_BYTES]


MUTATE: dict[str, Mutate] = {"bytes": of_bytes, "json": of_json, "lines": of_lines}


def _snapshot(random: Random) -> bytes:
    statuses = ("RING", "ANSWERED", "HOLD", "BYE", "ALERT", "?")
    row = {
        "call_id": random.choice(("1700000000.1", "1700000000.2", "1")),
        "members": [
            {random.choice(("extension", "inbound", "outbound")): {
                "number": random.choice(("1001", "1002", "+4930")), "channel_id": "c", "from": "+4930999", "to": "1001",
                "member_status": random.choice(statuses), "call_path": ""}}
            for _ in range(random.randrange(3))
        ],
    }  # fmt: skip
    return b"?" + json.dumps([row] if random.random() < 0.8 else []).encode()


def _changed(random: Random, node: Any, corpus: Sequence[bytes], depth: int) -> Any:
    """A copy of a document with one change in it."""
    if depth > 12 or random.random() < 0.12:
        return random.choice(INTERESTING)
    if isinstance(node, str) and node[:1] in {"{", "["} and random.random() < 0.9:
        try:
            inner = json.loads(node)
        except ValueError:
            return node
        return json.dumps(_changed(random, inner, corpus, depth + 1))
    if isinstance(node, dict) and node:
        copy = dict(node)
        key = random.choice(list(copy))
        match random.randrange(8):
            case 0:
                del copy[key]
            case 1:
                copy[random.choice(list(copy))] = copy[key]
            case 2:
                copy[str(random.choice(INTERESTING))[:40]] = copy[key]
            case _:
                copy[key] = _changed(random, copy[key], corpus, depth + 1)
        return copy
    if isinstance(node, list) and node:
        items = list(node)
        at = random.randrange(len(items))
        match random.randrange(6):
            case 0:
                del items[at]
            case 1:
                items += [items[at]] * random.choice((1, 3, 30))
            case 2:
                random.shuffle(items)
            case _:
                items[at] = _changed(random, items[at], corpus, depth + 1)
        return items
    if isinstance(node, bool | int | float):
        return random.choice((node + 1, -node, str(node), node * 10**6, random.choice(INTERESTING)))
    return random.choice(INTERESTING)
