"""The short form of `script/fuzz`: what once failed does not fail again, and some thousand inputs for each target."""

from collections.abc import Iterator
from contextlib import suppress
import json
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from tests.fuzz import loop
from tests.fuzz.loop import cases, fuzz, keep
from tests.fuzz.mutation import MUTATE
from tests.fuzz.reach import watched
from tests.fuzz.targets import TARGETS, Target

INPUTS = 1500

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


def kept() -> Iterator[Any]:
    for name in TARGETS:
        yield from (pytest.param(name, path, id=f"{name}-{path.name}") for path in cases(name))


@pytest.mark.parametrize(("name", "path"), kept())
def test_what_once_failed(name: str, path: Path) -> None:
    TARGETS[name].run(path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_some_thousand_inputs(name: str) -> None:
    outcome = fuzz(name, TARGETS[name], inputs=INPUTS, seconds=30, seed=1)
    assert [(data[:200], repr(error)) for data, error in outcome.failures] == []
    assert outcome.inputs > 100


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()) | st.text().map(str.encode))
def test_anything_at_all(name: str, data: bytes) -> None:
    TARGETS[name].run(data)


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from([30005, *range(30007, 30030), 30033, 30034, 30035, 30039]), body=JSON)
def test_anything_as_the_message_of_every_event(kind: int, body: Any) -> None:
    for message in (body, json.dumps(body)):
        TARGETS["event"].run(json.dumps({"type": kind, "sn": "1", "msg": message}).encode())
        TARGETS["calls"].run(json.dumps({"type": kind, "sn": "1", "msg": message}).encode())


# The loop itself


def test_an_error_that_escapes_is_found_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fragile(data: bytes) -> None:
        with suppress(ValueError):
            if json.loads(data) == []:
                raise ZeroDivisionError

    monkeypatch.setattr(loop, "CASES", tmp_path)
    target = Target(fragile, lambda: (b'{"a": [1]}', b"[1]"), "json")
    outcome = fuzz("fragile", target, inputs=2000, seconds=30, seed=0)
    ((data, error),) = outcome.failures
    assert isinstance(error, ZeroDivisionError)
    assert keep("fragile", data).read_bytes() == data
    assert [path.read_bytes() for path in cases("fragile")] == [data]


@pytest.mark.parametrize("kind", MUTATE)
def test_the_same_seed_gives_the_same_inputs(kind: str) -> None:
    def some() -> list[bytes]:
        random, seeds = Random("1"), (b'{"type": 30011, "msg": "{}"}\n{"a": [1, 2]}', b"[{}]")
        return [MUTATE[kind](random, seeds[number % 2], seeds) for number in range(300)]

    assert some() == some()
    assert len(set(some())) > 100


def test_what_is_new_is_told_once() -> None:
    with watched() as reach:
        seen = reach.seen
        TARGETS["typed"].run(b"https://pbx.example")
        first = reach.seen
        TARGETS["typed"].run(b"https://pbx.example")
        assert reach.seen == first
    assert first >= seen
