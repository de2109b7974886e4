"""Repairs: what Home Assistant can mend itself is mended, what the user corrected elsewhere is tried at once."""

from typing import override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .browser.card_copies import ISSUE_COPIES, async_remove_copies
from .browser.sdk import ISSUE_SDK
from .const import CONF_EVENT_TRANSPORT, TRANSPORT_AUTO
from .pbx.problems import problem_of
from .pbx.registration import async_switch_on_monitors
from .shared import SHARED
from .yeastar.errors import YeastarError


class TryAgainFlow(ConfirmRepairFlow):
    """Says what to change on the PBX, and when submitted sets the PBX up again."""

    def __init__(self, entry_id: str) -> None:
        """Keep which PBX it is about."""
        super().__init__()
        self._entry_id = entry_id

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        if user_input is not None:
            # Setting up asks the PBX once, and makes a new issue if it refuses again.
            self.hass.config_entries.async_schedule_reload(self._entry_id)
        return await super().async_step_confirm(user_input)


class AutomaticTransportFlow(TryAgainFlow):
    """The firmware has no webhooks: lets the integration choose how events come."""

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        if user_input is not None and (entry := self.hass.config_entries.async_get_entry(self._entry_id)) is not None:
            self.hass.config_entries.async_update_entry(
                entry, options={**entry.options, CONF_EVENT_TRANSPORT: TRANSPORT_AUTO}
            )
        return await super().async_step_confirm(user_input)


class MonitorsFlow(TryAgainFlow):
    """Switches the status monitors on."""

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if user_input is not None and entry is not None and entry.state is ConfigEntryState.LOADED:
            coordinator = entry.runtime_data
            try:
                await async_switch_on_monitors(coordinator.client, coordinator.exposed())
            except YeastarError as err:
                return self.async_abort(
                    reason="monitors_stay_off", description_placeholders={"error": str(err), "problem": problem_of(err)}
                )
        return await super().async_step_confirm(user_input)


class FetchSdkFlow(ConfirmRepairFlow):
    """Fetches the SDK's file at once; uploading it is done in the options."""

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        if user_input is not None and not await self.hass.data[SHARED].sdk.async_ensure():
            return self.async_abort(reason="sdk_not_fetched")
        return await super().async_step_confirm(user_input)


class RemoveCopiesFlow(ConfirmRepairFlow):
    """Deletes the dashboard resources that load another copy of the card."""

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        if user_input is not None:
            await async_remove_copies(self.hass)
        return await super().async_step_confirm(user_input)


_FLOWS: dict[str, type[TryAgainFlow]] = {
    "monitors_off": MonitorsFlow,
    "webhook_not_supported": AutomaticTransportFlow,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow of a fixable issue."""
    if issue_id == ISSUE_SDK:
        return FetchSdkFlow()
    if issue_id == ISSUE_COPIES:
        return RemoveCopiesFlow()
    about = data or {}
    return _FLOWS.get(str(about.get("problem")), TryAgainFlow)(str(about["entry_id"]))
