"""A PBX, a page and browsers for the tests that run the SDK."""

from collections.abc import AsyncIterator, Awaitable, Callable
import os
from pathlib import Path
import wave

from aiohttp import web
import numpy as np
from playwright.async_api import Browser, Playwright, async_playwright
import pytest

from emulator import EmulatedPbx
from tests.emulator.sdk.browser import SdkPage

PAGE = Path(__file__).with_name("page.html")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)


@pytest.fixture
async def pbx(socket_enabled: None) -> AsyncIterator[EmulatedPbx]:
    """The demo house; its desk phones of 1001 and 1002 are unplugged, so that only browsers ring there."""
    async with EmulatedPbx() as pbx:
        pbx.unplug("1001")
        pbx.unplug("1002")
        yield pbx


@pytest.fixture(scope="session")
def sdk_file() -> Path:
    """The SDK under test: the official file when SDK_FILE names it, else the stand-in."""
    if given := os.environ.get("SDK_FILE"):
        return Path(given)
    from emulator import standin

    return standin.path()


@pytest.fixture
async def site(socket_enabled: None, sdk_file: Path) -> AsyncIterator[str]:
    """The address of a page on http://127.0.0.1 with the SDK in it."""

    async def serve(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(sdk_file if request.path == "/sdk.js" else PAGE)

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


def write_voice(path: Path, hz: float) -> None:
    """A voice for the fake microphone: a note in syllables, so that noise suppression takes it for speech."""
    rate, seconds = 48000, 4
    moments = np.arange(rate * seconds) / rate
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 3 * moments)
    samples = (np.sin(2 * np.pi * hz * moments) * syllables * 0.5 * 32767).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())


@pytest.fixture
async def playwright(socket_enabled: None) -> AsyncIterator[Playwright]:
    async with async_playwright() as driver:
        yield driver


type NewPage = Callable[..., Awaitable[SdkPage]]


@pytest.fixture
async def new_page(playwright: Playwright, site: str, tmp_path: Path) -> AsyncIterator[NewPage]:
    """Opens pages, each in a browser of its own whose microphone hums ``voice`` hertz."""
    browsers: list[Browser] = []

    async def open_page(voice: float = 600, *, microphone: bool = True) -> SdkPage:
        recording = tmp_path / f"{voice}.wav"
        write_voice(recording, voice)
        flags = [flag for flag in FLAGS if microphone or not flag.startswith("--use-fake-device")]
        browser = await playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=[*flags, f"--use-file-for-fake-audio-capture={recording}"],
        )
        browsers.append(browser)
        context = await browser.new_context(ignore_https_errors=True)
        page = await context.new_page()
        await page.goto(site)
        return SdkPage(page)

    yield open_page
    for browser in browsers:
        await browser.close()
