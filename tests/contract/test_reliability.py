"""docs/reliability.md tells of faults that are tried: every row names tests that exist, and every such test has a row."""

import ast
from pathlib import Path
import re

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
TEST = re.compile(r"`(tests/[a-z0-9_/]+\.py)::(test_\w+)`")
FAULTS = ROOT / "tests" / "integration" / "faults"


def cases_of(path: Path) -> set[str]:
    """The names of a file's tests."""
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def rows() -> list[str]:
    """The rows of the tables of faults."""
    return [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith(("| fault", "| ---"))]


def test_every_row_names_tests_that_exist() -> None:
    assert len(rows()) > 30
    for row in rows():
        named = TEST.findall(row)
        assert named, row
        for file, test in named:
            assert (ROOT / file).is_file(), file
            assert test in cases_of(ROOT / file), f"{file}::{test}"


def test_every_fault_that_is_tried_has_a_row() -> None:
    told = {test for _, test in TEST.findall(PAGE)}
    tried = {test for path in FAULTS.glob("test_*.py") for test in cases_of(path)}
    assert tried - told == {"test_every_event_has_a_sample"}
