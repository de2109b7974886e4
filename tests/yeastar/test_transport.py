"""Everything that can answer instead of a PBX, and every way in which none answers."""

import asyncio
from collections.abc import Awaitable, Callable
import gzip
import ssl
from typing import Any

import aiohttp
import pytest

from custom_components.yeastar_linkus.yeastar import (
    CannotConnect,
    CertificateNotTrusted,
    NotYeastar,
    OperationFailed,
    ProtocolError,
    TimedOut,
    YeastarClient,
    YeastarError,
    transport,
)
from custom_components.yeastar_linkus.yeastar.transport import Transport, origin_of, translate
from emulator import EmulatedPbx
from tests.yeastar.conftest import API, Handler

type AnswerWith = Callable[..., Awaitable[str]]
QUICK = aiohttp.ClientTimeout(total=0.3)


async def ask(session: aiohttp.ClientSession, url: str, **options: Any) -> dict[str, Any]:
    return await Transport(session, url, timeout=QUICK, **options).request("GET", "system/information", token="geheim")


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://pbx.example:8088", "https://pbx.example:8088"),
        (" https://pbx.example/login?x=1#a ", "https://pbx.example"),
        ("http://user:pass@10.0.0.1", "http://10.0.0.1"),
        ("https://[2001:db8::1]:8088/", "https://[2001:db8::1]:8088"),
    ],
)
def test_an_address_is_cut_to_its_origin(given: str, origin: str) -> None:
    assert str(origin_of(given)) == origin


@pytest.mark.parametrize(
    "given", ["", "pbx.example", "ftp://pbx.example", "https://", "javascript:alert(1)", "https://u[]@", "httxs://u[]@"]
)
def test_what_is_no_address(given: str) -> None:
    with pytest.raises(ValueError):
        origin_of(given)


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"<html>Hello</html>", "200 OK", NotYeastar),
        (b"", "200 OK", NotYeastar),
        (b"[]", "200 OK", NotYeastar),
        (b"{}", "200 OK", NotYeastar),
        (b'"errcode"', "200 OK", NotYeastar),
        (b"not found", "404 Not Found", NotYeastar),
        (b"", "302 Found", NotYeastar),
        (b"<html>Bad gateway</html>", "502 Bad Gateway", CannotConnect),
        (b"slow down", "429 Too Many Requests", CannotConnect),
        (b'{"errcode": "x"}', "200 OK", OperationFailed),
        (b'{"errcode": 40002, "errmsg": "PARAMETER ERROR"}', "400 Bad Request", OperationFailed),
        (b"\xff\xfe\x00" * 10, "200 OK", NotYeastar),
        (b"[" * 100_000, "200 OK", NotYeastar),
    ],
)
async def test_what_is_no_pbx(
    session: aiohttp.ClientSession, answer_with: AnswerWith, body: bytes, status: str, error: type[YeastarError]
) -> None:
    url = await answer_with(body, status, "Location: https://elsewhere.example/\r\n")
    with pytest.raises(error) as caught:
        await ask(session, url)
    assert type(caught.value) is error
    assert "geheim" not in str(caught.value)


async def test_errcodes_may_be_text_and_names_may_be_broken(
    session: aiohttp.ClientSession, answer_with: AnswerWith
) -> None:
    answer = await ask(session, await answer_with(b'{"errcode": "0", "name": "M\xfcller"}'))
    assert answer["name"] == "M\ufffdller"


async def test_a_parameter_error_names_the_fields_and_no_values(
    session: aiohttp.ClientSession, answer_with: AnswerWith
) -> None:
    body = b'{"errcode": 40002, "errmsg": "PARAMETER ERROR", "invalid_param_list": [{"field": "a", "value": "s3"}, 1]}'
    with pytest.raises(OperationFailed, match=r"PARAMETER ERROR \(a\)$") as caught:
        await ask(session, await answer_with(body))
    assert (caught.value.code, caught.value.path) == (40002, "system/information")


async def test_an_oversized_answer_is_not_read_to_its_end(
    session: aiohttp.ClientSession, answer_with: AnswerWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "ANSWER_LIMIT", 100_000)
    with pytest.raises(ProtocolError, match="larger"):
        await ask(session, await answer_with(b" " * 200_000))
    bomb = gzip.compress(b" " * 10_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(ProtocolError, match="larger"):
        await ask(session, await answer_with(bomb, headers="Content-Encoding: gzip\r\n"))


async def test_silence(session: aiohttp.ClientSession, serve: Callable[[Handler], Awaitable[str]]) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    with pytest.raises(TimedOut):
        await ask(session, await serve(handler))


@pytest.mark.parametrize(
    ("bytes_", "error"),
    [
        (b"", CannotConnect),
        (b"SSH-2.0-OpenSSH_9.9\r\n", NotYeastar),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", CannotConnect),
    ],
)
async def test_something_else_on_the_port(
    session: aiohttp.ClientSession,
    serve: Callable[[Handler], Awaitable[str]],
    bytes_: bytes,
    error: type[YeastarError],
) -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(bytes_)
        await writer.drain()

    with pytest.raises(error) as caught:
        await ask(session, await serve(handler))
    assert type(caught.value) is error


async def test_nobody_listens(session: aiohttp.ClientSession) -> None:
    with pytest.raises(CannotConnect) as caught:
        await ask(session, "https://127.0.0.1:1")
    assert type(caught.value) is CannotConnect


async def test_https_to_a_port_without(session: aiohttp.ClientSession, answer_with: AnswerWith) -> None:
    url = (await answer_with(b"{}")).replace("http:", "https:")
    with pytest.raises(CannotConnect):
        await ask(session, url)


async def test_certificates(session: aiohttp.ClientSession, pbx: EmulatedPbx) -> None:
    def client(verify: Any) -> YeastarClient:
        return YeastarClient(session, pbx.url, api=API, ssl=verify)

    for untrusted in (True, aiohttp.Fingerprint(bytes(32)), ssl.create_default_context()):
        with pytest.raises(CertificateNotTrusted):
            await client(untrusted).system_information()
    assert not pbx.books.requests
    for trusted in (False, aiohttp.Fingerprint(bytes.fromhex(pbx.ssl_fingerprint)), pbx.client_ssl()):
        working = client(trusted)
        assert (await working.system_information()).serial == pbx.house.serial
        await working.close()


def test_errors_of_the_network_by_remedy() -> None:
    assert type(translate(aiohttp.ConnectionTimeoutError())) is CannotConnect
    assert type(translate(aiohttp.SocketTimeoutError())) is TimedOut
    assert type(translate(OSError("x"))) is CannotConnect
