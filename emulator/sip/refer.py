"""REFER (RFC 3515), blind and attended (RFC 3891)."""

from typing import TYPE_CHECKING
from urllib.parse import unquote

from .message import Address, BadMessage, Request, user_of

if TYPE_CHECKING:
    from .call import SipCall


async def refer(call: SipCall, request: Request) -> None:
    """Answer a browser's REFER and queue the transfer; its result comes by NOTIFY while the dialog lasts."""
    server = call.phone.server
    if server.options.refuse_refer or call.leg is None:
        await call.reply(request, server.options.refuse_refer or 481)
        return
    try:
        target = Address.parse(request.get("Refer-To")).uri
    except BadMessage:
        await call.reply(request, 400)
        return
    uri, _, parameters = target.partition("?")
    replaces = next((p.partition("=")[2] for p in parameters.split("&") if p.lower().startswith("replaces=")), "")
    parent = None
    if replaces:
        parent = server.find_replaced(call.phone.extension, unquote(replaces))
        if parent is None or parent.leg is None:
            await call.reply(request, 481)
            return
    await call.reply(request, 202)
    event = f"refer;id={request.cseq}"
    call.background(_notify(call, event, "SIP/2.0 100 Trying", "active;expires=60"))
    call.tell(_transfer(call, unquote(user_of(uri)), parent, event))


async def _transfer(call: SipCall, number: str, parent: SipCall | None, event: str) -> None:
    """Blind to a number; or join the party of ``parent`` with that of ``call``, its consultation."""
    board = call.phone.server.switchboard
    if call.leg is None:
        return
    if parent is None or parent.leg is None:
        done = await board.transfer(call.leg, number)
    else:
        done = await board.transfer(parent.leg, number, replaces=call.leg)
        parent.transferring = done
    call.transferring = done
    if call.state != "ended":
        result = "SIP/2.0 200 OK" if done else "SIP/2.0 503 Service Unavailable"
        told = _notify(call, event, result, "terminated;reason=noresource")
        if parent is None:
            # The browser hangs up right behind a blind transfer and may never answer: its BYE must not wait for that.
            call.background(told)
        else:
            await told
    if done and parent is not None:
        await parent.hangup()


async def _notify(call: SipCall, event: str, fragment: str, subscription: str) -> None:
    await call.request(
        "NOTIFY",
        fragment,
        Event=event,
        Subscription_State=subscription,
        Content_Type="message/sipfrag;version=2.0",
    )
