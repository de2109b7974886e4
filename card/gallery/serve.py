"""The gallery in a browser: Vite on a free port of this machine, and Chromium."""

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import re
import subprocess

from playwright.sync_api import Browser, sync_playwright

CARD = Path(__file__).parent.parent
OUTPUT = CARD.parent / "test-output" / "gallery"


@contextmanager
def gallery() -> Iterator[tuple[str, Browser]]:
    """The address of the gallery and a browser, until the block ends. Needs $CHROMIUM."""
    server = subprocess.Popen(
        ["node_modules/.bin/vite", "gallery", "--host", "127.0.0.1", "--port", "0", "--clearScreen", "false"],
        cwd=CARD,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        for line in server.stdout:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", re.sub(r"\x1b\[[0-9;]*m", "", line)):
                break
        else:
            raise SystemExit("the gallery's server did not start")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
            yield found[0], browser
            browser.close()
    finally:
        server.terminate()
        server.wait(10)
