"""The built card in a browser, in front of an emulated PBX. SDK_FILE names the SDK; without it the stand-in is used."""

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
import hashlib
import json
import os
from pathlib import Path

from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Playwright, async_playwright
import pytest

from emulator import EmulatedPbx
from tests.card.home_assistant import HomeAssistant
from tests.emulator.sdk.conftest import FLAGS, write_voice

WWW = Path(__file__).parents[2] / "custom_components/yeastar_linkus/www"
PAGE = Path(__file__).with_name("page.html")
SDK = "/yeastar_linkus/sdk/ys-webrtc.umd.js"


@pytest.fixture(scope="session")
def sdk_file() -> Path:
    """The SDK under test: the official file when SDK_FILE names it, else the stand-in."""
    if given := os.environ.get("SDK_FILE"):
        return Path(given)
    from emulator import standin

    return standin.path()


@dataclass(frozen=True)
class LinkusUi:
    """The official UI's two files, or the stand-in for them."""

    folder: Path | None
    official: bool


@pytest.fixture(scope="session")
def linkus_ui() -> LinkusUi:
    """The UI under test: the official files when SDK_UI_DIR names their folder, else the stand-in."""
    if given := os.environ.get("SDK_UI_DIR"):
        return LinkusUi(Path(given), official=True)
    from emulator import standin

    return LinkusUi(standin.ui_folder(), official=False)


@pytest.fixture
async def pbx(socket_enabled: None) -> AsyncIterator[EmulatedPbx]:
    """The demo house; the desk phones of 1001 and 1002 are unplugged."""
    async with EmulatedPbx() as pbx:
        pbx.unplug("1001")
        pbx.unplug("1002")
        yield pbx


@pytest.fixture
async def site(socket_enabled: None, sdk_file: Path, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of a page with the page module in it. ``window.cardModule`` is the card's address."""
    manifest = json.loads((WWW / "manifest.json").read_text())

    async def serve_ui(request: web.Request) -> web.StreamResponse:
        folder: Path | None = ui.getfixturevalue("linkus_ui").folder
        assert folder
        return web.FileResponse(folder / request.match_info["name"])

    async def serve(request: web.Request) -> web.StreamResponse:
        if request.path == SDK:
            return web.FileResponse(sdk_file)
        if request.path.startswith("/yeastar_linkus/"):
            return web.FileResponse(WWW / Path(request.path).name)
        card = f'<script>window.cardModule = "/yeastar_linkus/{manifest["card"]}";</script>'
        module = f'{card}<script type="module" src="/yeastar_linkus/{manifest["page"]}"></script>'
        return web.Response(text=PAGE.read_text().replace("</body>", f"{module}</body>"), content_type="text/html")

    ui = request
    app = web.Application()
    app.router.add_get("/yeastar_linkus/sdk/{name:ys-webrtc-sdk-ui[.](?:js|css)}", serve_ui)
    app.router.add_get("/{path:.*}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.fixture
def home_assistant(pbx: EmulatedPbx, sdk_file: Path) -> HomeAssistant:
    home_assistant = HomeAssistant(pbx, SDK)
    home_assistant.integrity[SDK] = integrity(sdk_file)
    return home_assistant


def integrity(file: Path) -> str:
    """The hash of a file as browsers check it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(file.read_bytes()).digest()).decode()}"


@pytest.fixture
async def playwright(socket_enabled: None) -> AsyncIterator[Playwright]:
    async with async_playwright() as driver:
        yield driver


type NewBrowser = Callable[..., Awaitable[BrowserContext]]


@pytest.fixture
async def new_browser(
    playwright: Playwright, home_assistant: HomeAssistant, tmp_path: Path
) -> AsyncIterator[NewBrowser]:
    """Opens browsers whose microphone hums ``voice`` hertz."""
    browsers: list[Browser] = []

    async def open_browser(voice: float = 600, *, microphone: bool = True, trusting: bool = True) -> BrowserContext:
        recording = tmp_path / f"{voice}.wav"
        write_voice(recording, voice)
        flags = [flag for flag in FLAGS if microphone or not flag.startswith("--use-fake")]
        browser = await playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=[
                *flags,
                f"--use-file-for-fake-audio-capture={recording}",
                # An address that is no loopback to the browser: nothing there is secure without TLS.
                "--host-resolver-rules=MAP house.test 127.0.0.1",
            ],
        )
        browsers.append(browser)
        context = await browser.new_context(ignore_https_errors=trusting)
        await context.expose_binding("door", home_assistant.door)
        return context

    yield open_browser
    for browser in browsers:
        await browser.close()
