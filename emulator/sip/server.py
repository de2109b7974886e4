"""The SIP side of the PBX: sockets, transactions, registration, and the way of each request to its dialog."""

import asyncio
from collections.abc import Callable
import logging
from typing import TYPE_CHECKING, Protocol

from aiohttp import WSMsgType, web

from emulator.legs import Leg

from .call import SipCall
from .digest import Challenger
from .message import BadMessage, Message, Request, Response, parameter, parse, user_of
from .options import SipOptions
from .phone import BrowserPhone
from .registrar import Registrar

if TYPE_CHECKING:
    from emulator.switchboard import Switchboard

_LOGGER = logging.getLogger(__name__)
MAX_FRAME = 64 * 1024
ANSWER_TIMEOUT = 32.0


class Exchange(Protocol):
    """What the SIP side asks of the PBX around it."""

    def sip_account(self, extension: str) -> tuple[str, str] | None:
        """Digest user and HA1 of an extension, None when it has none."""

    def partner(self, leg: Leg) -> tuple[str, str]:
        """Number and name of whoever is at the other end of this leg's call."""

    def plug(self, extension: str, phone: BrowserPhone) -> None:
        """The extension's browser can be reached from now on."""

    def unplug(self, extension: str, phone: BrowserPhone) -> None:
        """It no longer can."""

    async def pressed(self, call: SipCall, digit: str) -> None:
        """A key was pressed in a call."""

    def call_over(self, call: SipCall) -> None:
        """A call of a browser ended."""


class SocketPipe:
    """A WebSocket of a browser."""

    def __init__(self, socket: web.WebSocketResponse, extension: str, address: str) -> None:
        self.socket = socket
        self.address = address
        self.extension = extension

    @property
    def open(self) -> bool:
        """Whether the socket is up."""
        return not self.socket.closed

    async def send(self, text: str) -> None:
        """One SIP message; a socket that just went away swallows it."""
        try:
            await self.socket.send_str(text)
        except ConnectionError, RuntimeError:
            _LOGGER.debug("A message to %s was lost with its socket", self.extension)


