"""The event WebSocket: stays subscribed, loses nothing when it renews, and knows when to stop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
import time
from typing import Any

import aiohttp
from aiohttp import web
import pytest

from custom_components.yeastar_linkus.yeastar import (
    AddressNotAllowed,
    CannotConnect,
    Credentials,
    EventStream,
    ExtensionPresence,
    InvalidCredentials,
    MissingCredentials,
    NotSupported,
    OperationFailed,
    Rhythm,
    StreamState,
    TimedOut,
    TokenRejected,
    UnknownEvent,
    YeastarClient,
    YeastarError,
    auth,
    stream,
)
from emulator import EmulatedPbx
from emulator.clock import ManualClock, SystemClock
from tests.yeastar.conftest import API, until

type Make = Callable[..., YeastarClient]
FAST = Rhythm(heartbeat=0.05, silence=5, answer=1, first_retry=0.01, last_retry=0.05, steady=0.2, least_life=0.05)
CONNECTED, DISCONNECTED, FAILED = StreamState.CONNECTED, StreamState.DISCONNECTED, StreamState.FAILED


class Watch:
    """A running stream and what it told."""

    def __init__(self, client: YeastarClient, topics: Any = (30009,), rhythm: Rhythm = FAST) -> None:
        self.events: list[Any] = []
        self.states: list[tuple[StreamState, YeastarError | None]] = []
        self.stream = EventStream(client, topics, self.take, lambda *state: self.states.append(state), rhythm=rhythm)
        self.task = asyncio.create_task(self.stream.run())

    def take(self, event: Any) -> None:
        self.events.append(event)

    def connected(self, times: int = 1) -> bool:
        return [state for state, _ in self.states].count(CONNECTED) >= times

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.wait({self.task})


@pytest.fixture
async def watch(client: YeastarClient) -> AsyncIterator[Callable[..., Watch]]:
    watches: list[Watch] = []

    def watch(of: YeastarClient | None = None, **options: Any) -> Watch:
        watches.append(Watch(of or client, **options))
        return watches[-1]

    yield watch
    for entry in watches:
        await entry.stop()


async def test_events_come(watch: Callable[..., Watch], pbx: EmulatedPbx) -> None:
    running = watch()
    await until(running.connected)
    pbx.set_presence("1001", "away")
    await until(lambda: running.events)
    assert running.events == [
        ExtensionPresence(serial=pbx.house.serial, extension="1001", presence=running.events[0].presence)
    ]
    assert pbx.subscriptions.open[0].topics == {30009}
    await running.stop()
    await until(lambda: not pbx.subscriptions.open)
    assert running.states == [(CONNECTED, None)]


async def test_an_empty_subscription_is_refused(client: YeastarClient) -> None:
    with pytest.raises(ValueError):
        EventStream(client, [], lambda event: None, lambda *state: None)


async def test_the_heartbeat_keeps_the_socket(watch: Callable[..., Watch], make: Make, house: Any) -> None:
    house.knobs.socket_idle_seconds = 0.3
    async with EmulatedPbx(house, clock=SystemClock()) as pbx:
        client = make(url=pbx.url, ssl=pbx.client_ssl())
        running = watch(client)
        await until(running.connected)
        socket = pbx.subscriptions.open[0]
        done = asyncio.get_running_loop().time() + 0.8
        await until(lambda: asyncio.get_running_loop().time() > done)
        assert pbx.subscriptions.open == [socket]
        await running.stop()
        await client.close()


async def test_a_dropped_socket_is_replaced(watch: Callable[..., Watch], pbx: EmulatedPbx) -> None:
    running = watch()
    for times in range(1, 5):
        await until(lambda times=times: running.connected(times))
        await pbx.drop_sockets()
    await until(lambda: running.connected(5))
    assert [state for state, _ in running.states] == [CONNECTED, DISCONNECTED] * 4 + [CONNECTED]
    assert isinstance(running.states[1][1], CannotConnect)
    assert pbx.tokens.issued == 1


async def test_a_restart_of_the_pbx(watch: Callable[..., Watch], pbx: EmulatedPbx) -> None:
    running = watch()
    await until(running.connected)
    await pbx.restart()
    await until(lambda: running.connected(2))
    pbx.set_presence("1001", "away")
    await until(lambda: running.events)


@pytest.mark.parametrize("reading", ["close", "silent"])
async def test_an_expired_token(
    watch: Callable[..., Watch], client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock, reading: Any
) -> None:
    pbx.knobs.expired_socket = reading
    running = watch()
    await until(running.connected)
    first = (await client.token()).value
    pbx.tokens.expire_all()
    await clock.advance(2)
    await until(lambda: running.connected(2))
    assert isinstance(running.states[1][1], TokenRejected)
    assert (await client.token()).value != first
    assert client.refusal is None


@pytest.fixture
async def quick(house: Any, make: Make) -> AsyncIterator[tuple[EmulatedPbx, YeastarClient]]:
    """A PBX on the machine's clock whose tokens live two seconds."""
    house.knobs.token_seconds = 2
    async with EmulatedPbx(house, clock=SystemClock()) as pbx:
        client = make(url=pbx.url, ssl=pbx.client_ssl(), clock=time.monotonic)
        yield pbx, client
        await client.close()


