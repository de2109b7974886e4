"""One user's access to a running Home Assistant: token, REST and WebSocket, as its own frontend uses them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import itertools
import json
from typing import Any

import aiohttp

type Json = dict[str, Any]


class Refused(Exception):
    """Home Assistant answered with an error; ``code`` is its WebSocket error code or the HTTP status."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclass(frozen=True)
class Tokens:
    """What the frontend keeps in ``localStorage.hassTokens``."""

    access_token: str
    refresh_token: str
    expires_in: int

    @classmethod
    def from_answer(cls, answer: Json) -> Tokens:
        """Read the answer of ``/auth/token``."""
        return cls(answer["access_token"], answer["refresh_token"], answer["expires_in"])


async def answer_json(response: aiohttp.ClientResponse) -> Any:
    """The JSON of a response, or ``Refused``."""
    text = await response.text()
    if response.status >= 400:
        raise Refused(str(response.status), f"{response.url.path}: {text[:500]}")
    return json.loads(text) if text else {}


async def tokens_for_code(http: aiohttp.ClientSession, url: str, code: str) -> Tokens:
    """Trade an authorization code for tokens."""
    form = {"grant_type": "authorization_code", "code": code, "client_id": f"{url}/"}
    async with http.post(f"{url}/auth/token", data=form) as response:
        return Tokens.from_answer(await answer_json(response))


async def log_in(http: aiohttp.ClientSession, url: str, username: str, password: str) -> Tokens:
    """Go through the login form's steps."""
    start = {"client_id": f"{url}/", "handler": ["homeassistant", None], "redirect_uri": f"{url}/"}
    async with http.post(f"{url}/auth/login_flow", json=start) as response:
        flow = await answer_json(response)
    form = {"client_id": f"{url}/", "username": username, "password": password}
    async with http.post(f"{url}/auth/login_flow/{flow['flow_id']}", json=form) as response:
        step = await answer_json(response)
    if step["type"] != "create_entry":
        raise Refused("invalid_auth", f"{username} could not log in: {step.get('errors')}")
    return await tokens_for_code(http, url, step["result"])


class Session:
    """A logged-in user: REST calls, and one WebSocket that is opened at the first command."""

    def __init__(self, http: aiohttp.ClientSession, url: str, tokens: Tokens, username: str) -> None:
        self.url = url
        self.tokens = tokens
        self.username = username
        self._http = http
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._opening = asyncio.Lock()
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._listeners: dict[int, Callable[[Any], None]] = {}

    @property
    def headers(self) -> dict[str, str]:
        """What authorises a REST call."""
        return {"Authorization": f"Bearer {self.tokens.access_token}"}

    async def rest(self, method: str, path: str, body: object | None = None) -> Any:
        """Call the REST API; ``path`` begins with ``/api/``. Raises ``Refused``."""
        async with self._http.request(method, f"{self.url}{path}", json=body, headers=self.headers) as response:
            return await answer_json(response)

    async def upload(self, name: str, content: bytes) -> str:
        """Hand over a file as a flow's file field does; returns its id."""
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        async with self._http.post(f"{self.url}/api/file_upload", data=form, headers=self.headers) as response:
            file_id: str = (await answer_json(response))["file_id"]
            return file_id

    async def command(self, kind: str, **fields: object) -> Any:
        """Send a WebSocket command and wait for its result. Raises ``Refused``."""
        return await self._send(next(self._ids), kind, fields)

    @asynccontextmanager
    async def subscription(self, kind: str, **fields: object) -> AsyncIterator[asyncio.Queue[Any]]:
        """Subscribe; the queue gets each event. Unsubscribes at the end."""
        events: asyncio.Queue[Any] = asyncio.Queue()
        number = next(self._ids)
        self._listeners[number] = events.put_nowait
        try:
            await self._send(number, kind, fields)
            yield events
        finally:
            self._listeners.pop(number, None)
            if self._socket is not None and not self._socket.closed:
                await self.command("unsubscribe_events", subscription=number)

    async def call(self, domain: str, action: str, data: Json | None = None, *, answer: bool = False) -> Any:
        """Perform an action; with ``answer`` its response is returned."""
        result = await self.command(
            "call_service", domain=domain, service=action, service_data=data or {}, return_response=answer
        )
        return result["response"]

    async def state(self, entity_id: str) -> Json:
        """One entity's state. Raises ``Refused`` with code 404 for an unknown one."""
        found: Json = await self.rest("GET", f"/api/states/{entity_id}")
        return found

    async def close(self) -> None:
        """Close the WebSocket; the tokens stay valid."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await asyncio.gather(self._reader, return_exceptions=True)
        self._socket = self._reader = None

    async def _send(self, number: int, kind: str, fields: Json) -> Any:
        socket = await self._open()
        self._answers[number] = asyncio.get_running_loop().create_future()
        await socket.send_json({"id": number, "type": kind, **fields})
        async with asyncio.timeout(30):
            return await self._answers[number]

    async def _open(self) -> aiohttp.ClientWebSocketResponse:
        async with self._opening:
            if self._socket is None or self._socket.closed:
                socket = await self._http.ws_connect(f"{self.url}/api/websocket", max_msg_size=0)
                await socket.receive_json()
                await socket.send_json({"type": "auth", "access_token": self.tokens.access_token})
                greeting = await socket.receive_json()
                if greeting["type"] != "auth_ok":
                    raise Refused(greeting["type"], str(greeting.get("message")))
                self._socket = socket
                self._reader = asyncio.create_task(self._read(socket), name=f"messages for {self.username}")
            return self._socket

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            message = json.loads(frame.data)
            if message["type"] == "event":
                if (listener := self._listeners.get(message["id"])) is not None:
                    listener(message["event"])
            elif (future := self._answers.pop(message["id"], None)) is not None and not future.done():
                if message.get("success", True):
                    future.set_result(message.get("result"))
                else:
                    future.set_exception(Refused(message["error"]["code"], message["error"]["message"]))
        for future in self._answers.values():
            if not future.done():
                future.set_exception(Refused("connection_lost", "Home Assistant closed the WebSocket"))
        self._answers.clear()
