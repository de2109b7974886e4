"""One house and one browser for all end-to-end tests; a fresh browser profile and a quiet PBX for each."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import partial
import os
from pathlib import Path
import re
import time
from typing import Any

from playwright.async_api import Browser, BrowserContext
import pytest

from demo import dashboard
from demo.browser import chromium, logged_in, write_tone
from demo.conditions import free_port
from demo.house import ANNA, BEN, House, house as run_house
from demo.sdk import SdkFile, standin
from demo.session import Session
from tests.e2e.phone_page import OpenPhone, PhonePage, UntilRight
from tests.e2e.wire import Wire

UNTIL_RIGHT = "until right"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
OUTPUT = Path(__file__).parents[2] / "test-output" / "e2e"


@pytest.fixture(scope="session")
async def sdk() -> SdkFile:
    """The SDK under test: SDK_FILE, or the stand-in."""
    given = os.environ.get("SDK_FILE")
    return SdkFile.given(Path(given)) if given else await standin()


@pytest.fixture(scope="session")
async def house(sdk: SdkFile, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The house, on free ports."""
    directory = tmp_path_factory.mktemp("house")
    try:
        async with run_house(directory, port=free_port(), pbx_port=free_port(), sdk=sdk) as running:
            yield running
    finally:
        OUTPUT.mkdir(parents=True, exist_ok=True)
        for log in ("home-assistant.log", "console.log"):
            if (directory / log).exists():
                (OUTPUT / f"{WORKER}{log}").write_bytes((directory / log).read_bytes())


@pytest.fixture(scope="session")
async def chrome(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """The browser, whose microphone hears a tone."""
    async with chromium(write_tone(tmp_path_factory.mktemp("microphone") / "tone.wav")) as browser:
        yield browser


@pytest.fixture
async def wire(house: House) -> AsyncIterator[Wire]:
    """What the PBX sees. Afterwards no call and no browser is left of the test."""
    # A test that failed may have left Home Assistant in the middle of a restart.
    await house.up()
    seen = Wire(house.pbx)
    yield seen
    await seen.quiet()
    for person in (ANNA, BEN):
        await house.says(person, "idle")


@pytest.fixture
async def open_phone(
    house: House, chrome: Browser, wire: Wire, request: pytest.FixtureRequest
) -> AsyncIterator[OpenPhone]:
    """Opens a page in a browser profile of its own, for Anna unless told otherwise, and makes this browser her phone."""
    async with AsyncExitStack() as stack:
        pages: list[PhonePage] = []

        async def open_page(
            session: Session | None = None, *, path: str = dashboard.URL, use: bool = True, **options: Any
        ) -> PhonePage:
            context: BrowserContext = await logged_in(chrome, session or house.anna, **options)
            stack.push_async_callback(context.close)
            phone = PhonePage(await context.new_page())
            pages.append(phone)
            console = OUTPUT / "console" / f"{safe(request.node.name)}.{len(pages)}.log"
            console.parent.mkdir(parents=True, exist_ok=True)
            console.unlink(missing_ok=True)
            keep = partial(append, console)
            phone.page.on("console", lambda line: keep(f"{line.type} {line.text}"))
            phone.page.on("pageerror", lambda error: keep(f"pageerror {error}"))
            await phone.page.goto(path)
            if use:
                await phone.use_browser()
            return phone

        yield open_page
        if getattr(request.node, "failed", False):
            for number, phone in enumerate(pages, 1):
                if phone.page.is_closed():
                    continue
                await phone.page.screenshot(path=OUTPUT / f"{safe(request.node.name)}.{number}.png")


@pytest.fixture
def until_right(record_property: Callable[[str, object], None]) -> UntilRight:
    """Measures how long it takes until all is right again; the figures are printed after the tests."""

    @contextmanager
    def measure(what: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        record_property(UNTIL_RIGHT, f"{time.perf_counter() - begun:8.2f} s  {what}")

    return measure


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how long things took to be right again."""
    reports = (report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ()))
    times = [line for report in reports for name, line in report.user_properties if name == UNTIL_RIGHT]
    if times:
        terminalreporter.section("time until right again")
        for line in times:
            terminalreporter.write_line(line)


def append(log: Path, line: str) -> None:
    """Add a line to a log. A closing page still speaks after its test, so no file may stay open for it and be closed too early."""
    with log.open("a") as lines:
        lines.write(line + "\n")


def safe(name: str) -> str:
    """A test's name as a file name."""
    return re.sub(r"[^\w.-]+", "_", name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Remember that a test failed, so that its pages are photographed before they close."""
    report = yield
    if report.when == "call" and report.failed:
        item.failed = True  # type: ignore[attr-defined]
    return report
