"""Who may come through the browser's door: every command names a phone, which must be the connection's user's own."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any

from homeassistant.components.websocket_api import ERR_NOT_FOUND, ERR_UNKNOWN_ERROR, ActiveConnection
from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..coordinator import YeastarCoordinator
from ..pbx.problems import problem_of
from ..yeastar.errors import YeastarError
from .phone_follower import PhoneFollower
from .softphone import Phone, phones_of

ERR_LEASE_HELD = "lease_held"
ERR_PBX_UNREACHABLE = "pbx_unreachable"
ERR_INVALID_AUTH = "invalid_auth"
ERR_SDK_PLAN_MISSING = "sdk_plan_missing"
ERR_EXTENSION_MISSING = "extension_missing"

type Message = dict[str, Any]


class Refused(Exception):
    """A command's answer is an error: a code of the contract, a message, and the key of a text for the user."""

    def __init__(
        self,
        code: str,
        message: str,
        translation_key: str | None = None,
        translation_placeholders: dict[str, str] | None = None,
    ) -> None:
        """Keep them; the text's variables too."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.translation_key = translation_key
        self.translation_placeholders = translation_placeholders


def _send_refusal(connection: ActiveConnection, msg: Message, refused: Refused) -> None:
    connection.send_error(
        msg["id"],
        refused.code,
        refused.message,
        translation_key=refused.translation_key,
        translation_domain=DOMAIN if refused.translation_key else None,
        translation_placeholders=refused.translation_placeholders,
    )


def answering(
    handler: Callable[[HomeAssistant, ActiveConnection, Message, Phone], None],
) -> Callable[[HomeAssistant, ActiveConnection, Message], None]:
    """Give the handler the phone that the message names, and turn refusals into error answers."""

    @callback
    @wraps(handler)
    def handle(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
        try:
            handler(hass, connection, msg, own_phone(hass, connection, msg))
        except Refused as refused:
            _send_refusal(connection, msg, refused)

    return handle


def ordering(
    handler: Callable[[HomeAssistant, ActiveConnection, Message, Phone], Coroutine[Any, Any, None]],
) -> Callable[[HomeAssistant, ActiveConnection, Message], Awaitable[None]]:
    """Do the same for handlers that ask the PBX, and turn its refusals into error answers too."""

    @wraps(handler)
    async def handle(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> None:
        try:
            phone = own_phone(hass, connection, msg)
            try:
                await handler(hass, connection, msg, phone)
            except YeastarError as err:
                raise _refusal(err) from err
        except Refused as refused:
            _send_refusal(connection, msg, refused)

    return handle


def _refusal(err: YeastarError) -> Refused:
    """Return the contract's answer for what the client raised."""
    word = problem_of(err)
    codes = {
        "cannot_connect": ERR_PBX_UNREACHABLE,
        "certificate_not_trusted": ERR_PBX_UNREACHABLE,
        "not_yeastar": ERR_PBX_UNREACHABLE,
        "invalid_auth": ERR_INVALID_AUTH,
        "plan_without_sdk": ERR_SDK_PLAN_MISSING,
    }
    return Refused(codes.get(word, ERR_UNKNOWN_ERROR), str(err), word, {"error": str(err)})


@callback
def own_phone(hass: HomeAssistant, connection: ActiveConnection, msg: Message) -> Phone:
    """Return the phone that the message names if it is the user's own. Whether another user has it stays untold."""
    for phone in phones_of(hass, connection.user):
        if phone.phone_id == msg["phone_id"]:
            return phone
    raise Refused(ERR_NOT_FOUND, "No such phone")


def running(phone: Phone) -> YeastarCoordinator:
    """Return the phone's PBX at run time, or refuse."""
    if (coordinator := phone.coordinator) is None:
        raise Refused(ERR_PBX_UNREACHABLE, "The PBX is not set up at the moment", "not_loaded")
    return coordinator


def subscribe(
    connection: ActiveConnection, msg: Message, follow: Callable[[Callable[[Message], None]], PhoneFollower]
) -> None:
    """Answer, then send what a feed has to tell until the browser unsubscribes. `follow` makes it of where to send."""

    @callback
    def send(event: Message) -> None:
        connection.send_event(msg["id"], event)

    connection.send_result(msg["id"])
    connection.subscriptions[msg["id"]] = follow(send).start()
