"""Giving a Home Assistant user an extension of the PBX."""

from typing import Any

from homeassistant.config_entries import ConfigSubentryFlow, SubentryFlowResult
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import voluptuous as vol

from ..const import CONF_EXTENSION, CONF_SUPERVISOR, CONF_USER_ID, SUBENTRY_PHONE
from .extension_choice import extension_selector, is_extension


class PhoneSubentryFlow(ConfigSubentryFlow):
    """Adds and changes a phone: one user, one extension, the rights that go with it."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add a phone."""
        return await self._async_step("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change a phone."""
        return await self._async_step("reconfigure", user_input)

    async def _async_step(self, step_id: str, user_input: dict[str, Any] | None) -> SubentryFlowResult:
        entry = self._get_entry()
        changed = self._get_reconfigure_subentry() if step_id == "reconfigure" else None
        users = await self._async_users()
        errors: dict[str, str] = {}
        if user_input is not None:
            extension = user_input[CONF_EXTENSION].strip()
            user_id = user_input[CONF_USER_ID]
            unique_id = f"{user_id}_{extension}"
            if not is_extension(extension):
                errors[CONF_EXTENSION] = "invalid_extension"
            elif any(
                other.unique_id == unique_id
                for other in entry.get_subentries_of_type(SUBENTRY_PHONE)
                if changed is None or other.subentry_id != changed.subentry_id
            ):
                errors["base"] = "already_mapped"
            else:
                data = {
                    CONF_USER_ID: user_id,
                    CONF_EXTENSION: extension,
                    CONF_SUPERVISOR: user_input[CONF_SUPERVISOR],
                }
                title = f"{users.get(user_id, user_id)} · {extension}"
                if changed is None:
                    return self.async_create_entry(title=title, data=data, unique_id=unique_id)
                return self.async_update_and_abort(entry, changed, data=data, title=title, unique_id=unique_id)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                self._schema(users), user_input or (changed.data if changed else None)
            ),
            errors=errors,
        )

    async def _async_users(self) -> dict[str, str]:
        """Return the names of the people who can log in, by id."""
        return {
            user.id: user.name or user.id
            for user in await self.hass.auth.async_get_users()
            if user.is_active and not user.system_generated
        }

    def _schema(self, users: dict[str, str]) -> vol.Schema:
        return vol.Schema(
            {
                vol.Required(CONF_USER_ID): SelectSelector(
                    SelectSelectorConfig(
                        options=[SelectOptionDict(value=key, label=name) for key, name in users.items()],
                        mode=SelectSelectorMode.DROPDOWN,
                        sort=True,
                    )
                ),
                vol.Required(CONF_EXTENSION): extension_selector(self._get_entry()),
                vol.Required(CONF_SUPERVISOR, default=False): BooleanSelector(),
            }
        )
