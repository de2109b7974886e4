"""The files of the Linkus SDK for Web: fetched once or uploaded, checked, kept, and served by Home Assistant itself.

The SDK is proprietary and no part of this integration. Browsers never ask a third party for it.
"""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
import gzip
import hashlib
import os
from pathlib import Path
import shutil
import tempfile
from typing import TypedDict
import zlib

from aiohttp import ClientError, ClientTimeout
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.storage import STORAGE_DIR, Store

from ..const import DOMAIN, LOGGER

URL_SDK = f"/{DOMAIN}/sdk"
CORE_NAME = "ys-webrtc.umd.js"
UPLOADED_VERSION = "uploaded"
SIZE_LIMIT = 8 * 1024 * 1024
RETRY_SECONDS = 1800
ISSUE_SDK = "sdk_missing"

_TIMEOUT = ClientTimeout(total=60, sock_connect=10)


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """One file of the vendor at one version: what it is called, which bytes it is, where it may come from."""

    name: str
    sha256: str
    sources: tuple[str, ...]


CORE_VERSION = "1.0.15"
_CORE_COMMIT = "2ae83bd9819ac9311a088969fbfd8c791b500511"
_UI_VERSION = "1.1.0"
_UI_COMMIT = "e4de74490f5fe885cd166469dc58489264754434"


def _pinned(package: str, version: str, commit: str, name: str, sha256: str) -> PinnedFile:
    return PinnedFile(
        name,
        sha256,
        (
            f"https://cdn.jsdelivr.net/gh/Yeastar-PBX/{package}@{commit}/lib/{name}",
            f"https://unpkg.com/{package}@{version}/lib/{name}",
        ),
    )


CORE = _pinned(
    "ys-webrtc-sdk-core",
    CORE_VERSION,
    _CORE_COMMIT,
    CORE_NAME,
    "4d1ab70940d82c559ffa604a024cb0dc8dffa168b3c8613f578d49a0ea987c41",
)
UI_SCRIPT = _pinned(
    "ys-webrtc-sdk-ui",
    _UI_VERSION,
    _UI_COMMIT,
    "ys-webrtc-sdk-ui.js",
    "155a3163b578821fa92d5ebd3186c5ad230b6faaed9413e82741af96d38fbad1",
)
UI_STYLE = _pinned(
    "ys-webrtc-sdk-ui",
    _UI_VERSION,
    _UI_COMMIT,
    "ys-webrtc-sdk-ui.css",
    "eb33bc18aa3aea9381976b56d48b774e74f55f22543a605ddbd56d8555c8f9b0",
)


class StoredChoice(TypedDict):
    """What is remembered between starts: the hash of the uploaded file, or None for the pinned one."""

    uploaded: str | None


@dataclass(frozen=True, slots=True)
class SdkState:
    """What browsers are told. Addresses are below Home Assistant's own; None is "not here".

    `integrity` has the hash of each of these files, by address, as `integrity` attributes are written.
    """

    url: str | None = None
    ui_url: str | None = None
    ui_css_url: str | None = None
    version: str | None = None
    integrity: Mapping[str, str] = field(default_factory=dict)


