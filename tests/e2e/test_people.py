"""People, recents and voicemail on the real dashboard, with what the PBX knows."""

import os
from pathlib import Path
import re

from playwright.async_api import Locator, Page, expect
import pytest

from demo.conditions import until
from demo.house import ANNA, House
from emulator import past
from tests.e2e.phone_page import OpenPhone, PhonePage
from tests.e2e.wire import Wire

CALLER = "+493055500005"
DORA = "+493044400001"


@pytest.fixture(scope="module")
def lived_in(house: House) -> House:
    """The house with a past: calls of the last days and two messages."""
    past.fill(house.pbx)
    return house


async def tab(phone: PhonePage, name: str) -> None:
    await phone.card.get_by_role("tab", name=re.compile(f"^{name}")).click()


async def picture(page: Page, name: str) -> None:
    """Photograph the page, where pictures are wanted."""
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=Path(folder) / f"{name}.png")


def row(phone: PhonePage, text: str) -> Locator:
    return phone.card.get_by_role("listitem").filter(has_text=text).first


async def test_people_show_who_they_are_and_what_they_do(lived_in: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Presence and line are live, search finds by the start of a word and by digits."""
    phone = await open_phone()
    await tab(phone, "People")
    lived_in.pbx.set_presence("1003", "lunch")
    await expect(row(phone, "Ben Carter")).to_be_visible()
    await expect(row(phone, "Chiara Rossi")).to_contain_text("At lunch")
    await expect(row(phone, "Dora Klein")).to_contain_text("Klein Heating")
    call = await wire.ring("1002", CALLER)
    await expect(row(phone, "Ben Carter")).to_contain_text("Ringing")
    await picture(phone.page, "people")
    await lived_in.pbx.outside(CALLER).hang_up()
    await wire.over(call)
    await expect(row(phone, "Ben Carter")).not_to_contain_text("Ringing")
    search = phone.card.get_by_role("searchbox")
    await search.fill("novak")
    await expect(phone.card.get_by_role("listitem")).to_have_count(1)
    await expect(row(phone, "Emil Novak")).to_be_visible()
    await search.fill("44400001")
    await expect(row(phone, "Dora Klein")).to_be_visible()
    await picture(phone.page, "people-search")


async def test_a_favourite_stays_one(lived_in: House, open_phone: OpenPhone) -> None:
    phone = await open_phone()
    await tab(phone, "People")
    await row(phone, "Dora Klein").get_by_role("button", name=re.compile("^Numbers and more")).click()
    await phone.press("Add to favourites")
    await expect(phone.card.get_by_role("heading", name="Favourites")).to_be_visible()
    await phone.page.reload()
    await tab(phone, "People")
    await expect(phone.card.get_by_role("heading", name="Favourites")).to_be_visible()
    await picture(phone.page, "people-favourite")


async def test_a_missed_call_is_called_back(lived_in: House, open_phone: OpenPhone, wire: Wire) -> None:
    phone = await open_phone()
    call = await wire.ring(ANNA.extension, CALLER)
    await wire.call_of(ANNA.extension, "ringing")
    await lived_in.pbx.outside(CALLER).hang_up()
    await wire.over(call)
    await wire.no_call(ANNA.extension)
    await tab(phone, "Recents")
    first = phone.card.get_by_role("listitem").first
    await expect(first).to_contain_text("Test Subscriber")
    await expect(first).to_have_class(re.compile("missed"))
    await picture(phone.page, "recents")
    await first.get_by_role("button").first.click()
    await until(lambda: lived_in.pbx.outside(CALLER).legs, "the caller's phone to ring")
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)


async def test_who_calls_is_known_before_the_answer(lived_in: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Name, company, the number called, and the last calls with this number, on a page without a card."""
    phone = await open_phone()
    await phone.go("/config/dashboard")
    await expect(phone.card).to_have_count(0)
    call = await lived_in.pbx.call_in(DORA, "+493012345601")
    dialog = phone.page.get_by_role("alertdialog")
    await expect(dialog.get_by_role("heading", name="Dora Klein")).to_be_visible()
    await expect(dialog).to_contain_text("Klein Heating")
    await expect(dialog).to_contain_text("12345601")
    await expect(dialog).to_contain_text("Missed call")
    await expect(dialog).to_contain_text("3:04")
    await picture(phone.page, "screen-pop")
    await lived_in.pbx.outside(DORA).hang_up()
    await wire.over(call)
    await wire.no_call(ANNA.extension)


async def test_a_note_is_kept_and_shown_again(lived_in: House, open_phone: OpenPhone, wire: Wire) -> None:
    phone = await open_phone()
    await phone.dial("1099")
    await wire.call_of(ANNA.extension)
    await lived_in.says(ANNA, "talking")
    await phone.press("More")
    await phone.press("Note")
    await phone.card.get_by_role("textbox", name="Note").fill("Spare part arrives on Tuesday")
    await phone.reads("Saved")
    await picture(phone.page, "note")
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)
    await phone.page.reload()
    await tab(phone, "Recents")
    await expect(phone.card.get_by_role("listitem").first).to_contain_text("Spare part arrives on Tuesday")
    await picture(phone.page, "recents-note")


