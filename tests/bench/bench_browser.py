"""What the phone costs a browser: bytes, script time, ringing, calling, coming back, memory.

    python -m tests.bench.bench_browser                       SDK_FILE=path … with the vendor's SDK     BENCH_QUICK=1 … short

A real Home Assistant, its frontend, Chromium and the emulated PBX on this machine. Leaves rows for ``tests.bench.table``.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import os
from pathlib import Path
from statistics import median
import sys
import tempfile
import time

from playwright.async_api import Browser, CDPSession, expect

from demo.browser import chromium, logged_in, write_tone
from demo.conditions import free_port, until
from demo.house import ANNA, House, house as run_house
from demo.sdk import SdkFile, standin
from tests.bench.marks import WATCH, Marks
from tests.bench.rows import QUICK, Row, leave
from tests.e2e.phone_page import PhonePage
from tests.e2e.wire import Wire

ECHO = "1099"
CALLER = "+493055500005"
TURNS = 3 if QUICK else 15
CALLS = 20 if QUICK else 500
ANSWERED = 10
"""Every so many calls one is answered; the others ring and are given up."""


@dataclass
class Bench:
    """The house, the browser, and the rows so far."""

    house: House
    chrome: Browser
    wire: Wire
    sdk: str
    rows: list[Row] = field(default_factory=list)

    def row(self, name: str, value: float, unit: str, detail: str = "", at_most: float | None = None) -> None:
        """Keep a figure and say it."""
        self.rows.append(Row(f"Browser, with {self.sdk}", name, round(value, 3), unit, at_most=at_most, detail=detail))
        print(f"{value:>12.1f} {unit:<6} {name}  {detail}", flush=True)

    @asynccontextmanager
    async def phone(self) -> AsyncIterator[PhonePage]:
        """Anna's phone in a browser profile of its own, registered."""
        context = await logged_in(self.chrome, self.house.anna)
        await context.add_init_script(WATCH)
        try:
            phone = PhonePage(await context.new_page())
            await phone.page.goto(self.house.dashboard)
            await phone.use_browser()
            await self.wire.registered(ANNA.extension)
            yield phone
        finally:
            await context.close()
            await until(lambda: self.wire.instance(ANNA.extension) is None, "the browser to leave", limit=60)

    async def first_paint(self) -> None:
        """The dashboard in a browser that has nothing yet: what is fetched and run until the card is painted."""
        context = await logged_in(self.chrome, self.house.anna)
        await context.add_init_script(WATCH)
        page = await context.new_page()
        cdp = await context.new_cdp_session(page)
        await cdp.send("Profiler.enable")
        await cdp.send("Profiler.setSamplingInterval", {"interval": 100})
        await cdp.send("Profiler.start")
        await page.goto(self.house.dashboard)
        await page.wait_for_function("() => window.__marks.some(([name]) => name === 'card painted')", timeout=30_000)
        profile = (await cdp.send("Profiler.stop"))["profile"]
        ours = {node["id"] for node in profile["nodes"] if "/yeastar_linkus/" in node["callFrame"]["url"]}
        spent = sum(
            delta
            for node, delta in zip(profile["samples"], profile["timeDeltas"], strict=True)
            if node in ours and delta > 0
        )
        fetched = await page.evaluate("""() => {
          const [, painted] = window.__marks.find(([name]) => name === "card painted");
          return performance.getEntriesByType("resource")
            .filter(({ name, startTime }) => name.includes("/yeastar_linkus/") && performance.timeOrigin + startTime < painted)
            .map(({ name, encodedBodySize }) => [name.replace(/.*[/]/, ""), encodedBodySize]);
        }""")
        names = ", ".join(name for name, _ in fetched)
        self.row("files fetched before the card is painted", len(fetched), "", names)
        self.row("bytes fetched before the card is painted", sum(size for _, size in fetched), "B", "packed")
        self.row("script time of the card until it is painted", spent / 1000, "ms", "sampled every 0.1 ms")
        await context.close()

    async def ringing(self, phone: PhonePage) -> None:
        """From the INVITE's arrival in the browser to the painted Answer button."""
        marks = Marks(phone.page)
        spans = []
        for _ in range(TURNS):
            await marks.forget()
            call = await self.wire.ring(ANNA.extension, CALLER)
            await phone.page.wait_for_function("() => window.__marks.some(([name]) => name === 'ring painted')")
            spans.append(await marks.spans("invite in", "sdk session", "ring painted"))
            await self.give_up(phone, call)
        sdk, rest = (median(one) for one in zip(*spans, strict=True))
        slowest = max(map(sum, spans))
        self.row("INVITE to painted ring", median(map(sum, spans)), "ms", f"median of {TURNS}, slowest {slowest:.0f}")
        self.row("of it the SDK, INVITE to its session event", sdk, "ms")
        self.row("of it the card, session event to paint", rest, "ms")

    async def give_up(self, phone: PhonePage, call: object) -> None:
        """The caller hangs up; nothing of the call is left on the page."""
        await self.house.pbx.outside(CALLER).hang_up()
        await self.wire.no_call(ANNA.extension)
        await expect(phone.button("Answer")).to_be_hidden()

    async def calling(self, phone: PhonePage) -> None:
        """From the click on Call to the INVITE on the socket."""
        marks = Marks(phone.page)
        spans = []
        for _ in range(TURNS):
            field = phone.card.get_by_role("textbox", name="Name or number")
            close = phone.button("Close")
            await expect(field.or_(close).first).to_be_visible()
            if await close.is_visible():
                await close.click()
            await field.fill(ECHO)
            await marks.forget()
            await phone.card.get_by_role("button", name="Call", exact=True).click()
            await self.wire.call_of(ANNA.extension)
            spans.append(await marks.spans("click", "sdk call", "invite out"))
            await phone.press("Hang up")
            await self.wire.no_call(ANNA.extension)
        card, sdk = (median(one) for one in zip(*spans, strict=True))
        slowest = max(map(sum, spans))
        self.row("click on Call to INVITE", median(map(sum, spans)), "ms", f"median of {TURNS}, slowest {slowest:.0f}")
        self.row("of it the card, click to the SDK's call", card, "ms")
        self.row("of it the SDK, its call to INVITE", sdk, "ms", "microphone, contact and picture look-up, candidates")

    async def back(self, name: str, what: Callable[[], Awaitable[object]], phone: PhonePage) -> None:
        """Seconds from the beginning of a disturbance until the browser is registered again and the card says so."""
        before = self.wire.pbx.web.sip.registrar.newest(ANNA.extension)
        begun = time.perf_counter()
        await what()

        def registered() -> bool:
            newest = self.wire.pbx.web.sip.registrar.newest(ANNA.extension)
            return newest is not None and newest is not before

        await until(registered, f"the browser to register after: {name}", limit=90, every=0.01)
        await expect(phone.page.get_by_text("Reachable", exact=True).first).to_be_visible(timeout=60_000)
        self.row(f"reachable again after: {name}", time.perf_counter() - begun, "s")

    async def recovery(self, phone: PhonePage, cdp: CDPSession) -> None:
        """Everything that can be lost comes back by itself."""
        sip = self.house.pbx.web.sip

        async def frozen() -> None:
            await cdp.send("Page.setWebLifecycleState", {"state": "frozen"})
            await sip.drop_sockets(ANNA.extension)
            await asyncio.sleep(2)
            await cdp.send("Page.setWebLifecycleState", {"state": "active"})

        async def cut() -> None:
            # The browser's own "offline" leaves WebSockets alone.
            for _ in range(50):
                await sip.drop_sockets(ANNA.extension)
                await asyncio.sleep(0.1)

        await self.back("a lost SIP socket", lambda: sip.drop_sockets(ANNA.extension), phone)
        await self.back("five seconds in which every SIP socket is cut, these included", cut, phone)
        await self.back("two seconds frozen, the SIP socket lost, these included", frozen, phone)
        await self.back("a reload of the page", phone.page.reload, phone)
        await self.back("a restart of the PBX, which takes no time", self.house.pbx.restart, phone)

        phone_id = (await self.house.phone(self.house.anna))["phone_id"]
        await self.house.restart_home_assistant()
        begun = time.perf_counter()

        async def leased() -> bool:
            async with self.house.anna.subscription("yeastar_linkus/phone/subscribe", phone_id=phone_id) as feed:
                return bool((await feed.get())["lease"]["state"] == "ready")

        await until(leased, "Home Assistant to know that the browser can be rung", limit=60)
        self.row("Home Assistant knows the browser again after its restart", time.perf_counter() - begun, "s")

    async def memory(self, phone: PhonePage, cdp: CDPSession) -> None:
        """The heap after many calls, all garbage collected, beside the heap after the first few."""
        await cdp.send("HeapProfiler.enable")
        await cdp.send("Performance.enable")

        async def now() -> dict[str, float]:
            for _ in range(3):
                await cdp.send("HeapProfiler.collectGarbage")
            metrics = (await cdp.send("Performance.getMetrics"))["metrics"]
            return {one["name"]: one["value"] for one in metrics}

        async def some(first: int, last: int) -> None:
            for number in range(first, last):
                call = await self.wire.ring(ANNA.extension, f"+4930555{number % 100:05}", f"Caller {number}")
                await expect(phone.button("Answer")).to_be_visible()
                caller = self.house.pbx.outside(f"+4930555{number % 100:05}")
                if number % ANSWERED == 0:
                    await phone.press("Answer")
                    await self.wire.call_of(ANNA.extension)
                    await expect(phone.button("Hang up")).to_be_visible()
                await caller.hang_up()
                await self.wire.over(call)
                await self.wire.no_call(ANNA.extension)
                await expect(phone.button("Answer")).to_be_hidden()
                await expect(phone.button("Hang up")).to_be_hidden()

        warm = CALLS // 10
        await some(0, warm)
        before = await now()
        begun = time.perf_counter()
        await some(warm, CALLS)
        took = time.perf_counter() - begun
        after = await now()
        grown = after["JSHeapUsedSize"] - before["JSHeapUsedSize"]
        detail = f"{before['JSHeapUsedSize'] / 2**20:.1f} MB after {warm} calls, {CALLS - warm} more in {took:.0f} s"
        self.row(f"heap after {CALLS} calls", after["JSHeapUsedSize"] / 2**20, "MB", detail)
        self.row("heap growth a call", grown / (CALLS - warm) / 1024, "kB")
        for name in ("Nodes", "JSEventListeners", "Documents", "Frames"):
            self.row(f"{name} grown over {CALLS - warm} calls", after[name] - before[name], "", f"to {after[name]:.0f}")


async def main() -> None:
    """Measure everything and leave the rows."""
    given = os.environ.get("SDK_FILE")
    sdk = SdkFile.given(Path(given)) if given else await standin()
    name = "the official SDK" if sdk.official else "another SDK" if given else "the stand-in"
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        async with (
            run_house(directory, port=free_port(), pbx_port=free_port(), sdk=sdk) as house,
            chromium(write_tone(directory / "tone.wav")) as chrome,
        ):
            bench = Bench(house, chrome, Wire(house.pbx), name)
            try:
                await bench.first_paint()
                async with bench.phone() as phone:
                    cdp = await phone.page.context.new_cdp_session(phone.page)
                    await bench.ringing(phone)
                    await bench.calling(phone)
                    await bench.memory(phone, cdp)
                    await bench.recovery(phone, cdp)
                await bench.wire.quiet()
            finally:
                leave("browser-official" if sdk.official else "browser", bench.rows)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
