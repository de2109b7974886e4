"""Digest authentication as the registrar wants it (RFC 2617, MD5, ``qop=auth``), from a stored HA1."""

from hashlib import md5
import hmac
import re
import secrets

_FIELD = re.compile(r'(\w+)\s*=\s*(?:"([^"]*)"|([^,\s]+))')


def ha1(user: str, realm: str, password: str) -> str:
    """What the web client gets as ``registerpassword``."""
    return _hash(f"{user}:{realm}:{password}")


def _hash(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


class Challenger:
    """Makes challenges and checks the answers; a nonce is good for one request."""

    def __init__(self, realm: str) -> None:
        self.realm = realm
        self._nonces: set[str] = set()

    def challenge(self) -> str:
        """The value of ``WWW-Authenticate``."""
        nonce = secrets.token_hex(8)
        if len(self._nonces) > 1000:
            self._nonces.clear()
        self._nonces.add(nonce)
        return f'Digest algorithm=MD5, realm="{self.realm}", nonce="{nonce}", qop="auth"'

    def accepts(self, header: str, method: str, uri: str, user: str, secret: str) -> bool:
        """Whether an ``Authorization`` header answers one of our challenges for this user (``secret`` is its HA1)."""
        if not header.startswith("Digest "):
            return False
        fields = {name: quoted or bare for name, quoted, bare in _FIELD.findall(header)}
        nonce = fields.get("nonce", "")
        if nonce not in self._nonces:
            return False
        self._nonces.discard(nonce)
        if fields.get("username") != user or fields.get("realm") != self.realm or fields.get("uri") != uri:
            return False
        request = _hash(f"{method}:{uri}")
        if "qop" in fields:
            if fields["qop"] != "auth":
                return False
            middle = f"{nonce}:{fields.get('nc', '')}:{fields.get('cnonce', '')}:auth"
        else:
            middle = nonce
        return hmac.compare_digest(_hash(f"{secret}:{middle}:{request}"), fields.get("response", ""))
