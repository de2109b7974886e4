"""What the client alone takes of the processor: decoding an event, and the reducer that owns all calls."""

from statistics import median
import time

import orjson

from custom_components.yeastar_linkus.yeastar.calls import CallBook
from custom_components.yeastar_linkus.yeastar.events import decode_event
from tests.bench.rows import QUICK, Row
from tests.bench.traffic import begin_call, whole_call

SUBJECT = "client"
SERIAL = "3631A2100010"
TURNS = 3 if QUICK else 40
CALLS = 5 if QUICK else 100


def test_reducer(rows: list[Row]) -> None:
    numbers = [str(1000 + n) for n in range(2000)]
    quiet, busy = CallBook(set(numbers)), CallBook(set(numbers))
    now = 1_700_000_000.0
    for number in numbers[: 10 if QUICK else 1000]:
        for body in begin_call(SERIAL, number):
            busy.apply(decode_event(body), now)
    json, decode, few, many = [], [], [], []
    for _ in range(TURNS):
        bodies = [body for n in range(CALLS) for body in whole_call(SERIAL, numbers[1000 + n])]
        marks = [time.thread_time()]
        for body in bodies:
            orjson.loads(orjson.loads(body)["msg"])
        marks.append(time.thread_time())
        events = [decode_event(body) for body in bodies]
        marks.append(time.thread_time())
        for book in (quiet, busy):
            for event in events:
                book.apply(event, now)
            marks.append(time.thread_time())
            # Calls are forgotten a minute after their end.
            book.expire(now + 61)
        now += 61
        for figures, begun, done in zip((json, decode, few, many), marks, marks[1:], strict=False):
            figures.append((done - begun) / len(bodies))
    assert not [call for call in quiet.calls.values() if call.active]
    rows += [
        Row(SUBJECT, "decoding an event / parsing its JSON", median(decode) / median(json)),
        Row(SUBJECT, "events decoded", 1 / median(decode), "/s"),
        Row(SUBJECT, "events reduced", 1 / median(few), "/s"),
        Row(
            SUBJECT,
            "reducer, cost with 1,000 calls up / none",
            median(m / f for m, f in zip(many, few, strict=True)),
            at_most=1.05,
        ),
    ]
