"""Real calls between a browser and the PBX, with the sound measured at both ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import expect

from demo.browser import MICROPHONE_HZ, measure
from demo.conditions import until
from demo.house import ANNA, BEN, House
from tests.e2e.phone_page import OpenPhone
from tests.e2e.wire import Wire

ECHO = "1099"
TONE = "1098"
TONE_HZ = 440


@asynccontextmanager
async def states_of(house: House, extension: str) -> AsyncIterator[list[str]]:
    """The states that the call-state sensor of an extension goes through, as Home Assistant tells them."""
    session = house.anna if extension == ANNA.extension else house.ben
    entity = (await house.phone(session))["entity_id"]
    seen: list[str] = []
    async with house.anna.subscription("subscribe_events", event_type="state_changed") as events:

        async def follow() -> None:
            while True:
                data = (await events.get())["data"]
                if data["entity_id"] == entity and data["new_state"]["state"] not in seen[-1:]:
                    seen.append(data["new_state"]["state"])

        follower = asyncio.create_task(follow())
        try:
            yield seen
        finally:
            follower.cancel()


async def test_outgoing_call_talks_both_ways_and_the_sensor_follows(
    house: House, open_phone: OpenPhone, wire: Wire
) -> None:
    """The microphone's tone arrives at the echo test and comes back."""
    phone = await open_phone()
    async with states_of(house, ANNA.extension) as states:
        await phone.dial(ECHO)
        call = await wire.call_of(ANNA.extension)
        in_browser = await phone.hears(MICROPHONE_HZ)
        at_pbx = await wire.hears(call, MICROPHONE_HZ)
        await house.says(ANNA, "talking")
        await expect(phone.card.get_by_role("timer")).to_be_visible()
        assert at_pbx.packets_in > 10
        assert at_pbx.packets_out > 10
        assert in_browser.peers == 1
        await phone.press("Hang up")
        await wire.no_call(ANNA.extension)
        await until(lambda: states[-1:] == ["idle"], "the sensor to be idle again")
    assert states == ["dialing", "talking", "idle"]
    await phone.reads("Call ended")


