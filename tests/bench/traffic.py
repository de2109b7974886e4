"""Signed webhook posts as a PBX sends them, over one connection that stays open, with next to no cost of their own."""

import asyncio
import base64
from collections.abc import Iterator
import hashlib
import hmac
from itertools import count
import json
from typing import Any, Self, override
from urllib.parse import urlsplit

_calls = count(1)


def sign(secret: str, body: bytes) -> str:
    """The X-Signature of a body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def event(number: int, serial: str, msg: dict[str, Any]) -> bytes:
    """One event as the PBX writes it: the message is text within the envelope."""
    return json.dumps({"type": number, "sn": serial, "msg": json.dumps(msg)}).encode()


def _members(extension: str, caller: str, inbound: str, own: str, call: int) -> list[dict[str, Any]]:
    return [
        {
            "inbound": {
                "from": caller,
                "to": "+493012345601",
                "trunk_name": "Outside",
                "channel_id": f"PJSIP/Outside-{call:08x}",
                "member_status": inbound,
                "call_path": "",
            }
        },
        {
            "extension": {
                "number": extension,
                "channel_id": f"PJSIP/{extension}-{call:08x}",
                "member_status": own,
                "call_path": "",
            }
        },
    ]


def begin_call(serial: str, extension: str) -> list[bytes]:
    """Somebody calls the extension and is answered: the call stays up."""
    return list(_begin(serial, extension, next(_calls)))


def whole_call(serial: str, extension: str) -> list[bytes]:
    """A call from its first event to its record."""
    call = next(_calls)
    return [*_begin(serial, extension, call), *_end(serial, extension, call)]


def _begin(serial: str, extension: str, call: int) -> Iterator[bytes]:
    caller, call_id = f"+4930{call:07d}", f"1700000000.{call}"

    def state(inbound: str, own: str) -> bytes:
        return event(30011, serial, {"call_id": call_id, "members": _members(extension, caller, inbound, own, call)})

    yield state("ALERT", "RING")
    yield event(30008, serial, {"extension": extension, "status": "Ringing"})
    yield state("ANSWERED", "ANSWER")
    yield event(30008, serial, {"extension": extension, "status": "Busy"})


def _end(serial: str, extension: str, call: int) -> Iterator[bytes]:
    caller, call_id = f"+4930{call:07d}", f"1700000000.{call}"
    members = _members(extension, caller, "BYE", "BYE", call)
    yield event(30011, serial, {"call_id": call_id, "members": members})
    yield event(30008, serial, {"extension": extension, "status": "Idle"})
    yield event(
        30012,
        serial,
        {
            "call_id": call_id,
            "time_start": "2026-02-15 09:05:00",
            "call_from": caller,
            "call_to": extension,
            "call_duration": 60,
            "talk_duration": 50,
            "src_trunk_name": "Outside",
            "dst_trunk_name": "",
            "pin_code": "",
            "status": "ANSWERED",
            "type": "Inbound",
            "recording": "",
            "did_number": "+493012345601",
            "agent_ring_time": 5,
            "uid": f"2026{call:012d}",
        },
    )


class Poster(asyncio.Protocol):
    """Posts bodies to one webhook and waits for each answer."""

    _transport: asyncio.Transport
    _answer: asyncio.Future[None] | None = None

    def __init__(self, address: str, webhook_id: str, secret: str) -> None:
        """Prepare; `address` is Home Assistant's."""
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 0
        self._head = f"POST /api/webhook/{webhook_id} HTTP/1.1\r\nHost: {parts.netloc}\r\n".encode()
        self._secret = secret
        self._received = b""

    async def __aenter__(self) -> Self:
        """Connect."""
        self._loop = asyncio.get_running_loop()
        self._transport, _ = await self._loop.create_connection(lambda: self, self._host, self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up."""
        self._transport.close()

    def request(self, body: bytes) -> bytes:
        """The whole request, made before the clock runs."""
        head = f"Content-Type: application/json\r\nX-Signature: {sign(self._secret, body)}\r\n"
        return self._head + f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    async def post(self, request: bytes) -> None:
        """Send it and read the answer, which must be 200 and empty."""
        self._answer = answer = self._loop.create_future()
        self._transport.write(request)
        await answer

    @override
    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._received.endswith(b"\r\n\r\n"):
            return
        answer, self._received = self._received, b""
        assert self._answer is not None
        if answer.startswith(b"HTTP/1.1 200") and b"Content-Length: 0" in answer:
            self._answer.set_result(None)
        else:
            self._answer.set_exception(AssertionError(answer))

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError())


class Deaf(asyncio.Protocol):
    """A server that answers every piece of data with an empty 200: what a request costs its sender and the system."""

    _transport: asyncio.Transport

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    @override
    def data_received(self, data: bytes) -> None:
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
