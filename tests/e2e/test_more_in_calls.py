"""More than one call: a second one beside the first, three in one conversation, and callers sent to the mailbox."""

import re

from playwright.async_api import expect

from demo.browser import MICROPHONE_HZ
from demo.conditions import until
from demo.house import ANNA, BEN, House
from emulator.media.peer import PeerOptions
from tests.e2e.phone_page import OpenPhone, PhonePage
from tests.e2e.wire import Wire

TONE = "1098"
TONE_HZ = 440
CALLER = "+493055500005"


async def add(phone: PhonePage, number: str, how: str) -> None:
    """Open the page for somebody else in the call, type the number, choose how."""
    await phone.press("Add call")
    await phone.card.get_by_role("textbox", name="Name or number").fill(number)
    await phone.press(how)


async def test_a_second_call_holds_the_first_and_they_are_swapped(
    house: House, open_phone: OpenPhone, wire: Wire
) -> None:
    """Ben waits while the tone is called; Swap brings him back, and hanging up leaves the other one."""
    phone = await open_phone()
    await phone.dial(BEN.extension)
    await house.pbx.desk(BEN.extension).answer()
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
    await add(phone, TONE, "Hold & call")
    await phone.hears(TONE_HZ)
    first, second = wire.browser_calls(ANNA.extension)
    assert (first.held_by_browser, second.held_by_browser) == (True, False)
    await phone.press(f"Swap: {BEN.name}")
    await until(lambda: second.held_by_browser and not first.held_by_browser, "the calls to be swapped")
    await wire.hears(first, MICROPHONE_HZ)
    await expect(phone.button("Add call")).to_be_hidden()
    await phone.press("Hang up")
    await until(lambda: wire.browser_calls(ANNA.extension) == [second], "only the tone to be left")
    await phone.press("Resume")
    await phone.hears(TONE_HZ)


async def test_two_calls_become_one_conversation(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Who was called second is called once more, into the first call: then all three are in it."""
    phone = await open_phone()
    await wire.ring(ANNA.extension, CALLER)
    await phone.press("Answer")
    first = await wire.call_of(ANNA.extension)
    await add(phone, BEN.extension, "Hold & call")
    ben = house.pbx.desk(BEN.extension)
    await ben.answer()
    await until(lambda: len(wire.browser_calls(ANNA.extension)) == 2, "both calls")
    await phone.press("Merge")
    await until(lambda: wire.browser_calls(ANNA.extension) == [first], "the second call to end")
    await until(lambda: ben.ringing, "Ben to be called into the first call")
    await ben.answer()
    assert first.leg is not None
    call = first.leg.call
    await until(lambda: len([leg for leg in call.parties if leg.talking]) == 3, "three in one conversation")
    assert not first.held_by_browser
    await expect(phone.card.get_by_text(re.compile(f"with .{BEN.name}"))).to_be_visible()
    await wire.hears(first, MICROPHONE_HZ)


async def test_somebody_is_called_into_the_conversation(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    phone = await open_phone()
    await phone.dial(TONE)
    browser = await wire.call_of(ANNA.extension)
    await house.says(ANNA, "talking")
    await add(phone, BEN.extension, "Add to this call")
    ben = house.pbx.desk(BEN.extension)
    await until(lambda: ben.ringing, "Ben to be called")
    await ben.answer()
    assert browser.leg is not None
    call = browser.leg.call
    await until(lambda: len([leg for leg in call.parties if leg.talking]) == 3, "three in one conversation")
    await expect(phone.card.get_by_text(re.compile(f"with .{BEN.extension}"))).to_be_visible()


async def test_a_caller_is_sent_to_the_mailbox(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """The caller hears the mailbox; the browser and the desk phone are quiet at once."""
    phone = await open_phone()
    await wire.registered(ANNA.extension)
    call = await wire.ring(ANNA.extension, CALLER)
    await phone.press("To voicemail")
    await wire.no_call(ANNA.extension)
    assert call.alive
    await until(lambda: not house.pbx.desk(ANNA.extension).ringing, "the desk phone to be quiet")
    await house.pbx.outside(CALLER).hang_up()
    assert await wire.over(call) == "VOICEMAIL"
    await phone.reads("Went to voicemail")


async def test_a_video_call_is_answered_with_sound(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """The caller offers a picture: both hear each other, and no camera is asked for."""
    options = house.pbx.web.sip.options
    before, options.media = options.media, PeerOptions(video=True)
    try:
        phone = await open_phone()
        house.pbx.outside(CALLER).script.sound = "tone"
        await wire.ring(ANNA.extension, CALLER)
        await phone.press("Answer")
        await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
        await phone.hears(TONE_HZ)
    finally:
        options.media = before


async def test_a_call_is_recorded_by_who_may(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """The PBX gets the order, the card says what the PBX says, and without the permission there is no button."""
    phone = await open_phone()
    await phone.dial(TONE)
    await wire.call_of(ANNA.extension)
    await house.says(ANNA, "talking")
    await phone.press("More")
    await phone.press("Record")
    await expect(phone.card.get_by_text("Recording", exact=True)).to_be_visible()
    await phone.press("Stop recording")
    await expect(phone.card.get_by_text("Recording paused", exact=True)).to_be_visible()
    await house.pbx.web.logins.push(ANNA.extension, 20047, {"enb_ctl_record": 0})
    await expect(phone.button("Record")).to_be_hidden()
    await house.pbx.web.logins.push(ANNA.extension, 20047, {"enb_ctl_record": 2})
    await expect(phone.button("Record")).to_be_visible()


async def test_a_call_is_parked_and_picked_up(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """The card says where it waits, for any phone; a press gets it back here."""
    phone = await open_phone()
    house.pbx.outside(CALLER).script.sound = "tone"
    await wire.ring(ANNA.extension, CALLER)
    await phone.press("Answer")
    await wire.call_of(ANNA.extension)
    await house.says(ANNA, "talking")
    await phone.press("More")
    await phone.press("Park")
    await expect(phone.card.get_by_text(re.compile(r"^Parked in \d+"))).to_be_visible()
    await wire.no_call(ANNA.extension)
    await phone.press("Pick up")
    await phone.hears(TONE_HZ)
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)


async def test_a_chosen_caller_is_let_in_by_itself(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """As at an intercom: nobody presses anything, and both hear each other."""
    phone = await open_phone()
    await phone.page.evaluate(
        "async (number) => (await window[Symbol.for('yeastar_linkus')].phone).setAutoAnswer([number])", CALLER
    )
    house.pbx.outside(CALLER).script.sound = "tone"
    await wire.ring(ANNA.extension, CALLER)
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
    await phone.hears(TONE_HZ)


async def test_the_last_number_and_names_on_the_keys(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Call on an empty field brings the last number back; 2-3-6 is how keys spell Ben."""
    phone = await open_phone()
    await phone.dial(TONE)
    await wire.call_of(ANNA.extension)
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)
    await phone.press("Close")
    call = phone.card.get_by_role("button", name="Call", exact=True)
    await call.click()
    field = phone.card.get_by_role("textbox", name="Name or number")
    await expect(field).to_have_value(TONE)
    await field.fill("")
    for key in "236":
        await phone.card.locator("yeastar-linkus-keypad").get_by_role("button", name=re.compile(f"^{key}")).click()
    await expect(phone.card.get_by_text(BEN.name).first).to_be_visible()


