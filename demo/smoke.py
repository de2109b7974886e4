"""The proof: one call to the echo test from a headless browser, with the sound measured at both ends."""

from pathlib import Path
import re

from playwright.async_api import Error, Page, expect

from . import dashboard
from .browser import MICROPHONE_HZ, Heard, chromium, logged_in, measure, write_tone
from .conditions import until
from .house import ANNA, House, Say

NEAR_HZ = 25


async def smoke(house: House, directory: Path, say: Say) -> bool:
    """Call the echo test as Anna; says what was measured and returns whether the tone went both ways."""
    async with chromium(write_tone(directory / "microphone.wav")) as browser:
        context = await logged_in(browser, house.anna)
        page = await context.new_page()
        try:
            await page.goto(dashboard.URL)
            await use_browser(page)
            say(f"the card is reachable as {ANNA.extension}; calling the echo test {dashboard.ECHO}")
            card = page.locator("yeastar-linkus-card")
            await card.get_by_role("textbox", name="Name or number").fill(dashboard.ECHO)
            await card.get_by_role("button", name="Call", exact=True).click()
            passed = await measured(house, page, say)
            await card.get_by_role("button", name="Hang up", exact=True).click()
            await until(lambda: not house.pbx.switchboard.calls, "the call to end at the PBX")
        except (Error, AssertionError, TimeoutError) as error:
            picture = Path("test-output/smoke.png")
            picture.parent.mkdir(exist_ok=True)
            await page.screenshot(path=picture)
            say(f"FAILED: {error} (see {picture})")
            return False
        finally:
            await context.close()
    say("PASSED: the microphone's tone was heard at the PBX and came back to the browser" if passed else "FAILED")
    return passed


async def use_browser(page: Page) -> None:
    """Choose this browser for calls, as at the first use, and wait until it can be reached."""
    choose = page.get_by_role("button", name=re.compile("^This browser")).first
    reachable = page.get_by_text("Reachable", exact=True).first
    await expect(choose.or_(reachable).first).to_be_visible(timeout=20_000)
    if not await reachable.is_visible():
        await choose.click()
    await expect(reachable).to_be_visible(timeout=20_000)


async def measured(house: House, page: Page, say: Say) -> bool:
    """Wait until both ends hear the microphone's tone, and say what they measured."""

    async def echoed() -> Heard | None:
        heard = await measure(page)
        return heard if heard.received > 50 and abs(heard.hertz - MICROPHONE_HZ) < NEAR_HZ else None

    heard = await until(echoed, "the echo in the browser", limit=20, every=0.2)
    calls = house.pbx.web.sip.phones[ANNA.extension].calls
    stats = calls[0].media.stats()
    state = await house.call_state(ANNA)
    say(
        f"browser: sent {heard.sent} packets, energy {heard.energy_sent:.3f}; "
        f"heard {heard.received} packets, energy {heard.energy_received:.3f}, {heard.hertz:.0f} Hz"
    )
    say(
        f"PBX:     heard {stats.packets_in} packets, loudness {stats.heard.rms:.3f}, {stats.heard.hz:.0f} Hz; "
        f"sent {stats.packets_out} packets, loudness {stats.sent.rms:.3f}, {stats.sent.hz:.0f} Hz"
    )
    say(f"Home Assistant: call state of {ANNA.extension} is {state}")
    return (
        abs(stats.heard.hz - MICROPHONE_HZ) < NEAR_HZ
        and stats.heard.rms > 0.01
        and heard.energy_received > 0.001
        and heard.energy_sent > 0.001
        and state == "talking"
    )
