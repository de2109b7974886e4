"""`python -m tests.fuzz.atheris_target name options…`: what runs inside libFuzzer. Imports ours only when atheris watches imports."""

from collections.abc import Sequence
from random import Random
import sys

import atheris

from tests.fuzz.mutation import MUTATE


def fuzz(name: str, options: Sequence[str]) -> None:
    """Fuzz one target until libFuzzer ends the process. Half of the changes are libFuzzer's, half know what JSON is."""
    with atheris.instrument_imports(include=["custom_components.yeastar_linkus"]):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    seeds, change = target.seeds(), MUTATE[target.kind]

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.5:
            return bytes(atheris.Mutate(data, most))
        return change(random, data, seeds)[:most]

    atheris.Setup([sys.argv[0], *options], target.run, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    fuzz(sys.argv[1], sys.argv[2:])
