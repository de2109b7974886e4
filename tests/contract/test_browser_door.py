"""The browser door in three places: the integration's commands, the page in docs/, the card's TypeScript."""

from pathlib import Path
import re
from typing import Any

import pytest
import voluptuous as vol

from custom_components.yeastar_linkus import websocket_api
from custom_components.yeastar_linkus.browser import door as browser_door, people_commands as websocket_people
from custom_components.yeastar_linkus.browser.call import browser_call
from custom_components.yeastar_linkus.browser.call_quality import QUALITY, SIDES, CallQuality
from custom_components.yeastar_linkus.browser.softphone import REACH_STATES
from custom_components.yeastar_linkus.const import METHODS
from custom_components.yeastar_linkus.yeastar.call_model import Call, CallState, Direction

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CARD = (ROOT / "card" / "src" / "ha" / "door.ts").read_text(encoding="utf-8")
PEOPLE = (ROOT / "card" / "src" / "ha" / "people.ts").read_text(encoding="utf-8")
DOOR = {**vars(browser_door), **vars(websocket_api), **vars(websocket_people)}


def commands() -> dict[str, set[str]]:
    """Name and fields of every command that the integration registers."""
    found: dict[str, set[str]] = {}
    for handler in DOOR.values():
        name = getattr(handler, "_ws_command", None)
        if isinstance(name, str) and name.startswith("yeastar_linkus/"):
            schema: Any = handler._ws_schema
            fields = schema.schema if isinstance(schema, vol.Schema) else {}
            found[name.removeprefix("yeastar_linkus/")] = {str(key) for key in fields} - {"id", "type"}
    return found


def documented() -> dict[str, set[str]]:
    """Name and fields of every command in the page's table."""
    section = DOCS.partition("### The browser door")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| `([a-z_/]+)(?: \{([^}]*)\})?` \|", section, re.MULTILINE)
    return {name: {field.strip() for field in fields.split(",") if field.strip()} for name, fields in rows}


def used_by_card() -> set[str]:
    return (
        set(re.findall(r'send(?:<[^>]*>)?\(\s*hass,\s*"([a-z_/]+)"', CARD))
        | set(re.findall(r'"yeastar_linkus/([a-z_/]+)"', CARD))
        | set(re.findall(r'"((?:people|journal|mailbox|phone)/[a-z_]+)"', PEOPLE))
    )


def interface(name: str) -> set[str]:
    """The members of a TypeScript interface in the card's door, not those of objects inside it."""
    body = re.search(rf"interface {name} \{{\n(.*?)\n\}}", CARD, re.DOTALL)
    assert body is not None, name
    return set(re.findall(r"^  (?:readonly )?(\w+)\??:", body.group(1), re.MULTILINE))


def test_every_command_is_documented_with_its_fields() -> None:
    assert len(commands()) >= 8
    assert documented() == commands()


def test_the_card_uses_commands_that_exist() -> None:
    assert used_by_card()
    assert used_by_card() <= commands().keys()


@pytest.mark.parametrize("call", [Call("1", Direction.IN, CallState.RINGING, (), "", "", 0.0)])
def test_calls_have_the_members_that_the_card_reads_and_the_page_lists(call: Call) -> None:
    listed = re.search(r"`Call` in the browser door: `\{(.*)\}`", DOCS)
    assert listed is not None
    members = set(browser_call(call, "1001"))
    assert interface("DoorCall") <= members
    assert {member.partition(":")[0].strip() for member in listed.group(1).split(",")} == members


def test_call_states_and_directions_are_those_of_the_card() -> None:
    states = {state.value for state in CallState} - {"idle"}
    assert states == set(re.findall(r'"(\w+)"', re.search(r"readonly state: (\"ringing\".*);", CARD).group(1)))  # type: ignore[union-attr]
    directions = re.search(r"readonly direction: (.*);", CARD)
    assert directions is not None
    assert {direction.value for direction in Direction} == set(re.findall(r'"(\w+)"', directions.group(1)))


def test_reach_states_and_methods_are_those_of_the_card() -> None:
    reach = re.search(r"type BrowserState = (.*);", CARD)
    methods = re.search(r"readonly default_method: (.*);", CARD)
    assert reach is not None
    assert methods is not None
    assert set(re.findall(r'"(\w+)"', reach.group(1))) == set(REACH_STATES)
    assert set(re.findall(r'"(\w+)"', methods.group(1))) == set(METHODS)


def test_a_calls_quality_has_the_members_of_the_card_and_of_the_page() -> None:
    members = {str(key) for key in QUALITY.schema}
    assert interface("DoorQuality") == members == set(CallQuality.__annotations__)
    assert re.search(r"readonly side: (.*) \| null;", CARD).group(1) == " | ".join(f'"{side}"' for side in SIDES)  # type: ignore[union-attr]
    listed = re.search(r"`quality` is `\{(.*?)\}`", DOCS)
    assert listed is not None
    assert {member.partition(":")[0].strip() for member in listed.group(1).split(",")} == members


def test_error_codes_are_documented() -> None:
    listed = set(re.findall(r"`(\w+)`", DOCS.partition("codes `not_found`")[2].partition("\n")[0])) | {"not_found"}
    used = {value for name, value in DOOR.items() if name.startswith("ERR_")}
    assert used <= listed
