"""The vendor's own UI as a look of the card: the official files when SDK_UI_DIR names their folder, else the stand-in."""

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import FrameLocator, expect
import pytest

from tests.card.conftest import LinkusUi, integrity
from tests.card.home_assistant import Tab
from tests.emulator.sdk.browser import poll

SCRIPT = "/yeastar_linkus/sdk/ys-webrtc-sdk-ui.js"
STYLE = "/yeastar_linkus/sdk/ys-webrtc-sdk-ui.css"

SHOW_CARD = """async ({ config, language }) => {
  await import(window.cardModule);
  const card = document.createElement("yeastar-linkus-card");
  card.setConfig({ type: "custom:yeastar-linkus-card", ...config });
  card.style.cssText = "display: block; width: 820px; height: 640px";
  card.hass = { ...document.querySelector("home-assistant").hass, language };
  document.body.append(card);
}"""


@dataclass
class Look:
    """The UI in its frame, by what somebody sees in it."""

    frame: FrameLocator
    official: bool

    async def dial(self, number: str) -> None:
        await self.frame.locator("#rtc-dial-input" if self.official else "#number").fill(number)
        await self.frame.locator(".item-call" if self.official else "#dial").click()

    async def answer(self) -> None:
        await self.frame.locator(".icon-audio" if self.official else "button:text('Answer')").click()

    async def hang_up(self) -> None:
        if self.official:
            await self.frame.locator(".rtc-opera-btn", has_text="End Call").locator(".opera-icon-wra").click()
        else:
            await self.frame.get_by_role("button", name="End", exact=True).click()

    async def there(self, placeholder: str) -> None:
        await expect(self.frame.get_by_placeholder(placeholder)).to_be_visible(timeout=15_000)


async def show(tab: Tab, ui: LinkusUi, language: str = "en", **config: object) -> Look:
    """Put the card on the page."""
    await tab.page.set_viewport_size({"width": 900, "height": 800})
    await tab.page.evaluate(SHOW_CARD, {"config": {"look": "linkus", **config}, "language": language})
    return Look(tab.page.frame_locator("iframe[data-yeastar-linkus=look]"), ui.official)


@pytest.fixture
def linkus(home_assistant, linkus_ui: LinkusUi) -> LinkusUi:
    """Home Assistant has the files."""
    home_assistant.ui_urls = (SCRIPT, STYLE)
    assert linkus_ui.folder
    for url in (SCRIPT, STYLE):
        home_assistant.integrity[url] = integrity(linkus_ui.folder / Path(url).name)
    return linkus_ui


def english(ui: LinkusUi) -> str:
    """What the number field says when nobody gives it texts."""
    return "Please input number" if ui.official else "Number"


async def test_it_calls_with_one_registration(pbx, site, home_assistant, new_browser, linkus):
    tab = await Tab.open(await new_browser(600), site)
    await tab.ready()
    look = await show(tab, linkus)
    await look.there(english(linkus))
    await tab.ready()
    assert await tab.page.locator("iframe[data-yeastar-linkus=engine]").count() == 0
    assert home_assistant.signatures == 2
    await look.dial("1099")
    call = await tab.call("talking", number="1099")
    media = pbx.web.sip.phones["1001"].calls[0].media
    await poll(lambda: media.stats().heard, lambda heard: heard is not None and abs(heard.hz - 600) < 25)
    assert ("in_call", None) in home_assistant.reports
    await look.hang_up()
    await tab.call("ended", id=call["id"])
    await poll(lambda: pbx.switchboard.calls, lambda calls: not calls)


async def test_it_rings_where_it_is_seen_and_nowhere_else(pbx, site, new_browser, linkus):
    tab = await Tab.open(await new_browser(600), site)
    look = await show(tab, linkus)
    await look.there(english(linkus))
    await tab.ready()
    await pbx.call_in("+4930123456", "+493012345601", name="Mara Beispiel")
    await tab.call("ringing", name="Mara Beispiel")
    await expect(look.frame.get_by_text("Mara Beispiel").first).to_be_visible()
    assert not await tab.page.locator("yeastar-linkus-overlay .incoming").is_visible()
    await look.answer()
    await tab.call("talking")
    # Any other view of the phone works the same call.
    call = (await tab.state())["calls"][0]
    await tab.order("mute", call["id"], True)
    await tab.call("talking", muted=True)
    await tab.order("hangUp", call["id"])
    await tab.call("ended")


async def test_it_speaks_german(pbx, site, new_browser, linkus):
    tab = await Tab.open(await new_browser(600), site)
    look = await show(tab, linkus, "de")
    await look.there("Nummer eingeben")


async def test_without_its_card_our_own_engine_goes_on(pbx, site, home_assistant, new_browser, linkus):
    tab = await Tab.open(await new_browser(600), site)
    look = await show(tab, linkus)
    await look.there(english(linkus))
    await tab.ready()
    await look.dial("1099")
    await tab.call("talking")
    await tab.page.evaluate("document.querySelector('yeastar-linkus-card').remove()")
    await tab.until(lambda state: all(call["phase"] == "ended" for call in state["calls"]))
    await poll(lambda: pbx.switchboard.calls, lambda calls: not calls)
    await tab.ready()
    assert await tab.page.locator("iframe[data-yeastar-linkus=engine]").count() == 1
    await tab.order("dial", "1099")
    await tab.call("talking")


async def test_the_tab_that_shows_it_carries_the_phone(pbx, site, new_browser, linkus):
    context = await new_browser(600)
    first = await Tab.open(context, site)
    await first.ready()
    second = await Tab.open(context, site)
    assert (await second.ready())["tab"] == "other"
    look = await show(second, linkus)
    await look.there(english(linkus))
    await second.until(lambda state: state["tab"] == "here" and state["reach"]["state"] == "ready")
    assert (await first.ready())["tab"] == "other"
    await first.order("dial", "1099")
    await second.call("talking")


async def test_files_that_are_not_there_are_said_and_our_look_is_shown(pbx, site, new_browser):
    tab = await Tab.open(await new_browser(600), site)
    await show(tab, LinkusUi(folder=None, official=False))
    await expect(tab.page.get_by_text("needs the files of the official UI")).to_be_visible()
    await expect(tab.page.get_by_role("textbox", name="Name or number")).to_be_visible()
    await tab.ready()
    await tab.page.get_by_role("button", name="Close").click()
    await expect(tab.page.get_by_text("needs the files of the official UI")).to_be_hidden()


async def test_files_that_do_not_load_are_said_and_our_engine_runs(pbx, site, home_assistant, new_browser):
    home_assistant.ui_urls = ("/yeastar_linkus/sdk/gone.js", "/yeastar_linkus/sdk/gone.css")
    tab = await Tab.open(await new_browser(600), site)
    await show(tab, LinkusUi(folder=None, official=False))
    await expect(tab.page.get_by_text("could not be loaded")).to_be_visible()
    await tab.ready()
    await tab.order("dial", "1099")
    await tab.call("talking")
