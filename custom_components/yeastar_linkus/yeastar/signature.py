"""The signature of a webhook request."""

from base64 import b64decode, b64encode
import binascii
import hashlib
import hmac


def signature_of(secret: str, body: bytes) -> str:
    """``X-Signature`` of a body: Base64 of HMAC-SHA256 with the webhook's secret (monitor-events-via-webhook)."""
    return b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode("ascii")


def signature_matches(secret: str, body: bytes, header: str | None) -> bool:
    """Whether the header signs exactly these bytes. Takes the same time for every wrong header; never raises.

    An empty secret matches nothing, so that a lost setting cannot open the door.
    """
    if not secret or not header:
        return False
    try:
        claimed = b64decode(header.strip(), validate=True)
    except binascii.Error, ValueError:
        return False
    return hmac.compare_digest(hmac.digest(secret.encode(), body, hashlib.sha256), claimed)
