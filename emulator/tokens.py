"""Access tokens, refresh tokens, login signatures, and the addresses that guessed too often."""

from dataclasses import dataclass
import secrets
import string
from typing import Literal

from .clock import Clock
from .house import Credentials, House

Scope = Literal["api", "sdk"]
_LETTERS = string.ascii_letters + string.digits


@dataclass(slots=True)
class Token:
    """A pair of an access token and the refresh token that came with it."""

    scope: Scope
    access: str
    refresh: str
    expires_at: float
    refresh_expires_at: float


class TooManyTokens(Exception):
    """The pair has as many valid access tokens as it may have."""


class RefreshRefused(Exception):
    """The refresh token is unknown, spent or expired."""


class Tokens:
    """The tokens of both credential pairs."""

    def __init__(self, house: House, clock: Clock) -> None:
        self._house = house
        self._clock = clock
        self._tokens: list[Token] = []
        self.issued = 0

    def scope_of(self, given: Credentials) -> Scope | None:
        """Which pair a name and a secret are."""
        for scope, pair in (("api", self._house.api), ("sdk", self._house.sdk)):
            if secrets.compare_digest(pair.username.encode(), given.username.encode()) and secrets.compare_digest(
                pair.password.encode(), given.password.encode()
            ):
                return "api" if scope == "api" else "sdk"
        return None

    def valid(self, scope: Scope | None = None) -> list[Token]:
        """The tokens that have not expired."""
        now = self._clock.now()
        return [t for t in self._tokens if t.expires_at > now and (scope is None or t.scope == scope)]

    def find(self, access: str) -> Token | None:
        """The valid token with that text."""
        return next((token for token in self.valid() if token.access == access), None)

    def issue(self, scope: Scope) -> Token:
        """A new token; TooManyTokens when the limit is reached."""
        knobs = self._house.knobs
        if knobs.get_token_revokes:
            self._tokens = [token for token in self._tokens if token.scope != scope]
        if len(self.valid(None if knobs.shared_token_limit else scope)) >= knobs.token_limit:
            raise TooManyTokens
        now = self._clock.now()
        token = Token(scope, _text(32), _text(32), now + knobs.token_seconds, now + knobs.refresh_seconds)
        self._tokens = [entry for entry in self._tokens if entry.refresh_expires_at > now]
        self._tokens.append(token)
        self.issued += 1
        return token

    def renew(self, refresh: str) -> Token:
        """A new pair for a refresh token, which is spent by this."""
        now = self._clock.now()
        old = next((t for t in self._tokens if t.refresh == refresh and t.refresh_expires_at > now), None)
        if old is None:
            raise RefreshRefused
        was_expiring = old.expires_at
        if self._house.knobs.refresh_replaces:
            old.expires_at = 0.0
        try:
            token = self.issue(old.scope)
        except TooManyTokens:
            old.expires_at = was_expiring
            raise
        old.refresh = ""
        return token

    def revoke(self, token: Token) -> None:
        """Make a pair invalid."""
        if token in self._tokens:
            self._tokens.remove(token)

    def expire_all(self) -> None:
        """Every access token is too old from now on; refresh tokens stay."""
        for token in self._tokens:
            token.expires_at = 0.0

    def forget_all(self) -> None:
        """As after a restart."""
        self._tokens.clear()


@dataclass(frozen=True, slots=True)
class Signature:
    """A login signature for one extension; ``expires_at`` 0 means never."""

    extension: str
    sign: str
    expires_at: float


class Signatures:
    """The login signatures made by ``sign/create``; the Linkus web login checks them here."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._signatures: dict[str, Signature] = {}

    def create(self, extension: str, expires_at: float) -> Signature:
        """Make one."""
        signature = Signature(extension, _text(64), expires_at)
        self._signatures[signature.sign] = signature
        return signature

    def check(self, extension: str, sign: str) -> bool:
        """Whether this signature lets that extension in now."""
        signature = self._signatures.get(sign)
        if signature is None or signature.extension != extension:
            return False
        return not signature.expires_at or signature.expires_at > self._clock.now()

    def forget_all(self) -> None:
        """As after a change of the AccessKey."""
        self._signatures.clear()


class Guard:
    """Counts failed logins by address and blocks an address after too many."""

    def __init__(self, house: House, clock: Clock) -> None:
        self._house = house
        self._clock = clock
        self._strikes: dict[str, int] = {}
        self._blocked: dict[str, float] = {}

    def blocked_until(self, address: str) -> float | None:
        """Unix seconds until which the address is blocked."""
        until = self._blocked.get(address)
        if until is not None and until <= self._clock.now():
            del self._blocked[address]
            return None
        return until

    def strike(self, address: str) -> None:
        """A failed login."""
        self._strikes[address] = self._strikes.get(address, 0) + 1
        if self._strikes[address] >= self._house.knobs.strikes:
            self._blocked[address] = self._clock.now() + self._house.knobs.block_seconds
            del self._strikes[address]

    def succeeded(self, address: str) -> None:
        """A good login wipes the strikes."""
        self._strikes.pop(address, None)

    def unblock(self) -> None:
        """What the administrator does under Blocked IPs."""
        self._strikes.clear()
        self._blocked.clear()


def _text(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
