"""What goes on when tabs, browsers, sockets, the PBX and Home Assistant come and go."""

from playwright.async_api import expect

from demo import dashboard
from demo.browser import MICROPHONE_HZ, Heard, measure
from demo.conditions import until
from demo.house import ANNA, House
from tests.e2e.phone_page import OpenPhone, PhonePage
from tests.e2e.wire import Wire

ECHO = "1099"


async def second_tab(phone: PhonePage) -> PhonePage:
    """Another tab of the same browser."""
    tab = PhonePage(await phone.page.context.new_page())
    await tab.page.goto(dashboard.URL)
    await expect(tab.page.get_by_text("Reachable", exact=True).first).to_be_visible(timeout=20_000)
    return tab


async def test_second_tab_is_a_remote_control(open_phone: OpenPhone, wire: Wire) -> None:
    """Two tabs, one registration: the second shows the first one's call, and hangs it up."""
    first = await open_phone()
    await wire.registered(ANNA.extension)
    second = await second_tab(first)
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


async def test_closing_the_leading_tab_hands_the_phone_over(open_phone: OpenPhone, wire: Wire) -> None:
    """When the tab that is registered closes, the other one registers and takes calls."""
    first = await open_phone()
    await wire.registered(ANNA.extension)
    second = await second_tab(first)
    instance = wire.instance(ANNA.extension)
    await first.page.close()
    await until(lambda: wire.instance(ANNA.extension) not in (None, instance), "the other tab to register")
    await second.dial(ECHO)
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)


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


async def test_reloading_the_page_registers_again(open_phone: OpenPhone, wire: Wire) -> None:
    """The lease of the old page does not lock the new one out."""
    phone = await open_phone()
    await wire.registered(ANNA.extension)
    instance = wire.instance(ANNA.extension)
    await phone.page.reload()
    await until(lambda: wire.instance(ANNA.extension) not in (None, instance), "the reloaded page to register")
    await phone.reads("Reachable")


async def test_call_survives_a_lost_sip_socket(open_phone: OpenPhone, wire: Wire) -> None:
    """The socket drops during a call: sound goes on, and hanging up still reaches the PBX."""
    phone = await open_phone()
    await phone.dial(ECHO)
    call = await wire.call_of(ANNA.extension)
    await wire.hears(call, MICROPHONE_HZ)
    await wire.drop_socket(ANNA.extension)
    await wire.hears(call, MICROPHONE_HZ)
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)


async def test_phone_comes_back_after_the_pbx_restarts(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Tokens, registrations and calls are gone; the browser gets a new signature and registers by itself."""
    phone = await open_phone()
    await wire.registered(ANNA.extension)
    await house.pbx.restart()
    await wire.registered(ANNA.extension)
    await phone.reads("Reachable")
    await phone.dial(ECHO)
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
    await house.says(ANNA, "talking")


async def test_call_goes_on_while_home_assistant_restarts(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Sound does not pass through Home Assistant; afterwards the sensor knows the call again."""
    phone = await open_phone()
    await phone.dial(ECHO)
    call = await wire.call_of(ANNA.extension)
    await wire.hears(call, MICROPHONE_HZ)
    await house.restart_home_assistant()
    await wire.hears(call, MICROPHONE_HZ)
    await house.says(ANNA, "talking", limit=20)

    async def still_heard() -> Heard | None:
        heard = await measure(phone.page)
        return heard if abs(heard.hertz - MICROPHONE_HZ) < 25 else None

    await until(still_heard, "the echo after the restart", every=0.2)
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)
    await house.says(ANNA, "idle")
    await expect(phone.page.get_by_text("Reachable", exact=True).first).to_be_visible(timeout=20_000)
