"""One request to the Open API: from arguments to a checked answer, or to the error that names the remedy."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
import re
from ssl import SSLContext
from typing import Any, Final

import aiohttp
from yarl import URL

from . import errors
from .shape import decode_json, integer, objects, text

API_PATH: Final = "/openapi/v1.0/"
API_PATH_V2: Final = "/openapi/v2.0/"
HEADERS: Final = {"User-Agent": "OpenAPI", "Accept": "application/json", "Connection": "close"}
"""The PBX refuses a request without User-Agent (40002) and closes the connection after each answer."""
ANSWER_LIMIT: Final = 8 * 1024 * 1024
"""Most bytes read of one answer."""
FRAME_LIMIT: Final = 1024 * 1024
"""Longest WebSocket message taken, in bytes."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=20, sock_connect=8)

type Ssl = bool | SSLContext | aiohttp.Fingerprint

_CLASSES: Final[dict[int, type[errors.ApiError]]] = {
    10001: errors.NotSupported,
    10004: errors.TokenRejected,
    10005: errors.AccessDenied,
    60001: errors.NotFound,
    70004: errors.AddressBlocked,
    70087: errors.AddressNotAllowed,
    70123: errors.ApiDisabled,
    70130: errors.ChannelGone,
    70136: errors.PlanMissing,
}
_LOGIN_CLASSES: Final[dict[int, type[errors.ApiError]]] = {
    -1: errors.InvalidCredentials,
    60002: errors.TooManyTokens,
}


# What comes out of an address of ours: a name in ASCII (others are written as xn--), or an IP address.
_HOST: Final = re.compile(r"[0-9a-z._-]+|[0-9a-f:.]+(%[0-9a-z._-]+)?")


def origin_of(url: str) -> URL:
    """Scheme, host and port of the PBX. Raises ValueError for anything but an http or https address."""
    try:
        address = URL(url.strip())
        host = address.raw_host or ""
        origin = address.origin()
    except IndexError, OverflowError:
        # The parser's own words for some of what is no address.
        raise ValueError("not an address") from None
    if address.scheme not in {"http", "https"} or not _HOST.fullmatch(host):
        raise ValueError("not an http or https address")
    return origin


class Transport:
    """Sends requests to one PBX. The session belongs to the caller."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        ssl: Ssl = True,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
    ) -> None:
        """Keep the address; `ssl` is aiohttp's: True verifies, False does not, a context or a fingerprint pins."""
        self.session = session
        self.origin = origin_of(url)
        self.ssl = ssl
        self.timeout = timeout

    async def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        base: str = API_PATH,
    ) -> dict[str, Any]:
        """Send one request and return the answer's object when its ``errcode`` is 0 (or 2, still processing).

        Raises CannotConnect, NotYeastar, ProtocolError and ApiError. No error holds the address, which has the token.
        """
        params: dict[str, str | int] = dict(query or {})
        if token is not None:
            params["access_token"] = token
        status, raw = await self._exchange(method, base + path, params, body)
        return check(path, status, raw)

    async def file(self, path: str, token: str) -> AsyncGenerator[bytes]:
        """The bytes behind a download link. Raises as `request`; the whole time is not limited, silence is."""
        address = self.origin.join(URL(path, encoded=True))
        if address.origin() != self.origin:
            raise errors.ProtocolError("download: a link to elsewhere")
        try:
            async with self.session.get(
                address.update_query(access_token=token),
                headers={**HEADERS, "Accept": "*/*"},
                ssl=self.ssl,
                timeout=aiohttp.ClientTimeout(sock_connect=8, sock_read=20),
                allow_redirects=False,
            ) as response:
                if response.status != 200 or response.content_type in {"application/json", "text/html"}:
                    check("download", response.status, await _read(response, "download"))
                    raise errors.ProtocolError("download: no file in the answer")
                async for chunk in response.content.iter_chunked(65536):
                    yield chunk
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise translate(error) from None

    async def websocket(self, path: str, token: str, timeout: float) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket with the token in its address. Raises CannotConnect and NotYeastar."""
        if self.session.closed:
            raise errors.CannotConnect("the session is closed")
        # aiohttp's WebSockets follow redirects; a session of its own on the same connections can refuse them.
        doorman = aiohttp.ClientSession(
            connector=self.session.connector, connector_owner=False, middlewares=(_stay_there,)
        )
        try:
            async with asyncio.timeout(timeout):
                return await doorman.ws_connect(
                    self.origin.with_path(path),
                    params={"access_token": token},
                    headers={"User-Agent": HEADERS["User-Agent"]},
                    ssl=self.ssl,
                    max_msg_size=FRAME_LIMIT,
                    timeout=aiohttp.ClientWSTimeout(ws_close=2.0),
                )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise translate(error) from None
        finally:
            doorman.detach()

    async def _exchange(
        self, method: str, path: str, params: dict[str, str | int], body: Mapping[str, Any] | None
    ) -> tuple[int, bytes]:
        try:
            async with self.session.request(
                method,
                self.origin.with_path(path),
                params=params,
                json=body,
                headers=HEADERS,
                ssl=self.ssl,
                timeout=self.timeout,
                allow_redirects=False,
            ) as response:
                return response.status, await _read(response, path)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise translate(error) from None


async def _stay_there(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Let no answer send a request elsewhere."""
    response = await handler(request)
    if 300 <= response.status < 400:
        response.close()
        raise aiohttp.WSServerHandshakeError(response.request_info, response.history, status=response.status)
    return response


async def _read(response: aiohttp.ClientResponse, path: str) -> bytes:
    """Read the answer, but never more than the limit, whatever its headers promise."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if len(body) > ANSWER_LIMIT:
            raise errors.ProtocolError(f"{path}: answer larger than {ANSWER_LIMIT} bytes")
    return bytes(body)


def translate(error: Exception) -> errors.YeastarError:
    """The error of ours for one of the network's. Its text never holds the request's address."""
    name = type(error).__name__
    match error:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ServerFingerprintMismatch():
            return errors.CertificateNotTrusted(name)
        case aiohttp.ConnectionTimeoutError():
            return errors.CannotConnect(name)
        case TimeoutError():
            return errors.TimedOut(name)
        case aiohttp.WSServerHandshakeError():
            return errors.NotYeastar(f"the event WebSocket answered HTTP {error.status}")
        case aiohttp.ClientResponseError():
            return errors.NotYeastar("the answer is no HTTP")
        case _:
            return errors.CannotConnect(name)


def check(path: str, status: int, raw: bytes) -> dict[str, Any]:
    """The answer's object when it reports success. Raises as `Transport.request`."""
    try:
        answer = decode_json(raw)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "errcode" not in answer:
        if status >= 500 or status == 429:
            raise errors.CannotConnect(f"{path}: HTTP {status}")
        raise errors.NotYeastar(f"{path}: HTTP {status} without an errcode")
    code = integer(answer, "errcode", -2)
    if code in {0, 2}:
        return answer
    raise api_error(code, answer, path)


def api_error(code: int, answer: Mapping[str, Any], path: str) -> errors.ApiError:
    """The error of ours for an ``errcode``; -1 and 60002 have their special meaning only at a login."""
    message = text(answer, "errmsg")
    fields = [text(entry, "field") for entry in objects(answer.get("invalid_param_list"))]
    if any(fields):
        message = f"{message} ({', '.join(filter(None, fields))[:200]})"
    kind = _CLASSES.get(code) or (_LOGIN_CLASSES.get(code) if path == "get_token" else None)
    return (kind or errors.OperationFailed)(code, message, path)
