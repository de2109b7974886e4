"""The pictures of the README and the docs, taken from the running house: ``SHOTS=1 script/test e2e``."""

import os
from pathlib import Path

from playwright.async_api import ViewportSize, expect
import pytest

from demo.house import ANNA, BEN, House
from tests.e2e.film import Film
from tests.e2e.phone_page import OpenPhone, PhonePage
from tests.e2e.wire import Wire

IMAGES = Path(__file__).parents[2] / "docs" / "images"
DESKTOP = ViewportSize(width=1280, height=800)
MOBILE = ViewportSize(width=390, height=844)
CALLER = "+4915112345678"

pytestmark = pytest.mark.skipif(not os.environ.get("SHOTS"), reason="pictures are taken with SHOTS=1 only")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("mobile", [False, True], ids=["desktop", "mobile"])
async def test_take_pictures(house: House, open_phone: OpenPhone, wire: Wire, *, dark: bool, mobile: bool) -> None:
    """Idle, ringing, talking and ended, as they look."""
    phone = await open_phone(dark=dark, viewport=MOBILE if mobile else DESKTOP, touch=mobile, scale=2 if mobile else 1)
    await wire.registered(ANNA.extension)

    async def take(name: str) -> None:
        await phone.page.mouse.move(0, 0)
        await phone.page.evaluate("() => document.fonts.ready")
        look = f"{'dark' if dark else 'light'}-{'mobile' if mobile else 'desktop'}"
        await phone.page.screenshot(path=IMAGES / f"{name}-{look}.png", animations="disabled")

    await take("idle")
    call = await wire.ring(ANNA.extension, CALLER, "Dora Klein")
    await phone.reads("Dora Klein")
    await expect(phone.button("Answer")).to_be_visible()
    await take("ringing")
    await house.pbx.outside(CALLER).hang_up()
    await wire.over(call)
    await expect(phone.button("Answer")).to_be_hidden()
    await close_ended(phone)
    await phone.dial(BEN.extension)
    await house.pbx.desk(BEN.extension).answer()
    await expect(phone.card.get_by_role("timer")).to_have_text("0:05", timeout=15_000)
    await take("talking")
    await house.pbx.desk(BEN.extension).hang_up()
    await phone.reads("Call ended")
    await take("ended")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_take_the_film(house: House, open_phone: OpenPhone, wire: Wire, *, dark: bool) -> None:
    """A call comes, is answered, and is hung up."""
    phone = await open_phone(dark=dark, viewport=ViewportSize(width=960, height=720))
    await wire.registered(ANNA.extension)
    await phone.page.emulate_media(reduced_motion="no-preference", color_scheme="dark" if dark else "light")
    film = Film(phone.page, (640, 560))
    await phone.page.mouse.move(*film.pointer)
    await film.roll(1.2)
    await wire.ring(ANNA.extension, CALLER, "Dora Klein")
    await expect(phone.button("Answer")).to_be_visible()
    await film.roll(2.5)
    await film.press(phone.card.get_by_role("button", name="Answer", exact=True))
    await expect(phone.card.get_by_role("timer")).to_be_visible()
    await film.roll(4)
    await film.press(phone.card.get_by_role("button", name="Hang up", exact=True))
    await phone.reads("Call ended")
    await film.roll(2)
    film.save(IMAGES / f"call-{'dark' if dark else 'light'}.webp")


async def close_ended(phone: PhonePage) -> None:
    """Put the ended call away and go back to the keypad."""
    await phone.press("Close")
    await expect(phone.card.get_by_role("textbox", name="Name or number")).to_be_visible()
