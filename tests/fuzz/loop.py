"""The loop: takes an input, changes it, runs the target, keeps what reached something new, and what failed."""

from dataclasses import dataclass, field
import hashlib
from pathlib import Path
from random import Random
import time

from tests.fuzz.mutation import MUTATE
from tests.fuzz.reach import watched
from tests.fuzz.targets import Target

CASES = Path(__file__).parent / "cases"
# An input that takes longer is a way to keep Home Assistant busy.
SLOW_SECONDS = 1.0


@dataclass
class Outcome:
    """What a run came to. `failures` are inputs with the error that escaped."""

    inputs: int = 0
    seconds: float = 0.0
    corpus: int = 0
    branches: int = 0
    slowest: float = 0.0
    failures: list[tuple[bytes, BaseException]] = field(default_factory=list)


def cases(name: str) -> list[Path]:
    """The inputs that once failed."""
    folder = CASES / name
    return sorted(folder.iterdir()) if folder.is_dir() else []


def fuzz(name: str, target: Target, *, inputs: int, seconds: float, seed: int) -> Outcome:
    """Run a target for so many inputs or seconds, whichever ends first. The same seed gives the same inputs."""
    random = Random(f"{seed} {name}")
    corpus = [*target.seeds(), *(path.read_bytes() for path in cases(name))]
    mutate, outcome, kinds = MUTATE[target.kind], Outcome(), set[str]()
    queue = list(reversed(corpus))
    started = time.perf_counter()
    with watched() as reach:
        while outcome.inputs < inputs and (before := time.perf_counter()) - started < seconds:
            data = queue.pop() if queue else mutate(random, random.choice(corpus), corpus)
            seen = reach.seen
            before = time.perf_counter()
            try:
                target.run(data)
            except Exception as error:  # noqa: BLE001 (any that escapes is what is looked for)
                where = _where(error)
                if where not in kinds:
                    kinds.add(where)
                    outcome.failures.append((data, error))
            outcome.slowest = max(outcome.slowest, time.perf_counter() - before)
            outcome.inputs += 1
            if reach.seen > seen and data not in corpus:
                corpus.append(data)
    outcome.seconds = time.perf_counter() - started
    outcome.corpus, outcome.branches = len(corpus), reach.seen
    return outcome


def keep(name: str, data: bytes) -> Path:
    """Write an input that failed where tests find it."""
    path = CASES / name / hashlib.sha256(data).hexdigest()[:12]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    line = trace.tb_lineno if trace is not None else 0
    return f"{type(error).__name__} {trace.tb_frame.f_code.co_filename if trace is not None else ''}:{line}"
