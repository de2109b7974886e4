"""Real automations: a call of the emulated PBX goes in, the action's data come out."""

from typing import Any

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from custom_components.yeastar_linkus.const import DOMAIN
from tests.integration.conftest import SERIAL


def device_id(hass: HomeAssistant, entry: MockConfigEntry, suffix: str = "") -> str:
    """The device of the PBX, or of the extension with that id (`_ext_21`)."""
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{SERIAL}{suffix}"), entry.entry_id)
    assert device is not None
    return device.id


async def automate(
    hass: HomeAssistant,
    trigger: str,
    target: dict[str, Any],
    conditions: list[dict[str, Any]] | None = None,
    **options: Any,
) -> list[ServiceCall]:
    """Set up an automation with our trigger. Returns the list of what it did, each with the trigger's variables."""
    done = async_mock_service(hass, "test", "automation")
    automation: dict[str, Any] = {
        "id": "ours",
        "alias": "ours",
        "triggers": {"trigger": f"{DOMAIN}.{trigger}", "target": target, "options": options},
        "conditions": conditions or [],
        "actions": {"action": "test.automation", "data": {"facts": "{{ trigger }}"}},
    }
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: [automation]})
    await hass.async_block_till_done()
    assert hass.states.get("automation.ours").state == "on"
    return done


def facts(call: ServiceCall) -> dict[str, Any]:
    """What the trigger told an action, without what Home Assistant adds."""
    told: dict[str, Any] = call.data["facts"]
    return {key: value for key, value in told.items() if key not in {"id", "idx", "alias", "platform"}}
