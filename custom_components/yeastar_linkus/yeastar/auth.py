"""Tokens: one shared token per pair of credentials, so that neither the eight-token cap nor the block is ever met."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
import time
from typing import Final

from .errors import (
    AddressBlocked,
    AddressNotAllowed,
    ApiError,
    CannotConnect,
    InvalidCredentials,
    TooManyTokens,
    YeastarError,
)
from .models import Credentials
from .shape import integer, required, text
from .transport import Transport

RENEW_AT: Final = 0.8
"""Share of a token's life after which it is renewed."""
DEFAULT_LIFE: Final = 1800
"""Life of an access token in seconds where the answer does not tell."""
_FINAL: Final = (InvalidCredentials, TooManyTokens, AddressBlocked, AddressNotAllowed)
"""Refusals that a repetition makes worse."""


@dataclass(frozen=True, slots=True)
class Token:
    """One access token; times are of the store's clock."""

    value: str = field(repr=False)
    renew_at: float
    expires_at: float
    refresh: str = field(default="", repr=False)
    refresh_until: float = 0.0


class TokenStore:
    """Gets, renews and revokes the one token of a pair of credentials.

    However many callers ask at once, one request is sent. After a refusal that a repetition would make worse (wrong
    credentials, token cap, blocked or forbidden address) every login is refused here, without asking the PBX, until
    `reset` is called: five failed logins would block the address for every user of it.
    """

    def __init__(
        self, transport: Transport, credentials: Credentials, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Prepare; nothing is sent. `clock` gives seconds that never run backwards."""
        self._transport = transport
        self._credentials = credentials
        self._clock = clock
        self._token: Token | None = None
        self._task: asyncio.Task[Token] | None = None
        self._refusal: ApiError | None = None
        self._closed = False

    @property
    def refusal(self) -> ApiError | None:
        """Why the store no longer logs in, or None."""
        return self._refusal

    def reset(self) -> None:
        """Allow logins again: somebody corrected the cause."""
        self._refusal = None

    async def get(self) -> Token:
        """A token that is good for now. Raises CannotConnect, NotYeastar, ProtocolError and ApiError."""
        now = self._clock()
        token = self._token
        if token is not None and now < token.renew_at:
            return token
        if self._refusal is not None:
            if token is not None and now < token.expires_at:
                return token
            raise type(self._refusal)(self._refusal.code, self._refusal.message, self._refusal.path)
        if self._closed:
            raise CannotConnect("the client is closed")
        if self._task is None:
            self._task = asyncio.create_task(self._renew(), name="yeastar token")
            self._task.add_done_callback(self._renewed)
        try:
            return await asyncio.shield(self._task)
        except YeastarError:
            if (token := self._token) is not None and self._clock() < token.expires_at:
                return token
            raise

    def _renewed(self, task: asyncio.Task[Token]) -> None:
        """Forget the request; look at its error, since every caller may be gone by now."""
        self._task = None
        if not task.cancelled():
            task.exception()

    async def reject(self, value: str) -> None:
        """The PBX answered 10004 to this token: drop it, and free its slot in case the PBX still counts it."""
        if self._token is not None and self._token.value == value:
            self._token = None
            await self._delete(value)

    async def revoke(self) -> None:
        """Give the token back and log in no more. Never raises."""
        self._closed = True
        if self._task is not None:
            await asyncio.wait([self._task])
        token, self._token = self._token, None
        if token is not None and self._clock() < token.expires_at:
            await self._delete(token.value)

    async def _delete(self, value: str) -> None:
        with suppress(YeastarError):
            await self._transport.request("GET", "del_token", token=value)

    async def _renew(self) -> Token:
        """Use the refresh token while it is good; whatever the PBX says against it, log in afresh."""
        token = self._token
        if token is not None and token.refresh and self._clock() < token.refresh_until:
            try:
                return await self._fetch("refresh_token", {"refresh_token": token.refresh})
            except AddressBlocked, AddressNotAllowed:
                raise
            except ApiError:
                self._token = None
                await self._delete(token.value)
        return await self._fetch("get_token", {"username": self._credentials.id, "password": self._credentials.secret})

    async def _fetch(self, path: str, body: dict[str, str]) -> Token:
        asked = self._clock()
        try:
            answer = await self._transport.request("POST", path, body=body)
        except _FINAL as error:
            self._refusal = error
            raise
        life = max(integer(answer, "access_token_expire_time", DEFAULT_LIFE), 1)
        refresh_life = integer(answer, "refresh_token_expire_time")
        self._token = Token(
            value=required(answer, "access_token", path),
            renew_at=asked + life * RENEW_AT,
            expires_at=asked + life,
            refresh=text(answer, "refresh_token"),
            refresh_until=asked + refresh_life * RENEW_AT,
        )
        return self._token
