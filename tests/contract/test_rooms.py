"""Which room may know which: the client nothing of Home Assistant, the emulator nothing of the client."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INTEGRATION = ROOT / "custom_components" / "yeastar_linkus"
CLIENT = INTEGRATION / "yeastar"
EMULATOR = ROOT / "emulator"


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """The absolute name of everything a module imports."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join((*base, *((node.module,) if node.module else ())))


def violations(folder: Path, *forbidden: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(folder)
        for name in imports(path)
        if any(name == prefix or name.startswith(f"{prefix}.") for prefix in forbidden)
    ]


def test_there_is_something_to_look_at() -> None:
    assert len(modules(CLIENT)) > 5
    assert len(modules(EMULATOR)) > 5
    assert any("homeassistant" in name for path in modules(INTEGRATION) for name in imports(path))


def test_the_client_knows_nothing_of_home_assistant() -> None:
    assert violations(CLIENT, "homeassistant", "voluptuous", "probatio", "emulator") == []


def test_the_client_knows_nothing_of_the_integration() -> None:
    inside = "custom_components.yeastar_linkus.yeastar"
    assert [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(CLIENT)
        for name in imports(path)
        if name.startswith("custom_components") and not name.startswith(inside)
    ] == []


def test_the_emulator_shares_no_code_with_the_client() -> None:
    assert violations(EMULATOR, "custom_components", "homeassistant") == []


def test_nothing_that_is_installed_needs_the_emulator() -> None:
    assert violations(INTEGRATION, "emulator", "tests", "demo") == []


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "misc"])
def test_every_name_tells_a_room(name: str) -> None:
    assert [path for folder in (INTEGRATION, EMULATOR) for path in modules(folder) if path.stem == name] == []


def test_files_stay_readable() -> None:
    """Past 400 lines a file probably has two subjects. What is longer is listed here with its length, and only shrinks."""
    allowed = {"custom_components/yeastar_linkus/yeastar/event_kinds.py": 404}
    long = {
        str(path.relative_to(ROOT)): count
        for path in modules(INTEGRATION)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert {name: count for name, count in long.items() if count > allowed.get(name, 0)} == {}


def named(path: Path) -> Iterator[str]:
    """Every module that a module may mean by what it imports: ``from .a import b`` is ``a``, or ``a.b``."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            names = [".".join((*base, *((node.module,) if node.module else ()), alias.name)) for alias in node.names]
            yield from names
            # What is no module of its own is a name in the module before it.
            if not all(is_module(name) for name in names):
                yield names[0].rpartition(".")[0]


def is_module(name: str) -> bool:
    """Whether a name in the repository is a file or a folder."""
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def circles(folder: Path) -> dict[str, list[str]]:
    """The modules of a folder whose imports lead back to themselves, or between such, each with what it imports of them."""
    names = {
        path: ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in modules(folder)
    }
    arrows = {name: {to for to in named(path) if to in names.values() and to != name} for path, name in names.items()}
    while free := [
        name
        for name, to in arrows.items()
        if not to & arrows.keys() or not any(name in others for others in arrows.values())
    ]:
        for name in free:
            del arrows[name]
    return {name: sorted(to & arrows.keys()) for name, to in arrows.items()}


def test_imports_run_in_no_circle() -> None:
    """Not for types either: who knows whom is a direction."""
    assert circles(INTEGRATION) == {}
    # A browser, its telephone and its calls hold on to each other.
    together = {f"emulator.sip.{name}" for name in ("call", "phone", "refer", "server")}
    assert set(circles(EMULATOR)) <= together