async def test_a_message_plays_and_is_heard(lived_in: House, open_phone: OpenPhone) -> None:
    phone = await open_phone()
    await tab(phone, "Voicemail")
    # Of the past: other tests leave shorter ones.
    first = row(phone, "· 0:09")
    await expect(first).to_have_class(re.compile("new"))
    await first.get_by_role("button", name=re.compile("^Play")).click()
    audio = phone.card.locator("audio")
    await expect(audio).to_have_attribute("src", re.compile("^/api/yeastar_linkus/sound/.+authSig="))

    async def plays() -> bool:
        return bool(await audio.evaluate("a => a.readyState >= 2 && a.duration > 5 && a.currentTime > 0 && !a.error"))

    await until(plays, "the message to play")
    await picture(phone.page, "voicemail")
    await expect(first).not_to_have_class(re.compile("new"))
    message = next(m for m in lived_in.pbx.archive.messages if m.mailbox == ANNA.extension and m.seconds == 9)
    assert message.is_read


async def test_what_was_recorded_is_heard_and_gives_way_to_a_call(
    lived_in: House, open_phone: OpenPhone, wire: Wire
) -> None:
    """The call with Emil was recorded: it plays in its row, and stops when somebody calls."""
    phone = await open_phone()
    await tab(phone, "Recents")
    await phone.card.get_by_role("button", name="Play the recording: Emil Novak").click()
    audio = phone.card.locator("audio")
    await expect(audio).to_have_attribute("src", re.compile("^/api/yeastar_linkus/sound/.+authSig="))

    async def plays() -> bool:
        return bool(await audio.evaluate("a => a.readyState >= 2 && a.duration > 20 && a.currentTime > 0 && !a.paused"))

    await until(plays, "the recording to play")
    await picture(phone.page, "recording")
    await phone.page.evaluate("audio => { window.player = audio; }", await audio.element_handle())
    await wire.ring(ANNA.extension, CALLER)
    await expect(phone.button("Answer")).to_be_visible()
    assert await phone.page.evaluate("window.player.paused")
    await lived_in.pbx.outside(CALLER).hang_up()
    await wire.no_call(ANNA.extension)


async def test_a_call_of_the_desk_phone_is_fetched(lived_in: House, open_phone: OpenPhone, wire: Wire) -> None:
    """The far side hears the browser afterwards, and the desk phone is free."""
    phone = await open_phone()
    await wire.ring(ANNA.extension, CALLER)
    await wire.call_of(ANNA.extension, "ringing")
    await lived_in.pbx.desk(ANNA.extension).answer()
    await phone.press("Take it here")
    await wire.call_of(ANNA.extension)
    await until(lambda: not lived_in.pbx.desk(ANNA.extension).legs, "the desk phone to be free")
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)


async def test_an_automation_shows_answers_and_hangs_up(lived_in: House, open_phone: OpenPhone, wire: Wire) -> None:
    phone = await open_phone()
    await phone.go("/config/integrations")
    await expect(phone.card).to_have_count(0)

    async def act(action: str) -> None:
        await lived_in.anna.command(
            "call_service", domain="yeastar_linkus", service=action, service_data={"extension": ANNA.extension}
        )

    await act("show_phone")
    await expect(phone.page.locator("yeastar-linkus-floating").get_by_role("textbox")).to_be_visible()
    await wire.ring(ANNA.extension, CALLER)
    await wire.call_of(ANNA.extension, "ringing")
    await lived_in.says(ANNA, "ringing")
    await act("browser_answer")
    await wire.call_of(ANNA.extension)
    await lived_in.says(ANNA, "talking")
    await act("browser_hang_up")
    await wire.no_call(ANNA.extension)
