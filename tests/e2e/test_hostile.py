"""What strangers can write, through every field, from the PBX to the screen: shown as text, cut, harmless."""

from collections.abc import AsyncIterator
import copy
import re

from playwright.async_api import Page, expect
import pytest

from demo.house import ANNA, House, events_arrive, loaded
from emulator.house import Contact
from tests.e2e.phone_page import OpenPhone, PhonePage
from tests.e2e.wire import Wire

CALLER = "+493055500005"
MARKUP = '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>'

CORPUS = {
    "markup": MARKUP,
    "attribute": '" onmouseover=globalThis.hacked=1 autofocus onfocus=globalThis.hacked=1 x="',
    "long": "A" * 10_000,
    "override": "\u202egnp.exe\u202c Police",
    "emoji": "\N{FIRECRACKER}" * 2000,
    "template": "{{ states | count }} ${alert(1)} <!--?lit$1$-->",
}

# What of the texts above did more than be read: in any element of the page, and in ours.
HARM = """() => {
  const harm = window.hacked ? ["a script ran"] : [];
  const walk = (root, ours) => {
    for (const one of root.querySelectorAll("*")) {
      const inside = ours || one.localName.startsWith("yeastar-linkus");
      if (one.matches('img[src="x"], script:not([src]):not([type])') && one.textContent.includes("hacked")) harm.push(one.outerHTML);
      if (inside) {
        for (const { name, value } of one.attributes) {
          if (name.startsWith("on")) harm.push(`${one.localName} has ${name}`);
          if (value.length > 400 && name !== "d" && name !== "src") harm.push(`${one.localName} has ${value.length} characters in ${name}`);
        }
        if (one.matches("img, script, iframe, object")) harm.push(`a ${one.localName}`);
        for (const node of one.childNodes)
          if (node.nodeType === 3 && !one.matches("style")) {
            if (node.data.length > 2000) harm.push(`${one.localName} has ${node.data.length} characters`);
            if (/[\\u202a-\\u202e]/.test(node.data)) harm.push(`${one.localName} turns the writing`);
          }
        const box = one.getBoundingClientRect();
        if (one.checkVisibility() && box.width > innerWidth) harm.push(`${one.localName} is ${box.width} px wide`);
      }
      if (one.shadowRoot) walk(one.shadowRoot, inside);
    }
  };
  walk(document, false);
  return harm;
}"""


async def harm(page: Page) -> list[str]:
    """Everything that is more than text."""
    found: list[str] = await page.evaluate(HARM)
    return found


async def reload(house: House) -> None:
    """Have Home Assistant read everything from the PBX again."""
    await house.anna.rest("POST", f"/api/config/config_entries/entry/{house.entry_id}/reload", {})
    await loaded(house.anna, house.entry_id)
    await events_arrive(house.anna)


@pytest.fixture
async def hostile(house: House) -> AsyncIterator[House]:
    """A PBX on which somebody named everything with the worst of intentions."""
    config = house.pbx.house
    kept = {name: copy.deepcopy(getattr(config, name)) for name in ("extensions", "contacts", "queues", "trunks")}
    messages = list(house.pbx.archive.messages)
    try:
        for number, extension in enumerate(config.extensions):
            if extension.number not in (ANNA.extension, "1002"):
                extension.name = list(CORPUS.values())[number % len(CORPUS)]
        for number, text in enumerate(CORPUS.values()):
            config.contacts.append(
                Contact(
                    9000 + number, text, text, text, remark=text, numbers={"business_number": f"+4930999{number:04}"}
                )
            )
            house.pbx.archive.leave(ANNA.extension, f"+4930999{number:04}", text, 3)
        for named in (*config.queues, *config.trunks):
            named.name = MARKUP
        house.pbx.house.trunks[0].name = kept["trunks"][0].name
        await reload(house)
        yield house
    finally:
        for name, value in kept.items():
            setattr(config, name, value)
        house.pbx.archive.messages[:] = messages
        await reload(house)


async def test_callers_with_any_name(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Ringing, over any page and in the card, in the call, and after it."""
    phone = await open_phone()
    dialogs: list[str] = []
    phone.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    await wire.registered(ANNA.extension)
    for text in (*CORPUS.values(), "", "Anonymous"):
        caller = "anonymous" if text in ("", "Anonymous") else CALLER
        call = await wire.ring(ANNA.extension, caller, text)
        await phone.press("Answer")
        await wire.call_of(ANNA.extension)
        await expect(phone.card.get_by_role("timer")).to_be_visible()
        assert await harm(phone.page) == [], text[:60]
        if caller == "anonymous":
            await phone.reads("Hidden number")
        await house.pbx.outside(caller).hang_up()
        await wire.over(call)
        await wire.no_call(ANNA.extension)
        await phone.press("Close")
    await phone.go("/config/dashboard")
    await expect(phone.card).to_have_count(0)
    call = await wire.ring(ANNA.extension, CALLER, MARKUP)
    await expect(phone.button("Reject")).to_be_visible()
    await phone.reads("<img src=x")
    assert await harm(phone.page) == []
    await house.pbx.outside(CALLER).hang_up()
    await wire.over(call)
    assert dialogs == []


async def tab(phone: PhonePage, name: str) -> None:
    await phone.card.get_by_role("tab", name=re.compile(f"^{name}")).click()


async def test_names_of_everything_else(hostile: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Colleagues, contacts, companies, queues, trunks, voicemail, notes: the card's lists, and Home Assistant's own pages."""
    phone = await open_phone()
    await tab(phone, "People")
    await phone.reads("<img src=x")
    assert await harm(phone.page) == []
    await phone.card.get_by_role("searchbox").fill("<img")
    await expect(phone.card.get_by_role("listitem").first).to_contain_text("<img src=x")
    assert await harm(phone.page) == []
    await tab(phone, "Voicemail")
    await expect(phone.card.get_by_role("listitem").first).to_be_visible()
    assert await harm(phone.page) == []
    await tab(phone, "Keypad")
    await phone.dial("1099")
    await wire.call_of(ANNA.extension)
    await hostile.says(ANNA, "talking")
    await phone.press("More")
    await phone.press("Note")
    await phone.card.get_by_role("textbox", name="Note").fill(MARKUP)
    await phone.reads("Saved")
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)
    await tab(phone, "Recents")
    await expect(phone.card.get_by_role("listitem").first).to_contain_text("<img src=x")
    assert await harm(phone.page) == []
    await phone.go("/config/integrations/integration/yeastar_linkus")
    await phone.page.get_by_text("Demo house").first.wait_for()
    assert await harm(phone.page) == []
