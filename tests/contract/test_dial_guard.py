"""Whoever adds a way to dial adds the guard: every function that has the PBX ring somebody asks it first."""

import ast
from collections.abc import Iterator
from pathlib import Path

INTEGRATION = Path(__file__).parents[2] / "custom_components" / "yeastar_linkus"
# What rings a telephone: methods of the client and of the coordinator, by their last two names.
RINGS = {"client.dial", "coordinator.async_dial", "calls.transfer", "calls.consult", "calls.add_member", "calls.play_prompt",
         "control.consult", "self.async_dial"}  # fmt: skip
GUARDS = {"async_check_dial", "number_to_dial"}
# Who may without: the coordinator's own method, and what its only callers check.
CHECKED_BEFORE = {
    "coordinator.py: async_dial": {"the guard knows people, the coordinator does not"},
    "actions/dialing.py: _async_dial": {"async_dial", "async_redial"},
}


def names(node: ast.expr) -> str:
    """The last two names of what is called: ``x.client.dial()`` is ``client.dial``, ``_running(phone).async_dial`` too."""
    if isinstance(node, ast.Attribute):
        owner = node.value
        if isinstance(owner, ast.Attribute):
            return f"{owner.attr}.{node.attr}"
        if isinstance(owner, ast.Name):
            return f"{owner.id}.{node.attr}"
        return f"coordinator.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def functions() -> Iterator[tuple[str, set[str]]]:
    """Every function of the integration with what it calls."""
    for path in sorted({*INTEGRATION.rglob("*.py")} - {*(INTEGRATION / "yeastar").rglob("*.py")}):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                called = {names(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
                yield f"{path.relative_to(INTEGRATION)}: {node.name}", called


def test_who_rings_somebody_asks_the_guard() -> None:
    ringing = {name: called for name, called in functions() if called & RINGS}
    assert len(ringing) >= 8
    assert {name for name, called in ringing.items() if not called & GUARDS} == set(CHECKED_BEFORE)


def test_the_callers_of_what_does_not_ask_do() -> None:
    callers = {
        name for name, called in functions() if "_async_dial" in called and name.startswith("actions/dialing.py")
    }
    assert callers == {f"actions/dialing.py: {name}" for name in CHECKED_BEFORE["actions/dialing.py: _async_dial"]}
    assert all(called & GUARDS for name, called in functions() if name in callers)
