"""Telling which extension is a door phone, which camera looks at it and what opens the door."""

import re
from typing import Any

from homeassistant.components.camera import DOMAIN as CAMERA_DOMAIN
from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.const import CONF_NAME
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.selector import (
    ActionSelector,
    EntitySelector,
    EntitySelectorConfig,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..const import CONF_CAMERA, CONF_EXTENSION, CONF_UNLOCK_ACTIONS, CONF_UNLOCK_DIGITS, SUBENTRY_DOOR_PHONE
from ..door_phone import async_check_actions
from .extension_choice import extension_selector, is_extension

_DIGITS = re.compile(r"[0-9*#]{1,16}")


class DoorPhoneSubentryFlow(ConfigSubentryFlow):
    """Adds and changes a door phone."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add a door phone."""
        return await self._async_step("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change a door phone."""
        return await self._async_step("reconfigure", user_input)

    async def _async_step(self, step_id: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        entry = self._get_entry()
        changed = self._get_reconfigure_subentry() if step_id == "reconfigure" else None
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._async_errors(user_input, changed.subentry_id if changed else None)
            if not errors:
                title = user_input[CONF_NAME].strip()
                data = {key: value for key, value in user_input.items() if key != CONF_NAME and value}
                unique_id = f"{SUBENTRY_DOOR_PHONE}_{data[CONF_EXTENSION]}"
                if changed is None:
                    return self.async_create_entry(title=title, data=data, unique_id=unique_id)
                result = self.async_update_and_abort(entry, changed, data=data, title=title, unique_id=unique_id)
                # Entities read their door once.
                self.hass.config_entries.async_schedule_reload(entry.entry_id)
                return result
        current = {CONF_NAME: changed.title, **changed.data} if changed else None
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(self._schema(), user_input or current),
            errors=errors,
        )

    async def _async_errors(self, user_input: dict[str, Any], own_id: str | None) -> dict[str, str]:
        errors: dict[str, str] = {}
        extension = user_input[CONF_EXTENSION] = user_input[CONF_EXTENSION].strip()
        if not is_extension(extension):
            errors[CONF_EXTENSION] = "invalid_extension"
        elif any(
            other.data[CONF_EXTENSION] == extension and other.subentry_id != own_id
            for other in self._get_entry().get_subentries_of_type(SUBENTRY_DOOR_PHONE)
        ):
            errors[CONF_EXTENSION] = "already_a_door"
        if (digits := user_input.get(CONF_UNLOCK_DIGITS)) and not _DIGITS.fullmatch(digits):
            errors[CONF_UNLOCK_DIGITS] = "invalid_digits"
        if actions := user_input.get(CONF_UNLOCK_ACTIONS):
            try:
                await async_check_actions(self.hass, actions)
            except vol.Invalid, HomeAssistantError:
                errors[CONF_UNLOCK_ACTIONS] = "invalid_actions"
        return errors

    def _schema(self) -> vol.Schema:
        return vol.Schema(
            {
                vol.Required(CONF_NAME): TextSelector(),
                vol.Required(CONF_EXTENSION): extension_selector(self._get_entry()),
                vol.Optional(CONF_CAMERA): EntitySelector(EntitySelectorConfig(domain=CAMERA_DOMAIN)),
                vol.Optional(CONF_UNLOCK_ACTIONS): ActionSelector(),
                vol.Optional(CONF_UNLOCK_DIGITS): TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD)),
            }
        )
