"""The same targets under atheris (libFuzzer). It is no part of the environment that `script/setup` makes: `script/fuzz` fetches it."""

from collections.abc import Mapping
from pathlib import Path
import re
import subprocess
import sys
import tempfile

from tests.fuzz.loop import CASES, SLOW_SECONDS, cases
from tests.fuzz.mutation import MOST_BYTES
from tests.fuzz.targets import Target

LOGS = Path(__file__).parents[2] / "test-output" / "atheris"


def run(chosen: Mapping[str, Target], *, inputs: int | None, seconds: float | None, seed: int) -> int:
    """Run each target for so many inputs or seconds, in a process of its own, since libFuzzer ends the one that it runs in.

    Prints a table and returns the exit status; what libFuzzer says is kept in ``test-output/atheris``. It stops at the first
    input that fails.
    """
    status = 0
    LOGS.mkdir(parents=True, exist_ok=True)
    print(f"{'target':<10} {'inputs':>9} {'per s':>7} {'branches':>8} escaped")
    for name, target in chosen.items():
        before = {path.name for path in cases(name)}
        folder = CASES / name
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as corpus:
            for number, data in enumerate((*target.seeds(), *(path.read_bytes() for path in cases(name)))):
                (Path(corpus) / str(number)).write_bytes(data)
            options = (
                f"-max_total_time={round(seconds)}" if seconds else f"-runs={inputs}",
                f"-seed={seed + 1}",
                f"-max_len={MOST_BYTES}",
                "-len_control=0",
                "-print_final_stats=1",
                # A traced run on a busy machine is several times slower than the one that the limit is for.
                f"-timeout={round(20 * SLOW_SECONDS)}",
                f"-artifact_prefix={folder}/",
            )
            with (LOGS / f"{name}.log").open("wb") as log:
                command = [sys.executable, "-m", "tests.fuzz.atheris_target", name, *options, corpus]
                done = subprocess.run(command, check=False, stderr=log, stdout=log)
        failed = [path for path in cases(name) if path.name not in before]
        said = (LOGS / f"{name}.log").read_text("utf-8", "replace")
        ran, rate, branches = (
            _last(pattern, said) for pattern in (r"units: +(\d+)", r"per_sec: +(\d+)", r"cov: (\d+)")
        )
        print(f"{name:<10} {ran:>9,} {rate:>7,} {branches:>8,} {len(failed)}", flush=True)
        for path in failed:
            print(f"  kept as {path}")
        if done.returncode and not failed:
            print(f"  ended with {done.returncode}, see {LOGS / name}.log")
        if not any(folder.iterdir()):
            folder.rmdir()
        status = status or done.returncode
    return status


def _last(pattern: str, said: str) -> int:
    return int((re.findall(pattern, said) or ["0"])[-1])
