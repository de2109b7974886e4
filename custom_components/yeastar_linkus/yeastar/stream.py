"""Events over the WebSocket, for where the PBX cannot reach us with its webhook."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
import logging
import random
from typing import Any, Final

import aiohttp

from .auth import Token
from .client import YeastarClient
from .errors import (
    AccessDenied,
    AddressBlocked,
    AddressNotAllowed,
    ApiDisabled,
    CannotConnect,
    InvalidCredentials,
    MalformedEvent,
    MissingCredentials,
    NotSupported,
    NotYeastar,
    OperationFailed,
    TimedOut,
    TokenRejected,
    TooManyTokens,
    YeastarError,
)
from .event_kinds import Event, UnknownEvent
from .events import EventTally, event_from
from .shape import decode_json, integer
from .transport import api_error

_LOGGER = logging.getLogger(__name__)

_FATAL: Final = (
    AccessDenied,
    AddressBlocked,
    AddressNotAllowed,
    ApiDisabled,
    InvalidCredentials,
    MissingCredentials,
    NotSupported,
    TooManyTokens,
)
"""Somebody has to act first; trying again would make it worse or change nothing."""


_NEWEST: Final = (30034, 30021)
"""Firmware that does not know an event may refuse the whole list: it is asked again without those from here on."""


class StreamState(StrEnum):
    """What `on_state` is told. After every CONNECTED the calls must be read again: nothing is replayed."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    FAILED = "failed"


TURN_SECONDS: Final = 0.01
"""How long frames are taken in before others get a turn."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Times of a stream, in seconds. The PBX closes a socket after 60 s without traffic."""

    heartbeat: float = 30.0
    silence: float = 75.0
    """A socket without any frame for so long is dead."""
    answer: float = 15.0
    first_retry: float = 1.0
    last_retry: float = 300.0
    steady: float = 60.0
    """A connection that lived so long makes the next retry a first one."""
    least_life: float = 30.0
    """A connection is not replaced before, even if its token is old already."""


class EventStream:
    """Subscribes to events and stays subscribed.

    `on_event` gets every event, `on_state` every change with the error behind it. Before its token expires the
    connection is replaced by a new one, which is subscribed before the old one is closed: an event may come twice,
    but none is lost.
    """

    def __init__(
        self,
        client: YeastarClient,
        topics: Iterable[int],
        on_event: Callable[[Event], None],
        on_state: Callable[[StreamState, YeastarError | None], None],
        *,
        rhythm: Rhythm | None = None,
    ) -> None:
        """Prepare; nothing is sent. Raises ValueError without topics: an empty list would unsubscribe everything."""
        self._topics = sorted({int(topic) for topic in topics})
        if not self._topics:
            raise ValueError("no topics")
        self._client = client
        self._on_event = on_event
        self._on_state = on_state
        self._rhythm = rhythm or Rhythm()
        self._state: StreamState | None = None
        self._attempt = 0
        self.tally = EventTally()

    async def run(self) -> None:
        """Work until cancelled, or until an error that somebody has to mend: wrong credentials, a blocked address."""
        current: _Connection | None = None
        try:
            while True:
                try:
                    fresh = await self._open()
                except _FATAL as error:
                    self._tell(StreamState.FAILED, error)
                    return
                except YeastarError as error:
                    if current is None or current.over:
                        await self._drop(current, error)
                        current = None
                    await self._pause()
                    continue
                if current is not None:
                    await current.drain()
                    await current.close()
                current = fresh
                self._tell(StreamState.CONNECTED, None)
                if (cause := await current.lives(self._client.clock)) is not None:
                    if current.age(self._client.clock) >= self._rhythm.steady:
                        self._attempt = 0
                    await self._drop(current, cause)
                    current = None
                    if isinstance(cause, _FATAL):
                        self._tell(StreamState.FAILED, cause)
                        return
                    await self._pause()
        finally:
            if current is not None:
                await current.close()

    def _tell(self, state: StreamState, error: YeastarError | None) -> None:
        if state is not self._state or state is StreamState.CONNECTED:
            self._state = state
            self._on_state(state, error)

    async def _drop(self, connection: _Connection | None, cause: YeastarError) -> None:
        if connection is not None:
            await connection.close()
        if not isinstance(cause, _FATAL):
            self._tell(StreamState.DISCONNECTED, cause)

    async def _pause(self) -> None:
        """Wait longer each time, and never as long as another client that lost its connection at the same moment."""
        delay = min(self._rhythm.first_retry * 2**self._attempt, self._rhythm.last_retry)
        self._attempt = min(self._attempt + 1, 16)
        await asyncio.sleep(delay * random.uniform(0.5, 1))  # noqa: S311 - no secret hangs on it

    async def _open(self) -> _Connection:
        """A subscribed connection. Raises YeastarError."""
        token = await self._client.token()
        try:
            socket = await self._client.subscribe_socket(token.value, timeout=self._rhythm.answer)
        except NotYeastar:
            # The handshake was refused without telling why; a request over REST tells, and renews a dead token.
            await self._client.system_information()
            raise
        connection = _Connection(self, socket, token, self._client.clock())
        try:
            await connection.subscribe()
        except TokenRejected:
            await connection.close()
            await self._client.reject_token(token.value)
            raise
        except OperationFailed as error:
            await connection.close()
            if error.code not in {40001, 40002} or not (known := self._older_topics()):
                raise
            _LOGGER.debug("The PBX refuses newer events: %s", error)
            self._topics = known
            return await self._open()
        except BaseException:
            await connection.close()
            raise
        return connection

    def _older_topics(self) -> list[int]:
        """The topics without the newest; none when all are old."""
        for newest in _NEWEST:
            older = [topic for topic in self._topics if topic < newest]
            if len(older) < len(self._topics):
                return older
        return []

    async def rejected(self, token: Token) -> None:
        """The PBX let the token of a running connection expire."""
        await self._client.reject_token(token.value)

    @property
    def topics(self) -> list[int]:
        """The ids that are subscribed."""
        return self._topics

    @property
    def rhythm(self) -> Rhythm:
        """The times to keep."""
        return self._rhythm

    def deliver(self, envelope: dict[str, Any]) -> None:
        """Hand one event on; a listener's fault must not end the stream."""
        try:
            event = event_from(envelope)
        except MalformedEvent as error:
            self.tally.malformed += 1
            _LOGGER.debug("Malformed event: %s", error)
            return
        if isinstance(event, UnknownEvent):
            self.tally.unknown(event)
        try:
            self._on_event(event)
        except Exception:
            _LOGGER.exception("Listener failed on %s", type(event).__name__)


