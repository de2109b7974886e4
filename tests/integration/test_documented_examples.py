"""Every example in the documentation is what Home Assistant takes, about entities that exist; the actions really run."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
import re
import shutil
from typing import Any

from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.components.automation.const import DOMAIN as AUTOMATION
from homeassistant.components.logger import CONFIG_SCHEMA as LOGGER_SCHEMA
from homeassistant.components.recorder import CONFIG_SCHEMA as RECORDER_SCHEMA
from homeassistant.components.script import DOMAIN as SCRIPT
from homeassistant.core import Context, HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse
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
BLUEPRINTS = [one for one in ALL if isinstance(one.content, dict) and "use_blueprint" in one.content]
OTHERS = [one for one in ALL if one not in AUTOMATIONS and one not in SEQUENCES and one not in BLUEPRINTS]


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


async def test_every_entity_has_an_example(hass: HomeAssistant, house: str) -> None:
    """Of each kind of entity that the demo's house has, some example names one."""
    shown = {name for one in ALL for name in OURS.findall(one.text)}
    registry = er.async_get(hass).entities
    kinds = {(one.domain, one.translation_key or one.original_device_class) for one in registry.values()}
    with_example = {
        (one.domain, one.translation_key or one.original_device_class)
        for one in registry.values()
        if one.platform == DOMAIN and one.entity_id in shown
    }
    assert len(kinds) > 30
    assert kinds - with_example == set()


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


async def anna_misses(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    """Somebody calls Anna and gives up."""
    await pbx.call_in(CALLER, "1001")
    await pbx.desk("1001").wait("ringing")
    await pbx.outside(CALLER).hang_up()


async def reception_rings(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    """Somebody from Berlin calls the reception."""
    await pbx.call_in(CALLER, "1004")


async def the_door_rings(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    """Somebody presses the door phone's button."""
    await pbx.desk("1010").dial("1001")


async def five_o_clock(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    """The end of work."""
    await hass.services.async_call(
        AUTOMATION, "trigger", {"entity_id": "automation.example", "skip_condition": True}, blocking=True
    )


async def the_alarm(hass: HomeAssistant, pbx: EmulatedPbx) -> None:
    """Something starts the script."""
    await hass.services.async_call(SCRIPT, "example", blocking=False)


# What happens in the house, and what the blueprint's example then does.
BLUEPRINT_SCENES: dict[str, tuple[Scene, str]] = {
    "pause_media_during_calls": (talking, "media_player.media_pause"),
    "flash_lights_on_call": (reception_rings, "light.toggle"),
    "missed_call_notification": (anna_misses, "notify.mobile_app_anna"),
    "doorbell": (the_door_rings, "notify.mobile_app_anna"),
    "after_hours_presence": (five_o_clock, "select.select_option"),
    "alarm_call_chain": (the_alarm, f"{DOMAIN}.dial"),
}


@pytest.mark.parametrize("example", BLUEPRINTS, ids=where)
async def test_a_blueprint_works_as_shown(
    hass: HomeAssistant, pbx: EmulatedPbx, house: str, tmp_path: Path, example: Example
) -> None:
    hass.config.config_dir = str(tmp_path / "config")
    shutil.copytree(ROOT / "blueprints", Path(hass.config.config_dir) / "blueprints")
    for player in ("kitchen", "bath"):
        hass.states.async_set(f"media_player.{player}", "playing")
    assert await async_setup_component(hass, "scene", {})
    name = Path(example.content["use_blueprint"]["path"]).stem
    domain = SCRIPT if name == "alarm_call_chain" else AUTOMATION
    config = {**example.content, "alias": "example"}
    assert await async_setup_component(
        hass, domain, {domain: [config] if domain == AUTOMATION else {"example": config}}
    )
    await hass.async_block_till_done()
    scene, action = BLUEPRINT_SCENES[name]
    done: list[ServiceCall] = []

    async def keep(call: ServiceCall) -> None:
        done.append(call)

    async def dial(call: ServiceCall) -> ServiceResponse:
        done.append(call)
        return {"call_id": "1", "outcome": "answered"}

    if action == f"{DOMAIN}.dial":
        hass.services.async_register(DOMAIN, "dial", dial, supports_response=SupportsResponse.OPTIONAL)
    else:
        hass.services.async_register(*action.split("."), keep)
    await scene(hass, pbx)
    await until(lambda: done)
    await hass.services.async_call(domain, "turn_off", {"entity_id": f"{domain}.example"}, blocking=True)


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
        assert any(card["type"].startswith("custom:yeastar-linkus") or "entity" in card for card in cards)
    elif set(content) & set(CHECKS):
        for key in content:
            CHECKS[key](content)
    else:
        tap = content.get("tap_action", {})
        ours = str(content["type"]).startswith("custom:yeastar-linkus") or DOMAIN in tap
        assert ours, "an example of a kind that no test knows"
