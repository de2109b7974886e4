"""Every example in the documentation is what Home Assistant takes, about entities that exist; the actions really run."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any

from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.components.logger import CONFIG_SCHEMA as LOGGER_SCHEMA
from homeassistant.components.recorder import CONFIG_SCHEMA as RECORDER_SCHEMA
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.script import Script, async_validate_actions_config
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_mock_service
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx, past
from tests.integration.conftest import Setup, phone_data
from tests.integration.test_browser_actions import registered
from tests.integration.test_door_phone import door_data
from tests.integration.waiting import until

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "custom_components" / DOMAIN
CALLER = "+493055500005"

OURS = re.compile(r"\b(?:sensor|binary_sensor|event|select|switch|button)\.[a-z]\w+")


@dataclass(frozen=True)
class Example:
    """One YAML block of the documentation."""

    where: str
    text: str

    @property
    def content(self) -> Any:
        return parse_yaml(self.text)

    def names(self, kind: str) -> set[str]:
        """The actions, triggers or conditions of ours that it shows."""
        return set(re.findall(rf"\b{kind}: {DOMAIN}\.(\w+)", self.text))


def examples() -> list[Example]:
    found = []
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = page.read_text(encoding="utf-8")
        for block in re.finditer(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            line = text.count("\n", 0, block.start()) + 1
            found.append(Example(f"{page.name}:{line}", block.group(1)))
    return found


ALL = examples()
AUTOMATIONS = [
    one for one in ALL if isinstance(one.content, dict) and {"triggers", "conditions", "actions"} & set(one.content)
]
SEQUENCES = [one for one in ALL if isinstance(one.content, list)]
OTHERS = [one for one in ALL if one not in AUTOMATIONS and one not in SEQUENCES]


def described(name: str) -> set[str]:
    content = parse_yaml((FOLDER / name).read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return {key for key in content if not key.startswith(".")}


def where(example: Example) -> str:
    return example.where


@pytest.fixture
async def house(
    hass: HomeAssistant,
    pbx: EmulatedPbx,
    reachable: str,
    setup: Setup,
    hass_admin_user: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> str:
    """The demo's house with a past, Anna at her browser. Returns the id of Anna's phone."""
    past.fill(pbx)
    pbx.house.prompts += ("call_waiting",)
    await hass.config.async_set_time_zone("Europe/Berlin")
    for domain, action in (("persistent_notification", "create"), ("notify", "mobile_app_anna")):
        async_mock_service(hass, domain, action)
    entry = await setup(phones=[phone_data(hass_admin_user.id, "1001"), door_data()])
    return next(iter(entry.subentries))


@pytest.mark.parametrize("kind", ["action", "trigger", "condition"])
def test_everything_has_an_example(kind: str) -> None:
    file = {"action": "services.yaml", "trigger": "triggers.yaml", "condition": "conditions.yaml"}[kind]
    shown = set().union(*(one.names(kind) for one in ALL))
    assert shown == described(file)


@pytest.mark.parametrize("example", AUTOMATIONS, ids=where)
async def test_an_automation_is_valid(hass: HomeAssistant, house: str, example: Example) -> None:
    assert await async_setup_component(hass, AUTOMATION, {})
    content = example.content
    config = {"id": "example", "alias": "Example", "triggers": [], "actions": [], **content}
    validated = await async_validate_config_item(hass, "example", config)
    assert validated is not None
    assert validated.validation_error is None
    assert validated.validation_status.value == "ok"


async def test_the_entities_exist(hass: HomeAssistant, house: str) -> None:
    """Of the platforms that the integration has, examples name only what the demo's house has."""
    registry = er.async_get(hass)
    missing = {(one.where, name) for one in ALL for name in OURS.findall(one.text) if not registry.async_get(name)}
    assert missing == set()


async def nothing(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    """The example needs nothing."""


async def talking(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    """Anna talks to somebody outside."""
    await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").answer()
    await until(lambda: hass.states.is_state("sensor.anna_weber_1001", "talking"))


async def ben_rings(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    """Somebody calls Ben."""
    await pbx.call_in(CALLER, "1002")
    await until(lambda: hass.states.is_state("sensor.ben_carter_1002", "ringing"))


type Scene = Callable[[HomeAssistant, EmulatedPbx], Awaitable[None]]
IN_A_CALL = [
    "hold",
    "mute",
    "transfer",
    "attended_transfer",
    "park",
    "add_member",
    "start_recording",
    "monitor",
    "hang_up",
    "show_phone",
]
SCENES: dict[str, Scene] = {**dict.fromkeys(IN_A_CALL, talking), "pick_up": ben_rings}

# Answered by the house as it is: no browser rings.
REFUSED = {"show_phone": "no_fitting_call"}


def first_action(example: Example) -> str:
    found = re.search(rf"action: {DOMAIN}\.(\w+)", example.text)
    assert found, f"{example.where} shows no action of ours"
    return found.group(1)


@pytest.mark.parametrize("example", SEQUENCES, ids=where)
async def test_a_sequence_runs(
    hass: HomeAssistant, pbx: EmulatedPbx, house: str, hass_ws_client: WebSocketGenerator, example: Example
) -> None:
    sequence = await async_validate_actions_config(hass, cv.SCRIPT_SCHEMA(example.content))
    action = first_action(example)
    await SCENES.get(action, nothing)(hass, pbx)
    if action == "show_phone":
        await registered(await hass_ws_client(hass), house)
    done = len(pbx.books.requests)
    script = Script(hass, sequence, "Example", DOMAIN)
    if refusal := REFUSED.get(action):
        with pytest.raises(ServiceValidationError) as caught:
            await script.async_run(context=Context())
        assert caught.value.translation_key == refusal
        return
    await script.async_run(context=Context())
    assert len(pbx.books.requests) > done


CHECKS: dict[str, Callable[[Any], Any]] = {"logger": LOGGER_SCHEMA, "recorder": RECORDER_SCHEMA}


@pytest.mark.parametrize("example", OTHERS, ids=where)
def test_what_else_is_shown_is_known(example: Example) -> None:
    """Settings of Home Assistant, sentences, dashboards: nothing else is in the documentation."""
    content = example.content
    if "intents" in content:
        texts = (FOLDER / "intent.py").read_text(encoding="utf-8")
        assert {name for name in content["intents"] if f'"{name}"' not in texts} == set()
    elif {"type", "sections"} <= set(content):
        cards = [card for section in content["sections"] for card in section["cards"]]
        assert any(card["type"].startswith("custom:yeastar-linkus") for card in cards)
    elif set(content) & set(CHECKS):
        for key in content:
            CHECKS[key](content)
    else:
        tap = content.get("tap_action", {})
        ours = str(content["type"]).startswith("custom:yeastar-linkus") or DOMAIN in tap
        assert ours, "an example of a kind that no test knows"
