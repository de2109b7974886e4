"""Two PBXs in one Home Assistant, and a phone on each in one browser: both ring, and each calls over its own PBX."""

from collections.abc import AsyncIterator
from dataclasses import replace

from playwright.async_api import Locator, expect
import pytest

from demo import flows
from demo.browser import MICROPHONE_HZ
from demo.conditions import LOOPBACK, free_port, until
from demo.house import ANNA, DOMAIN, House, credentials, loaded
from emulator import EmulatedPbx, demo_house
from tests.e2e.phone_page import OpenPhone, PhonePage
from tests.e2e.wire import Wire

ECHO = "1099"

# A second card, for another phone, beside the dashboard's own.
SECOND_CARD = """phoneId => {
  const card = document.createElement("yeastar-linkus-card");
  card.id = "second";
  card.style.cssText = "position: fixed; right: 16px; top: 72px; width: 420px; height: 600px; z-index: 5";
  card.setConfig({ type: "custom:yeastar-linkus-card", phone_id: phoneId });
  card.hass = document.querySelector("home-assistant").hass;
  document.body.append(card);
}"""


@pytest.fixture(scope="module")
async def second(house: House) -> AsyncIterator[tuple[EmulatedPbx, str]]:
    """Another PBX, set up beside the first, where Anna has 1001 too; and the id of that phone."""
    pbx = EmulatedPbx(replace(demo_house(), serial="3631A2100002"))
    await pbx.start(LOOPBACK, free_port())
    step = await flows.walk(
        house.anna,
        flows.CONFIG,
        {"handler": DOMAIN, "show_advanced_options": False},
        {"user": credentials(pbx), "trust": {}},
    )
    if step.get("next_flow"):
        await house.anna.rest("DELETE", f"{flows.SUBENTRIES}/{step['next_flow'][1]}")
    entry_id = step["result"]["entry_id"]
    await loaded(house.anna, entry_id)
    anna = (await house.anna.command("auth/current_user"))["id"]
    await flows.walk(
        house.anna,
        flows.SUBENTRIES,
        {"handler": [entry_id, "phone"]},
        {"user": {"user_id": anna, "extension": ANNA.extension, "supervisor": False}},
    )
    await loaded(house.anna, entry_id)
    phones = (await house.anna.command(f"{DOMAIN}/info"))["phones"]
    yield pbx, next(one["phone_id"] for one in phones if one["entry_id"] == entry_id)
    await house.anna.rest("DELETE", f"/api/config/config_entries/entry/{entry_id}")
    await pbx.stop()


@pytest.fixture
async def other(second: tuple[EmulatedPbx, str]) -> AsyncIterator[Wire]:
    """What the second PBX sees."""
    seen = Wire(second[0])
    yield seen
    await seen.quiet()


@pytest.fixture
async def both(
    second: tuple[EmulatedPbx, str], open_phone: OpenPhone, wire: Wire, other: Wire
) -> tuple[PhonePage, Locator]:
    """A page with a card for each, both ready; the second card."""
    phone = await open_phone()
    await phone.page.evaluate(SECOND_CARD, second[1])
    card = phone.page.locator("#second")
    await expect(card.get_by_text("Reachable", exact=True).first).to_be_visible(timeout=20_000)
    await wire.registered(ANNA.extension)
    await other.registered(ANNA.extension)
    return phone, card


async def test_either_rings_and_is_answered_where_it_rings(
    both: tuple[PhonePage, Locator], wire: Wire, other: Wire
) -> None:
    phone, card = both
    await other.ring(ANNA.extension, name="Caller of the second")
    await expect(card.get_by_role("heading", name="Caller of the second")).to_be_visible()
    first = phone.page.locator("yeastar-linkus-card:not(#second)")
    await expect(first.get_by_role("button", name="Answer", exact=True)).to_have_count(0)
    await card.get_by_role("button", name="Answer", exact=True).click()
    await other.hears(await other.call_of(ANNA.extension), MICROPHONE_HZ)
    assert not wire.browser_calls(ANNA.extension)
    await card.get_by_role("button", name="Hang up", exact=True).click()
    await other.no_call(ANNA.extension)

    await wire.ring(ANNA.extension, name="Caller of the first")
    await expect(first.get_by_role("heading", name="Caller of the first")).to_be_visible()
    await first.get_by_role("button", name="Answer", exact=True).click()
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
    assert not other.browser_calls(ANNA.extension)
    await first.get_by_role("button", name="Hang up", exact=True).click()
    await wire.no_call(ANNA.extension)


async def test_each_calls_over_its_own_pbx(both: tuple[PhonePage, Locator], wire: Wire, other: Wire) -> None:
    _, card = both
    await card.get_by_role("textbox", name="Name or number").fill(ECHO)
    await card.get_by_role("button", name="Call", exact=True).click()
    await other.hears(await other.call_of(ANNA.extension), MICROPHONE_HZ)
    assert not wire.browser_calls(ANNA.extension)
    await card.get_by_role("button", name="Hang up", exact=True).click()
    await other.no_call(ANNA.extension)


async def test_a_ring_of_the_second_is_seen_on_every_page(
    both: tuple[PhonePage, Locator], second: tuple[EmulatedPbx, str], other: Wire
) -> None:
    """Its card is gone from the page: the overlay shows who calls, once, and answers for the second."""
    phone, card = both
    await phone.go("/config/dashboard")
    await card.evaluate("card => card.remove()")
    await other.ring(ANNA.extension, name="Caller of the second")
    answer = phone.page.get_by_role("alertdialog").get_by_role("button", name="Answer", exact=True)
    await expect(answer).to_have_count(1)
    await answer.click()
    await other.call_of(ANNA.extension)
    await second[0].outside("+493055500005").hang_up()
    await until(lambda: not other.browser_calls(ANNA.extension), "the call to end")
