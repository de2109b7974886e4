"""Adding a PBX, changing its address or credentials, and renewing refused credentials."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components import webhook
from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    SOURCE_USER,
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    FlowType,
    SubentryFlowContext,
)
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_URL, CONF_WEBHOOK_ID
from homeassistant.core import callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol
from yarl import URL

from .const import (
    CERTIFICATE_IGNORE,
    CERTIFICATE_PIN,
    CERTIFICATE_VERIFY,
    CONF_ACCESS_ID,
    CONF_ACCESS_KEY,
    CONF_CERTIFICATE,
    CONF_FINGERPRINT,
    CONF_WEBHOOK_SECRET,
    DOMAIN,
    SUBENTRY_DOOR_PHONE,
    SUBENTRY_PHONE,
)
from .flows.door_phone import DoorPhoneSubentryFlow
from .flows.options import YeastarOptionsFlow
from .flows.phone import PhoneSubentryFlow
from .pbx.certificate import fingerprint_of, readable
from .pbx.connection import Proof, async_prove, normalised_url

SECTION_API = "api"
SECTION_SDK = "sdk"

_SECRET = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))
_ID = TextSelector(TextSelectorConfig(autocomplete="off"))
_PAIRS: dict[str, tuple[str, str]] = {
    SECTION_API: (CONF_CLIENT_ID, CONF_CLIENT_SECRET),
    SECTION_SDK: (CONF_ACCESS_ID, CONF_ACCESS_KEY),
}


def _pair_schema(name: str) -> vol.Schema:
    identity, secret = _PAIRS[name]
    return vol.Schema({vol.Optional(identity): _ID, vol.Optional(secret): _SECRET})


CONNECTION_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_URL): TextSelector(TextSelectorConfig(type=TextSelectorType.TEXT, autocomplete="url")),
        vol.Required(CONF_CERTIFICATE, default=CERTIFICATE_VERIFY): SelectSelector(
            SelectSelectorConfig(
                options=[CERTIFICATE_VERIFY, CERTIFICATE_PIN, CERTIFICATE_IGNORE],
                mode=SelectSelectorMode.LIST,
                translation_key=CONF_CERTIFICATE,
            )
        ),
        vol.Required(SECTION_API): section(_pair_schema(SECTION_API), {"collapsed": False}),
        vol.Required(SECTION_SDK): section(_pair_schema(SECTION_SDK), {"collapsed": False}),
    }
)
REAUTH_SCHEMA = vol.Schema(
    {
        vol.Required(SECTION_API): section(_pair_schema(SECTION_API), {"collapsed": False}),
        vol.Required(SECTION_SDK): section(_pair_schema(SECTION_SDK), {"collapsed": False}),
    }
)


class YeastarConfigFlow(ConfigFlow, domain=DOMAIN):
    """The flows of a PBX's config entry."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Begin with nothing known."""
        self._data: dict[str, Any] = {}
        self._proof = Proof()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Phones and door phones can be added to a PBX."""
        return {SUBENTRY_PHONE: PhoneSubentryFlow, SUBENTRY_DOOR_PHONE: DoorPhoneSubentryFlow}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> YeastarOptionsFlow:
        """Return the options flow."""
        return YeastarOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the address and the two pairs of credentials."""
        return await self._async_connection_step("user", user_input)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change the address or the credentials of a PBX that is set up already."""
        return await self._async_connection_step("reconfigure", user_input)

    async def _async_connection_step(self, step_id: str, user_input: dict[str, Any] | None) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            kept = self._kept()
            errors = self._take(user_input, kept)
            if not errors and self._data[CONF_CERTIFICATE] == CERTIFICATE_PIN:
                shown = await self._async_shown()
                if shown is None:
                    errors["base"] = "cannot_connect"
                elif shown != kept.get(CONF_FINGERPRINT):
                    self._data[CONF_FINGERPRINT] = shown
                    return await self.async_step_trust()
                else:
                    self._data[CONF_FINGERPRINT] = shown
            if not errors:
                errors = await self._async_prove()
            if not errors:
                return await self._async_proven()
            if errors.get("base") == "certificate_not_trusted" and (shown := await self._async_shown()):
                self._data[CONF_FINGERPRINT] = shown
                return await self.async_step_untrusted()
        return self._show_connection(step_id, errors)

    def _show_connection(self, step_id: str, errors: dict[str, str]) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(CONNECTION_SCHEMA, self._suggested()),
            errors=errors,
            description_placeholders={
                "example": "https://192.168.1.10:8088",
                "name": self._kept_title(),
            },
        )

    async def async_step_trust(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the certificate's fingerprint, to be compared with what the PBX shows about itself."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._async_prove()
            if not errors:
                return await self._async_proven()
            return self._show_connection("reconfigure" if self.source == SOURCE_RECONFIGURE else "user", errors)
        return self.async_show_form(
            step_id="trust",
            data_schema=vol.Schema({}),
            errors=errors,
            description_placeholders=self._certificate_placeholders(),
        )

    async def async_step_untrusted(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Nobody vouches for the certificate that was to be checked: show its fingerprint, and offer to trust it alone."""
        return self.async_show_menu(
            step_id="untrusted",
            menu_options=["trust_it", "complete"],
            description_placeholders=self._certificate_placeholders(),
        )

    async def async_step_trust_it(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Trust the certificate whose fingerprint was shown."""
        self._data[CONF_CERTIFICATE] = CERTIFICATE_PIN
        return await self.async_step_trust({})

    def _certificate_placeholders(self) -> dict[str, str]:
        return {
            "fingerprint": readable(self._data[CONF_FINGERPRINT]),
            "host": URL(self._data[CONF_URL]).host or "",
        }

    async def async_step_without_api(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say what is missing without the Open API: entities, events, the desk phone."""
        return self.async_show_menu(step_id="without_api", menu_options=["finish", "complete"])

    async def async_step_without_sdk(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say what is missing without the Linkus SDK: calls in the browser."""
        return self.async_show_menu(step_id="without_sdk", menu_options=["finish", "complete"])

    async def async_step_complete(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Go back to the form, to add the missing pair or to choose another way."""
        return self._show_connection("reconfigure" if self.source == SOURCE_RECONFIGURE else "user", {})

    async def async_step_finish(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Create or change the entry."""
        title = self._proof.name or URL(self._data[CONF_URL]).host or ""
        if self.source == SOURCE_RECONFIGURE:
            entry = self._get_reconfigure_entry()
            data = {**{key: entry.data[key] for key in entry.data if key not in _CONNECTION_KEYS}, **self._data}
            return self.async_update_reload_and_abort(entry, unique_id=self._proof.serial or entry.unique_id, data=data)
        return self.async_create_entry(
            title=title,
            data={
                **self._data,
                CONF_WEBHOOK_ID: webhook.async_generate_id(),
                CONF_WEBHOOK_SECRET: webhook.async_generate_id()[:32],
            },
        )

    @override
    async def async_on_create_entry(self, result: ConfigFlowResult) -> ConfigFlowResult:
        """Lead on to the first phone: without one, nobody has anything to use."""
        subentry_flow = await self.hass.config_entries.subentries.async_init(
            (result["result"].entry_id, SUBENTRY_PHONE), context=SubentryFlowContext(source=SOURCE_USER)
        )
        result["next_flow"] = (FlowType.CONFIG_SUBENTRIES_FLOW, subentry_flow["flow_id"])
        return result

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """The PBX refuses credentials that it took before."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the credentials again. A pair left empty stays what it is."""
        entry = self._get_reauth_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            self._data = dict(entry.data)
            typed = {
                name: user_input[name] if any(user_input[name].values()) else {identity: entry.data.get(identity, "")}
                for name, (identity, _secret) in _PAIRS.items()
            }
            errors = self._take_pairs(typed, entry.data)
            if not errors:
                errors = await self._async_prove()
            if not errors:
                if (mismatch := await self._async_mismatch(entry)) is not None:
                    return mismatch
                return self.async_update_reload_and_abort(
                    entry, unique_id=self._proof.serial or entry.unique_id, data=self._data
                )
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(
                REAUTH_SCHEMA,
                {
                    name: {identity: entry.data[identity]}
                    for name, (identity, _secret) in _PAIRS.items()
                    if identity in entry.data
                },
            ),
            errors=errors,
        )

    # What was typed

    def _take(self, user_input: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, str]:
        """Keep what was typed in the entry's shape. Returns errors."""
        self._data = {CONF_CERTIFICATE: user_input[CONF_CERTIFICATE]}
        errors: dict[str, str] = {}
        try:
            self._data[CONF_URL] = normalised_url(user_input[CONF_URL])
        except ValueError:
            self._data[CONF_URL] = user_input[CONF_URL]
            errors[CONF_URL] = "invalid_url"
        # Secrets that were not typed again belong to the PBX they were given for, and to no other.
        same = kept if kept.get(CONF_URL) == self._data[CONF_URL] else {}
        return errors | self._take_pairs(user_input, same)

    def _take_pairs(self, user_input: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, str]:
        """Keep the pairs that were typed. A secret left empty stays what it was for the same id."""
        complete = 0
        for name, (identity, secret) in _PAIRS.items():
            typed = user_input.get(name, {})
            value = str(typed.get(identity, "")).strip()
            hidden = str(typed.get(secret, "")).strip()
            self._data.pop(identity, None)
            self._data.pop(secret, None)
            if not value and not hidden:
                continue
            if value and not hidden and kept.get(identity) == value:
                hidden = kept[secret]
            self._data[identity] = value
            if not value or not hidden:
                return {"base": f"incomplete_{name}"}
            self._data[secret] = hidden
            complete += 1
        return {} if complete else {"base": "no_credentials"}

    def _kept(self) -> Mapping[str, Any]:
        """What the form may fall back on: the entry under change, or what an earlier round of this flow proved."""
        if self.source == SOURCE_RECONFIGURE and not self._data:
            return self._get_reconfigure_entry().data
        return self._data

    def _kept_title(self) -> str:
        return self._get_reconfigure_entry().title if self.source == SOURCE_RECONFIGURE else ""

    def _suggested(self) -> dict[str, Any]:
        """What the form shows: never a secret."""
        kept = self._kept()
        suggested: dict[str, Any] = {key: kept[key] for key in (CONF_URL, CONF_CERTIFICATE) if key in kept}
        for name, (identity, _secret) in _PAIRS.items():
            if identity in kept:
                suggested[name] = {identity: kept[identity]}
        return suggested

    # What the PBX says

    async def _async_shown(self) -> str | None:
        """Return the fingerprint of the certificate that the PBX shows now, or None."""
        return await fingerprint_of(async_get_clientsession(self.hass), URL(self._data[CONF_URL]))

    async def _async_prove(self) -> dict[str, str]:
        """Log in with what was given. Returns errors."""
        self._proof = await async_prove(self.hass, self._data)
        return {"base": self._proof.problem} if self._proof.problem else {}

    async def _async_proven(self) -> ConfigFlowResult:
        """Refuse duplicates, say what a missing pair costs, or finish."""
        if self.source == SOURCE_RECONFIGURE:
            if (mismatch := await self._async_mismatch(self._get_reconfigure_entry())) is not None:
                return mismatch
        else:
            await self._async_abort_duplicates()
        if CONF_CLIENT_ID not in self._data:
            return await self.async_step_without_api()
        if CONF_ACCESS_ID not in self._data:
            return await self.async_step_without_sdk()
        return await self.async_step_finish()

    async def _async_abort_duplicates(self) -> None:
        """The same serial, or without one the same address, is the same PBX."""
        self._async_abort_entries_match({CONF_URL: self._data[CONF_URL]})
        if self._proof.serial:
            await self.async_set_unique_id(self._proof.serial)
            self._abort_if_unique_id_configured()

    async def _async_mismatch(self, entry: ConfigEntry) -> ConfigFlowResult | None:
        """Abort when the credentials belong to another PBX than the entry's, or to one that another entry has."""
        if not self._proof.serial:
            return None
        await self.async_set_unique_id(self._proof.serial)
        if entry.unique_id is not None:
            self._abort_if_unique_id_mismatch(reason="wrong_pbx")
        elif any(
            other.unique_id == self._proof.serial for other in self._async_current_entries() if other is not entry
        ):
            return self.async_abort(reason="already_configured")
        return None


_CONNECTION_KEYS = {
    CONF_URL,
    CONF_CERTIFICATE,
    CONF_FINGERPRINT,
    *(key for pair in _PAIRS.values() for key in pair),
}
