"""A whole call without a mouse, told to a screen reader, with axe-core looking at every step of it."""

from playwright.async_api import Page, expect

from demo.browser import MICROPHONE_HZ
from demo.conditions import until
from demo.house import ANNA, BEN, House
from tests.e2e.phone_page import OpenPhone
from tests.e2e.spoken import focused, listen, on_the_phone, says, serious, tab_to
from tests.e2e.wire import Wire

ECHO = "1099"
RECEPTION = "1004"


async def press(page: Page, name: str, key: str = "Enter") -> None:
    """Go there with Tab, and press it."""
    await tab_to(page, name)
    await page.keyboard.press(key)


async def test_a_whole_call_by_keyboard(open_phone: OpenPhone, wire: Wire) -> None:
    """First use, dialling, mute, hold, digits, hanging up."""
    phone = await open_phone(use=False)
    page, keys = phone.page, phone.page.keyboard
    await expect(page.get_by_role("button", name="My desk phone").first).to_be_visible(timeout=20_000)
    await listen(page)
    assert await serious(page) == []
    await press(page, "^This browser")
    await wire.registered(ANNA.extension)
    await phone.reads("Reachable")
    await says(page, "Reachable")
    assert await serious(page) == []

    await tab_to(page, "^Name or number$")
    await keys.type(ECHO)
    await keys.press("Enter")
    call = await wire.call_of(ANNA.extension)
    await wire.hears(call, MICROPHONE_HZ)
    await expect(phone.card.get_by_role("timer")).to_be_visible()
    assert await serious(page) == []

    # The letters work at once: the focus did not get lost with the number field.
    await keys.press("m")
    await wire.hears_nothing(call)
    await press(page, "^Unmute$", "Space")
    await wire.hears(call, MICROPHONE_HZ)

    await press(page, "^Hold$")
    await until(lambda: call.held_by_browser, "the PBX to know that the browser holds")
    assert await serious(page) == []
    await press(page, "^Resume$")
    await until(lambda: not call.held_by_browser, "the PBX to know that the call goes on")

    await press(page, "^Keypad$")
    await expect(phone.card.locator("yeastar-linkus-call .dtmf")).to_be_visible()
    await on_the_phone(page)
    await keys.type("42")
    await press(page, "^#$")
    await until(lambda: call.digits.endswith("42#"), "42# at the PBX")
    assert await serious(page) == []
    await keys.press("Escape")
    await press(page, "^Hang up$")
    await wire.no_call(ANNA.extension)
    await phone.reads("Call ended")
    assert await serious(page) == []
    await says(page, "Ringing", "In a call", "Muted", "Microphone on", "On hold", "In a call", "Call ended")


async def test_answering_and_transferring_by_keyboard(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """The overlay of any page is answered and the call handed over without a mouse."""
    phone = await open_phone()
    page, keys = phone.page, phone.page.keyboard
    await wire.registered(ANNA.extension)
    await phone.go("/profile/general")
    await expect(phone.card).to_have_count(0)
    await listen(page)
    call = await wire.ring(ANNA.extension)
    await expect(phone.button("Answer")).to_be_visible()
    await says(page, "Incoming call from Test Subscriber")
    assert await serious(page) == []
    # The overlay is the last thing on the page.
    await tab_to(page, "^Answer$", back=True)
    await keys.press("Enter")
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
    await says(page, "In a call")

    # The keys mean the call that was just answered: Escape minimises the phone, Enter opens it again, T transfers.
    async def on_the_pill() -> bool:
        return "Open the phone" in await focused(page)

    await on_the_phone(page)
    await keys.press("Escape")
    await until(on_the_pill, "the focus to be on what is left of the phone")
    assert await serious(page) == []
    await keys.press("Enter")
    await expect(phone.button("Transfer")).to_be_visible()
    await keys.press("t")
    await expect(page.get_by_role("textbox", name="Name or number")).to_be_focused()
    assert await serious(page) == []
    await keys.type(RECEPTION)
    await press(page, "^Transfer now$")
    await wire.no_call(ANNA.extension)
    await house.pbx.desk(RECEPTION).answer()
    await until(lambda: {leg.number for leg in call.parties} == {"+493055500005", RECEPTION}, "the two to talk")


async def test_rejecting_by_keyboard(open_phone: OpenPhone, wire: Wire) -> None:
    """On the dashboard the card itself rings; what was asked first is refused with Space."""
    phone = await open_phone()
    await wire.registered(ANNA.extension)
    await wire.pbx.desk(BEN.extension).dial(ANNA.extension)
    await wire.call_of(ANNA.extension, "ringing")
    await expect(phone.button("Reject")).to_be_visible()
    assert await serious(phone.page) == []
    await press(phone.page, "^Reject$", "Space")
    await wire.no_call(ANNA.extension)
