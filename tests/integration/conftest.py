"""A real Home Assistant and the emulated PBX, talking over the loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
import gzip
import hashlib
import json
import os
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

import custom_components.yeastar_linkus.browser.card as card_module
import custom_components.yeastar_linkus.browser.sdk as sdk_module
from custom_components.yeastar_linkus.const import DOMAIN
from emulator import EmulatedPbx
from tests.integration.texts import TextWatch
from tests.integration.waiting import until

WEBHOOK_ID = "f" * 64
WEBHOOK_SECRET = "5" * 32
SDK_BYTES = b"var YSWebRTC = {};"
SERIAL = "3631A2100001"

API = {"client_id": "demoApiClientId", "client_secret": "demoApiClientSecret"}
SDK = {"access_id": "demoSdkAccessId", "access_key": "demoSdkAccessKey"}


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant find ours."""


@pytest.fixture(autouse=True)
async def enable_event_loop_debug() -> None:
    """Asyncio's debug mode only where asked for (ASYNCIO_DEBUG=1): the stack it keeps of every handle is a third of the run."""
    asyncio.get_running_loop().set_debug(bool(os.environ.get("ASYNCIO_DEBUG")))


@pytest.fixture(autouse=True)
def texts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that shows somebody a text which is not there."""
    watch = TextWatch(monkeypatch)
    hass: HomeAssistant | None = request.getfixturevalue("hass") if "hass" in request.fixturenames else None
    yield
    if hass is not None:
        watch.entities(hass)
    assert watch.complaints == []


@pytest.fixture(autouse=True)
def card_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built card, so that no test needs the real build."""
    folder = tmp_path / "www"
    folder.mkdir()
    names = ["card-aaaaaaaaaaaa.js", "page-bbbbbbbbbbbb.js", "engine.html"]
    for name in names:
        (folder / name).write_text(f"// {name}\n")
        (folder / f"{name}.gz").write_bytes(gzip.compress(f"// {name}\n".encode()))
    (folder / "manifest.json").write_text(
        json.dumps({"version": "0.1.0", "hash": "aaaaaaaaaaaa", "card": names[0], "page": names[1], "files": names})
    )
    monkeypatch.setattr(card_module, "FOLDER", folder)
    return folder


@pytest.fixture(autouse=True)
def pinned_sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An SDK of our own that is pinned, and nowhere to be fetched from: no test leaves the loopback. Returns its folder."""
    monkeypatch.setattr(sdk_module, "STORAGE_DIR", str(tmp_path / "storage"))
    for name, data in (("CORE", SDK_BYTES), ("UI_SCRIPT", b"ui"), ("UI_STYLE", b"css")):
        file = getattr(sdk_module, name)
        digest = hashlib.sha256(data).hexdigest()
        monkeypatch.setattr(sdk_module, name, sdk_module.PinnedFile(file.name, digest, ()))
    return tmp_path / "storage" / "yeastar_linkus_sdk"


@pytest.fixture
async def pbx(hass: HomeAssistant, socket_enabled: None) -> AsyncIterator[EmulatedPbx]:
    """The emulated PBX, on a free port of the loopback."""
    _forgive_broken_handshakes(hass.loop)
    async with EmulatedPbx() as running:
        yield running
        # Home Assistant hangs up before the PBX goes away, as on every orderly unload.
        for entry in hass.config_entries.async_loaded_entries(DOMAIN):
            await hass.config_entries.async_unload(entry.entry_id)
        await hass.async_block_till_done()


def _forgive_broken_handshakes(loop: asyncio.AbstractEventLoop) -> None:
    """A client that refuses the certificate, or goes away, breaks handshakes off; the PBX's side of this loop reports it."""
    strict = loop.get_exception_handler()

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if strict is not None and not context["message"].startswith("Error on transport creation"):
            strict(loop, context)

    loop.set_exception_handler(handle)


def entry_data(pbx: EmulatedPbx, **changes: Any) -> dict[str, Any]:
    """A config entry's data for the emulated PBX. A key set to None is left out."""
    data = {
        "url": pbx.url,
        "certificate": "pin",
        "fingerprint": pbx.ssl_fingerprint,
        **API,
        **SDK,
        "webhook_id": WEBHOOK_ID,
        "webhook_secret": WEBHOOK_SECRET,
        **changes,
    }
    return {key: value for key, value in data.items() if value is not None}


def phone_data(user_id: str, extension: str, *, supervisor: bool = False) -> ConfigSubentryData:
    """A phone subentry as stored."""
    return ConfigSubentryData(
        data={"user_id": user_id, "extension": extension, "supervisor": supervisor},
        subentry_type="phone",
        title=f"{user_id} · {extension}",
        unique_id=f"{user_id}_{extension}",
    )


type Setup = Callable[..., Awaitable[MockConfigEntry]]


@pytest.fixture
def setup(hass: HomeAssistant, pbx: EmulatedPbx) -> Setup:
    """Set the emulated PBX up; returns the loaded entry."""

    async def set_up(
        *,
        phones: list[ConfigSubentryData] | None = None,
        options: dict[str, Any] | None = None,
        wait_for_events: bool = True,
        **changes: Any,
    ) -> MockConfigEntry:
        data = entry_data(pbx, **changes)
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Demo house",
            unique_id=SERIAL if "client_id" in data else None,
            data=data,
            options=options or {},
            subentries_data=phones or [],
        )
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        if wait_for_events and "client_id" in data:
            await until(lambda: hass.states.is_state("binary_sensor.demo_house_events", "on"))
        return entry

    return set_up


@pytest.fixture
async def reachable(hass: HomeAssistant, pbx: EmulatedPbx, hass_client_no_auth: ClientSessionGenerator) -> str:
    """Home Assistant's web server on the loopback, where the PBX reaches it. Returns its address."""
    assert await async_setup_component(hass, DOMAIN, {})
    client = await hass_client_no_auth()
    address = f"http://127.0.0.1:{client.server.port}"
    await hass.config.async_update(internal_url=address)
    return address
