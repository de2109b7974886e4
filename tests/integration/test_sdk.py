"""The SDK's files: fetched once, checked, kept, served; and calm when the internet is not there."""

import base64
from collections.abc import AsyncIterator
import gzip
import hashlib
from http import HTTPStatus
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

import custom_components.yeastar_linkus.browser.sdk as sdk_module
from custom_components.yeastar_linkus.const import DOMAIN
from custom_components.yeastar_linkus.shared import SHARED
from emulator import EmulatedPbx
from tests.integration.conftest import SDK_BYTES, Setup, entry_data
from tests.integration.waiting import until

FILES = {"ys-webrtc.umd.js": SDK_BYTES, "ys-webrtc-sdk-ui.js": b"ui", "ys-webrtc-sdk-ui.css": b"css"}


class Mirror:
    """A place in the internet that has the files."""

    def __init__(self) -> None:
        self.files = dict(FILES)
        self.asked: list[str] = []

    async def handle(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.append(name)
        if name not in self.files:
            raise web.HTTPNotFound
        return web.Response(body=self.files[name])


@pytest.fixture
async def mirror(socket_enabled: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mirror]:
    mirror = Mirror()
    app = web.Application()
    app.router.add_get("/good/{name}", mirror.handle)
    async with TestServer(app, host="127.0.0.1") as server:
        address = f"http://127.0.0.1:{server.port}"
        for name in ("CORE", "UI_SCRIPT", "UI_STYLE"):
            file = getattr(sdk_module, name)
            sources = ("http://127.0.0.1:1/x", f"{address}/nowhere/{file.name}", f"{address}/good/{file.name}")
            monkeypatch.setattr(sdk_module, name, sdk_module.PinnedFile(file.name, file.sha256, sources))
        yield mirror


def issue(hass: HomeAssistant) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, "sdk_missing")


