"""What HACS and Home Assistant read about the integration is there and true."""

import json
from pathlib import Path
import re
import struct

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "custom_components" / "yeastar_linkus"
MANIFEST = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))

RULES = {
    "bronze": """action-setup appropriate-polling brands common-modules config-flow-test-coverage config-flow
        dependency-transparency docs-actions docs-conditions docs-high-level-description docs-installation-instructions
        docs-removal-instructions docs-triggers entity-event-setup entity-unique-id has-entity-name runtime-data
        test-before-configure test-before-setup unique-config-entry""",
    "silver": """action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters
        entity-unavailable integration-owner log-when-unavailable parallel-updates reauthentication-flow test-coverage""",
    "gold": """devices diagnostics discovery discovery-update-info docs-data-update docs-examples
        docs-known-limitations docs-supported-devices docs-supported-functions docs-troubleshooting docs-use-cases
        dynamic-devices entity-category entity-device-class entity-disabled-by-default entity-translations
        exception-translations icon-translations reconfiguration-flow repair-issues stale-devices""",
    "platinum": "async-dependency inject-websession strict-typing",
}


def test_the_manifest_is_complete_and_in_order() -> None:
    keys = list(MANIFEST)
    assert keys[:2] == ["domain", "name"]
    assert keys[2:] == sorted(keys[2:])
    assert {"codeowners", "documentation", "issue_tracker", "version"} <= set(keys)
    assert MANIFEST["domain"] == FOLDER.name
    assert re.fullmatch(r"\d+\.\d+\.\d+", MANIFEST["version"])


def test_the_version_is_one() -> None:
    card = json.loads((ROOT / "card" / "package.json").read_text(encoding="utf-8"))
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert card["version"] == MANIFEST["version"]
    assert f'version = "{MANIFEST["version"]}"' in project


def test_requirements_are_pinned_to_what_the_tests_run_on() -> None:
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for requirement in MANIFEST["requirements"]:
        assert re.fullmatch(r"[a-z0-9-]+==[0-9.]+", requirement)
        assert f"\n{requirement} " in locked


def test_hacs_gets_what_it_allows() -> None:
    hacs = json.loads((ROOT / "hacs.json").read_text(encoding="utf-8"))
    allowed = {
        "name", "content_in_root", "country", "filename", "hacs", "hide_default_branch", "homeassistant",
        "persistent_directory", "render_readme", "zip_release",
    }  # fmt: skip
    assert set(hacs) <= allowed
    assert hacs["name"] == MANIFEST["name"]
    assert hacs["homeassistant"] == "2026.10.0"


def test_every_rule_of_the_quality_scale_is_answered() -> None:
    answers = yaml.safe_load((FOLDER / "quality_scale.yaml").read_text(encoding="utf-8"))["rules"]
    assert set(answers) == set(" ".join(RULES.values()).split())
    assert len(answers) == 54
    for rule, answer in answers.items():
        status = answer if isinstance(answer, str) else answer["status"]
        assert status in {"done", "todo", "exempt"}, rule
        if status == "exempt":
            assert len(answer["comment"]) > 20, rule


def test_every_platform_says_how_many_updates_run_at_once() -> None:
    platforms = [path for path in FOLDER.glob("*.py") if "AddConfigEntryEntitiesCallback" in path.read_text()]
    for path in platforms:
        source = path.read_text(encoding="utf-8")
        if "async def async_setup_entry(" in source:
            assert re.search(r"^PARALLEL_UPDATES = \d$", source, re.MULTILINE), path.name


def test_the_icon_is_square_and_sharp() -> None:
    for name, size in (("icon.png", 256), ("icon@2x.png", 512)):
        head = (FOLDER / "brand" / name).read_bytes()[:24]
        assert struct.unpack(">II", head[16:24]) == (size, size)
