"""The one table from what the client raises to the word that flows, repairs and the browser door use for it."""

from typing import TypedDict

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN
from ..yeastar.errors import (
    AccessDenied,
    AddressBlocked,
    AddressNotAllowed,
    ApiDisabled,
    ApiError,
    CannotConnect,
    CertificateNotTrusted,
    ChannelGone,
    InvalidCredentials,
    MissingCredentials,
    NotFound,
    NotSupported,
    NotYeastar,
    PlanMissing,
    TooManyTokens,
    YeastarError,
)

# The first class that matches wins: subclasses before their bases.
_WORDS: tuple[tuple[type[YeastarError], str], ...] = (
    (CertificateNotTrusted, "certificate_not_trusted"),
    (CannotConnect, "cannot_connect"),
    (NotYeastar, "not_yeastar"),
    (InvalidCredentials, "invalid_auth"),
    (AddressBlocked, "address_blocked"),
    (AddressNotAllowed, "address_not_allowed"),
    (ApiDisabled, "api_disabled"),
    (TooManyTokens, "too_many_tokens"),
    (AccessDenied, "access_denied"),
    (NotSupported, "firmware_too_old"),
    (PlanMissing, "plan_without_sdk"),
    (NotFound, "not_on_pbx"),
    (ChannelGone, "call_is_over"),
    (MissingCredentials, "without_api"),
)

# Refusals that somebody must end on the PBX. Asking again makes them worse or changes nothing.
REFUSALS = (
    AccessDenied,
    AddressBlocked,
    AddressNotAllowed,
    ApiDisabled,
    NotSupported,
    PlanMissing,
    TooManyTokens,
)


# What the PBX answers for a signature whose SDK is switched off or not in its plan. Sources disagree on which it is.
_WITHOUT_SDK = {10005, 10009, 70084, 70123, 70136}


def refuses_sdk(err: YeastarError) -> bool:
    """Whether the PBX made no signature because the Linkus SDK is off, not permitted, or not in its plan."""
    return isinstance(err, ApiError) and err.code in _WITHOUT_SDK


def problem_of(err: YeastarError) -> str:
    """Return the translation key for what went wrong between us and the PBX."""
    for kind, word in _WORDS:
        if isinstance(err, kind):
            return word
    return "pbx_refused"


class Words(TypedDict):
    """What a translated error is made of."""

    translation_domain: str
    translation_key: str
    translation_placeholders: dict[str, str]


def words_of(err: YeastarError) -> Words:
    """Return the words for what went wrong between us and the PBX."""
    return Words(
        translation_domain=DOMAIN, translation_key=problem_of(err), translation_placeholders={"error": str(err)}
    )


def failure(err: YeastarError) -> HomeAssistantError:
    """Return the translated error for an order that the PBX did not carry out."""
    return HomeAssistantError(**words_of(err))


@callback
def async_report_refusal(hass: HomeAssistant, entry: ConfigEntry, word: str) -> None:
    """Say in a repair issue what to change on the PBX; submitting it tries again."""
    _report(hass, entry, "refused", word)


@callback
def async_forget_refusal(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The PBX takes our logins again, or is gone."""
    ir.async_delete_issue(hass, DOMAIN, f"refused_{entry.entry_id}")


@callback
def async_report_sdk_refusal(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Say that the PBX makes no login signatures, while everything else of it works."""
    _report(hass, entry, "sdk_refused", "plan_without_sdk")


@callback
def async_forget_sdk_refusal(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The PBX made a login signature, or is gone."""
    ir.async_delete_issue(hass, DOMAIN, f"sdk_refused_{entry.entry_id}")


@callback
def _report(hass: HomeAssistant, entry: ConfigEntry, issue: str, word: str) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{issue}_{entry.entry_id}",
        is_fixable=True,
        severity=ir.IssueSeverity.ERROR,
        translation_key=word,
        translation_placeholders={"pbx": entry.title},
        data={"entry_id": entry.entry_id},
    )
