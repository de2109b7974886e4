"""docs/security.md names a test for every promise, and those tests exist."""

import ast
from pathlib import Path
import re

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PROMISES = PAGE.partition("## Promises")[2].partition("\n## ")[0]
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split(" | "))
    for line in PROMISES.splitlines()
    if line.startswith("| ") and not line.startswith(("| promise", "| ---"))
]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_there_are_promises() -> None:
    assert len(ROWS) > 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_every_promise_has_a_test_that_exists(row: tuple[str, ...]) -> None:
    assert len(row) == 2, "a promise and its tests"
    named = re.findall(r"`((?:tests|card)/[\w/.-]+)(?:::(\w+))?`", row[1])
    assert named
    for file, name in named:
        path = ROOT / file
        assert path.is_file(), file
        assert not name or name in names_in(path), f"{file}::{name}"
