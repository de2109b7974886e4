"""The house itself: dashboard, actions, automations."""

from playwright.async_api import expect

from demo.conditions import until
from demo.house import ANNA, DOMAIN, House
from tests.e2e.phone_page import OpenPhone
from tests.e2e.wire import Wire


async def test_dashboard_shows_the_card(open_phone: OpenPhone) -> None:
    """The card is there, knows whose phone it is, and becomes reachable."""
    phone = await open_phone()
    await expect(phone.card).to_be_visible()
    await phone.reads(ANNA.name, ANNA.extension, "Reachable")


async def test_ordinary_user_has_a_phone_too(house: House, open_phone: OpenPhone) -> None:
    """The other user's card shows the other extension."""
    phone = await open_phone(house.ben)
    await phone.reads("1002", "Reachable")


async def test_dial_action_rings_the_desk_phone_and_returns_the_call(house: House, wire: Wire) -> None:
    """Nothing but the action: the desk phone rings, is picked up, and the PBX calls the number."""
    answer = await house.anna.call(DOMAIN, "dial", {"extension": ANNA.extension, "number": "1099"}, answer=True)
    desk = house.pbx.desk(ANNA.extension)
    leg = await desk.wait("ringing")
    assert answer["call_id"] == leg.call_id
    await desk.answer()
    await house.says(ANNA, "talking")
    await desk.hang_up()
    await house.says(ANNA, "idle")


async def test_automation_dials(house: House, wire: Wire) -> None:
    """An event starts the automation, which rings the desk phone."""
    await house.anna.rest("POST", "/api/events/demo_house_doorbell", {})
    leg = await house.pbx.desk(ANNA.extension).wait("ringing")
    assert leg.call.callee_number == "1099"


async def test_script_button_dials_and_gives_the_call_id(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """The button on the dashboard runs the script; its answer names the call that rings."""
    phone = await open_phone()
    async with house.anna.subscription("subscribe_events", event_type="demo_house_dialled") as events:
        await phone.page.locator("hui-tile-card", has_text="Call the echo test from the desk phone").click()
        told = (await events.get())["data"]["dialled"]["call_id"]
    await until(lambda: told in house.pbx.switchboard.calls, "the call that the script named")
