"""Requests with a token: asks for one, retries once after 10004, reads paged lists, fetches files."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from .auth import Token, TokenStore
from .errors import MissingCredentials, ProtocolError, TokenRejected
from .paging import Page
from .shape import integer, rows, text
from .transport import API_PATH, FileBody, Transport

PAGE_SIZE: Final = 200
PAGE_LIMIT: Final = 500
"""Most pages read of one list."""

type Query = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file that the PBX lends for 30 minutes. `path` is on the PBX and good for `Session.download` only."""

    file: str
    path: str

    @classmethod
    def from_api(cls, answer: Mapping[str, Any], path: str) -> FileLink:
        """Read the answer of a ``*/download``. Raises ProtocolError for a link to anywhere but the PBX."""
        link = text(answer, "download_resource_url", 2048)
        # Parsers of addresses drop tabs and line ends, and what is left of "/<tab>/host" names another host.
        if not link.startswith("/") or link.startswith("//") or "\\" in link or not link.isprintable():
            raise ProtocolError(f"{path}: no link to a file on the PBX")
        return cls(text(answer, "file"), link)


class Session:
    """One pair of credentials at one PBX."""

    def __init__(self, transport: Transport, store: TokenStore | None, name: str) -> None:
        """Prepare; nothing is sent. Without a store every request raises MissingCredentials."""
        self.transport = transport
        self.store = store
        self._name = name

    def _need(self) -> TokenStore:
        if self.store is None:
            raise MissingCredentials(f"no credentials for {self._name}")
        return self.store

    async def token(self) -> Token:
        """A token that is good for now."""
        return await self._need().get()

    async def reject(self, value: str) -> None:
        """The PBX refused this token (10004): drop it."""
        await self._need().reject(value)

    async def get(self, path: str, query: Query | None = None, *, base: str = API_PATH) -> dict[str, Any]:
        """Send a GET and return the answer."""
        return await self._call("GET", path, query=query, base=base)

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a POST and return the answer."""
        return await self._call("POST", path, body=body)

    async def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """Send a request; on 10004 once more with a new token, on any other error not again."""
        store = self._need()
        token = (await store.get()).value
        try:
            return await self.transport.request(method, path, token=token, **options)
        except TokenRejected:
            await store.reject(token)
        token = (await store.get()).value
        try:
            return await self.transport.request(method, path, token=token, **options)
        except TokenRejected:
            await store.reject(token)
            raise

    async def page(
        self, path: str, number: int, size: int, *, key: str = "data", query: Query | None = None, base: str = API_PATH
    ) -> Page[dict[str, Any]]:
        """One page of a list, by its number from 1."""
        answer = await self.get(path, {"page": number, "page_size": size, **(query or {})}, base=base)
        return Page(tuple(rows(answer, key, path)), integer(answer, "total_number"))

    async def pages(
        self,
        path: str,
        *,
        key: str = "data",
        query: Query | None = None,
        size: int = PAGE_SIZE,
        limit: int | None = None,
        base: str = API_PATH,
    ) -> list[dict[str, Any]]:
        """The rows of a paged list, each once although rows may shift between two pages; at most `limit`."""
        found: list[dict[str, Any]] = []
        seen: set[str] = set()
        for number in range(1, PAGE_LIMIT + 1):
            page = await self.page(path, number, size, key=key, query=query, base=base)
            known = len(found)
            for entry in page.rows:
                identity = _identity(entry)
                if not identity or identity not in seen:
                    seen.add(identity)
                    found.append(entry)
            # A total that is wrong must not have the same page asked for again and again.
            if len(found) == known or number * size >= page.total:
                break
            if limit is not None and len(found) >= limit:
                break
        return found[:limit]

    async def link(self, path: str, query: Query) -> FileLink:
        """Ask for a link to a file."""
        return FileLink.from_api(await self.get(path, query), path)

    @asynccontextmanager
    async def open(self, link: FileLink, first: int = 0) -> AsyncGenerator[FileBody]:
        """The file behind a link, from byte `first` on. Raises as `Transport.file`."""
        store = self._need()
        token = (await store.get()).value
        async with AsyncExitStack() as opened:
            try:
                body = await opened.enter_async_context(self.transport.file(link.path, token, first))
            except TokenRejected:
                await store.reject(token)
                again = (await store.get()).value
                body = await opened.enter_async_context(self.transport.file(link.path, again, first))
            yield body

    async def download(self, link: FileLink) -> bytes:
        """The bytes of a file. Raises as `Transport.file` and `FileBody.chunks`."""
        async with self.open(link) as body:
            return b"".join([chunk async for chunk in body.chunks()])


_IDENTITIES: Final = ("new_id", "id", "ext_id", "trunk_id", "msg_id", "uid")


def _identity(row: Mapping[str, Any]) -> str:
    return next((value for key in _IDENTITIES if (value := text(row, key))), "")


def joined(values: Iterable[int]) -> str:
    """Several ids in one parameter, as ``queue_ids`` and the like want them."""
    return ",".join(map(str, values))
