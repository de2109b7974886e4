"""What goes on when tabs, browsers, sockets, the PBX and Home Assistant come and go."""

import asyncio

from playwright.async_api import expect
import pytest

from demo import dashboard
from demo.browser import MICROPHONE_HZ, Heard, measure
from demo.conditions import until
from demo.house import ANNA, House
from tests.e2e.phone_page import OpenPhone, PhonePage, UntilRight
from tests.e2e.wire import Wire

ECHO = "1099"


async def second_tab(phone: PhonePage) -> PhonePage:
    """Another tab of the same browser."""
    tab = PhonePage(await phone.page.context.new_page())
    await tab.page.goto(dashboard.URL)
    await expect(tab.page.get_by_text("Reachable", exact=True).first).to_be_visible(timeout=20_000)
    return tab


async def two_tabs(open_phone: OpenPhone, wire: Wire) -> tuple[PhonePage, PhonePage]:
    """Two tabs of one browser, the first of which registered first."""
    first = await open_phone()
    await wire.registered(ANNA.extension)
    return first, await second_tab(first)


async def test_second_tab_is_a_remote_control(open_phone: OpenPhone, wire: Wire) -> None:
    """Two tabs, one registration: the second shows the first one's call, and hangs it up."""
    first, second = await two_tabs(open_phone, wire)
    assert len(wire.pbx.web.sip.registrar.bindings(ANNA.extension)) == 1
    await second.dial(ECHO)
    call = await wire.call_of(ANNA.extension)
    await wire.hears(call, MICROPHONE_HZ)
    await expect(first.card.get_by_role("timer")).to_be_visible()
    await expect(second.card.get_by_role("timer")).to_be_visible()
    assert [(await measure(tab.page)).peers for tab in (first, second)].count(0) == 1
    await second.press("Hang up")
    await wire.no_call(ANNA.extension)
    await expect(first.card.get_by_role("timer")).to_be_hidden()


async def test_closing_the_leading_tab_hands_the_phone_over(
    open_phone: OpenPhone, wire: Wire, until_right: UntilRight
) -> None:
    """When the tab that is registered closes, the other one registers and takes calls."""
    first, second = await two_tabs(open_phone, wire)
    instance = wire.instance(ANNA.extension)
    with until_right("the leading tab closed, another tab registered"):
        await first.page.close()
        await until(lambda: wire.instance(ANNA.extension) not in (None, instance), "the other tab to register")
    await second.dial(ECHO)
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)


async def test_a_crashed_tab_hands_over_and_leaves_no_call(
    house: House, open_phone: OpenPhone, wire: Wire, until_right: UntilRight
) -> None:
    """The tab with the call dies without a word: the other one registers, shows the call that hangs, and ends it."""
    first, second = await two_tabs(open_phone, wire)
    await second.dial(ECHO)
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
    await house.says(ANNA, "talking")
    instance = wire.instance(ANNA.extension)
    leader = first if (await measure(first.page)).peers else second
    survivor = second if leader is first else first
    devtools = await leader.page.context.new_cdp_session(leader.page)
    crashed = asyncio.ensure_future(devtools.send("Page.crash"))
    with until_right("the leading tab crashed in a call, another tab registered"):
        await until(lambda: wire.instance(ANNA.extension) not in (None, instance), "the other tab to register")
    with until_right("the call of the crashed tab ended from the other one"):
        await survivor.press("Hang up")
        await until(lambda: not wire.pbx.switchboard.calls, "no call to hang")
        await house.says(ANNA, "idle")
    await survivor.reads("Reachable")
    crashed.cancel()
    await asyncio.gather(crashed, return_exceptions=True)


async def test_reloading_the_leading_tab_hands_over_and_back(
    open_phone: OpenPhone, wire: Wire, until_right: UntilRight
) -> None:
    """With two tabs a reload is a hand-over: one registration at the end, both tabs work, and a call reaches both."""
    first, second = await two_tabs(open_phone, wire)
    instance = wire.instance(ANNA.extension)
    with until_right("the leading tab reloaded, another tab registered"):
        await first.page.reload()
        await until(lambda: wire.instance(ANNA.extension) not in (None, instance), "the other tab to register")
    for tab in (first, second):
        await expect(tab.page.get_by_text("Reachable", exact=True).first).to_be_visible(timeout=20_000)
    assert len(wire.pbx.web.sip.registrar.bindings(ANNA.extension)) == 1
    call = await wire.ring(ANNA.extension)
    for tab in (first, second):
        await expect(tab.button("Answer")).to_be_visible()
    # The reloaded tab is the remote control now: its Answer makes the other one talk.
    await first.press("Answer")
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
    assert (await measure(first.page)).peers == 0
    await expect(second.card.get_by_role("timer")).to_be_visible()
    await wire.pbx.outside("+493055500005").hang_up()
    await wire.over(call)


