"""The PBX's door: one webhook for each PBX, closed to everybody who does not know the secret."""

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from aiohttp import StreamReader
from aiohttp.hdrs import METH_POST
from aiohttp.web import Request, Response
from homeassistant.components import webhook
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..const import DOMAIN, LOGGER
from ..yeastar.errors import MalformedEvent
from ..yeastar.event_kinds import Event, TestEvent
from ..yeastar.events import EVENT_LIMIT, decode_event
from ..yeastar.signature import signature_matches
from .token_bucket import TokenBucket

# What the PBX's own "test" button sends; some firmware does not sign it.
TEST_BODY = b'{"event":"test"}'
SIGNATURE_HEADER = "X-Signature"
# A PBX sends an event in one piece. Who sends it byte by byte wants to keep the connection.
READ_SECONDS = 10.0


class WebhookDoor:
    """Takes the PBX's posts: size, rate, signature on the raw bytes, then, and only then, the content."""

    def __init__(
        self,
        hass: HomeAssistant,
        webhook_id: str,
        secret: str,
        on_event: Callable[[Event], None],
    ) -> None:
        """Prepare; `on_event` gets every event."""
        self._hass = hass
        self._webhook_id = webhook_id
        self._secret = secret
        self._on_event = on_event
        # A PBX at its busiest sends some hundred events a second. Guesses at the signature get far less.
        self._accepted = TokenBucket(500, 2000)
        self._refused = TokenBucket(1, 20)

    @callback
    def open(self, name: str) -> CALLBACK_TYPE:
        """Register with Home Assistant. Returns what closes the door."""
        webhook.async_register(self._hass, DOMAIN, name, self._webhook_id, self._handle, allowed_methods=[METH_POST])

        @callback
        def close() -> None:
            webhook.async_unregister(self._hass, self._webhook_id)

        return close

    async def _handle(self, hass: HomeAssistant, webhook_id: str, request: Request) -> Response:
        try:
            body = await _read(request)
        except TimeoutError:
            return Response(status=HTTPStatus.REQUEST_TIMEOUT)
        if body is None:
            return Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        signature = request.headers.get(SIGNATURE_HEADER)
        if not signature_matches(self._secret, body, signature):
            if not self._refused.take():
                return Response(status=HTTPStatus.TOO_MANY_REQUESTS)
            if signature is None and body.strip().replace(b" ", b"") == TEST_BODY:
                return Response(status=HTTPStatus.OK)
            LOGGER.debug("A request to the webhook was not signed with its secret")
            return Response(status=HTTPStatus.UNAUTHORIZED)
        if not self._accepted.take():
            return Response(status=HTTPStatus.TOO_MANY_REQUESTS)
        try:
            event = decode_event(body)
        except MalformedEvent as err:
            LOGGER.debug("A signed request to the webhook is no event: %s", err)
            return Response(status=HTTPStatus.BAD_REQUEST)
        if not isinstance(event, TestEvent):
            self._on_event(event)
        return Response(status=HTTPStatus.OK)


async def _read(request: Request) -> bytes | None:
    """Return the raw body, or None when it is longer than any event. Raises TimeoutError."""
    # A cloudhook's request begins anew every time its stream is asked for.
    stream = request.content
    if isinstance(stream, StreamReader) and stream.is_eof() and stream.total_bytes <= EVENT_LIMIT:
        # All of it came with the request's head, as an event does: there is nothing to wait for.
        return stream.read_nowait()
    body = bytearray()
    async with asyncio.timeout(READ_SECONDS):
        while chunk := await stream.read(EVENT_LIMIT + 1 - len(body)):
            body += chunk
            if len(body) > EVENT_LIMIT:
                return None
    return bytes(body)
