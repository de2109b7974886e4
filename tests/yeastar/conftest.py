"""An emulated PBX over TLS on the loopback, and a client for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from custom_components.yeastar_linkus.yeastar import Credentials, YeastarClient
from emulator import EmulatedPbx, House
from emulator.clock import ManualClock
from tests.watched_house import _sockets, clock, house, until

__all__ = ["_sockets", "clock", "house", "until"]

API = Credentials("demoApiClientId", "demoApiClientSecret")
SDK = Credentials("demoSdkAccessId", "demoSdkAccessKey")


@pytest.fixture
async def pbx(house: House, clock: ManualClock) -> AsyncIterator[EmulatedPbx]:
    async with EmulatedPbx(house, clock=clock) as pbx:
        pbx.switchboard.media_factory = None  # nobody listens
        yield pbx


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def make(pbx: EmulatedPbx, session: aiohttp.ClientSession, clock: ManualClock) -> Callable[..., YeastarClient]:
    """Make clients of the PBX; the PBX's clock is theirs too."""

    def make(**changes: Any) -> YeastarClient:
        options: dict[str, Any] = {
            "api": API,
            "sdk": SDK,
            "ssl": pbx.client_ssl(),
            "clock": clock.now,
            "now": clock.now,
        }
        return YeastarClient(session, changes.pop("url", pbx.url), **(options | changes))

    return make


@pytest.fixture
async def client(make: Callable[..., YeastarClient]) -> AsyncIterator[YeastarClient]:
    client = make()
    yield client
    await client.close()


type Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Handler], Awaitable[str]]]:
    """Serve raw bytes on a free port: for everything that is no P-Series PBX. Gives the address."""
    servers: list[asyncio.Server] = []

    async def serve(handler: Handler) -> str:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await handler(reader, writer)
            except ConnectionError:
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    yield serve
    for server in servers:
        server.close()


@pytest.fixture
def answer_with(serve: Callable[[Handler], Awaitable[str]]) -> Callable[..., Awaitable[str]]:
    """Serve one fixed HTTP answer to every request. Gives the address."""

    async def answer_with(body: bytes, status: str = "200 OK", headers: str = "", length: str | None = None) -> str:
        told = f"Content-Length: {len(body)}\r\n" if length is None else length

        async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            head = f"HTTP/1.1 {status}\r\n{told}Connection: close\r\n{headers}\r\n"
            writer.write(head.encode() + body)
            await writer.drain()

        return await serve(handler)

    return answer_with
