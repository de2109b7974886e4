"""The quality scale is answered with evidence that exists."""

from pathlib import Path
import re
from typing import Any

import pytest
import yaml

from tests.contract.test_package import FOLDER, ROOT, RULES

ANSWERS: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "quality_scale.yaml").read_text(encoding="utf-8"))[
    "rules"
]


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_rules_stand_in_the_order_of_the_tiers() -> None:
    assert list(ANSWERS) == " ".join(RULES.values()).split()


@pytest.mark.parametrize("rule", ANSWERS)
def test_each_answer_has_its_evidence(rule: str) -> None:
    answer = ANSWERS[rule]
    assert set(answer) == {"status", "comment"}
    for file in re.findall(r"(?:tests|docs)/[\w/.-]+\.\w+", answer["comment"]):
        assert (ROOT / file).is_file(), file
    for name in re.findall(r"(?<![\w/])(\w+\.(?:py|json))", answer["comment"]):
        assert (FOLDER / name).is_file(), name


@pytest.mark.parametrize("rule", [rule for rule in ANSWERS if rule.startswith("docs-")])
def test_what_is_documented_has_an_anchor(rule: str) -> None:
    answer = ANSWERS[rule]
    if answer["status"] == "done":
        file, anchor = answer["comment"].split("#")
        assert anchor in anchors(ROOT / file)
