"""The vendor's own UI in a card of a real dashboard, with the unmodified official files."""

import os

from playwright.async_api import expect
import pytest

from demo.browser import MICROPHONE_HZ
from demo.conditions import until
from demo.dashboard import CARD
from demo.house import ANNA, House
from tests.e2e.phone_page import OpenPhone
from tests.e2e.wire import Wire

PATH = "linkus-look"

pytestmark = pytest.mark.skipif(
    not os.environ.get("SDK_UI_DIR"),
    reason="the official UI is proprietary: SDK_UI_DIR names the folder with its files",
)


@pytest.fixture(scope="module")
async def dashboard(house: House) -> str:
    """A dashboard with nothing but the card; its path."""
    await house.anna.command(
        "lovelace/dashboards/create",
        url_path=PATH,
        title="Linkus",
        icon="mdi:phone",
        show_in_sidebar=True,
        require_admin=False,
        mode="storage",
    )
    view = {"title": "Linkus", "type": "panel", "path": "phone", "cards": [{"type": CARD, "look": "linkus"}]}
    await house.anna.command("lovelace/config/save", url_path=PATH, config={"title": "Linkus", "views": [view]})
    return f"/{PATH}/phone"


async def test_the_official_ui_calls_and_rings(house: House, dashboard: str, open_phone: OpenPhone, wire: Wire) -> None:
    """Out: the microphone arrives at the echo test. In: its own pop-up rings, and no second one."""
    phone = await open_phone(path=dashboard)
    look = phone.page.frame_locator("iframe[data-yeastar-linkus=look]")
    field = look.locator("#rtc-dial-input")
    await expect(field).to_be_visible(timeout=20_000)
    await wire.registered(ANNA.extension)
    await field.fill("1099")
    await look.locator(".item-call").click()
    call = await wire.call_of(ANNA.extension)
    await wire.hears(call, MICROPHONE_HZ)
    await house.says(ANNA, "talking")
    await look.locator(".rtc-opera-btn", has_text="End Call").locator(".opera-icon-wra").click()
    await wire.no_call(ANNA.extension)
    await wire.ring(ANNA.extension)
    await wire.call_of(ANNA.extension, "ringing")
    await expect(look.get_by_text("Test Subscriber").first).to_be_visible()
    await expect(phone.page.locator("yeastar-linkus-overlay .incoming")).to_be_hidden()
    await look.locator(".icon-audio").click()
    await wire.call_of(ANNA.extension)
    await look.locator(".rtc-opera-btn", has_text="End Call").locator(".opera-icon-wra").click()
    await wire.no_call(ANNA.extension)


async def test_leaving_the_view_gives_the_phone_back_to_our_own_engine(
    dashboard: str, open_phone: OpenPhone, wire: Wire
) -> None:
    """The overlay of any other page rings."""
    phone = await open_phone(path=dashboard)
    await expect(phone.page.locator("iframe[data-yeastar-linkus=look]")).to_be_visible(timeout=20_000)
    await wire.registered(ANNA.extension)
    before = wire.instance(ANNA.extension)
    await phone.go("/history")
    await expect(phone.page.locator("iframe[data-yeastar-linkus=engine]")).to_have_count(1)
    await wire.registered(ANNA.extension)
    await until(lambda: wire.instance(ANNA.extension) not in (None, before), "a registration of our own engine")
    await wire.ring(ANNA.extension)
    await phone.press("Answer")
    await wire.call_of(ANNA.extension)
