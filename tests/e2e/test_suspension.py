"""What the frontend does to pages that nobody looks at."""

from demo.conditions import until
from demo.house import ANNA, House
from tests.e2e.phone_page import OpenPhone
from tests.e2e.wire import Wire

# As src/layouts/home-assistant.ts of the frontend does after five minutes out of sight.
SUSPEND = """() => {
  const { connection } = document.querySelector("home-assistant").hass;
  window.stop();
  connection.suspendReconnectUntil(new Promise((resolve) => { window.resumeConnection = resolve; }));
  connection.suspend();
}"""


async def test_a_suspended_page_keeps_the_phone(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Its own connection keeps the lease, it stays registered, rings, and logs in again without the page's connection."""
    phone = await open_phone()
    await wire.registered(ANNA.extension)
    known = await house.phone(house.anna)
    await phone.page.evaluate(SUSPEND)
    await phone.page.wait_for_function("() => !document.querySelector('home-assistant').hass.connection.connected")

    async with house.anna.subscription("yeastar_linkus/phone/subscribe", phone_id=known["phone_id"]) as feed:
        lease = (await feed.get())["lease"]
    assert lease["state"] == "ready"

    call = await wire.ring(ANNA.extension)
    await phone.reads("Test Subscriber")
    await house.pbx.outside("+493055500005").hang_up()
    await wire.over(call)

    # A login that the PBX ends is replaced: for its signature, Home Assistant is asked over the own connection.
    [before] = house.pbx.web.logins.of(ANNA.extension)
    await house.pbx.web.logins.push(ANNA.extension, 20154, {})

    def again() -> bool:
        return any(login is not before for login in house.pbx.web.logins.of(ANNA.extension))

    await until(again, "a new login", limit=20)
    await wire.registered(ANNA.extension)
    await phone.page.evaluate("() => window.resumeConnection()")
    await phone.page.wait_for_function("() => document.querySelector('home-assistant').hass.connection.connected")
