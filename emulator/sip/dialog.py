"""One dialog (RFC 3261 section 12): the identifiers that hold a call together, whatever socket carries it."""

from dataclasses import dataclass
import secrets

from .message import Address, Request, Response, parameter

ALLOW = "INVITE, ACK, CANCEL, BYE, UPDATE, OPTIONS, REFER, INFO, NOTIFY"


def new_tag() -> str:
    """A random tag."""
    return secrets.token_hex(6)


@dataclass(slots=True)
class Dialog:
    """Our side of a dialog with a browser.

    ``local`` and ``remote`` are the addresses for From and To as the first INVITE had them; ``target`` is the browser's
    Contact URI, used verbatim.
    """

    call_id: str
    local: Address
    remote: Address
    target: str
    contact: str
    sent_by: str
    local_tag: str
    remote_tag: str = ""
    sequence: int = 100
    remote_sequence: int = 0

    @classmethod
    def of_request(cls, invite: Request, contact: str, sent_by: str) -> Dialog:
        """The dialog that a browser's INVITE starts."""
        return cls(
            call_id=invite.call_id,
            local=Address.parse(invite.get("To")),
            remote=Address.parse(invite.get("From")),
            target=Address.parse(invite.get("Contact")).uri,
            contact=contact,
            sent_by=sent_by,
            local_tag=new_tag(),
            remote_tag=parameter(invite.get("From"), "tag"),
            remote_sequence=invite.cseq,
        )

    def request(self, method: str, body: str = "", **headers: str) -> Request:
        """A new request of this dialog; keyword ``X_Y`` writes header ``X-Y``."""
        if method != "ACK":
            self.sequence += 1
        request = Request(method=method, uri=self.target, body=body)
        add = request.headers.add
        add("Via", f"SIP/2.0/WSS {self.sent_by};branch=z9hG4bK{secrets.token_hex(8)}")
        add("Max-Forwards", "70")
        add("From", f"{self.local};tag={self.local_tag}")
        add("To", f"{self.remote};tag={self.remote_tag}" if self.remote_tag else str(self.remote))
        add("Call-ID", self.call_id)
        add("CSeq", f"{self.sequence} {method}")
        if method not in ("BYE", "ACK", "CANCEL"):
            add("Contact", f"<{self.contact}>")
            add("Allow", ALLOW)
        for name, value in headers.items():
            add(name.replace("_", "-"), value)
        if body and "Content-Type" not in request.headers:
            add("Content-Type", "application/sdp")
        return request

    def follow(self, invite: Request, method: str, response: Response | None = None) -> Request:
        """CANCEL or ACK for our INVITE: same CSeq number; for anything but a 2xx also the same branch (section 17.1.1.3)."""
        request = Request(method=method, uri=invite.uri)
        add = request.headers.add
        if response is not None and 200 <= response.code < 300:
            request.uri = self.target
            add("Via", f"SIP/2.0/WSS {self.sent_by};branch=z9hG4bK{secrets.token_hex(8)}")
        else:
            add("Via", invite.get("Via"))
        add("Max-Forwards", "70")
        add("From", invite.get("From"))
        add("To", response.get("To") if response is not None else invite.get("To"))
        add("Call-ID", invite.call_id)
        add("CSeq", f"{invite.cseq} {method}")
        return request
