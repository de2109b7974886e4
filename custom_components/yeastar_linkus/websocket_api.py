"""The browser's door: what the card and the page module may ask, checked against the connection's own user."""

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ERR_NOT_ALLOWED, ERR_NOT_FOUND, ActiveConnection
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import voluptuous as vol

from .browser.call_quality import QUALITY
from .browser.door import (
    ERR_EXTENSION_MISSING,
    ERR_LEASE_HELD,
    ERR_SDK_PLAN_MISSING,
    Message,
    Refused,
    answering,
    ordering,
    running,
    subscribe,
)
from .browser.phone_feed import PhoneFeed
from .browser.sdk import SdkState
from .browser.softphone import REACH_STATES, Claim, Phone, phones_of
from .const import DOMAIN, METHOD_ASK
from .coordinator import YeastarCoordinator
from .dialing.guard import async_check_dial
from .door_phone import browser_door
from .entity import unique_id
from .numbers.dialable import dialable
from .pbx.problems import async_forget_sdk_refusal, async_report_sdk_refusal, refuses_sdk
from .shared import SHARED
from .yeastar.errors import InvalidCredentials, NotFound, YeastarError

# A browser's own names for itself are shown to other users: cut to what a line on a screen takes.
_BROWSER_ID = vol.All(str, vol.Length(min=1, max=64))
_BROWSER_NAME = vol.All(str, vol.Length(min=1, max=64))
_REASON = vol.All(str, vol.Length(max=64))


@callback
def async_setup_websocket_api(hass: HomeAssistant) -> None:
    """Register the commands."""
    for command in (
        ws_info,
        ws_subscribe,
        ws_signature,
        ws_lease,
        ws_report,
        ws_dial,
        ws_hangup,
        ws_clear_missed,
        ws_call_quality,
    ):
        websocket_api.async_register_command(hass, command)