async def test_how_a_call_sounded_is_shown_and_kept(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """The bars explain themselves in the call; Home Assistant gets the score, and Recents has a mark."""
    phone = await open_phone()
    await phone.dial(TONE)
    await wire.call_of(ANNA.extension)
    await house.says(ANNA, "talking")
    bars = phone.card.get_by_role("button", name=re.compile("sound. Show details$"))
    await bars.click(timeout=15_000)
    await phone.reads("Excellent sound")
    await expect(phone.card.get_by_text(re.compile(r"You hear: \d"))).to_be_visible()
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)
    await phone.card.get_by_role("tab", name=re.compile("^Recents")).click()
    first = phone.card.get_by_role("listitem").first
    await expect(first.get_by_role("button", name=re.compile("Excellent sound"))).to_be_visible(timeout=15_000)


async def test_a_call_of_another_browser_is_fetched(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """The card says which browser has it; taking it moves the call and the registration, and ends nothing."""
    there = await open_phone()
    here = await open_phone(use=False)
    await here.page.get_by_role("button", name=re.compile("^This browser")).click()
    await here.reads("Take over")
    await there.dial(TONE)
    await wire.call_of(ANNA.extension)
    await expect(here.card.get_by_text(re.compile("^On .Chrome"))).to_be_visible(timeout=10_000)
    await here.press("Take it here")
    await here.hears(TONE_HZ)
    await there.reads("In use on Chrome, Linux")
    await here.press("Hang up")
    await wire.no_call(ANNA.extension)


async def test_the_microphone_and_the_ring_tone_are_tried_in_the_settings(open_phone: OpenPhone) -> None:
    """The meter follows the microphone; the chosen ring tone is still chosen after a reload."""
    phone = await open_phone()

    async def settings() -> None:
        await (
            phone.card.locator("yeastar-linkus-header").get_by_role("button", name=re.compile("Calls are made")).click()
        )
        await phone.page.get_by_role("menuitem", name="Sound and devices").click()

    await settings()
    await phone.press("Try the microphone")
    meter = phone.page.get_by_role("meter", name="How loud you are")

    async def heard() -> bool:
        return float(await meter.get_attribute("aria-valuenow") or 0) > 30

    await until(heard, "the meter to move")
    await phone.page.get_by_label("Ring tone").select_option("bells")
    await phone.press("Close")
    await phone.page.reload()
    await settings()
    await expect(phone.page.get_by_label("Ring tone")).to_have_value("bells")
