"""What a user may attach to a bug report: enough to see the cause, nobody's number, name, address or secret.

Of a number the last two digits stay, so that parties of a call can be told apart.
"""

from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_URL, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .const import (
    CONF_ACCESS_ID,
    CONF_ACCESS_KEY,
    CONF_ALLOW_NUMBERS,
    CONF_BROWSER_URL,
    CONF_CLOUDHOOK_URL,
    CONF_DENY_NUMBERS,
    CONF_EXTENSION,
    CONF_EXTENSIONS,
    CONF_FINGERPRINT,
    CONF_USER_ID,
    CONF_WEBHOOK_SECRET,
    DOMAIN,
    SUBENTRY_PHONE,
)
from .coordinator import YeastarConfigEntry
from .shared import SHARED
from .yeastar.call_model import Call

TO_REDACT = {
    CONF_ACCESS_ID,
    CONF_ACCESS_KEY,
    CONF_ALLOW_NUMBERS,
    CONF_BROWSER_URL,
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_CLOUDHOOK_URL,
    CONF_DENY_NUMBERS,
    CONF_EXTENSION,
    CONF_EXTENSIONS,
    CONF_FINGERPRINT,
    CONF_URL,
    CONF_USER_ID,
    CONF_WEBHOOK_ID,
    CONF_WEBHOOK_SECRET,
}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: YeastarConfigEntry) -> dict[str, Any]:
    """Return the diagnostics of one PBX."""
    coordinator = entry.runtime_data
    data = coordinator.data
    shared = hass.data[SHARED]
    return {
        "entry": {
            "data": async_redact_data(dict(entry.data), TO_REDACT),
            "options": async_redact_data(dict(entry.options), TO_REDACT),
            "phones": [
                async_redact_data(dict(phone.data), TO_REDACT) for phone in entry.get_subentries_of_type(SUBENTRY_PHONE)
            ],
        },
        "pbx": {
            "model": data.system.model if data.system else None,
            "firmware": data.system.firmware if data.system else None,
            "extensions": len(data.extensions),
            "exposed": len(coordinator.exposed()),
            "presence": sorted(str(extension.presence) for extension in data.extensions.values()),
            "trunks": sorted(f"{trunk.type}: {trunk.state}" for trunk in data.trunks),
        },
        "calls": [_call(call) for call in coordinator.book.calls.values()],
        "issues": sorted(
            f"{issue.issue_id.removesuffix(f'_{entry.entry_id}')}: {issue.translation_key}"
            for (domain, issue_id), issue in ir.async_get(hass).issues.items()
            if domain == DOMAIN and issue_id.endswith(entry.entry_id)
        ),
        "events": {
            "channel": coordinator.flow.channel,
            "last_event_at": coordinator.flow.last_event_at,
        },
        "last_update_success": coordinator.last_update_success,
        "card": shared.card.hash if shared.card else None,
        "sdk": {"version": shared.sdk.state.version, "uploaded": shared.sdk.uploaded is not None},
    }


def _call(call: Call) -> dict[str, Any]:
    return {
        "direction": str(call.direction),
        "state": str(call.state),
        "outcome": str(call.outcome) if call.outcome else None,
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
        "parties": [
            {
                "number": masked(party.number),
                "internal": party.internal,
                "role": str(party.role),
                "state": str(party.state),
            }
            for party in call.parties
        ],
    }


def masked(number: str) -> str:
    """Return a number of which only the last two digits can be read; short numbers not even those."""
    shown = number[-2:] if len(number) > 3 else ""
    return "*" * (len(number) - len(shown)) + shown
