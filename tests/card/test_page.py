"""What the phone does on any page: over dialogs and full-screen views, with numbers in text, addresses, and for other scripts."""

from pathlib import Path
import re

from playwright.async_api import expect

from tests.card.home_assistant import Tab
from tests.card.test_linkus_look import SHOW_CARD

INCOMING = "yeastar-linkus-overlay .incoming"
API = Path(__file__).parents[2] / "docs" / "card-api.md"


async def ringing(pbx, tab: Tab) -> None:
    await pbx.call_in("+4930123456", "+493012345601", name="Mara Beispiel")
    await tab.call("ringing")


async def ready_tab(site, new_browser) -> Tab:
    tab = await Tab.open(await new_browser(600), site)
    await tab.ready()
    return tab


async def test_a_card_that_is_seen_rings_alone(pbx, site, new_browser):
    tab = await ready_tab(site, new_browser)
    await tab.page.set_viewport_size({"width": 900, "height": 800})
    await tab.page.evaluate(SHOW_CARD, {"config": {}, "language": "en"})
    await expect(tab.page.get_by_role("textbox", name="Name or number")).to_be_visible()
    await ringing(pbx, tab)
    await expect(tab.page.locator("yeastar-linkus-card .answer")).to_be_visible()
    await expect(tab.page.locator(INCOMING)).to_be_hidden()
    # A dialog over the card hides its buttons: now the overlay is needed, and it lies above.
    await tab.page.evaluate("""() => {
      const box = document.createElement('dialog');
      box.id = 'theirs';
      box.style.cssText = 'position: fixed; inset: 0; width: 100%; height: 100%; max-width: none; max-height: none';
      document.body.append(box);
      box.showModal();
    }""")
    await expect(tab.page.locator(INCOMING)).to_be_visible()
    box = await tab.page.locator(f"{INCOMING} .answer").bounding_box()
    assert box
    await tab.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await tab.call("talking")


async def test_it_rings_above_a_full_screen_view(pbx, site, new_browser):
    tab = await ready_tab(site, new_browser)
    await tab.page.evaluate("""() => {
      const view = document.createElement('div');
      view.id = 'view';
      view.style.cssText = 'background: black; width: 100%; height: 100%';
      view.onclick = () => view.requestFullscreen();
      view.textContent = 'camera';
      document.body.append(view);
    }""")
    await tab.page.click("#view")
    await tab.page.wait_for_function("document.fullscreenElement?.id === 'view'")
    await ringing(pbx, tab)
    await expect(tab.page.locator(INCOMING)).to_be_visible()
    box = await tab.page.locator(f"{INCOMING} .answer").bounding_box()
    assert box
    await tab.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await tab.call("talking")
    assert await tab.page.evaluate("document.fullscreenElement?.id") == "view"


async def test_home_assistant_opens_the_phone_over_the_page(site, home_assistant, new_browser):
    tab = await ready_tab(site, new_browser)
    panel = tab.page.locator("yeastar-linkus-overlay yeastar-linkus-phone")
    await expect(panel).to_be_hidden()
    home_assistant.tell(kind="show")
    await expect(panel).to_be_visible()
    await expect(panel.get_by_role("textbox", name="Name or number")).to_be_visible()


async def test_a_number_in_the_text_of_a_card_is_asked_for(site, new_browser):
    tab = await ready_tab(site, new_browser)
    await tab.page.evaluate("""() => {
      const card = document.body.appendChild(document.createElement('div'));
      card.attachShadow({ mode: 'open' }).innerHTML =
        '<p id="text">Opened 22.11.2026. Caretaker: <span>030/1234567</span>, house 192.168.178.20</p>';
    }""")
    number = tab.page.locator("#text span")
    before = await tab.page.locator("#text").inner_html()
    await tab.page.locator("#text").click(position={"x": 20, "y": 5})
    assert (await tab.state())["asked"] is None
    await number.hover()
    await expect(number).to_have_css("cursor", "pointer")
    await number.click()
    assert (await tab.state())["asked"] == {"number": "0301234567", "name": ""}
    await tab.page.get_by_role("button", name="Cancel").click()
    assert (await tab.page.locator("#text").inner_html()).replace(' style=""', "").replace(
        ' style="cursor: pointer;"', ""
    ) == before


async def test_an_address_asks_for_its_number_once(site, new_browser):
    tab = await Tab.open(await new_browser(600), f"{site}lovelace/phone?yeastar_linkus_call=tel%3A%2B4930123456")
    await tab.ready()
    await tab.until(lambda state: state["asked"] == {"number": "+4930123456", "name": ""})
    assert await tab.page.evaluate("location.search") == ""


async def test_the_documented_examples_do_what_they_say(pbx, site, new_browser):
    """Every script of docs/card-api.md, as it stands there."""
    scripts = re.findall(r"```js\n(.*?)```", API.read_text(), re.DOTALL)
    assert len(scripts) >= 3
    tab = await Tab.open(await new_browser(600), site)
    await tab.page.evaluate(
        "() => { window.told = []; const log = console.log; console.log = (...a) => window.told.push(a); }"
    )
    await tab.ready()
    for script in scripts:
        await tab.page.add_script_tag(content=script, type="module")
    await tab.page.wait_for_function("window.told.some(([what]) => what === 'extension')")
    assert ["extension", "1001"] in await tab.page.evaluate("window.told")
    await ringing(pbx, tab)
    call = await tab.call("ringing")
    await tab.order("answer", call["id"])
    await tab.call("talking")
    await tab.order("hangUp", call["id"])
    await tab.call("ended")
    told = await tab.page.evaluate("window.told")
    assert ["incoming", "Mara Beispiel", "+4930123456"] in told
    assert ["connected", "Mara Beispiel"] in told
    assert ["ended", "answered"] in told
    await pbx.restart(away=8)
    await tab.page.wait_for_function("window.told.some(([what]) => what === 'disconnected')", timeout=30_000)