@pytest.mark.parametrize("replaces", [False, True])
async def test_the_socket_is_renewed_before_the_token_expires(
    watch: Callable[..., Watch], quick: tuple[EmulatedPbx, YeastarClient], replaces: bool
) -> None:
    pbx, client = quick
    pbx.knobs.refresh_replaces = replaces
    running = watch(client)
    await until(lambda: running.connected(2))
    assert {state for state, _ in running.states} == {CONNECTED}
    assert not pbx.tokens.valid()[2:]
    await until(lambda: len(pbx.subscriptions.open) == 1)
    pbx.set_presence("1001", "away")
    await until(lambda: running.events)


async def test_nothing_is_lost_while_the_socket_is_renewed(
    watch: Callable[..., Watch], quick: tuple[EmulatedPbx, YeastarClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    pbx, client = quick
    pbx.knobs.refresh_replaces = False
    pbx.knobs.token_seconds = 1800  # the old token outlives the renewal, however slow the machine is
    monkeypatch.setattr(auth, "RENEW_AT", 0.0005)
    running = watch(client, topics=(30034,))
    await until(running.connected)
    sent = 0
    while not running.connected(2):
        sent += 1
        pbx.event(30034, {"event_name": str(sent)})
        await asyncio.sleep(0.005)
    await until(lambda: str(sent) in {event.name for event in running.events})
    assert {event.name for event in running.events} == {str(number) for number in range(1, sent + 1)}


async def test_what_is_under_way_on_the_old_socket_is_taken_in(
    watch: Callable[..., Watch],
    session: aiohttp.ClientSession,
    odd: Callable[..., Awaitable[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(auth, "RENEW_AT", 0.0001)
    sockets = 0

    async def behave(socket: web.WebSocketResponse) -> None:
        nonlocal sockets
        sockets += 1
        number = sockets
        await socket.send_json({"errcode": 0})
        async for message in socket:
            if message.data == "heartbeat":
                await socket.send_json({"type": 30009, "msg": {"extension": str(number), "status": "away"}})
                await socket.send_str("heartbeat response")

    running = watch(YeastarClient(session, await odd(behave), api=API), rhythm=replace(FAST, heartbeat=60))
    await until(lambda: running.connected(2))
    assert running.events[0].extension == "1"
    assert {state for state, _ in running.states} == {CONNECTED}


async def test_the_old_socket_serves_while_no_new_one_can_be_had(
    watch: Callable[..., Watch], quick: tuple[EmulatedPbx, YeastarClient]
) -> None:
    pbx, client = quick
    # Long enough between the first try for a new socket and the end of the old one, on a busy machine too.
    pbx.knobs.token_seconds = 5
    running = watch(client)
    await until(running.connected)
    original = client.subscribe_socket
    tries = 0

    async def fail(token: str, *, timeout: float = 20) -> Any:
        nonlocal tries
        tries += 1
        raise TimedOut

    pbx.knobs.refresh_replaces = False
    client.subscribe_socket = fail  # type: ignore[method-assign]
    await until(lambda: tries)
    assert not running.states[1:]
    pbx.set_presence("1001", "away")
    await until(lambda: running.events)
    await until(lambda: running.states[1:])
    assert running.states[1][0] is DISCONNECTED
    client.subscribe_socket = original  # type: ignore[method-assign]
    await until(lambda: running.connected(2))


async def test_what_ends_it(watch: Callable[..., Watch], make: Make, pbx: EmulatedPbx) -> None:
    wrong = watch(make(api=Credentials(API.id, "guess")))
    await wrong.task
    ((state, error),) = wrong.states
    assert state is FAILED
    assert isinstance(error, InvalidCredentials)
    assert len(pbx.books.requested("get_token")) == 1

    without = watch(make(api=None))
    await without.task
    assert isinstance(without.states[0][1], MissingCredentials)


async def test_a_socket_that_is_shut_out_while_it_runs(watch: Callable[..., Watch], pbx: EmulatedPbx) -> None:
    running = watch()
    await until(running.connected)
    pbx.house.allow_list = ("10.0.0.0/8",)
    await pbx.drop_sockets()
    await running.task
    assert [state for state, _ in running.states] == [CONNECTED, DISCONNECTED, FAILED]
    assert isinstance(running.states[-1][1], AddressNotAllowed)


async def test_a_listener_that_fails(
    watch: Callable[..., Watch], pbx: EmulatedPbx, caplog: pytest.LogCaptureFixture
) -> None:
    running = watch()

    def fail(event: Any) -> None:
        running.events.append(event)
        raise RuntimeError("listener")

    running.stream._on_event = fail
    await until(running.connected)
    pbx.set_presence("1001", "away")
    pbx.set_presence("1002", "away")
    await until(lambda: len(running.events) == 2)
    assert "Listener failed on ExtensionPresence" in caplog.text


async def test_broken_and_unknown_frames(watch: Callable[..., Watch], pbx: EmulatedPbx) -> None:
    running = watch(topics=(30009, 30034))
    await until(running.connected)
    send = pbx.subscriptions.open[0]._outbox.put_nowait
    for frame in ("", "[]", "{", '{"x": 1}', '{"type": 30011, "msg": "{"}', '{"type": 39999}', '{"errcode": 0}'):
        send(frame)
    pbx.set_presence("1001", "away")
    await until(lambda: len(running.events) == 2)
    assert isinstance(running.events[0], UnknownEvent)
    assert running.stream.tally.counts == {39999: 1}
    assert running.stream.tally.malformed == 5
    assert not running.states[1:]


type Behaviour = Callable[[web.WebSocketResponse], Awaitable[None]]


@pytest.fixture
async def odd() -> AsyncIterator[Callable[..., Awaitable[str]]]:
    """A PBX whose event socket behaves as the test says. Gives the address."""
    runners: list[web.AppRunner] = []

    async def odd(behave: Behaviour, information: int = 0) -> str:
        async def subscribe(request: web.Request) -> web.WebSocketResponse:
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            await behave(socket)
            return socket

        async def answer(request: web.Request) -> web.Response:
            return web.json_response({"errcode": information, "access_token": "t", "data": {"sn": "x"}})

        async def token(request: web.Request) -> web.Response:
            return web.json_response({"errcode": 0, "access_token": "t"})

        app = web.Application()
        app.router.add_get("/openapi/v1.0/subscribe", subscribe)
        app.router.add_post("/openapi/v1.0/get_token", token)
        app.router.add_get("/openapi/v1.0/{tail:.*}", answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        runners.append(runner)
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield odd
    for runner in runners:
        await runner.cleanup()


async def idle(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        pass


async def test_a_pbx_that_never_confirms(
    watch: Callable[..., Watch], session: aiohttp.ClientSession, odd: Callable[..., Awaitable[str]]
) -> None:
    client = YeastarClient(session, await odd(idle), api=API)
    running = watch(client, rhythm=replace(FAST, answer=0.1))
    await until(lambda: running.states)
    assert isinstance(running.states[0][1], TimedOut)
    await running.stop()


async def test_an_event_confirms_as_well(
    watch: Callable[..., Watch], session: aiohttp.ClientSession, odd: Callable[..., Awaitable[str]]
) -> None:
    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_bytes(b'{"type": 30009, "msg": {"extension": "1", "status": "away"}}')
        await idle(socket)

    running = watch(YeastarClient(session, await odd(behave), api=API))
    await until(lambda: running.events)
    await until(running.connected)


async def test_a_pbx_that_answers_late_and_too_often(
    watch: Callable[..., Watch], session: aiohttp.ClientSession, odd: Callable[..., Awaitable[str]]
) -> None:
    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json({"errcode": 0})
        heard = 0
        async for message in socket:
            heard += message.data == "heartbeat"
            if heard == 2:
                for _ in range(4):
                    await socket.send_str("heartbeat response")
                await socket.send_str('{"type": 30009, "msg": {"extension": "1", "status": "away"}}')

    running = watch(YeastarClient(session, await odd(behave), api=API))
    await until(lambda: running.events)
    assert running.states == [(CONNECTED, None)]
    assert running.stream.tally.malformed == 0


async def test_a_socket_that_falls_silent(
    watch: Callable[..., Watch], session: aiohttp.ClientSession, odd: Callable[..., Awaitable[str]]
) -> None:
    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json({"errcode": 0})
        await idle(socket)

    running = watch(YeastarClient(session, await odd(behave), api=API), rhythm=replace(FAST, silence=0.1))
    await until(lambda: running.connected(2))
    assert isinstance(running.states[1][1], TimedOut)


@pytest.mark.parametrize(
    ("code", "states", "kind"),
    [
        (10001, [FAILED], NotSupported),
        (40002, [DISCONNECTED], OperationFailed),
        (10004, [DISCONNECTED], TokenRejected),
    ],
)
async def test_a_refused_subscription(
    watch: Callable[..., Watch],
    session: aiohttp.ClientSession,
    odd: Callable[..., Awaitable[str]],
    code: int,
    states: list[StreamState],
    kind: type[YeastarError],
) -> None:
    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json({"errcode": code, "errmsg": "no"})
        await socket.close()

    running = watch(YeastarClient(session, await odd(behave), api=API))
    await until(lambda: running.states)
    assert [state for state, _ in running.states] == states
    assert type(running.states[0][1]) is kind


@pytest.mark.parametrize(
    ("known", "asked"),
    [(range(30005, 30030), [30009, 30029]), (range(30005, 30021), [30009]), (range(30034, 30040), None)],
)
async def test_old_firmware_is_asked_for_the_events_that_it_knows(
    watch: Callable[..., Watch],
    client: YeastarClient,
    pbx: EmulatedPbx,
    known: range,
    asked: list[int] | None,
) -> None:
    pbx.knobs.known_events = frozenset(known)
    running = watch(client, topics=(30009, 30029, 30039))
    await until(lambda: running.states)
    if asked is None:
        assert type(running.states[0][1]) is OperationFailed
    else:
        assert [state for state, _ in running.states] == [CONNECTED]
        assert running.stream.topics == asked


async def test_a_fatal_answer_on_a_running_socket(
    watch: Callable[..., Watch], session: aiohttp.ClientSession, odd: Callable[..., Awaitable[str]]
) -> None:
    told = asyncio.Event()

    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json({"errcode": 0})
        await told.wait()
        await socket.send_json({"errcode": 70087})
        await idle(socket)

    running = watch(YeastarClient(session, await odd(behave), api=API))
    await until(running.connected)
    told.set()
    await running.task
    assert [state for state, _ in running.states] == [CONNECTED, FAILED]


async def test_a_connection_that_lived_long_starts_over(
    watch: Callable[..., Watch], client: YeastarClient, pbx: EmulatedPbx, clock: ManualClock
) -> None:
    running = watch()
    for times in range(1, 4):
        await until(lambda times=times: running.connected(times))
        await pbx.drop_sockets()
    await until(lambda: running.connected(4))
    assert running.stream._attempt == 3
    await clock.advance(1)
    await pbx.drop_sockets()
    await until(lambda: running.connected(5))
    assert running.stream._attempt == 1


async def test_cancelled_while_it_subscribes(
    session: aiohttp.ClientSession, odd: Callable[..., Awaitable[str]]
) -> None:
    opened = asyncio.Event()
    closed = asyncio.Event()

    async def behave(socket: web.WebSocketResponse) -> None:
        opened.set()
        await idle(socket)
        closed.set()

    running = Watch(YeastarClient(session, await odd(behave), api=API))
    await opened.wait()
    await running.stop()
    async with asyncio.timeout(3):
        await closed.wait()
    assert running.states == []


async def test_a_handshake_that_is_refused_for_no_known_reason(
    watch: Callable[..., Watch], session: aiohttp.ClientSession, odd: Callable[..., Awaitable[str]]
) -> None:
    async def refuse(socket: web.WebSocketResponse) -> None:
        raise AssertionError

    url = await odd(refuse)
    client = YeastarClient(session, url, api=API)
    original = client.subscribe_socket

    async def elsewhere(token: str, *, timeout: float = 20) -> Any:
        return await client._transport.websocket("/openapi/v1.0/other", token, timeout)

    client.subscribe_socket = elsewhere  # type: ignore[method-assign]
    running = watch(client)
    await until(lambda: running.states)
    assert running.states[0][0] is DISCONNECTED
    assert original is not None


async def test_a_burst_lets_others_in_between(
    watch: Callable[..., Watch],
    session: aiohttp.ClientSession,
    odd: Callable[..., Awaitable[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream, "TURN_SECONDS", 0.0)

    async def behave(socket: web.WebSocketResponse) -> None:
        await socket.send_json({"errcode": 0})
        for number in range(300):
            await socket.send_json({"type": 30009, "msg": {"extension": str(number), "status": "away"}})
        await socket.receive()

    turn = 0
    taken: list[tuple[str, int]] = []
    running = watch(YeastarClient(session, await odd(behave), api=API))
    running.stream._on_event = lambda event: taken.append((event.extension, turn))
    # Somebody else on the same event loop.
    async with asyncio.timeout(5):
        while len(taken) < 300:
            await asyncio.sleep(0)
            turn += 1
    assert [number for number, _ in taken] == [str(number) for number in range(300)]
    assert len({at for _, at in taken}) > 100
