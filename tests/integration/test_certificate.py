"""Looking at a certificate asks nobody anything."""

import asyncio

import aiohttp
from yarl import URL

from custom_components.yeastar_linkus.pbx.certificate import fingerprint_of


async def test_an_address_without_tls_is_not_asked(socket_enabled: None) -> None:
    asked: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(1))
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, aiohttp.ClientSession() as session:
        assert await fingerprint_of(session, URL(f"http://127.0.0.1:{port}/")) is None
        assert asked == []
        # With TLS it is, and is found out as no server for it.
        assert await fingerprint_of(session, URL(f"https://127.0.0.1:{port}/")) is None
        assert asked == [b"\x16"]