class _Connection:
    """One socket: subscribes, keeps itself alive, hands events on."""

    def __init__(
        self, stream: EventStream, socket: aiohttp.ClientWebSocketResponse, token: Token, opened_at: float
    ) -> None:
        self._stream = stream
        self._socket = socket
        self._token = token
        self._opened_at = opened_at
        self._ready = asyncio.Event()
        self._unanswered = 0
        self._answered = asyncio.Event()
        self._reader = asyncio.create_task(self._read(), name="yeastar events")
        self._pulse = asyncio.create_task(self._beat(), name="yeastar heartbeat")

    @property
    def over(self) -> bool:
        return self._reader.done()

    def age(self, clock: Callable[[], float]) -> float:
        return clock() - self._opened_at

    async def subscribe(self) -> None:
        """Ask for the topics and wait until the PBX confirms, or sends the first of them."""
        with suppress(ConnectionError):
            await self._socket.send_json({"topic_list": self._stream.topics})
        await self._until(self._ready)
        if self._reader.done():
            raise self._reader.result()
        if not self._ready.is_set():
            raise TimedOut("no answer to the subscription")

    async def lives(self, clock: Callable[[], float]) -> YeastarError | None:
        """Wait until the connection is over (why) or it is time to replace it (None)."""
        rest = max(self._token.renew_at - clock(), self._stream.rhythm.least_life)
        await asyncio.wait({self._reader}, timeout=rest)
        if not self._reader.done():
            return None
        cause = self._reader.result()
        if isinstance(cause, TokenRejected):
            await self._stream.rejected(self._token)
        return cause

    async def drain(self) -> None:
        """Take in what is under way: frames come in order, so the answer to a heartbeat sent now is the last of them."""
        self._pulse.cancel()
        with suppress(ConnectionError):
            await self._heartbeat()
        await self._until(self._answered)

    async def _until(self, event: asyncio.Event) -> None:
        """Wait until the PBX said so, the connection is over, or an answer takes too long."""
        waiting = asyncio.create_task(event.wait())
        try:
            await asyncio.wait(
                {waiting, self._reader}, timeout=self._stream.rhythm.answer, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            waiting.cancel()

    async def _heartbeat(self) -> None:
        self._unanswered += 1
        self._answered.clear()
        await self._socket.send_str("heartbeat")

    async def close(self) -> None:
        """End both tasks and the socket."""
        self._pulse.cancel()
        self._reader.cancel()
        await asyncio.wait({self._pulse, self._reader})
        await self._socket.close()

    async def _beat(self) -> None:
        with suppress(ConnectionError):
            while True:
                await asyncio.sleep(self._stream.rhythm.heartbeat)
                await self._heartbeat()

    async def _read(self) -> YeastarError:
        """Read until the socket is over; returns why."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while True:
            # Frames that have arrived already come without a pause: a burst would keep everybody else waiting.
            if loop.time() - begun > TURN_SECONDS:
                await asyncio.sleep(0)
                begun = loop.time()
            try:
                message = await self._socket.receive(timeout=self._stream.rhythm.silence)
            except TimeoutError:
                return TimedOut("no frame for too long")
            if message.type not in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}:
                return CannotConnect(f"the event WebSocket closed ({self._socket.close_code})")
            if (error := self._take(message.data)) is not None:
                return error

    def _take(self, frame: str | bytes) -> YeastarError | None:
        """Tell the four kinds of frames apart: heartbeat response, result, event, anything else."""
        if frame == "heartbeat response":
            self._unanswered = max(self._unanswered - 1, 0)
            if not self._unanswered:
                self._answered.set()
            return None
        try:
            envelope = decode_json(frame)
        except ValueError:
            envelope = None
        if not isinstance(envelope, dict):
            self._stream.tally.malformed += 1
            return None
        if "errcode" in envelope and "type" not in envelope:
            if code := integer(envelope, "errcode", -2):
                return api_error(code, envelope, "subscribe")
            self._ready.set()
            return None
        self._ready.set()
        self._stream.deliver(envelope)
        return None
