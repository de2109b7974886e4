"""Whatever a user can meet has its line in the documentation, by the name that the screen shows."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "custom_components" / "yeastar_linkus"
TEXTS: dict[str, Any] = json.loads((FOLDER / "translations" / "en.json").read_text(encoding="utf-8"))
BLUEPRINTS = sorted((ROOT / "blueprints").rglob("*.yaml"))


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def first_cells(text: str) -> list[str]:
    """What stands in the first column of a page's tables."""
    return [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")]


def named_in_code(text: str) -> set[str]:
    """Everything that a page sets in code letters, one word each."""
    return set(re.findall(r"`([\w.-]+)`", text))


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of its rank."""
    return re.split(r"^## ", text.split(f"\n## {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("key", TEXTS["options"]["step"]["settings"]["data"])
def test_every_option_is_documented(key: str) -> None:
    label = TEXTS["options"]["step"]["settings"]["data"][key]
    assert label in first_cells(section(page("docs/configuration.md"), "Options"))


def test_no_option_is_documented_that_is_not_there() -> None:
    rows = section(page("docs/configuration.md"), "Options").split("Example:")[0]
    labels = [cell for cell in first_cells(rows) if cell not in ("option", "---")]
    assert labels == list(dict.fromkeys(labels))
    assert set(labels) == set(TEXTS["options"]["step"]["settings"]["data"].values())


def test_every_field_of_the_setup_is_documented() -> None:
    step = TEXTS["config"]["step"]["user"]
    labels = {*step["data"].values(), *(label for one in step["sections"].values() for label in one["data"].values())}
    told = section(page("docs/configuration.md"), "Setup")
    assert {label for label in labels if label not in told} == set()


@pytest.mark.parametrize("kind", ["phone", "door_phone"])
def test_every_field_of_a_phone_is_documented(kind: str) -> None:
    told = page("docs/configuration.md" if kind == "phone" else "docs/door-phone.md")
    labels = TEXTS["config_subentries"][kind]["step"]["user"]["data"].values()
    assert {label for label in labels if label not in first_cells(told)} == set()


def entities() -> Iterator[tuple[str, str, str]]:
    for platform, ones in TEXTS["entity"].items():
        for key, text in ones.items():
            if "name" in text:
                yield platform, key, text["name"]


DOCUMENTED_ELSEWHERE = dict.fromkeys(("doorbell", "unlock"), "docs/door-phone.md")


@pytest.mark.parametrize(("platform", "key", "name"), entities())
def test_every_entity_is_documented(platform: str, key: str, name: str) -> None:
    told = page(DOCUMENTED_ELSEWHERE.get(key, "docs/entities.md"))
    assert re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told, re.IGNORECASE)


@pytest.mark.parametrize(
    ("kind", "document"),
    [("triggers", "docs/triggers.md"), ("conditions", "docs/conditions.md"), ("services", "docs/actions.md")],
)
def test_every_trigger_condition_and_action_is_documented(kind: str, document: str) -> None:
    told = named_in_code(page(document)) | named_in_code(page("docs/card.md"))
    assert {key.removeprefix("yeastar_linkus.") for key in TEXTS[kind]} - {
        name.removeprefix("yeastar_linkus.") for name in told
    } == set()


@pytest.mark.parametrize("issue", TEXTS["issues"])
def test_every_repair_issue_is_in_the_troubleshooting(issue: str) -> None:
    title = TEXTS["issues"][issue]["title"].replace("{pbx}", "…")
    assert title in first_cells(page("docs/troubleshooting.md"))


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.stem)
def test_every_blueprint_is_documented_and_explains_what_it_asks(path: Path) -> None:
    told = page("docs/blueprints.md")
    assert path.stem in named_in_code(told)
    assert f"path: yeastar_linkus/{path.name}" in told, "no example"
    blueprint = yaml.compose(path.read_text(encoding="utf-8")).value[0][1]
    content = {key.value: value for key, value in blueprint.value}
    assert content["name"].value
    assert content["description"].value
    for name, asked in content["input"].value:
        keys = {key.value for key, _ in asked.value}
        assert {"name", "description", "selector"} <= keys, name.value


def test_every_option_of_the_card_is_documented() -> None:
    source = (ROOT / "card" / "src" / "ui" / "card" / "layout.ts").read_text(encoding="utf-8")
    config = re.search(r"interface CardConfig \{(.*?)\n\}", source, re.DOTALL)
    assert config
    names = set(re.findall(r"^  (?:readonly )?(\w+)\??:", config.group(1), re.MULTILINE)) - {"type"}
    layouts = re.search(r"LAYOUTS = \[(.*?)\]", source, re.DOTALL)
    assert layouts
    wanted = names | set(re.findall(r'"(\w+)"', layouts.group(1)))
    assert len(wanted) > 8
    assert wanted - named_in_code(section(page("docs/card.md"), "Options")) == set()


def test_every_part_of_the_tests_is_named_where_newcomers_look() -> None:
    found = re.search(r"one of: ([\w ]+)", page("script/test"))
    assert found
    for document in ("README.md", "CONTRIBUTING.md"):
        assert set(found.group(1).split()) - set(re.findall(r"\w+", page(document))) == set(), document


@pytest.mark.parametrize("script", [path.name for path in sorted((ROOT / "script").iterdir()) if path.is_file()])
def test_every_script_is_told_of(script: str) -> None:
    told = "".join(page(name) for name in ("README.md", "CONTRIBUTING.md", "docs/architecture.md"))
    assert script in re.findall(r"[\w-]+", told)


ROOMS = ("custom_components/yeastar_linkus", "demo", "emulator", "tests", "card/src")


def test_the_architecture_page_names_every_room_and_no_other() -> None:
    told = page("docs/architecture.md")
    for room in ROOMS:
        for path in (ROOT / room).iterdir():
            if path.is_dir() and any(path.rglob("*.[pt][ys]")) and path.name != "__pycache__":
                assert re.search(rf"(?<![\w]){re.escape(path.name)}(?!\w)", told), path
    for named in set(re.findall(r"`((?:[a-z_]+/)+[a-z_-]+\.(?:py|ts|md|html|json))`", told)):
        bases = (ROOT, FOLDER, FOLDER / "yeastar", ROOT / "card", ROOT / "card" / "src", ROOT / "docs")
        assert any((base / named).exists() for base in bases), named