class SipServer:
    """``/ws?exten=``: everything SIP."""

    def __init__(self, switchboard: Switchboard, exchange: Exchange, realm: str = "YSAsterisk") -> None:
        self.switchboard = switchboard
        self.exchange = exchange
        self.options = SipOptions()
        self.registrar = Registrar()
        self.challenger = Challenger(realm)
        self.phones: dict[str, BrowserPhone] = {}
        self.sent_by = "127.0.0.1"
        self.living: set[SipCall] = set()  # the calls in progress and those still being cleared away
        self.heartbeats = 0
        self.trace: list[str] = []
        self._pipes: dict[str, list[SocketPipe]] = {}
        self._waiting: dict[tuple[str, str], _Transaction] = {}

    # --- the socket

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The handler of ``/ws``."""
        extension = request.query.get("exten", "")
        offered = request.headers.get("Sec-WebSocket-Protocol", "")
        if self.exchange.sip_account(extension) is None or "sip" not in [part.strip() for part in offered.split(",")]:
            return web.Response(status=400)
        socket = web.WebSocketResponse(protocols=("sip",), max_msg_size=MAX_FRAME)
        await socket.prepare(request)
        self.sent_by = request.host
        here = request.transport.get_extra_info("sockname") if request.transport else None
        pipe = SocketPipe(socket, extension, here[0] if here else "127.0.0.1")
        self._pipes.setdefault(extension, []).append(pipe)
        host = request.host.partition(":")[0]
        try:
            async for frame in socket:
                if frame.type is not WSMsgType.TEXT:
                    break
                if frame.data == "heartbeat":
                    self.heartbeats += 1
                    await pipe.send("heartbeat response")
                elif frame.data.strip():
                    await self._received(pipe, host, frame.data)
        finally:
            self._pipes[extension].remove(pipe)
            self.registrar.forget(pipe)
            self._check_plug(extension)
        return socket

    async def drop_sockets(self, extension: str) -> None:
        """Cut the extension's SIP sockets, as a lost network would."""
        for pipe in list(self._pipes.get(extension, [])):
            await pipe.socket.close(code=1012)

    def sockets(self, extension: str) -> int:
        """How many SIP sockets of the extension are open."""
        return len(self._pipes.get(extension, []))

    def registered(self, extension: str) -> bool:
        """Whether a browser of the extension can be rung."""
        return self.registrar.newest(extension) is not None

    async def close(self) -> None:
        """Stop: no more messages."""
        await asyncio.gather(*(call.close() for call in list(self.living)))
        for extension in list(self._pipes):
            await self.drop_sockets(extension)

    # --- sending

    async def send(self, extension: str, message: Message) -> bool:
        """Send over the newest socket of the extension; False when there is none."""
        binding = self.registrar.newest(extension)
        pipes = self._pipes.get(extension)
        pipe = binding.pipe if binding else pipes[-1] if pipes else None
        if pipe is None or not pipe.open:
            return False
        text = message.text()
        self._note(">", text)
        await pipe.send(text)
        return True

    async def request(
        self,
        extension: str,
        request: Request,
        *,
        timeout: float = ANSWER_TIMEOUT,
        provisional: Callable[[Response], None] | None = None,
    ) -> Response:
        """Send a request and wait for its final response; 408 when none comes, also when there is no socket."""
        transaction = _Transaction(provisional)
        key = (request.branch, request.method)
        self._waiting[key] = transaction
        try:
            if not await self.send(extension, request):
                return request.reply(408)
            async with asyncio.timeout(timeout):
                return await transaction.final
        except TimeoutError:
            return request.reply(408)
        finally:
            del self._waiting[key]

    # --- receiving

    def _note(self, mark: str, text: str) -> None:
        self.trace.append(f"{mark} {text}")
        del self.trace[:-500]

    async def _received(self, pipe: SocketPipe, host: str, text: str) -> None:
        self._note("<", text)
        try:
            message = parse(text)
        except BadMessage as err:
            _LOGGER.warning("Extension %s sent no SIP: %s", pipe.extension, err)
            return
        if isinstance(message, Response):
            transaction = self._waiting.get((message.branch, message.cseq_method))
            if transaction is not None:
                transaction.received(message)
            return
        if message.method == "REGISTER":
            await self._register(pipe, host, message)
            return
        if not self._may_speak(pipe, message):
            await self._answer(pipe, message.reply(403, to_tag="pbx"))
            return
        phone = self.phones.get(pipe.extension)
        call = phone.find(message.call_id) if phone else None
        if call is not None:
            await call.handle(message)
        elif message.method == "INVITE" and not parameter(message.get("To"), "tag"):
            await self._invited(pipe, phone, message)
        elif message.method == "OPTIONS":
            await self._answer(pipe, message.reply(200, to_tag="pbx"))
        elif message.method != "ACK":
            await self._answer(pipe, message.reply(481, to_tag="pbx"))

    def _may_speak(self, pipe: SocketPipe, request: Request) -> bool:
        """Only for the extension named when the socket was opened."""
        origin = request.get("From").partition("<")[2].partition(">")[0]
        return user_of(origin) == pipe.extension

    async def _answer(self, pipe: SocketPipe, response: Response) -> None:
        text = response.text()
        self._note(">", text)
        await pipe.send(text)

    def _authenticated(self, request: Request, extension: str) -> bool:
        account = self.exchange.sip_account(extension)
        if account is None:
            return False
        return self.challenger.accepts(request.get("Authorization"), request.method, request.uri, *account)

    async def _register(self, pipe: SocketPipe, host: str, request: Request) -> None:
        extension = user_of(request.get("To").partition("<")[2].partition(">")[0])
        if extension != pipe.extension:
            await self._answer(pipe, request.reply(403, to_tag="registrar"))
            return
        if self.options.register_with:
            await self._answer(pipe, request.reply(self.options.register_with, to_tag="registrar"))
            return
        if not self._authenticated(request, extension):
            challenge = self.challenger.challenge()
            await self._answer(pipe, request.reply(401, to_tag="registrar", WWW_Authenticate=challenge))
            return
        response = self.registrar.register(
            request, extension, pipe, longest=self.options.expires, shortest=self.options.min_expires
        )
        await self._answer(pipe, response)
        phone = self.phones.setdefault(extension, BrowserPhone(self, extension, host))
        phone.host, phone.address = host, pipe.address
        self._check_plug(extension)

    def _check_plug(self, extension: str) -> None:
        phone = self.phones.get(extension)
        if phone is None:
            return
        if self.registered(extension):
            self.exchange.plug(extension, phone)
        else:
            self.exchange.unplug(extension, phone)

    async def _invited(self, pipe: SocketPipe, phone: BrowserPhone | None, invite: Request) -> None:
        if phone is None or not self.registered(pipe.extension):
            await self._answer(pipe, invite.reply(403, to_tag="pbx"))
            return
        if self.options.challenge_calls and not self._authenticated(invite, pipe.extension):
            challenge = self.challenger.challenge()
            await self._answer(pipe, invite.reply(401, to_tag="pbx", WWW_Authenticate=challenge))
            return
        if "m=audio" not in invite.body:
            await self._answer(pipe, invite.reply(488, to_tag="pbx"))
            return
        await phone.invited(invite)

    def find_replaced(self, extension: str, replaces: str) -> SipCall | None:
        """The dialog that a Replaces value names, among the extension's own."""
        call_id, _, tags = replaces.partition(";")
        wanted = (parameter(f";{tags}", "to-tag"), parameter(f";{tags}", "from-tag"))
        phone = self.phones.get(extension)
        call = phone.find(call_id) if phone else None
        if call is None or (call.dialog.local_tag, call.dialog.remote_tag) != wanted:
            return None
        return call


class _Transaction:
    """A request of ours that waits for its final response."""

    def __init__(self, provisional: Callable[[Response], None] | None) -> None:
        self.final: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self._provisional = provisional

    def received(self, response: Response) -> None:
        if response.code < 200:
            if self._provisional is not None:
                self._provisional(response)
        elif not self.final.done():
            self.final.set_result(response)
