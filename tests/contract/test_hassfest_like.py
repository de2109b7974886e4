"""What Home Assistant's own validator demands of a custom integration, as far as its documentation says.

The validator is no part of the Home Assistant package, so this is our reading of its rules and not its code.
"""

from collections.abc import Iterator
import json
import re
from typing import Any

from homeassistant.const import Platform
import pytest
import voluptuous as vol
import yaml

from tests.contract.test_package import FOLDER, MANIFEST

REQUIRED = {"domain", "name", "codeowners", "documentation", "version"}
KNOWN = REQUIRED | {
    "after_dependencies", "bluetooth", "config_flow", "dependencies", "dhcp", "disabled", "homekit", "import_executor",
    "integration_type", "iot_class", "issue_tracker", "loggers", "mqtt", "preview_features", "quality_scale",
    "requirements", "single_config_entry", "ssdp", "usb", "zeroconf",
}  # fmt: skip
LANGUAGES = sorted((FOLDER / "translations").glob("*.json"))
TEXT_AREAS = {
    "title", "common", "config", "config_subentries", "options", "selector", "device", "device_automation", "entity",
    "entity_component", "exceptions", "issues", "services", "system_health", "triggers", "conditions",
    "preview_features", "config_panel", "application_credentials", "conversation",
}  # fmt: skip
SLUG = re.compile(r"(?!.*__)[a-z0-9][a-z0-9_]*[a-z0-9]|[a-z0-9]")


def leaves(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from leaves(value, (*path, key))
    else:
        yield path, node


def loaded(name: str) -> dict[str, Any]:
    path = FOLDER / name
    text = path.read_text(encoding="utf-8") if path.exists() else "{}"
    found: dict[str, Any] = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    return found


def test_the_manifest_has_what_it_must_and_nothing_unknown() -> None:
    assert set(MANIFEST) >= REQUIRED
    assert set(MANIFEST) <= KNOWN
    assert list(MANIFEST) == ["domain", "name", *sorted(set(MANIFEST) - {"domain", "name"})]
    assert MANIFEST["integration_type"] in {"device", "hub", "service", "helper", "entity", "virtual", "system"}
    assert MANIFEST["iot_class"] in {
        "assumed_state",
        "calculated",
        "cloud_polling",
        "cloud_push",
        "local_polling",
        "local_push",
    }
    assert all(owner.startswith("@") for owner in MANIFEST["codeowners"])
    for key in ("documentation", "issue_tracker"):
        vol.Url()(MANIFEST[key])
        assert MANIFEST[key].startswith("https://")
    for key in ("dependencies", "after_dependencies"):
        assert MANIFEST[key] == sorted(MANIFEST[key])
    assert not set(MANIFEST["dependencies"]) & set(MANIFEST["after_dependencies"])


def test_what_the_code_imports_of_other_integrations_is_a_dependency() -> None:
    declared = {*MANIFEST["dependencies"], *MANIFEST["after_dependencies"]}
    # Entity platforms, and what every Home Assistant has or calls by itself.
    free = {platform.value for platform in Platform} | {
        "automation", "diagnostics", "homeassistant", "logbook", "media_source", "repairs", "script", "system_health",
    }  # fmt: skip
    used = set()
    for file in FOLDER.rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        used |= set(re.findall(r"^\s*from homeassistant\.components\.(\w+)", source, re.MULTILINE))
        for names in re.findall(r"^\s*from homeassistant\.components import \(?([\w\s,]+?)\)?$", source, re.MULTILINE):
            used |= {name.split()[0] for name in names.split(",") if name.strip()}
    assert used - free <= declared


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_texts_obey_the_rules(path: Any) -> None:
    texts = json.loads(path.read_text(encoding="utf-8"))
    assert set(texts) <= TEXT_AREAS
    for where, text in leaves(texts):
        assert not re.search(r"<[^>]+>", text), where
        assert not re.search(r"https?://|www\.", text), where
        assert not re.search(r"'\{[^}]*\}'", text), where
        assert text == text.strip(), where
        for placeholder in re.findall(r"\{([^}]*)\}", text):
            assert placeholder.isidentifier(), where
        for key in where:
            assert SLUG.fullmatch(key.replace("-", "_")), where
        if where[0] == "issues":
            assert where[2] in {"title", "description", "fix_flow"}, where
    for key, issue in texts["issues"].items():
        assert ("description" in issue) is not ("fix_flow" in issue), key


def test_an_issue_is_told_the_same_way_wherever_it_is_made() -> None:
    """A fixable issue has a flow, another one a description; both have a title."""
    for key, issue in loaded("translations/en.json")["issues"].items():
        assert issue["title"], key
        if "fix_flow" in issue:
            assert set(issue["fix_flow"]["step"]["confirm"]) == {"title", "description"}, key


def test_icons_are_of_the_material_design_set() -> None:
    for where, icon in leaves(loaded("icons.json")):
        assert re.fullmatch(r"mdi:[a-z0-9-]+", icon), where


@pytest.mark.parametrize("file", ["services.yaml", "triggers.yaml", "conditions.yaml"])
def test_descriptions_hold_no_texts(file: str) -> None:
    """Names and descriptions belong to the translations."""
    for name, description in loaded(file).items():
        if name.startswith("."):
            continue
        assert SLUG.fullmatch(name), name
        assert set(description or {}) <= {"fields", "target"}, name
        for field in ((description or {}).get("fields") or {}).values():
            assert set(field) <= {
                "required",
                "default",
                "example",
                "selector",
                "fields",
                "collapsed",
                "advanced",
                "filter",
                "context",
            }, name
