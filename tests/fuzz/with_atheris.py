"""The same targets under atheris (libFuzzer), for who has it: it is no part of the environment that `script/setup` makes."""

from collections.abc import Mapping
from pathlib import Path
import subprocess
import sys
import tempfile

from tests.fuzz.loop import CASES, cases
from tests.fuzz.targets import TARGETS, Target

_CHILD = """
import sys
import atheris
with atheris.instrument_imports(include=["custom_components.yeastar_linkus"]):
    from tests.fuzz.targets import TARGETS
atheris.Setup(sys.argv, TARGETS[{name!r}].run)
atheris.Fuzz()
"""


def run(chosen: Mapping[str, Target], *, inputs: int | None, seconds: float | None, seed: int) -> int:
    """Run each target in a process of its own, since libFuzzer ends the one that it runs in. Returns the exit status."""
    status = 0
    for name in chosen:
        folder = CASES / name
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as corpus:
            for number, data in enumerate((*TARGETS[name].seeds(), *(path.read_bytes() for path in cases(name)))):
                (Path(corpus) / str(number)).write_bytes(data)
            limit = f"-max_total_time={round(seconds / len(chosen))}" if seconds else f"-runs={inputs}"
            options = [limit, f"-seed={seed + 1}", "-max_len=20000", "-timeout=5", f"-artifact_prefix={folder}/"]
            code = _CHILD.format(name=name)
            done = subprocess.run([sys.executable, "-c", code, *options, corpus], check=False)
        if not any(folder.iterdir()):
            folder.rmdir()
        status = status or done.returncode
    return status
