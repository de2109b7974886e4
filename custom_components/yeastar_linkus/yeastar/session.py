"""Requests with a token: asks for one, retries once after 10004, reads paged lists, fetches files."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

from .auth import Token, TokenStore
from .errors import MissingCredentials, ProtocolError, TokenRejected
from .shape import integer, rows, text
from .transport import API_PATH, Transport

PAGE_SIZE: Final = 200
PAGE_LIMIT: Final = 500
"""Most pages read of one list."""
FILE_LIMIT: Final = 256 * 1024 * 1024
"""Most bytes fetched of one file."""

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
        if not link.startswith("/") or link.startswith("//") or "\\" in link:
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
        for page in range(1, PAGE_LIMIT + 1):
            answer = await self.get(path, {"page": page, "page_size": size, **(query or {})}, base=base)
            entries = rows(answer, key, path)
            known = len(found)
            for entry in entries:
                identity = _identity(entry)
                if not identity or identity not in seen:
                    seen.add(identity)
                    found.append(entry)
            # A total that is wrong must not have the same page asked for again and again.
            if len(found) == known or page * size >= integer(answer, "total_number"):
                break
            if limit is not None and len(found) >= limit:
                break
        return found[:limit]

    async def link(self, path: str, query: Query) -> FileLink:
        """Ask for a link to a file."""
        return FileLink.from_api(await self.get(path, query), path)

    async def chunks(self, link: FileLink) -> AsyncGenerator[bytes]:
        """The bytes of a file, as they come. Raises ProtocolError for one that is too large."""
        store = self._need()
        token = (await store.get()).value
        try:
            async with aclosing(self._bounded(link, token)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except TokenRejected:
            await store.reject(token)
        else:
            return
        async with aclosing(self._bounded(link, (await store.get()).value)) as chunks:
            async for chunk in chunks:
                yield chunk

    async def _bounded(self, link: FileLink, token: str) -> AsyncGenerator[bytes]:
        size = 0
        async with aclosing(self.transport.file(link.path, token)) as chunks:
            async for chunk in chunks:
                if (size := size + len(chunk)) > FILE_LIMIT:
                    raise ProtocolError(f"file larger than {FILE_LIMIT} bytes")
                yield chunk

    async def download(self, link: FileLink) -> bytes:
        """The bytes of a file. Raises as `chunks`."""
        return b"".join([chunk async for chunk in self.chunks(link)])


_IDENTITIES: Final = ("new_id", "id", "ext_id", "trunk_id", "msg_id", "uid")


def _identity(row: Mapping[str, Any]) -> str:
    return next((value for key in _IDENTITIES if (value := text(row, key))), "")


def joined(values: Iterable[int]) -> str:
    """Several ids in one parameter, as ``queue_ids`` and the like want them."""
    return ",".join(map(str, values))
