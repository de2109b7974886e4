"""The rows of the table: every bench module leaves its own in test-output/bench, and the table joins them.

A module under pytest takes the fixture `rows` and adds to it; anything else calls `leave`.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
import json
import os
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "test-output" / "bench"
QUICK = bool(os.environ.get("BENCH_QUICK"))
"""Only see that everything still runs: the figures mean nothing."""


@dataclass(frozen=True)
class Row:
    """One figure: a ratio of two things measured in the same run, or an amount in `unit`.

    `at_least` and `at_most` are the target, if there is one. `detail` tells the absolute figures behind a ratio.
    """

    subject: str
    name: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    detail: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.at_least is None and self.at_most is None:
            return None
        return (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )


def leave(module: str, rows: Iterable[Row]) -> None:
    """Leave the rows of one module for the table, in place of those of its last run."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = [{**asdict(row), "met": row.met, "quick": QUICK} for row in rows]
    (FOLDER / f"{module}.json").write_text(json.dumps(found, indent=2) + "\n")