async def test_incoming_call_is_answered_on_another_page(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """The overlay rings on the settings page; the outside party hears the microphone and is heard."""
    phone = await open_phone()
    await phone.page.goto("/config/dashboard")
    await wire.registered(ANNA.extension)
    outside = house.pbx.outside("+493055500005")
    outside.script.sound = "tone"
    call = await wire.ring(ANNA.extension)
    await phone.reads("Test Subscriber")
    await house.says(ANNA, "ringing")
    await phone.press("Answer")
    leg = await wire.call_of(ANNA.extension)
    await wire.hears(leg, MICROPHONE_HZ)
    await phone.hears(TONE_HZ)
    await house.says(ANNA, "talking")
    await phone.press("Hang up")
    assert await wire.over(call) == "ANSWERED"
    await house.says(ANNA, "idle")


async def test_rejecting_stops_the_ringing(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Reject in the browser sends a refusal; the desk phone of the same extension may ring on."""
    phone = await open_phone()
    await wire.registered(ANNA.extension)
    call = await wire.ring(ANNA.extension)
    await wire.call_of(ANNA.extension, "ringing")
    await phone.press("Reject")
    await wire.no_call(ANNA.extension)
    await expect(phone.button("Answer")).to_be_hidden()
    await house.pbx.outside("+493055500005").hang_up()
    await wire.over(call)


async def test_caller_gives_up(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """When the caller hangs up before anybody answers, the ringing ends and the call was missed."""
    phone = await open_phone()
    await wire.registered(ANNA.extension)
    call = await wire.ring(ANNA.extension)
    await expect(phone.button("Answer")).to_be_visible()
    await house.pbx.outside("+493055500005").hang_up()
    await wire.over(call)
    await expect(phone.button("Answer")).to_be_hidden()
    await phone.reads("Missed call")
    await wire.no_call(ANNA.extension)


async def test_other_side_hangs_up(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """The card shows the end of a call that the other side ended."""
    phone = await open_phone()
    await phone.dial(BEN.extension)
    await house.pbx.desk(BEN.extension).answer()
    await wire.call_of(ANNA.extension)
    await expect(phone.card.get_by_role("timer")).to_be_visible()
    await house.pbx.desk(BEN.extension).hang_up()
    await wire.no_call(ANNA.extension)
    await phone.reads("Call ended")


async def test_mute_silences_the_microphone_on_the_wire(open_phone: OpenPhone, wire: Wire) -> None:
    """Muted, the PBX hears silence; unmuted, the tone again."""
    phone = await open_phone()
    await phone.dial(TONE)
    call = await wire.call_of(ANNA.extension)
    await wire.hears(call, MICROPHONE_HZ)
    await phone.press("Mute")
    await phone.reads("Muted")
    await wire.hears_nothing(call)
    await phone.press("Unmute")
    await wire.hears(call, MICROPHONE_HZ)


async def test_hold_is_told_to_the_pbx(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Hold is a re-INVITE, the sensor says so, nothing is heard; resume brings the tone back."""
    phone = await open_phone()
    await phone.dial(TONE)
    call = await wire.call_of(ANNA.extension)
    await phone.hears(TONE_HZ)
    await phone.press("Hold")
    await until(lambda: call.held_by_browser, "the PBX to know that the browser holds")
    await phone.reads("On hold")
    held = wire.pbx.books.calls[call.leg.call_id] if call.leg else None
    assert held is not None
    await until(lambda: any("HOLD" in held.statuses(number) for number in (ANNA.extension, TONE)), "HOLD in the books")
    await phone.press("Resume")
    await until(lambda: not call.held_by_browser, "the PBX to know that the call goes on")
    await phone.hears(TONE_HZ)
    await wire.hears(call, MICROPHONE_HZ)
    await house.says(ANNA, "talking")


async def test_keypad_digits_arrive_at_the_pbx(open_phone: OpenPhone, wire: Wire) -> None:
    """Keys pressed during a call arrive as telephone events, in order."""
    phone = await open_phone()
    await phone.dial(ECHO)
    call = await wire.call_of(ANNA.extension)
    await phone.press("Keypad")
    for key in "42#":
        await phone.card.locator("yeastar-linkus-call").get_by_role("button", name=key, exact=True).click()
    await until(lambda: call.digits.endswith("42#"), "42# at the PBX")


async def test_two_people_talk_to_each_other(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Anna calls Ben, both in a browser: each hears the other's microphone."""
    anna = await open_phone()
    ben = await open_phone(house.ben)
    await wire.registered(BEN.extension)
    await anna.dial(BEN.extension)
    await wire.call_of(BEN.extension, "ringing")
    await ben.reads(ANNA.name)
    await ben.press("Answer")
    for extension in (ANNA.extension, BEN.extension):
        await wire.hears(await wire.call_of(extension), MICROPHONE_HZ)
    await anna.hears(MICROPHONE_HZ)
    await ben.hears(MICROPHONE_HZ)
    await ben.press("Hang up")
    await wire.no_call(ANNA.extension)


async def test_leaving_the_dashboard_keeps_the_call(open_phone: OpenPhone, wire: Wire) -> None:
    """Another view inside Home Assistant destroys the card, not the call; coming back shows it."""
    phone = await open_phone()
    await phone.dial(ECHO)
    call = await wire.call_of(ANNA.extension)
    await phone.go("/history")
    await expect(phone.card).to_have_count(0)
    await wire.hears(call, MICROPHONE_HZ)
    assert (await measure(phone.page)).peers >= 1
    await phone.page.evaluate("() => history.back()")
    await expect(phone.card.get_by_role("timer")).to_be_visible()
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)
