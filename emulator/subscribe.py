"""The event WebSocket: ``/openapi/v1.0/subscribe?access_token=…``."""

import asyncio
import json

from aiohttp import WSMsgType, web

from .core import Core
from .events import known
from .openapi.protocol import ApiFailure
from .openapi.server import OpenApi, check_user_agent
from .tokens import Token

_SUCCESS = '{"errcode":0,"errmsg":"SUCCESS"}'
_EXPIRED = '{"errcode":10004,"errmsg":"TOKEN EXPIRED"}'
_BAD = '{"errcode":40002,"errmsg":"PARAMETER ERROR"}'


class Subscriptions:
    """The open event sockets."""

    def __init__(self, pbx: Core, api: OpenApi) -> None:
        self._pbx = pbx
        self._api = api
        self.open: list[Subscription] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Take a client in; the same doors as for a request."""
        try:
            self._api.check_address(request)
            check_user_agent(request)
            token = self._api.check_token(request, sdk=False)
        except ApiFailure as failure:
            self._pbx.books.request("GET", "v1.0/subscribe", int(failure.body["errcode"]), request.remote or "")
            response = web.json_response(failure.body)
            response.force_close()
            return response
        if request.headers.get("Upgrade", "").lower() != "websocket":
            response = web.json_response(ApiFailure(10001).body)
            response.force_close()
            return response
        self._pbx.books.request("GET", "v1.0/subscribe", 0, request.remote or "")
        socket = web.WebSocketResponse(autoping=True, max_msg_size=64 * 1024)
        await socket.prepare(request)
        subscription = Subscription(self._pbx, socket, token)
        self.open.append(subscription)
        self._pbx.delivery.sockets.append(subscription.event)
        try:
            await subscription.run()
        finally:
            self.open.remove(subscription)
            self._pbx.delivery.sockets.remove(subscription.event)
        return socket

    async def drop(self) -> None:
        """Cut every event socket without a goodbye."""
        for subscription in tuple(self.open):
            subscription.cut()
        await asyncio.sleep(0)


class Subscription:
    """One client's socket."""

    def __init__(self, pbx: Core, socket: web.WebSocketResponse, token: Token) -> None:
        self._pbx = pbx
        self._socket = socket
        self._token = token
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self._heard = asyncio.Event()
        self.topics: frozenset[int] = frozenset()
        self.expired = False

    def event(self, number: int, text: str) -> None:
        """An event for this client, if it has asked for it."""
        if number in self.topics and not self.expired:
            self._outbox.put_nowait(text)

    async def run(self) -> None:
        """Serve until either side goes, the token expires, or nothing is said for too long."""
        tasks = [asyncio.create_task(part()) for part in (self._write, self._watch_token, self._watch_silence)]
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    self._heard.set()
                    self._take(message.data)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def cut(self) -> None:
        """Break the connection below the WebSocket."""
        transport = self._socket._req.transport if self._socket._req is not None else None  # noqa: SLF001
        if transport is not None:
            transport.abort()

    def _take(self, text: str) -> None:
        if self.expired:
            return
        if text == "heartbeat":
            self._outbox.put_nowait("heartbeat response")
            return
        try:
            topics = json.loads(text)["topic_list"]
            wanted = frozenset(topics)
        except ValueError, KeyError, TypeError:
            self._outbox.put_nowait(_BAD)
            return
        if not isinstance(topics, list) or not wanted <= known(self._pbx.house):
            self._outbox.put_nowait(_BAD)
            return
        self.topics = wanted
        self._outbox.put_nowait(_SUCCESS)

    async def _write(self) -> None:
        while True:
            text = await self._outbox.get()
            self._heard.set()
            await self._socket.send_str(text)

    async def _watch_token(self) -> None:
        clock = self._pbx.clock
        while self._pbx.tokens.find(self._token.access) is not None:
            await clock.sleep(min(1.0, max(0.01, self._token.expires_at - clock.now())))
        self.expired = True
        await self._socket.send_str(_EXPIRED)
        if self._pbx.house.knobs.expired_socket == "close":
            await self._socket.close()

    async def _watch_silence(self) -> None:
        clock = self._pbx.clock
        while True:
            self._heard.clear()
            limit = asyncio.ensure_future(clock.sleep(self._pbx.house.knobs.socket_idle_seconds))
            heard = asyncio.ensure_future(self._heard.wait())
            try:
                await asyncio.wait({limit, heard}, return_when=asyncio.FIRST_COMPLETED)
                if not heard.done():
                    await self._socket.close()
                    return
            finally:
                limit.cancel()
                heard.cancel()
