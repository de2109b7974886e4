"""Who is registered: the bindings of each extension and the socket that reaches it."""

from dataclasses import dataclass
import time
from typing import Protocol

from .message import Address, BadMessage, Request, Response, parameter, user_of


class Pipe(Protocol):
    """A socket to a browser."""

    @property
    def open(self) -> bool:
        """Whether anything sent may still arrive."""

    async def send(self, text: str) -> None:
        """One SIP message."""


@dataclass(slots=True)
class Binding:
    """A registered browser. ``until`` is on the monotonic clock."""

    extension: str
    uri: str
    instance: str
    pipe: Pipe
    until: float
    user_agent: str


class Registrar:
    """The bindings of all extensions, newest last."""

    def __init__(self) -> None:
        self._bindings: dict[str, list[Binding]] = {}

    def newest(self, extension: str) -> Binding | None:
        """The binding to ring: the latest that has not run out and whose socket is open."""
        alive = [b for b in self._bindings.get(extension, []) if b.until > time.monotonic() and b.pipe.open]
        return alive[-1] if alive else None

    def bindings(self, extension: str) -> list[Binding]:
        """All bindings, the dead ones too."""
        return list(self._bindings.get(extension, []))

    def forget(self, pipe: Pipe) -> set[str]:
        """A socket closed: the extensions that lost a binding."""
        lost = set()
        for extension, bindings in self._bindings.items():
            kept = [b for b in bindings if b.pipe is not pipe]
            if len(kept) != len(bindings):
                self._bindings[extension] = kept
                lost.add(extension)
        return lost

    def register(self, request: Request, extension: str, pipe: Pipe, *, longest: int, shortest: int) -> Response:
        """Carry out a REGISTER that has been authenticated."""
        contact = request.get("Contact")
        wanted = parameter(contact, "expires") or request.get("Expires") or str(longest)
        if not contact or not wanted.isdecimal():
            return request.reply(400, to_tag="registrar")
        expires = min(int(wanted), longest)
        instance = parameter(contact, "+sip.instance")
        kept = self._bindings.setdefault(extension, [])
        if contact.strip() == "*":
            kept.clear()
            return request.reply(200, to_tag="registrar", Expires="0")
        try:
            uri = Address.parse(contact).uri
        except BadMessage:
            return request.reply(400, to_tag="registrar")
        if user_of(uri) != extension:
            return request.reply(403, to_tag="registrar")
        if 0 < expires < shortest:
            return request.reply(423, to_tag="registrar", Min_Expires=str(shortest))
        kept[:] = [b for b in kept if (b.instance != instance if instance else b.uri != uri)]
        if expires:
            until = time.monotonic() + expires
            kept.append(Binding(extension, uri, instance, pipe, until, request.get("User-Agent")))
        return request.reply(200, to_tag="registrar", Contact=f"<{uri}>;expires={expires}", Expires=str(expires))