async def test_the_files_are_fetched_from_the_first_place_that_has_them_and_served(
    hass: HomeAssistant,
    mirror: Mirror,
    pinned_sdk: Path,
    setup: Setup,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    await setup(wait_for_events=False)
    await until(lambda: hass.data[SHARED].sdk.state.ui_css_url)
    state = hass.data[SHARED].sdk.state
    digest = hashlib.sha256(SDK_BYTES).hexdigest()[:16]
    assert state.url == f"/yeastar_linkus/sdk/{digest}/ys-webrtc.umd.js"
    assert state.version == "1.0.15"
    assert issue(hass) is None
    http = await hass_client_no_auth()
    for url, name in ((state.url, "ys-webrtc.umd.js"), (state.ui_url, "ys-webrtc-sdk-ui.js")):
        response = await http.get(url, headers={"Accept-Encoding": "identity"})
        assert response.status == HTTPStatus.OK
        assert await response.read() == FILES[name]
        assert state.integrity[url] == f"sha256-{base64.b64encode(hashlib.sha256(FILES[name]).digest()).decode()}"
        assert "max-age=2678400" in response.headers["Cache-Control"]
    packed = await http.get(state.url, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert await packed.read() == SDK_BYTES
    for path in ("..%2f..%2fsecrets.yaml", "nothing.js"):
        assert (await http.get(f"/yeastar_linkus/sdk/{path}")).status in {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}


async def test_what_is_here_is_not_fetched_again(
    hass: HomeAssistant, mirror: Mirror, pinned_sdk: Path, setup: Setup
) -> None:
    path = pinned_sdk / hashlib.sha256(SDK_BYTES).hexdigest()[:16] / "ys-webrtc.umd.js"
    path.parent.mkdir(parents=True)
    path.write_bytes(SDK_BYTES)
    await setup(wait_for_events=False)
    await until(lambda: hass.data[SHARED].sdk.state.ui_css_url)
    assert "ys-webrtc.umd.js" not in mirror.asked


async def test_a_damaged_file_is_replaced(hass: HomeAssistant, mirror: Mirror, pinned_sdk: Path, setup: Setup) -> None:
    path = pinned_sdk / hashlib.sha256(SDK_BYTES).hexdigest()[:16] / "ys-webrtc.umd.js"
    path.parent.mkdir(parents=True)
    path.write_bytes(SDK_BYTES[:5])
    await setup(wait_for_events=False)
    await until(lambda: hass.data[SHARED].sdk.state.url)
    assert path.read_bytes() == SDK_BYTES
    assert [file.name for file in sorted(path.parent.iterdir())] == ["ys-webrtc.umd.js", "ys-webrtc.umd.js.gz"]


@pytest.mark.parametrize("wrong", [b"another file", bytes(8 * 1024 * 1024 + 1)], ids=["other", "too_large"])
async def test_a_file_with_other_bytes_is_never_served(
    hass: HomeAssistant, mirror: Mirror, pinned_sdk: Path, setup: Setup, wrong: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    mirror.files["ys-webrtc.umd.js"] = wrong
    await setup(wait_for_events=False)
    await until(lambda: issue(hass))
    assert hass.data[SHARED].sdk.state.url is None
    assert "is not the expected file and was thrown away" in caplog.text


async def test_it_tries_again_until_the_internet_is_there(
    hass: HomeAssistant, mirror: Mirror, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sdk_module, "RETRY_SECONDS", 0.02)
    mirror.files.clear()
    await setup(wait_for_events=False)
    await until(lambda: issue(hass))
    mirror.files.update(FILES)
    await until(lambda: hass.data[SHARED].sdk.state.url)
    await until(lambda: issue(hass) is None)


async def test_the_look_of_the_sdk_may_be_missing(hass: HomeAssistant, mirror: Mirror, setup: Setup) -> None:
    del mirror.files["ys-webrtc-sdk-ui.js"], mirror.files["ys-webrtc-sdk-ui.css"]
    await setup(wait_for_events=False)
    await until(lambda: hass.data[SHARED].sdk.state.url)
    assert hass.data[SHARED].sdk.state.ui_url is None


async def test_the_look_of_the_sdk_may_be_uploaded(hass: HomeAssistant, mirror: Mirror, setup: Setup) -> None:
    del mirror.files["ys-webrtc-sdk-ui.js"], mirror.files["ys-webrtc-sdk-ui.css"]
    await setup(wait_for_events=False)
    sdk = hass.data[SHARED].sdk
    await until(lambda: sdk.state.url)
    before = sdk.state
    for data in (FILES["ys-webrtc-sdk-ui.js"], FILES["ys-webrtc-sdk-ui.css"]):
        assert sdk.knows(data)
        await sdk.async_use_upload(data)
    assert (sdk.state.ui_url or "").endswith("/ys-webrtc-sdk-ui.js")
    assert (sdk.state.ui_css_url or "").endswith("/ys-webrtc-sdk-ui.css")
    assert (sdk.state.url, sdk.uploaded) == (before.url, None)


@pytest.mark.parametrize("without", [{"access_id": None, "access_key": None}, {"options": {"browser_calling": False}}])
async def test_nothing_is_fetched_that_nobody_needs(
    hass: HomeAssistant, mirror: Mirror, setup: Setup, without: dict[str, None]
) -> None:
    await setup(wait_for_events=False, **without)
    await hass.async_block_till_done(wait_background_tasks=False)
    assert mirror.asked == []
    assert issue(hass) is None


async def test_an_uploaded_file_survives_a_restart(
    hass: HomeAssistant, pinned_sdk: Path, pbx: EmulatedPbx, setup: Setup
) -> None:
    await setup(wait_for_events=False)
    sdk = hass.data[SHARED].sdk
    await sdk.async_use_upload(b"mine YSWebRTC")
    assert sdk.state.version == "uploaded"
    again = sdk_module.SdkFiles(hass)
    await again.async_setup()
    assert again.state == sdk.state
    assert await again.async_ensure()
    # Without its bytes there is nothing to serve, and an issue says so.
    (pinned_sdk / hashlib.sha256(b"mine YSWebRTC").hexdigest()[:16] / "ys-webrtc.umd.js").unlink()
    lost = sdk_module.SdkFiles(hass)
    await lost.async_setup()
    assert lost.state.url is None
    assert not await lost.async_ensure()
    assert issue(hass) is not None


async def test_what_is_served_is_a_script_and_nothing_else(
    hass: HomeAssistant,
    mirror: Mirror,
    pinned_sdk: Path,
    setup: Setup,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    """Type, no guessing at types, no framing by others; and nothing of the folder but the files asked for by name."""
    await setup(wait_for_events=False)
    sdk = hass.data[SHARED].sdk
    await until(lambda: sdk.state.ui_css_url)
    await sdk.async_use_upload(b"<html><script>YSWebRTC</script></html>")
    http = await hass_client_no_auth()
    for url, kind in (
        (sdk.state.url, "text/javascript"),
        (sdk.state.ui_css_url, "text/css"),
        ("/yeastar_linkus/engine.html", "text/html"),
        ("/yeastar_linkus/card-aaaaaaaaaaaa.js", "text/javascript"),
    ):
        response = await http.get(url)
        assert response.status == HTTPStatus.OK
        assert response.content_type == kind
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
        assert response.headers["Referrer-Policy"] == "no-referrer"
    digest = sdk.state.url.split("/")[-2]
    for path in (
        "/yeastar_linkus/sdk", "/yeastar_linkus/sdk/", f"/yeastar_linkus/sdk/{digest}", f"/yeastar_linkus/sdk/{digest}/",
        f"/yeastar_linkus/sdk/{digest}/../../../core.config_entries", "/yeastar_linkus/sdk/%2e%2e/yeastar_linkus.sdk",
        f"/yeastar_linkus/sdk/{digest}%5c..%5c..", "/yeastar_linkus/sdk//etc/passwd",
    ):  # fmt: skip
        assert (await http.get(path)).status >= HTTPStatus.BAD_REQUEST, path


@pytest.mark.parametrize("packed", [gzip.compress(b"evil()"), b"no gzip", None, gzip.compress(SDK_BYTES)])
async def test_a_packed_twin_with_other_bytes_is_not_served(
    hass: HomeAssistant,
    mirror: Mirror,
    pinned_sdk: Path,
    setup: Setup,
    hass_client_no_auth: ClientSessionGenerator,
    packed: bytes | None,
) -> None:
    path = pinned_sdk / hashlib.sha256(SDK_BYTES).hexdigest()[:16] / "ys-webrtc.umd.js"
    path.parent.mkdir(parents=True)
    path.write_bytes(SDK_BYTES)
    if packed is not None:
        path.with_name(f"{path.name}.gz").write_bytes(packed)
    await setup(wait_for_events=False)
    http = await hass_client_no_auth()
    response = await http.get(hass.data[SHARED].sdk.state.url, headers={"Accept-Encoding": "gzip"})
    assert await response.read() == SDK_BYTES


async def test_the_last_pbx_takes_the_files_along(
    hass: HomeAssistant,
    mirror: Mirror,
    pinned_sdk: Path,
    pbx: EmulatedPbx,
    setup: Setup,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    entry = await setup(wait_for_events=False)
    other = MockConfigEntry(domain=DOMAIN, data=entry_data(pbx, url="https://pbx.example"))
    other.add_to_hass(hass)
    sdk = hass.data[SHARED].sdk
    await until(lambda: sdk.state.url)
    await sdk.async_use_upload(b"mine YSWebRTC")
    assert await hass.config_entries.async_remove(other.entry_id)
    assert sdk.state.version == "uploaded"
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert not pinned_sdk.exists()
    assert sdk.state == sdk_module.SdkState()
    # Somebody who comes back begins with the known version.
    await setup(wait_for_events=False)
    await until(lambda: sdk.state.url)
    assert sdk.state.version == sdk_module.CORE_VERSION
    browser = await hass_client_no_auth()
    assert (await browser.get(sdk.state.url)).status == HTTPStatus.OK
