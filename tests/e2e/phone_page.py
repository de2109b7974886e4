"""The phone as somebody in front of the screen uses it: by the words on it."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
import re

from playwright.async_api import Locator, Page, expect

from demo.browser import Heard, measure
from demo.conditions import until

type OpenPhone = Callable[..., Awaitable[PhonePage]]
type UntilRight = Callable[[str], AbstractContextManager[None]]


@dataclass
class PhonePage:
    """A page with a phone on it: the card of the dashboard, or the overlay of any page."""

    page: Page

    @property
    def card(self) -> Locator:
        """The card."""
        return self.page.locator("yeastar-linkus-card")

    def button(self, name: str) -> Locator:
        """A button by the words on it."""
        return self.page.get_by_role("button", name=name, exact=True).first

    async def press(self, name: str) -> None:
        """Press a button, once it can be pressed."""
        await self.button(name).click()

    async def reads(self, *words: str) -> None:
        """Wait until the page shows all of these words."""
        for word in words:
            await expect(self.page.get_by_text(word).locator("visible=true").first).to_be_visible()

    async def use_browser(self) -> None:
        """Choose this browser for calls, as at the first use, and wait until it can be reached."""
        choose = self.page.get_by_role("button", name=re.compile("^This browser"))
        reachable = self.page.get_by_text("Reachable", exact=True)
        await expect(choose.or_(reachable).first).to_be_visible(timeout=20_000)
        if not await reachable.first.is_visible():
            await choose.first.click()
        await expect(reachable.first).to_be_visible(timeout=20_000)

    async def go(self, path: str) -> None:
        """Go to another page inside Home Assistant, as a click in its sidebar does: nothing is loaded anew."""
        await self.page.evaluate(
            """path => {
              history.pushState(null, "", path);
              dispatchEvent(new CustomEvent("location-changed", { detail: { replace: false } }));
            }""",
            path,
        )

    async def dial(self, number: str) -> None:
        """Type a number and call it."""
        await self.card.get_by_role("textbox", name="Name or number").fill(number)
        await self.card.get_by_role("button", name="Call", exact=True).click()

    async def hears(self, hertz: float, *, within: float = 25) -> Heard:
        """Wait until the browser receives a tone of this frequency, and audio flows both ways."""

        async def tone() -> Heard | None:
            heard = await measure(self.page)
            flows = min(heard.sent, heard.received) > 10 and min(heard.energy_sent, heard.energy_received) > 0.01
            return heard if flows and abs(heard.hertz - hertz) < within else None

        return await until(tone, f"{hertz} Hz in the browser", limit=20, every=0.2)
