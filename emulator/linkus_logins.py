"""The logins of web clients: their tokens, their notification WebSockets, and what is pushed to them."""

import contextlib
from dataclasses import dataclass, field
import json
import secrets

from aiohttp import WSMsgType, web

HEARTBEAT = "heartbeat"
LOGGED_IN_ELSEWHERE = 10000
LARGEST_FRAME = 64 * 1024


@dataclass(eq=False, slots=True)
class WebSession:
    """One login. ``token`` is what every later request carries."""

    extension: str
    token: str
    source: str | None
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    topics: set[int] = field(default_factory=set)


class Logins:
    """All logins of one PBX."""

    def __init__(self, serial: str) -> None:
        self._serial = serial
        self._sessions: dict[str, WebSession] = {}

    def find(self, token: str) -> WebSession | None:
        """The login with that token."""
        return self._sessions.get(token)

    def of(self, extension: str) -> list[WebSession]:
        """The logins of an extension."""
        return [session for session in self._sessions.values() if session.extension == extension]

    async def open(self, extension: str, source: str | None, *, kick: bool) -> WebSession:
        """A new login; ``kick`` throws out those of the same extension and kind of client."""
        if kick:
            for old in [session for session in self.of(extension) if session.source == source]:
                await self._push(old, LOGGED_IN_ELSEWHERE, {"username": extension})
                self.forget(old)
        session = WebSession(extension, secrets.token_urlsafe(24), source)
        self._sessions[session.token] = session
        return session

    def forget(self, session: WebSession) -> None:
        """The token is good for nothing any more; a socket that is open stays open."""
        self._sessions.pop(session.token, None)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The handler of ``/api/v1.0/subscribe``."""
        session = self.find(request.query.get("access_token", ""))
        if session is None:
            return web.Response(status=401)
        socket = web.WebSocketResponse(max_msg_size=LARGEST_FRAME)
        await socket.prepare(request)
        session.sockets.append(socket)
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    break
                if frame.data == HEARTBEAT:
                    await socket.send_str("heartbeat response")
                    continue
                with contextlib.suppress(ValueError):
                    message = json.loads(frame.data)
                    if isinstance(message, dict) and isinstance(message.get("topic_list"), list):
                        session.topics = {code for code in message["topic_list"] if isinstance(code, int)}
                        await socket.send_json({"errcode": 0, "errmsg": "SUCCESS"})
        finally:
            session.sockets.remove(socket)
        return socket

    async def push(self, extension: str, code: int, payload: object) -> int:
        """Send a push to every subscribed login of the extension; how many sockets got it."""
        return sum([await self._push(session, code, payload) for session in self.of(extension)])

    async def _push(self, session: WebSession, code: int, payload: object) -> int:
        if code not in session.topics:
            return 0
        text = json.dumps({"type": code, "sn": self._serial, "msg": json.dumps(payload)})
        sent = 0
        for socket in list(session.sockets):
            with contextlib.suppress(ConnectionError, RuntimeError):
                await socket.send_str(text)
                sent += 1
        return sent

    async def drop_sockets(self, extension: str) -> None:
        """Cut the extension's notification sockets, as a lost network would."""
        for session in self.of(extension):
            for socket in list(session.sockets):
                await socket.close(code=1012)

    async def close(self) -> None:
        """Stop."""
        for session in list(self._sessions.values()):
            for socket in list(session.sockets):
                await socket.close()
