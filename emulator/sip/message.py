"""SIP messages: parsing and writing (RFC 3261 section 7, RFC 7118: one message per text frame)."""

from dataclasses import dataclass, field
import re
from typing import Self, override

from multidict import CIMultiDict

VERSION = "SIP/2.0"
COMPACT = {
    "i": "Call-ID",
    "m": "Contact",
    "e": "Content-Encoding",
    "l": "Content-Length",
    "c": "Content-Type",
    "f": "From",
    "s": "Subject",
    "k": "Supported",
    "t": "To",
    "v": "Via",
    "o": "Event",
    "r": "Refer-To",
    "x": "Session-Expires",
    "b": "Referred-By",
}
REASONS = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    415: "Unsupported Media Type",
    423: "Interval Too Brief",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    489: "Bad Event",
    491: "Request Pending",
    500: "Server Internal Error",
    501: "Not Implemented",
    503: "Service Unavailable",
    603: "Decline",
}
_METHOD = re.compile(r"^[A-Z]+$")
_ADDRESS = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*))\s*<([^>]+)>')


class BadMessage(ValueError):
    """The text is not a SIP message."""


@dataclass(slots=True)
class Message:
    """What requests and responses share."""

    headers: CIMultiDict[str] = field(default_factory=CIMultiDict)
    body: str = ""

    def get(self, name: str) -> str:
        """The first header of this name, empty when there is none."""
        return self.headers.get(name, "")

    @property
    def call_id(self) -> str:
        """The Call-ID."""
        return self.get("Call-ID")

    @property
    def cseq(self) -> int:
        """The number in CSeq."""
        return int(self.get("CSeq").split()[0])

    @property
    def cseq_method(self) -> str:
        """The method in CSeq."""
        return self.get("CSeq").split()[1]

    @property
    def branch(self) -> str:
        """The branch of the topmost Via: the transaction."""
        return parameter(self.get("Via"), "branch")

    def start_line(self) -> str:
        """The first line."""
        raise NotImplementedError

    def text(self) -> str:
        """The message as it goes on the wire."""
        self.headers["Content-Length"] = str(len(self.body.encode()))
        lines = [self.start_line(), *(f"{name}: {value}" for name, value in self.headers.items()), "", self.body]
        return "\r\n".join(lines)


@dataclass(slots=True)
class Request(Message):
    """A SIP request."""

    method: str = ""
    uri: str = ""

    @override
    def start_line(self) -> str:
        return f"{self.method} {self.uri} {VERSION}"

    def reply(self, code: int, reason: str = "", *, to_tag: str = "", **headers: str) -> Response:
        """A response with the headers that RFC 3261 section 8.2.6 wants copied; keyword ``X_Y`` writes header ``X-Y``."""
        response = Response(code=code, reason=reason or REASONS.get(code, "Unknown"))
        for via in self.headers.getall("Via", []):
            response.headers.add("Via", via)
        to = self.get("To")
        if to_tag and not parameter(to, "tag"):
            to = f"{to};tag={to_tag}"
        response.headers.add("To", to)
        for name in ("From", "Call-ID", "CSeq"):
            response.headers.add(name, self.get(name))
        for name, value in headers.items():
            response.headers.add(name.replace("_", "-"), value)
        return response


@dataclass(slots=True)
class Response(Message):
    """A SIP response."""

    code: int = 0
    reason: str = ""

    @override
    def start_line(self) -> str:
        return f"{VERSION} {self.code} {self.reason}"


def parse(text: str) -> Request | Response:
    """Read a message; raises ``BadMessage`` for anything that is not one."""
    head, separator, body = text.partition("\r\n\r\n")
    if not separator:
        raise BadMessage("no empty line after the headers")
    start, *lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    headers: CIMultiDict[str] = CIMultiDict()
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise BadMessage(f"not a header: {line[:40]!r}")
        name = name.strip()
        headers.add(COMPACT.get(name.lower(), name), value.strip())
    for name in ("Via", "From", "To", "Call-ID", "CSeq"):
        if name not in headers:
            raise BadMessage(f"{name} is missing")
    if not re.fullmatch(r"\d+ +[A-Z]+", headers["CSeq"]):
        raise BadMessage("CSeq is not a number and a method")
    length = headers.get("Content-Length", "")
    if length and (not length.isdecimal() or int(length) != len(body.encode())):
        raise BadMessage("Content-Length does not match the body")
    if start.startswith(f"{VERSION} "):
        _, code, *reason = start.split(" ", 2)
        if not code.isdecimal() or not 100 <= int(code) <= 699:
            raise BadMessage("no status code")
        return Response(headers, body, int(code), reason[0] if reason else "")
    parts = start.split(" ")
    if len(parts) != 3 or parts[2] != VERSION or not _METHOD.match(parts[0]):
        raise BadMessage("no request line")
    request = Request(headers, body, parts[0], parts[1])
    if request.cseq_method != request.method:
        raise BadMessage("CSeq names another method")
    return request


def parameter(value: str, name: str) -> str:
    """A ``;name=value`` parameter behind the address of a header, unquoted; empty when missing."""
    address = _ADDRESS.match(value)
    behind = value[address.end() :] if address else value
    match = re.search(rf";\s*{re.escape(name)}\s*=\s*(\"[^\"]*\"|[^;,\s]*)", behind, re.IGNORECASE)
    return match.group(1).strip('"') if match else ""


@dataclass(frozen=True, slots=True)
class Address:
    """A ``"Name" <sip:user@host;params?headers>`` header value."""

    uri: str
    name: str = ""

    @classmethod
    def parse(cls, value: str) -> Self:
        """Read a From, To, Contact, Refer-To; raises ``BadMessage``."""
        match = _ADDRESS.match(value)
        if match:
            name = match.group(1) if match.group(1) is not None else (match.group(2) or "").strip()
            return cls(match.group(3), re.sub(r"\\(.)", r"\1", name))
        bare = value.split(";", maxsplit=1)[0].strip()
        if ":" not in bare:
            raise BadMessage(f"no address: {value[:40]!r}")
        return cls(bare)

    @property
    def user(self) -> str:
        """The user part as written."""
        return user_of(self.uri)

    @override
    def __str__(self) -> str:
        quoted = self.name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{self.uri}>' if self.name else f"<{self.uri}>"


def user_of(uri: str) -> str:
    """The user part of a SIP URI; empty when there is none."""
    rest = uri.partition(":")[2]
    return rest.partition("@")[0] if "@" in rest else ""
