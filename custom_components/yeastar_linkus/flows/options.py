"""What of a PBX becomes devices, how calling works, how events come, and which SDK file browsers load."""

from collections.abc import Callable
import re
from typing import Any

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    BooleanSelector,
    FileSelector,
    FileSelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..browser.sdk import SIZE_LIMIT, sha256_of
from ..const import (
    CONF_ALLOW_NUMBERS,
    CONF_ASSIST_DIALING,
    CONF_BROWSER_CALLING,
    CONF_BROWSER_URL,
    CONF_DEFAULT_METHOD,
    CONF_DENY_NUMBERS,
    CONF_DENY_PREMIUM,
    CONF_DIALS_PER_MINUTE,
    CONF_EVENT_TRANSPORT,
    CONF_EXTENSIONS,
    DEFAULT_DIALS_PER_MINUTE,
    METHOD_ASK,
    METHODS,
    TRANSPORT_AUTO,
    TRANSPORTS,
)
from ..pbx.connection import normalised_url
from ..shared import SHARED
from .extension_choice import extensions_selector

CONF_ALL_EXTENSIONS = "automatic_extensions"
CONF_FILE = "file"
DIALS_PER_MINUTE_LIMIT = 600

_NUMBERS = TextSelector(TextSelectorConfig(multiple=True))
# A number as people write it, with an asterisk for what may follow.
_NUMBER_PATTERN = re.compile(r"[+*#0-9][-0-9 ()/.*#]*")


class YeastarOptionsFlow(OptionsFlowWithReload):
    """The options of one PBX; the SDK's file is the same for all of them."""

    def __init__(self) -> None:
        """Begin without a file."""
        self._upload = b""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Choose what to change."""
        return self.async_show_menu(step_id="init", menu_options=["settings", "sdk_upload", "sdk_download"])

    async def async_step_settings(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change devices, calling and events."""
        errors: dict[str, str] = {}
        if user_input is not None:
            options = dict(user_input)
            if options.pop(CONF_ALL_EXTENSIONS):
                options.pop(CONF_EXTENSIONS, None)
            else:
                options.setdefault(CONF_EXTENSIONS, [])
            if address := options.pop(CONF_BROWSER_URL, "").strip():
                try:
                    options[CONF_BROWSER_URL] = normalised_url(address)
                except ValueError:
                    errors[CONF_BROWSER_URL] = "invalid_url"
            for rule in (CONF_DENY_NUMBERS, CONF_ALLOW_NUMBERS):
                patterns = [pattern for typed in options.pop(rule, ()) if (pattern := typed.strip())]
                if any(not _NUMBER_PATTERN.fullmatch(pattern) for pattern in patterns):
                    errors[rule] = "invalid_number_pattern"
                elif patterns:
                    options[rule] = patterns
            options[CONF_DIALS_PER_MINUTE] = int(options[CONF_DIALS_PER_MINUTE])
            if not errors:
                return self.async_create_entry(data=options)
        current = dict(self.config_entry.options)
        current.setdefault(CONF_ALL_EXTENSIONS, CONF_EXTENSIONS not in current)
        return self.async_show_form(
            step_id="settings",
            data_schema=self.add_suggested_values_to_schema(self._schema(), user_input or current),
            errors=errors,
            description_placeholders={"example": "https://pbx.example.com", "deny": "0900", "allow": "+4930*"},
        )

    def _schema(self) -> vol.Schema:
        entry = self.config_entry
        return vol.Schema(
            {
                vol.Required(CONF_ALL_EXTENSIONS, default=True): BooleanSelector(),
                vol.Optional(CONF_EXTENSIONS): extensions_selector(entry, entry.options.get(CONF_EXTENSIONS, [])),
                vol.Required(CONF_BROWSER_CALLING, default=True): BooleanSelector(),
                vol.Required(CONF_DEFAULT_METHOD, default=METHOD_ASK): SelectSelector(
                    SelectSelectorConfig(
                        options=list(METHODS), mode=SelectSelectorMode.DROPDOWN, translation_key=CONF_DEFAULT_METHOD
                    )
                ),
                vol.Optional(CONF_BROWSER_URL): TextSelector(TextSelectorConfig(type=TextSelectorType.TEXT)),
                vol.Required(CONF_EVENT_TRANSPORT, default=TRANSPORT_AUTO): SelectSelector(
                    SelectSelectorConfig(
                        options=list(TRANSPORTS),
                        mode=SelectSelectorMode.DROPDOWN,
                        translation_key=CONF_EVENT_TRANSPORT,
                    )
                ),
                vol.Required(CONF_ASSIST_DIALING, default=False): BooleanSelector(),
                vol.Required(CONF_DENY_PREMIUM, default=True): BooleanSelector(),
                vol.Optional(CONF_DENY_NUMBERS): _NUMBERS,
                vol.Optional(CONF_ALLOW_NUMBERS): _NUMBERS,
                vol.Required(CONF_DIALS_PER_MINUTE, default=DEFAULT_DIALS_PER_MINUTE): NumberSelector(
                    NumberSelectorConfig(min=1, max=DIALS_PER_MINUTE_LIMIT, step=1, mode=NumberSelectorMode.BOX)
                ),
            }
        )

    async def async_step_sdk_upload(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Take the SDK from a file of the user's."""
        errors: dict[str, str] = {}
        if user_input is not None:
            knows = self.hass.data[SHARED].sdk.knows
            try:
                self._upload = await self.hass.async_add_executor_job(
                    _read_upload, self.hass, user_input[CONF_FILE], knows
                )
            except ValueError, OSError:
                errors[CONF_FILE] = "invalid_file"
            else:
                if knows(self._upload):
                    return await self.async_step_sdk_unknown({})
                return await self.async_step_sdk_unknown()
        return self.async_show_form(
            step_id="sdk_upload",
            data_schema=vol.Schema({vol.Required(CONF_FILE): FileSelector(FileSelectorConfig(accept=".js,.css"))}),
            errors=errors,
        )

    async def async_step_sdk_unknown(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """A file that is not the known one runs in everybody's browser: that needs a yes of its own."""
        if user_input is None:
            return self.async_show_form(
                step_id="sdk_unknown",
                data_schema=vol.Schema({}),
                description_placeholders={"sha256": sha256_of(self._upload), "size": str(len(self._upload))},
            )
        try:
            await self.hass.data[SHARED].sdk.async_use_upload(self._upload)
        except OSError:
            return self.async_abort(reason="sdk_not_stored")
        return self.async_create_entry(data=dict(self.config_entry.options))

    async def async_step_sdk_download(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Use the known version, fetched by Home Assistant."""
        if user_input is not None:
            if await self.hass.data[SHARED].sdk.async_use_pinned():
                return self.async_create_entry(data=dict(self.config_entry.options))
            return self.async_abort(reason="sdk_not_fetched")
        return self.async_show_form(step_id="sdk_download", data_schema=vol.Schema({}))


def _read_upload(hass: HomeAssistant, file_id: str, knows: Callable[[bytes], bool]) -> bytes:
    """Return an uploaded file's bytes. Raises ValueError for what cannot be the SDK. Blocking."""
    with process_uploaded_file(hass, file_id) as path:
        if not 0 < path.stat().st_size <= SIZE_LIMIT:
            raise ValueError("no size for the SDK")
        data = path.read_bytes()
    if not knows(data) and b"YSWebRTC" not in data:
        raise ValueError("the SDK's global name is not in it")
    return data
