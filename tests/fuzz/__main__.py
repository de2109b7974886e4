"""`python -m tests.fuzz 1000000`, `python -m tests.fuzz 60s`: all targets in turn. `script/fuzz` calls it."""

import argparse
import sys
import traceback

from tests.fuzz.loop import fuzz, keep
from tests.fuzz.targets import TARGETS


def main() -> int:
    """Run, print a table, keep what failed. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="script/fuzz", description=__doc__)
    parser.add_argument("amount", nargs="?", default="60s", help="inputs in all, or seconds in all with an s behind")
    parser.add_argument("--target", choices=TARGETS, action="append", help="only this one; may be given several times")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other inputs")
    parser.add_argument("--engine", choices=("mutation", "atheris"), default="mutation")
    given = parser.parse_args()
    chosen = {name: TARGETS[name] for name in given.target or TARGETS}
    timed = given.amount.endswith("s")
    share = float(given.amount.removesuffix("s")) / len(chosen)
    inputs, seconds = (sys.maxsize, share) if timed else (-(-int(share * len(chosen)) // len(chosen)), float("inf"))
    if given.engine == "atheris":
        from tests.fuzz.with_atheris import run

        return run(chosen, inputs=None if timed else inputs, seconds=seconds if timed else None, seed=given.seed)
    failed = total = 0
    print(
        f"{'target':<10} {'inputs':>9} {'seconds':>8} {'per s':>7} {'kept':>5} {'branches':>8} {'slowest ms':>10} escaped"
    )
    for name, target in chosen.items():
        outcome = fuzz(name, target, inputs=inputs, seconds=seconds, seed=given.seed)
        total += outcome.inputs
        failed += len(outcome.failures)
        print(
            f"{name:<10} {outcome.inputs:>9,} {outcome.seconds:>8.1f} {outcome.inputs / outcome.seconds:>7,.0f}"
            f" {outcome.corpus:>5} {outcome.branches:>8} {outcome.slowest * 1000:>10.1f} {len(outcome.failures)}",
            flush=True,
        )
        for data, error in outcome.failures:
            print(f"  kept as {keep(name, data)}")
            traceback.print_exception(error, limit=-4)
    print(f"{total:,} inputs, {failed} errors that escaped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
