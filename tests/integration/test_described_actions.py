"""What services.yaml tells the editor about an action is what its schema takes."""

from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import voluptuous as vol
import yaml

import custom_components.yeastar_linkus as integration
from custom_components.yeastar_linkus.const import DOMAIN


def keys(schema: Any) -> dict[str, bool]:
    """The fields of a schema, and whether each is required."""
    if isinstance(schema, vol.All):
        found: dict[str, bool] = {}
        for part in schema.validators:
            found |= keys(part)
        return found
    if not isinstance(schema, vol.Schema) or not isinstance(schema.schema, dict):
        return {}
    return {str(key): isinstance(key, vol.Required) for key in schema.schema}


async def test_every_action_takes_what_its_description_says(hass: HomeAssistant, socket_enabled: None) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    described = yaml.safe_load((Path(integration.__file__).parent / "services.yaml").read_text(encoding="utf-8"))
    actions = hass.services.async_services_for_domain(DOMAIN)
    assert set(actions) == set(described)
    for name, action in actions.items():
        fields: dict[str, Any] = {}
        for key, value in (described[name].get("fields") or {}).items():
            fields |= value.get("fields", {key: value})
        taken = keys(action.schema)
        # What a target brings is no field.
        for key in ("entity_id", "area_id", "floor_id", "label_id") + (
            ("device_id",) if "target" in described[name] else ()
        ):
            taken.pop(key, None)
        assert set(fields) == set(taken), name
        assert {key for key, value in fields.items() if value.get("required")} == {k for k, r in taken.items() if r}, (
            name
        )
        assert all("selector" in value for value in fields.values()), name
