"""Two calls at once: waiting, asking first, handing over; and the desk phone as the other way to call."""

from playwright.async_api import expect

from demo.browser import MICROPHONE_HZ
from demo.conditions import until
from demo.house import ANNA, BEN, House
from tests.e2e.phone_page import OpenPhone, PhonePage
from tests.e2e.wire import Wire

TONE = "1098"
TONE_HZ = 440
BUSY = "1097"
RECEPTION = "1004"


async def transfer_to(phone: PhonePage, number: str, how: str) -> None:
    """Open the transfer page of the call, type the number, choose how."""
    await phone.press("Transfer")
    await phone.card.get_by_role("textbox", name="Name or number").fill(number)
    await phone.press(how)


async def test_blind_transfer_connects_the_other_two(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Anna sends Ben to the reception and is out of it."""
    phone = await open_phone()
    await phone.dial(BEN.extension)
    await house.pbx.desk(BEN.extension).answer()
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
    await transfer_to(phone, RECEPTION, "Transfer now")
    await wire.no_call(ANNA.extension)
    await house.pbx.desk(RECEPTION).answer()
    await house.says(BEN, "talking")
    await house.says(ANNA, "idle")
    both = house.pbx.desk(BEN.extension).talking
    assert both is not None
    assert {leg.number for leg in both.call.parties} == {BEN.extension, RECEPTION}


async def test_asking_first_connects_the_other_two_when_completed(
    house: House, open_phone: OpenPhone, wire: Wire
) -> None:
    """Ben waits on hold while Anna asks the reception; Complete connects those two."""
    phone = await open_phone()
    await phone.dial(BEN.extension)
    await house.pbx.desk(BEN.extension).answer()
    await wire.call_of(ANNA.extension)
    await transfer_to(phone, RECEPTION, "Ask first")
    await house.pbx.desk(RECEPTION).answer()
    await until(
        lambda: [call.state for call in wire.browser_calls(ANNA.extension)] == ["talking", "talking"],
        "both calls to talk",
    )
    assert house.pbx.desk(BEN.extension).far_held
    await phone.press("Complete")
    await wire.no_call(ANNA.extension)
    await house.says(ANNA, "idle")
    await house.says(BEN, "talking")
    both = house.pbx.desk(BEN.extension).talking
    assert both is not None
    assert {leg.number for leg in both.call.parties} == {BEN.extension, RECEPTION}


async def test_second_call_waits_and_is_answered(open_phone: OpenPhone, wire: Wire) -> None:
    """A call that comes in during another one: hold and answer; the first waits and can be taken back."""
    phone = await open_phone()
    await phone.dial(TONE)
    first = await wire.call_of(ANNA.extension)
    await phone.hears(TONE_HZ)
    await wire.ring(ANNA.extension)
    second = await wire.call_of(ANNA.extension, "ringing")
    await phone.press("Hold & answer")
    await until(lambda: second.state == "talking" and first.held_by_browser, "the second call instead of the first")
    await wire.hears(second, MICROPHONE_HZ)
    await phone.press("Hang up")
    await until(lambda: second.state == "ended", "the second call to end")
    await phone.press("Resume")
    await until(lambda: not first.held_by_browser, "the first call to be taken back")
    await phone.hears(TONE_HZ)


async def test_busy_number_says_so(open_phone: OpenPhone, wire: Wire) -> None:
    """The reason why a call did not work is on the card."""
    phone = await open_phone()
    await phone.dial(BUSY)
    await phone.reads("Busy")
    await wire.no_call(ANNA.extension)


async def test_desk_phone_calls_from_the_card(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """With the desk phone chosen, Call rings it; the card follows its call and hangs it up."""
    phone = await open_phone(use=False)
    desk_phone = phone.page.get_by_role("button", name="My desk phone").first
    await expect(desk_phone).to_be_visible(timeout=20_000)
    await desk_phone.click()
    await phone.card.get_by_role("textbox", name="Name or number").fill(TONE)
    await (
        phone.card.get_by_role("button", name="Call", exact=True)
        .or_(phone.button("Call with desk phone"))
        .first.click()
    )
    desk = house.pbx.desk(ANNA.extension)
    await desk.wait("ringing")
    await phone.reads("Your desk phone rings first: pick it up")
    leg = await desk.answer()
    await phone.reads("On your desk phone")
    assert not wire.browser_calls(ANNA.extension)
    await phone.press("Hang up")
    await wire.over(leg.call)