async def test_another_browser_is_told_and_may_take_over(open_phone: OpenPhone, wire: Wire) -> None:
    """One browser has the phone; the other says where it is in use and takes it over when asked."""
    first = await open_phone()
    await wire.registered(ANNA.extension)
    second = await open_phone(use=False)
    choose = second.page.get_by_role("button", name="This browser").first
    take_over = second.button("Take over")
    await expect(choose.or_(take_over).first).to_be_visible(timeout=20_000)
    if not await take_over.is_visible():
        await choose.click()
    await take_over.click()
    await second.reads("Reachable")
    await first.reads("In use")
    await second.dial(ECHO)
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
    heard = await second.hears(MICROPHONE_HZ)
    assert heard.peers == 1
    assert (await measure(first.page)).peers == 0


async def test_a_closed_browser_leaves_the_phone_to_the_one_that_waits(
    open_phone: OpenPhone, wire: Wire, until_right: UntilRight
) -> None:
    """The lease goes with the connection: who was told "in use" has the phone without asking."""
    first = await open_phone()
    await wire.registered(ANNA.extension)
    second = await open_phone(use=False)
    choose = second.page.get_by_role("button", name="This browser").first
    take_over = second.button("Take over")
    await expect(choose.or_(take_over).first).to_be_visible(timeout=20_000)
    if not await take_over.is_visible():
        await choose.click()
    await expect(take_over).to_be_visible()
    instance = wire.instance(ANNA.extension)
    with until_right("the browser with the phone closed, the waiting one registered"):
        await first.page.context.close()
        await until(lambda: wire.instance(ANNA.extension) not in (None, instance), "the other browser to register")
        await second.reads("Reachable")


async def test_a_frozen_page_can_be_rung_again(open_phone: OpenPhone, wire: Wire, until_right: UntilRight) -> None:
    """The browser stops a page as it does in the background, its socket drops; resumed, it can be rung again."""
    phone = await open_phone()
    await wire.registered(ANNA.extension)
    devtools = await phone.page.context.new_cdp_session(phone.page)
    await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    await wire.pbx.web.sip.drop_sockets(ANNA.extension)
    await until(lambda: wire.instance(ANNA.extension) is None, "the PBX to see the socket go")
    with until_right("a frozen page that lost its socket resumed"):
        await devtools.send("Page.setWebLifecycleState", {"state": "active"})
        await wire.registered(ANNA.extension)
        await phone.reads("Reachable")
    call = await wire.ring(ANNA.extension)
    await phone.press("Answer")
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
    await wire.pbx.outside("+493055500005").hang_up()
    await wire.over(call)


async def test_reloading_the_page_registers_again(open_phone: OpenPhone, wire: Wire, until_right: UntilRight) -> None:
    """The lease of the old page does not lock the new one out."""
    phone = await open_phone()
    await wire.registered(ANNA.extension)
    instance = wire.instance(ANNA.extension)
    with until_right("the only page reloaded"):
        await phone.page.reload()
        await until(lambda: wire.instance(ANNA.extension) not in (None, instance), "the reloaded page to register")
        await phone.reads("Reachable")


async def test_call_survives_a_lost_sip_socket(open_phone: OpenPhone, wire: Wire, until_right: UntilRight) -> None:
    """The socket drops during a call: sound goes on, and hanging up still reaches the PBX."""
    phone = await open_phone()
    await phone.dial(ECHO)
    call = await wire.call_of(ANNA.extension)
    await wire.hears(call, MICROPHONE_HZ)
    with until_right("the SIP socket dropped in a call"):
        await wire.drop_socket(ANNA.extension)
    await wire.hears(call, MICROPHONE_HZ)
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)


async def test_phone_comes_back_after_the_pbx_restarts(
    house: House, open_phone: OpenPhone, wire: Wire, until_right: UntilRight
) -> None:
    """Tokens, registrations and calls are gone; the browser gets a new signature and registers by itself."""
    phone = await open_phone()
    await wire.registered(ANNA.extension)
    with until_right("the PBX restarted"):
        await house.pbx.restart()
        await wire.registered(ANNA.extension)
        await phone.reads("Reachable")
    await phone.dial(ECHO)
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
    await house.says(ANNA, "talking")


@pytest.mark.timeout(180)
async def test_call_goes_on_while_home_assistant_restarts(
    house: House, open_phone: OpenPhone, wire: Wire, until_right: UntilRight
) -> None:
    """Sound does not pass through Home Assistant; afterwards the sensor knows the call again."""
    phone = await open_phone()
    await phone.dial(ECHO)
    call = await wire.call_of(ANNA.extension)
    await wire.hears(call, MICROPHONE_HZ)
    await house.restart_home_assistant()
    await wire.hears(call, MICROPHONE_HZ)
    with until_right("Home Assistant restarted in a call, its sensor says talking"):
        await house.says(ANNA, "talking", limit=20)

    async def still_heard() -> Heard | None:
        heard = await measure(phone.page)
        return heard if abs(heard.hertz - MICROPHONE_HZ) < 25 else None

    await until(still_heard, "the echo after the restart", every=0.2)
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)
    await house.says(ANNA, "idle")
    await expect(phone.page.get_by_text("Reachable", exact=True).first).to_be_visible(timeout=20_000)
