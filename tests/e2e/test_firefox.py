"""The basic call in Firefox: out to the echo, in from outside, heard at both ends."""

from pathlib import Path

import pytest

from demo.browser import MICROPHONE_HZ
from demo.conditions import until
from demo.house import ANNA, House
from tests.e2e.firefox import FIREFOX, firefox
from tests.e2e.wire import Wire

ECHO = "1099"
CALLER = "+493055500005"

pytestmark = pytest.mark.skipif(not FIREFOX, reason="no Firefox: apt-get install firefox-esr, or set FIREFOX")


async def test_calls_in_firefox(house: House, wire: Wire, tmp_path: Path) -> None:
    """Chosen, registered, called out, called in, hung up from either side; sound both ways each time."""
    async with firefox(tmp_path, house.anna) as browser:
        await browser.goto(house.dashboard)
        await browser.press("^This browser")
        await wire.registered(ANNA.extension)
        await browser.reads("Reachable")

        # Firefox forgets a permission that is not to be remembered: the phone asks before its browser does.
        await browser.press("^Continue$")
        await browser.press("^Name or number", "input")
        await browser.type(ECHO)
        await browser.press("^Call$")
        call = await wire.call_of(ANNA.extension)
        await wire.hears(call, MICROPHONE_HZ)
        await browser.talks()
        await house.says(ANNA, "talking")
        await browser.press("^Hang up$")
        await wire.no_call(ANNA.extension)

        outside = house.pbx.outside(CALLER)
        outside.script.sound = "tone"
        ringing = await wire.ring(ANNA.extension, CALLER)
        await browser.reads("Test Subscriber")
        await browser.press("^Answer$")
        call = await wire.call_of(ANNA.extension)
        await wire.hears(call, MICROPHONE_HZ)
        await browser.talks()
        await outside.hang_up()
        assert await wire.over(ringing) == "ANSWERED"
        await browser.reads("Call ended")
    await until(lambda: not wire.browser_calls(ANNA.extension), "nothing to be left of Firefox")
