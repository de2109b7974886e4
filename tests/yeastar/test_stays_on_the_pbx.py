"""Nothing that a PBX, or somebody in its place, answers makes Home Assistant ask another host."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
from hypothesis import given, strategies as st
import pytest
from yarl import URL

from custom_components.yeastar_linkus.yeastar import FileLink, NotYeastar, ProtocolError, YeastarError
from custom_components.yeastar_linkus.yeastar.errors import CannotConnect
from custom_components.yeastar_linkus.yeastar.session import Session
from custom_components.yeastar_linkus.yeastar.transport import Transport
from tests.yeastar.conftest import Handler

ORIGIN = URL("https://pbx.example:8088")


class Elsewhere:
    """A host that must not be asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.url = ""


@pytest.fixture
async def elsewhere(serve: Callable[[Handler], Awaitable[str]]) -> Elsewhere:
    place = Elsewhere()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        place.asked += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{"errcode":0}')

    place.url = await serve(handler)
    return place


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
async def test_redirects_are_not_followed(
    answer_with: Callable[..., Awaitable[str]], session: aiohttp.ClientSession, elsewhere: Elsewhere, status: str
) -> None:
    pbx = Transport(session, await answer_with(b"", status, f"Location: {elsewhere.url}/latest/meta-data\r\n"))
    with pytest.raises(YeastarError):
        await pbx.request("GET", "extension/list", token="t")
    with pytest.raises(YeastarError):
        [chunk async for chunk in pbx.file("/api/download/x", "t")]
    with pytest.raises(NotYeastar):
        await pbx.websocket("/openapi/v1.0/subscribe", "t", 5)
    assert elsewhere.asked == 0


async def test_a_closed_session_opens_no_socket(session: aiohttp.ClientSession) -> None:
    pbx = Transport(session, "http://127.0.0.1:1")
    await session.close()
    with pytest.raises(CannotConnect):
        await pbx.websocket("/x", "t", 5)


LINKS = ["//evil.example/x", "/\\evil.example", "/\t/evil.example/x", "/\n/evil.example", "/\r\n/evil.example", "https://evil.example/",
         "evil.example", "", "/\u2028/evil.example", "\\\\evil.example", "javascript:alert(1)", "/\x00/x"]  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
def test_links_to_elsewhere_are_no_links(link: str) -> None:
    with pytest.raises(ProtocolError):
        FileLink.from_api({"download_resource_url": link}, "recording/download")


@given(st.text("/\\.:@?#%\t\r\n\u2028 evilxample0", max_size=40))
def test_whatever_the_link_the_host_is_the_pbx(link: str) -> None:
    try:
        taken = FileLink.from_api({"download_resource_url": link}, "x")
    except ProtocolError:
        return
    assert ORIGIN.join(URL(taken.path, encoded=True)).origin() == ORIGIN


async def test_a_link_that_was_taken_all_the_same_is_not_followed(
    session: aiohttp.ClientSession, elsewhere: Elsewhere
) -> None:
    pbx = Session(Transport(session, "http://127.0.0.1:1"), None, "x")
    with pytest.raises(ProtocolError):
        [chunk async for chunk in pbx.transport.file(f"//{elsewhere.url.removeprefix('http://')}/x", "t")]
    assert elsewhere.asked == 0