def _browser_allowed(phone: Phone) -> YeastarCoordinator:
    """Return the phone's PBX at run time if browsers may register there, or refuse."""
    coordinator = running(phone)
    if not coordinator.choices.browser_calling or not coordinator.client.has_sdk:
        raise Refused(ERR_NOT_ALLOWED, "Calls in the browser are switched off")
    return coordinator


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/info"})
@callback
def ws_info(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
    """Answer what a page needs to know before it loads anything."""
    shared = hass.data[SHARED]
    phones = phones_of(hass, connection.user)
    loaded = [coordinator for phone in phones if (coordinator := phone.coordinator) is not None]
    connection.send_result(
        msg["id"],
        {
            "version": shared.version,
            "card": shared.card.hash if shared.card else "",
            "enabled": any(coordinator.choices.browser_calling for coordinator in loaded),
            "default_method": loaded[0].choices.default_method if loaded else METHOD_ASK,
            "is_admin": connection.user.is_admin,
            "country": hass.config.country,
            "sdk": _sdk(shared.sdk.state),
            "phones": [_phone(hass, phone) for phone in phones],
            "doors": [door for coordinator in dict.fromkeys(loaded) for door in _doors(coordinator)],
        },
    )


def _sdk(state: SdkState) -> Message:
    return {
        "available": state.url is not None,
        "url": state.url,
        "ui_url": state.ui_url,
        "ui_css_url": state.ui_css_url,
        "integrity": state.integrity,
        "version": state.version,
        "problem": None if state.url is not None else "sdk_missing",
    }


def _phone(hass: HomeAssistant, phone: Phone) -> Message:
    coordinator = phone.coordinator
    known = coordinator.data.extensions.get(phone.extension) if coordinator else None
    entity_id = None
    if coordinator and known:
        entity_id = er.async_get(hass).async_get_entity_id(
            "sensor", DOMAIN, unique_id(coordinator, known, "call_state")
        )
    return {
        "phone_id": phone.phone_id,
        "entry_id": phone.entry.entry_id,
        "pbx": phone.entry.title,
        "pbx_url": coordinator.choices.browser_url if coordinator else "",
        "extension": phone.extension,
        "name": known.name if known else "",
        "browser": coordinator is not None and coordinator.choices.browser_calling and coordinator.client.has_sdk,
        "desk": coordinator is not None and coordinator.client.has_api,
        "entity_id": entity_id,
        "problem": _problem(coordinator, known is not None),
    }


def _doors(coordinator: YeastarCoordinator) -> list[Message]:
    """Return the door phones of a PBX, without the digits that open them: those come with a call only."""
    entry_id = coordinator.config_entry.entry_id
    return [
        {"entry_id": entry_id, "extension": extension, **(browser_door(coordinator, extension) or {})}
        | {"unlock_digits": None}
        for extension in coordinator.choices.doors
    ]


def _problem(coordinator: YeastarCoordinator | None, known: bool) -> str | None:
    """Return why the phone does not work as wished, the gravest first."""
    if coordinator is None or not coordinator.last_update_success:
        return "pbx_unreachable"
    if coordinator.client.has_api and not known:
        return "extension_missing"
    if not coordinator.choices.browser_calling:
        return "calling_disabled"
    if not coordinator.client.has_sdk:
        return "no_sdk_credentials"
    return None


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/phone/subscribe", vol.Required("phone_id"): str})
@answering
def ws_subscribe(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Answer, then send a snapshot, then what changes. Lives on while the PBX's entry is reloaded."""
    subscribe(connection, msg, lambda send: PhoneFeed(phone, hass.data[SHARED].leases, send))


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/phone/signature",
        vol.Required("phone_id"): str,
        vol.Required("browser_id"): _BROWSER_ID,
    }
)
@websocket_api.async_response
@ordering
async def ws_signature(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Answer a fresh login signature to the browser that has the lease, and to nobody else."""
    coordinator = _browser_allowed(phone)
    leases = hass.data[SHARED].leases
    if not leases.holds(phone.line, connection, msg["browser_id"]):
        raise Refused(ERR_LEASE_HELD, "This browser does not have the lease")
    try:
        signature = await coordinator.client.create_signature(phone.extension)
    except InvalidCredentials:
        phone.entry.async_start_reauth(hass)
        raise
    except NotFound as err:
        raise Refused(ERR_EXTENSION_MISSING, str(err), "extension_missing") from err
    except YeastarError as err:
        if not refuses_sdk(err):
            raise
        async_report_sdk_refusal(hass, phone.entry)
        raise Refused(ERR_SDK_PLAN_MISSING, str(err), "plan_without_sdk") from err
    async_forget_sdk_refusal(hass, phone.entry)
    if not leases.holds(phone.line, connection, msg["browser_id"]):
        raise Refused(ERR_LEASE_HELD, "This browser lost the lease")
    connection.send_result(
        msg["id"],
        {
            "username": signature.username,
            "secret": signature.secret,
            "pbx_url": coordinator.choices.browser_url,
            "expires_at": None if signature.expires_at is None else signature.expires_at * 1000,
        },
    )


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/phone/lease",
        vol.Required("phone_id"): str,
        vol.Required("browser_id"): _BROWSER_ID,
        vol.Required("browser_name"): _BROWSER_NAME,
        vol.Optional("take_over", default=False): bool,
    }
)
@answering
def ws_lease(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Answer, then send `granted` or `held`, later `lost` or `granted`. Ends with the subscription."""
    _browser_allowed(phone)

    @callback
    def send(event: Message) -> None:
        connection.send_event(msg["id"], event)

    connection.send_result(msg["id"])
    claim = Claim(connection, connection.user.id, msg["browser_id"], msg["browser_name"], send)
    connection.subscriptions[msg["id"]] = hass.data[SHARED].leases.claim(phone.line, claim, msg["take_over"])


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/phone/report",
        vol.Required("phone_id"): str,
        vol.Required("browser_id"): _BROWSER_ID,
        vol.Required("state"): vol.In(REACH_STATES),
        vol.Optional("reason", default=""): vol.Any(None, _REASON),
    }
)
@answering
def ws_report(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Take the lease holder's word for whether it can be rung."""
    if not hass.data[SHARED].leases.report(
        phone.line, connection, msg["browser_id"], msg["state"], msg["reason"] or ""
    ):
        raise Refused(ERR_LEASE_HELD, "This browser does not have the lease")
    connection.send_result(msg["id"], {})


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/phone/dial",
        vol.Required("phone_id"): str,
        vol.Required("number"): vol.All(str, vol.Length(min=1, max=64)),
        vol.Optional("auto_answer", default=False): bool,
    }
)
@websocket_api.async_response
@ordering
async def ws_dial(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Ring the extension's desk phone, then connect it to the number."""
    coordinator = running(phone)
    try:
        number = dialable(msg["number"], hass.config.country)
    except ValueError as err:
        raise Refused(websocket_api.ERR_INVALID_FORMAT, str(err), "invalid_number", {"number": msg["number"]}) from err
    try:
        async_check_dial(hass, phone.entry, number)
    except ServiceValidationError as err:
        raise Refused(ERR_NOT_ALLOWED, str(err), err.translation_key, err.translation_placeholders) from err
    call_id = await coordinator.async_dial(phone.extension, number, auto_answer=msg["auto_answer"])
    connection.send_result(msg["id"], {"call_id": call_id})


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/phone/hangup",
        vol.Required("phone_id"): str,
        vol.Required("call_id"): vol.All(str, vol.Length(min=1, max=128)),
    }
)
@websocket_api.async_response
@ordering
async def ws_hangup(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Drop the extension's own leg of one of its calls."""
    coordinator = running(phone)
    channel = coordinator.channel_of(msg["call_id"], phone.extension)
    if channel is None:
        raise Refused(ERR_NOT_FOUND, "No such call", "call_is_over")
    await coordinator.client.hangup(channel)
    connection.send_result(msg["id"], {})


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/phone/clear_missed", vol.Required("phone_id"): str})
@answering
def ws_clear_missed(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """The user has seen the missed calls."""
    running(phone).clear_missed(phone.extension)
    connection.send_result(msg["id"], {})


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/call_quality",
        vol.Required("phone_id"): str,
        vol.Required("call_id"): vol.All(str, vol.Length(min=1, max=128)),
        vol.Required("quality"): QUALITY,
    }
)
@answering
def ws_call_quality(hass: HomeAssistant, connection: ActiveConnection, msg: Message, phone: Phone) -> None:
    """Take how a call sounded that the browser carried; it may have ended up to a minute ago."""
    call = running(phone).book.calls.get(msg["call_id"])
    if call is None or phone.extension not in call.extensions:
        raise Refused(ERR_NOT_FOUND, "No such call", "call_is_over")
    if not hass.data[SHARED].qualities.take(phone.line, call, msg["quality"]):
        raise Refused(ERR_NOT_ALLOWED, "Too many reports")
    connection.send_result(msg["id"], {})
