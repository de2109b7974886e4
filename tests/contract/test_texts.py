"""Texts, icons and descriptions agree with each other, in every language."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "custom_components" / "yeastar_linkus"
LANGUAGES = sorted(path.stem for path in (FOLDER / "translations").glob("*.json"))


def texts(language: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / "translations" / f"{language}.json").read_text(encoding="utf-8"))
    return loaded


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, f"{path}.{key}" if path else key)
    else:
        yield path, node


def described(name: str) -> dict[str, Any]:
    path = FOLDER / name
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def fields(description: dict[str, Any]) -> set[str]:
    """The fields of an action, those in sections too."""
    found: set[str] = set()
    for key, value in (description.get("fields") or {}).items():
        found |= set(value["fields"]) if "fields" in value else {key}
    return found


def test_english_and_german_are_there() -> None:
    assert {"de", "en"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_variables(language: str) -> None:
    def shape(name: str) -> dict[str, list[str]]:
        return {path: sorted(set(re.findall(r"\{(\w+)\}", text))) for path, text in leaves(texts(name))}

    assert shape(language) == shape("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_plain_and_tidy(language: str) -> None:
    for path, text in leaves(texts(language)):
        assert isinstance(text, str), path
        assert text, path
        assert text == text.strip(), path
        assert "://" not in text, path
        assert not re.search(r"<[a-z/]", text), path
        assert not re.search(r"'\{\w+\}'", text), path
        assert re.fullmatch(r"[a-z0-9_.-]+", path), path


def test_every_field_of_a_form_is_explained() -> None:
    def forms(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
        if isinstance(node, dict):
            if "data" in node:
                yield path, node
            for key, value in node.items():
                yield from forms(value, f"{path}.{key}")

    english = texts("en")
    for area in ("config", "options", "config_subentries"):
        for path, form in forms(english[area], area):
            assert set(form["data"]) == set(form.get("data_description", {})), path


@pytest.mark.parametrize(
    ("file", "area", "icon"),
    [
        ("services.yaml", "services", "service"),
        ("triggers.yaml", "triggers", "trigger"),
        ("conditions.yaml", "conditions", "condition"),
    ],
)
def test_what_is_described_has_texts_and_an_icon(file: str, area: str, icon: str) -> None:
    description = {name: value for name, value in described(file).items() if not name.startswith(".")}
    english = texts("en").get(area, {})
    icons = json.loads((FOLDER / "icons.json").read_text(encoding="utf-8")).get(area, {})
    assert set(english) == set(description)
    assert set(icons) == set(description)
    for name, value in description.items():
        assert {"name", "description"} <= set(english[name]), name
        assert set(english[name].get("fields", {})) == fields(value or {}), name
        assert icons[name][icon].startswith("mdi:"), name


def test_every_entity_has_a_text_and_an_icon() -> None:
    icons = json.loads((FOLDER / "icons.json").read_text(encoding="utf-8")).get("entity", {})
    english = texts("en")["entity"]
    assert {platform: set(keys) for platform, keys in icons.items()} == {
        platform: set(keys) for platform, keys in english.items()
    }
    for platform, keys in icons.items():
        for key, value in keys.items():
            assert set(value.get("state", {})) <= {*english[platform][key].get("state", {}), "on", "off"}


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.json")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_key_is_there_twice(path: Path) -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        assert len(keys) == len(set(keys)), sorted(key for key in set(keys) if keys.count(key) > 1)
        return dict(pairs)

    json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)
