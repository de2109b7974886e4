"""A browser that cannot talk says why before the first call, and the desk phone rings instead."""

import re

from playwright.async_api import expect

from demo.house import ANNA, House
from tests.e2e.phone_page import OpenPhone, PhonePage
from tests.e2e.wire import Wire

ECHO = "1099"


async def choose_browser(phone: PhonePage) -> None:
    """Choose this browser, as at the first use."""
    await phone.page.get_by_role("button", name=re.compile("^This browser")).first.click()


async def desk_rings(house: House, phone: PhonePage) -> None:
    """Call the echo test, and see the desk phone ring for it."""
    await phone.card.get_by_role("textbox", name="Name or number").fill(ECHO)
    await phone.card.get_by_role("button", name="Call with desk phone").click()
    leg = await house.pbx.desk(ANNA.extension).wait("ringing")
    assert leg.call.callee_number == ECHO


async def test_a_blocked_microphone_is_named_and_the_desk_phone_rings(
    house: House, open_phone: OpenPhone, wire: Wire
) -> None:
    """The permission is denied for this site, and nothing else."""
    phone = await open_phone(use=False)
    await phone.page.context.grant_permissions(["notifications"], origin=house.url)
    await choose_browser(phone)
    await phone.reads("The microphone is blocked for this site.")
    await desk_rings(house, phone)


async def test_a_missing_sdk_is_named_and_the_desk_phone_rings(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Its file cannot be had from Home Assistant."""
    phone = await open_phone(use=False)
    await phone.page.context.route("**/yeastar_linkus/sdk/**", lambda route: route.fulfill(status=404, body=""))
    await choose_browser(phone)
    await phone.reads("The phone software is not on this Home Assistant yet.")
    await expect(phone.button("Call with desk phone")).to_be_visible()
    await desk_rings(house, phone)
