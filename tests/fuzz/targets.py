"""What is fuzzed: each target takes any bytes. It raises nothing but what its callers expect, and its promises hold."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC
from typing import Any

from yarl import URL

from custom_components.yeastar_linkus.actions.records import _past_call
from custom_components.yeastar_linkus.config_flow import YeastarConfigFlow
from custom_components.yeastar_linkus.numbers.dialable import dialable
from custom_components.yeastar_linkus.numbers.patterns import number_matches
from custom_components.yeastar_linkus.numbers.reach import is_emergency, is_premium, stays_inside
from custom_components.yeastar_linkus.pbx.connection import normalised_url
from custom_components.yeastar_linkus.pbx.last_events import LastEvents
from custom_components.yeastar_linkus.pbx.past_calls import BadCursor, Cursor, OwnCall
from custom_components.yeastar_linkus.yeastar import (
    call_control,
    contacts,
    history,
    members,
    models,
    queues,
    recordings,
)
from custom_components.yeastar_linkus.yeastar.call_model import Changes
from custom_components.yeastar_linkus.yeastar.call_times import KEEP
from custom_components.yeastar_linkus.yeastar.calls import STALE, CallBook
from custom_components.yeastar_linkus.yeastar.errors import MalformedEvent, ProtocolError, YeastarError
from custom_components.yeastar_linkus.yeastar.event_kinds import Event
from custom_components.yeastar_linkus.yeastar.events import decode_event
from custom_components.yeastar_linkus.yeastar.session import FileLink
from custom_components.yeastar_linkus.yeastar.shape import TEXT_LIMIT, decode_json, objects
from custom_components.yeastar_linkus.yeastar.signature import signature_matches, signature_of
from custom_components.yeastar_linkus.yeastar.transport import check, origin_of
from custom_components.yeastar_linkus.yeastar.voicemail import VoicemailMessage
from custom_components.yeastar_linkus.yeastar.wall_clock import WallClock
from tests.fuzz import recorded
from tests.yeastar.ends import Ends

EXTENSIONS = frozenset({"1001", "1002", "1003", "6500"})
SECRET = "5" * 32
ORIGIN = URL("https://pbx.example:8088")
READERS = (
    models.Extension, models.Trunk, models.WebhookSettings, models.ExtensionMonitor, models.TrunkMonitor, members.Member,
    members.CallSnapshot, call_control.ParkingSlot, contacts.Contact, recordings.Recording, queues.Queue, queues.Agent,
    VoicemailMessage,
)  # fmt: skip


@dataclass(frozen=True)
class Target:
    """`run` takes an input; `seeds` are inputs that make sense; `kind` is how they are mutated."""

    run: Callable[[bytes], None]
    seeds: Callable[[], tuple[bytes, ...]]
    kind: str


def event(data: bytes) -> None:
    """The decoder of webhook bodies and socket frames, and what is asked of its events."""
    try:
        decoded = decode_event(data)
    except MalformedEvent:
        return
    _is_cut(decoded)
    LastEvents().repeated(decoded, "webhook", 0.0)


def _is_cut(decoded: Event) -> None:
    for field in fields(decoded):
        value = getattr(decoded, field.name)
        # A message's text has a limit of its own.
        assert not isinstance(value, str) or len(value) <= 16 * TEXT_LIMIT, field.name


def signature(data: bytes) -> None:
    """The check of X-Signature: whatever the header, no other one than the right one fits."""
    header, _, body = data.partition(b"\n")
    text = header.decode("utf-8", "surrogateescape")
    right = signature_of(SECRET, body)
    fits = signature_matches(SECRET, body, text)
    # Base64 ends in bits that say nothing: not the text must be the same but the bytes.
    assert not fits or text.strip()[:42] == right[:42]
    assert signature_matches(SECRET, body, right)
    assert not signature_matches("", body, right)


def calls(data: bytes) -> None:
    """The reducer: events (a line each), snapshots (``?`` and JSON) and time (``#`` and seconds) in any order."""
    book, ends, at = CallBook(EXTENSIONS), Ends(), 1000.0

    def told(changes: Changes) -> None:
        ends.note(changes.moments, book.calls)

    for line in data.split(b"\n")[:64]:
        at += 0.1
        if line.startswith(b"#"):
            at += min(len(line) * 20.0, 4000.0)
            told(book.expire(at))
        elif line.startswith(b"?"):
            with suppress(ValueError):
                found = (members.CallSnapshot.from_api(row) for row in objects(decode_json(line[1:])))
                told(book.reconcile([snapshot for snapshot in found if snapshot is not None], at))
        else:
            with suppress(MalformedEvent):
                told(book.apply(decode_event(line), at))
    told(book.expire(at + STALE))
    told(book.expire(at + STALE + 30))
    assert all(not call.active and call.outcome is not None for call in book.calls.values()), book.calls
    book.expire(at + STALE + 60 + 2 * KEEP)
    assert not book.calls


def records(data: bytes) -> None:
    """Call records joined to calls, and every reader of rows."""
    try:
        rows = objects(decode_json(data))
    except ValueError:
        return
    for found in (
        history.calls_from([history.Stage.from_api(row) for row in rows], EXTENSIONS),
        history.calls_from(history.Stage.from_api(row) for row in rows),
        tuple(history._past_call(row, WallClock(), UTC) for row in rows),
    ):
        for call in found:
            shown = _past_call(OwnCall(call, call.caller == "1001", call.outcome_of("1001")), lambda number: None)
            assert shown["call_id"] == call.call_id
    for row in rows:
        for reader in READERS:
            with suppress(ProtocolError):
                reader.from_api(row)
    with suppress(YeastarError):
        check("x", 200, data)


def typed(data: bytes) -> None:
    """Addresses, numbers, links and cursors."""
    text = data.decode("utf-8", "replace")
    with suppress(ValueError):
        address = normalised_url(text)
        assert str(origin_of(address)).rstrip("/") == address
        assert normalised_url(address) == address
        url = URL(address)
        assert url.scheme in {"http", "https"}
        assert url.user is None
        assert url.password is None
        assert url.raw_path == "/"
    flow = YeastarConfigFlow()
    half = len(text) // 2
    pair: dict[str, Any] = {"client_id": text[:half], "client_secret": text[half:]}
    flow._take({"url": text, "certificate": "verify", "api": pair, "sdk": {}}, {})
    for country in ("DE", "US", None):
        with suppress(ValueError):
            number = dialable(text, country)
            assert set(number) <= set("+0123456789*#")
            is_premium(number, country)
            is_emergency(number, country)
            stays_inside(number, EXTENSIONS)
        number_matches(text, [text, f"{text}*", "+49*"], country)
    with suppress(ProtocolError):
        link = FileLink.from_api({"download_resource_url": text}, "x")
        assert ORIGIN.join(URL(link.path, encoded=True)).origin() == ORIGIN
    with suppress(BadCursor):
        assert Cursor.read(str(Cursor.read(text))) == Cursor.read(text)


TARGETS = {
    "event": Target(event, recorded.events, "json"),
    "signature": Target(
        signature,
        lambda: tuple(signature_of(SECRET, body).encode() + b"\n" + body for body in recorded.events()[:20]),
        "bytes",
    ),
    "calls": Target(calls, recorded.calls, "lines"),
    "records": Target(records, recorded.rows, "json"),
    "typed": Target(typed, recorded.typed, "bytes"),
}
