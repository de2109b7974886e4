"""Debian's Firefox, driven over WebDriver BiDi: what a call needs of a browser, and no more."""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
import itertools
import json
import os
from pathlib import Path
import re
import shutil
from typing import Any

import aiohttp

from demo.browser import MEASURE, MICROPHONE_HZ, WATCH_PEERS, Heard, add_up, stored_login
from demo.conditions import until
from demo.session import Json, Session

FIREFOX = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")

OUTPUT = Path(__file__).parents[2] / "test-output" / "e2e"

PREFERENCES: dict[str, bool | int | str] = {
    "media.navigator.streams.fake": True,
    "media.navigator.audio.fake_frequency": MICROPHONE_HZ,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    # Two ends on one machine find each other over the loopback address, by its name and not by an mDNS one.
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.normandy.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "services.settings.server": "data:,",
    "extensions.update.enabled": False,
    # GMP would be fetched from the internet for a codec that nobody needs here.
    "media.gmp-manager.updateEnabled": False,
}

# Where something is that can be pressed or typed into, by the words on it (an expression), in all shadow trees; null while
# it is not there, moves, or lies under something else.
FIND = """async (roles, name) => {
  const wanted = new RegExp(name);
  const words = (one) => (one.ariaLabel ?? one.innerText ?? "").replace(/\\s+/g, " ").trim();
  const walk = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.matches(roles) && !one.disabled && wanted.test(words(one)) && one.checkVisibility({ visibilityProperty: true }))
        return one;
      const within = one.shadowRoot && walk(one.shadowRoot);
      if (within) return within;
    }
  };
  const found = walk(document);
  if (!found) return null;
  const middle = () => {
    const box = found.getBoundingClientRect();
    return { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
  };
  const { x, y } = middle();
  for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
  let top = document.elementFromPoint(x, y);
  while (top?.shadowRoot?.elementFromPoint(x, y) && top.shadowRoot.elementFromPoint(x, y) !== top)
    top = top.shadowRoot.elementFromPoint(x, y);
  return middle().x === x && middle().y === y && found.contains(top) ? { x, y } : null;
}"""

READS = """(words) => {
  const walk = (root) => [...root.querySelectorAll("*")].some((one) =>
    (one.checkVisibility() && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() === words)) ||
    (one.shadowRoot && walk(one.shadowRoot)));
  return walk(document);
}"""


class BidiError(Exception):
    """Firefox refused a command."""


@dataclass
class Firefox:
    """One running Firefox with one tab."""

    socket: aiohttp.ClientWebSocketResponse
    context: str = ""
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _answers: dict[int, asyncio.Future[Json]] = field(default_factory=dict)

    async def read(self) -> None:
        """Hand answers to who waits for them, until the socket closes."""
        async for frame in self.socket:
            message = json.loads(frame.data)
            future = self._answers.pop(message.get("id"), None)
            if future is None or future.done():
                continue
            if message["type"] == "success":
                future.set_result(message["result"])
            else:
                future.set_exception(BidiError(f"{message['error']}: {message['message']}"))

    async def command(self, method: str, **params: object) -> Json:
        """Send a command and wait for its result."""
        number = next(self._ids)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(30):
            return await self._answers[number]

    async def begin(self, session: Session) -> None:
        """Accept self-signed certificates as Chromium's flag does, and log the tab in."""
        wanted = {"alwaysMatch": {"acceptInsecureCerts": True}}
        await self.command("session.new", capabilities=wanted)
        for script in (stored_login(session), WATCH_PEERS):
            await self.command("script.addPreloadScript", functionDeclaration=f"() => {{ {script} }}")
        tree = await self.command("browsingContext.getTree")
        self.context = tree["contexts"][0]["context"]
        await self.command("browsingContext.setViewport", context=self.context, viewport={"width": 1280, "height": 900})

    async def goto(self, url: str) -> None:
        """Load a page."""
        await self.command("browsingContext.navigate", context=self.context, url=url, wait="interactive")

    async def evaluate(self, function: str, *arguments: object, context: str = "") -> Any:
        """Call a function in the page; what goes in and what comes out is JSON."""
        expression = f"(async () => JSON.stringify(await ({function})(...{json.dumps(arguments)})) ?? 'null')()"
        answer = await self.command(
            "script.evaluate", expression=expression, target={"context": context or self.context}, awaitPromise=True
        )
        if answer["type"] == "exception":
            raise BidiError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    async def sees(self, name: str, roles: str = "button") -> Json:
        """Wait until something of this name can be used; returns where it is."""
        place: Json = await until(lambda: self.evaluate(FIND, roles, name), f"{name!r} in Firefox", limit=20)
        return place

    async def reads(self, words: str) -> None:
        """Wait until the page shows these words."""
        await until(lambda: self.evaluate(READS, words), f"the words {words!r} in Firefox", limit=20)

    async def press(self, name: str, roles: str = "button") -> None:
        """Click, as a mouse does."""
        place = await self.sees(name, roles)
        moves = [
            {"type": "pointerMove", **place},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "actions": moves}
        await self.command("input.performActions", context=self.context, actions=[mouse])

    async def type(self, text: str) -> None:
        """Press keys, one after the other."""
        keys = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        board = {"type": "key", "id": "keyboard", "actions": keys}
        await self.command("input.performActions", context=self.context, actions=[board])

    async def measure(self) -> Heard:
        """Add up what all frames of the page send and hear; without a sound device Firefox runs no analyser for the tone."""
        tree = await self.command("browsingContext.getTree", root=self.context)
        contexts = [tree["contexts"][0]]
        for one in contexts:
            contexts += one["children"] or []
        return add_up([await self.evaluate(MEASURE, False, context=one["context"]) for one in contexts])

    async def talks(self) -> Heard:
        """Wait until packets flow both ways, and what comes in is loud."""

        async def flows() -> Heard | None:
            heard = await self.measure()
            return heard if min(heard.sent, heard.received) > 50 and heard.energy_received > 0.01 else None

        return await until(flows, "sound both ways in Firefox", limit=20, every=0.2)


@asynccontextmanager
async def firefox(directory: Path, session: Session) -> AsyncIterator[Firefox]:
    """Firefox with an empty profile in ``directory``, logged in to the house."""
    assert FIREFOX
    (directory / "user.js").write_text(
        "".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
    )
    process = await asyncio.create_subprocess_exec(
        FIREFOX,
        *("--headless", "--no-remote", "--profile", str(directory), "--remote-debugging-port", "0"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        # Root's own home need not be writable, and its settings are not for tests.
        env={**os.environ, "HOME": str(directory), "MOZ_HEADLESS": "1", "MOZ_CRASHREPORTER_DISABLE": "1"},
        start_new_session=True,
    )
    assert process.stderr
    drain: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(30):
            while not (found := re.search(rb"BiDi listening on (ws://[\d.:]+)", await process.stderr.readline())):
                assert process.returncode is None, "Firefox ended before it could be driven"
        drain = asyncio.create_task(_drain(process.stderr))
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{found[1].decode()}/session", max_msg_size=0) as socket,
        ):
            browser = Firefox(socket)
            reader = asyncio.create_task(browser.read())
            try:
                await browser.begin(session)
                yield browser
            except Exception:
                shot = await browser.command("browsingContext.captureScreenshot", context=browser.context)
                OUTPUT.mkdir(parents=True, exist_ok=True)
                (OUTPUT / "firefox.png").write_bytes(base64.b64decode(shot["data"]))
                raise
            finally:
                with suppress(TimeoutError, BidiError, ConnectionError):
                    await browser.command("browser.close")
                reader.cancel()
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        if drain:
            await drain


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.readline():
        pass
