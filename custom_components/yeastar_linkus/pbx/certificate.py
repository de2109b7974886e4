"""The certificate of a PBX: which trust a config entry asks for, and what a PBX shows."""

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientError, ClientSession, Fingerprint, ServerFingerprintMismatch
from yarl import URL

from ..const import CERTIFICATE_IGNORE, CERTIFICATE_PIN, CONF_CERTIFICATE, CONF_FINGERPRINT
from ..yeastar.transport import TIMEOUT

_NOBODY = Fingerprint(bytes(32))


def trust_of(data: Mapping[str, Any]) -> bool | Fingerprint:
    """Return aiohttp's ``ssl`` argument for a config entry's data."""
    if data.get(CONF_CERTIFICATE) == CERTIFICATE_PIN:
        return Fingerprint(bytes.fromhex(data[CONF_FINGERPRINT]))
    return data.get(CONF_CERTIFICATE) != CERTIFICATE_IGNORE


async def fingerprint_of(session: ClientSession, url: URL) -> str | None:
    """Return the SHA-256 of the certificate that the server shows (64 hex digits), or None.

    Nothing is sent: the request is pinned to a fingerprint that no certificate has. An address without TLS shows none.
    """
    if url.scheme != "https":
        return None
    try:
        (await session.get(url, ssl=_NOBODY, timeout=TIMEOUT, allow_redirects=False)).close()
    except ServerFingerprintMismatch as err:
        return err.got.hex()
    except ClientError, TimeoutError:
        pass
    return None


def readable(fingerprint: str) -> str:
    """Return a fingerprint the way browsers and the PBX show it: ``AB:CD:…``."""
    return ":".join(fingerprint[index : index + 2] for index in range(0, len(fingerprint), 2)).upper()