class SdkFiles:
    """Keeps the SDK's files in Home Assistant's storage folder and knows which one browsers shall load."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Prepare; nothing is read or fetched yet."""
        self._hass = hass
        self._core = CORE
        self._extras = (UI_SCRIPT, UI_STYLE)
        self._folder = Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}_sdk"))
        self._store: Store[StoredChoice] = Store(hass, 1, f"{DOMAIN}.sdk")
        self._uploaded: str | None = None
        self._here: frozenset[str] = frozenset()
        self._lock = asyncio.Lock()

    async def async_setup(self) -> None:
        """Read what is there and serve it. Files that do not have the bytes they are named for are ignored."""
        if (choice := await self._store.async_load()) is not None:
            self._uploaded = choice["uploaded"]
        wanted = [(file.name, file.sha256) for file in (self._core, *self._extras)]
        if self._uploaded is not None:
            wanted.append((CORE_NAME, self._uploaded))
        self._here = await self._hass.async_add_executor_job(_verified, self._folder, wanted)
        await self._hass.http.async_register_static_paths([StaticPathConfig(URL_SDK, str(self._folder), True)])

    @property
    def state(self) -> SdkState:
        """What browsers may load now."""
        chosen = self._uploaded or self._core.sha256
        if chosen not in self._here:
            return SdkState()
        here = {CORE_NAME: chosen} | {file.name: file.sha256 for file in self._extras if file.sha256 in self._here}
        addresses = {name: _address(name, sha256) for name, sha256 in here.items()}
        return SdkState(
            url=addresses[CORE_NAME],
            ui_url=addresses.get(self._extras[0].name),
            ui_css_url=addresses.get(self._extras[1].name),
            version=CORE_VERSION if chosen == self._core.sha256 else UPLOADED_VERSION,
            integrity={addresses[name]: _integrity(sha256) for name, sha256 in here.items()},
        )

    @property
    def uploaded(self) -> str | None:
        """The SHA-256 of the uploaded file that is in use, or None."""
        return self._uploaded

    async def async_keep(self) -> None:
        """Have the chosen file here: fetch what is missing, try again until it works. Meant for a background task."""
        while not await self.async_ensure():  # noqa: ASYNC110 (waiting for the internet, which sends no events)
            await asyncio.sleep(RETRY_SECONDS)

    async def async_ensure(self) -> bool:
        """Fetch what is missing. Returns whether browsers can load the SDK; a repair issue says so when not."""
        async with self._lock:
            if self._uploaded is None:
                await self._async_fetch_missing()
            available = self.state.url is not None
        if available:
            ir.async_delete_issue(self._hass, DOMAIN, ISSUE_SDK)
        else:
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                ISSUE_SDK,
                is_fixable=True,
                severity=ir.IssueSeverity.WARNING,
                translation_key=ISSUE_SDK,
                translation_placeholders={"file": CORE_NAME, "sources": ", ".join(self._core.sources)},
            )
        return available

    async def async_use_upload(self, data: bytes) -> None:
        """Use this file from now on. The pinned file's own bytes are no upload: they are simply the pinned file.

        A file of the official UI is known by its bytes too, and kept beside the SDK.
        Raises OSError, and nothing changes, when the file cannot be stored.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        async with self._lock:
            if (extra := next((file for file in self._extras if file.sha256 == sha256), None)) is not None:
                await self._async_save(extra.name, sha256, data)
                return
            await self._async_save(CORE_NAME, sha256, data)
            await self._async_choose(None if sha256 == self._core.sha256 else sha256)
        ir.async_delete_issue(self._hass, DOMAIN, ISSUE_SDK)

    async def async_use_pinned(self) -> bool:
        """Use the pinned file from now on. False, and nothing changes, when it cannot be fetched."""
        async with self._lock:
            await self._async_fetch_missing()
            if self._core.sha256 not in self._here:
                return False
            await self._async_choose(None)
        ir.async_delete_issue(self._hass, DOMAIN, ISSUE_SDK)
        return True

    async def async_remove(self) -> None:
        """Delete every file, fetched or uploaded, and what was chosen: the last PBX is gone."""
        async with self._lock:
            await self._hass.async_add_executor_job(partial(shutil.rmtree, self._folder, ignore_errors=True))
            await self._store.async_remove()
            self._uploaded = None
            self._here = frozenset()

    def knows(self, data: bytes) -> bool:
        """Whether these bytes are one of the pinned files'."""
        return hashlib.sha256(data).hexdigest() in {file.sha256 for file in (self._core, *self._extras)}

    async def _async_fetch_missing(self) -> None:
        for file in (self._core, *self._extras):
            if file.sha256 not in self._here and (data := await self._async_fetch(file)) is not None:
                try:
                    await self._async_save(file.name, file.sha256, data)
                except OSError as err:
                    LOGGER.warning("%s could not be stored: %s", file.name, err.strerror)

    async def _async_choose(self, uploaded: str | None) -> None:
        self._uploaded = uploaded
        await self._store.async_save({"uploaded": uploaded})

    async def _async_save(self, name: str, sha256: str, data: bytes) -> None:
        await self._hass.async_add_executor_job(_write, self._folder / sha256[:16] / name, data)
        self._here |= {sha256}

    async def _async_fetch(self, file: PinnedFile) -> bytes | None:
        """Return the file from the first source that has exactly these bytes."""
        session = async_get_clientsession(self._hass)
        for source in file.sources:
            data = bytearray()
            try:
                async with session.get(source, timeout=_TIMEOUT) as response:
                    response.raise_for_status()
                    async for chunk in response.content.iter_chunked(65536):
                        data += chunk
                        if len(data) > SIZE_LIMIT:
                            break
            except (ClientError, TimeoutError, OSError) as err:
                LOGGER.debug("%s is not to be had from %s: %s", file.name, source, type(err).__name__)
                continue
            if hashlib.sha256(data).hexdigest() == file.sha256:
                return bytes(data)
            LOGGER.warning("%s from %s is not the expected file and was thrown away", file.name, source)
        return None


def _address(name: str, sha256: str) -> str:
    return f"{URL_SDK}/{sha256[:16]}/{name}"


def _integrity(sha256: str) -> str:
    return f"sha256-{base64.b64encode(bytes.fromhex(sha256)).decode()}"


def _verified(folder: Path, wanted: list[tuple[str, str]]) -> frozenset[str]:
    """Return the hashes of those files that are here and intact. Blocking."""
    folder.mkdir(parents=True, exist_ok=True)
    here = set()
    for name, sha256 in wanted:
        path = folder / sha256[:16] / name
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
            here.add(sha256)
            # Browsers get the packed twin where there is one.
            if not _unpacks_to(twin := path.with_name(f"{name}.gz"), sha256):
                twin.unlink(missing_ok=True)
    return frozenset(here)


def _unpacks_to(path: Path, sha256: str) -> bool:
    """Whether a packed file has these bytes in it. Blocking."""
    try:
        with gzip.open(path) as stream:
            return hashlib.sha256(stream.read(SIZE_LIMIT + 1)).hexdigest() == sha256
    except OSError, EOFError, zlib.error:
        return False


def _write(path: Path, data: bytes) -> None:
    """Write a file and its packed twin, each in one step: a reader sees all of it or nothing. Blocking. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for target, content in ((path, data), (path.with_name(f"{path.name}.gz"), gzip.compress(data, mtime=0))):
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(target)
        except OSError:
            # A full disk must not be filled by what is left of every attempt.
            Path(temporary).unlink(missing_ok=True)
            raise


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()
