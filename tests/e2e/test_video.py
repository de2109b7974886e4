"""Calls with a picture, on a PBX whose plan has them: made, answered, switched off, held, and refused by the camera."""

from collections.abc import Iterator
import os
from pathlib import Path
import re

from playwright.async_api import expect
import pytest

from demo.browser import MICROPHONE_HZ
from demo.conditions import until
from demo.house import ANNA, BEN, House
from emulator.media.peer import PeerOptions
from emulator.media.pictures import CARD
from emulator.sip.call import SipCall
from tests.e2e.phone_page import OpenPhone, PhonePage
from tests.e2e.wire import Wire

CALLER = "+493055500005"
TONE_HZ = 440

# The colour in the middle of a picture; null while there is none.
COLOUR = """video => {
  if (!video.videoWidth) return null;
  const canvas = new OffscreenCanvas(1, 1);
  const paper = canvas.getContext("2d");
  paper.drawImage(video, video.videoWidth * 0.1, video.videoHeight / 2, 1, 1, 0, 0, 1, 1);
  return [...paper.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""

# Another program has it.
NO_CAMERA = """
  const media = MediaDevices.prototype;
  const { getUserMedia } = media;
  media.getUserMedia = function (wanted) {
    return wanted.video ? Promise.reject(new DOMException("", "NotReadableError")) : getUserMedia.call(this, wanted);
  };
"""


@pytest.fixture
def plan(house: House) -> Iterator[House]:
    """The PBX's plan has pictures, and its lines carry them."""
    web = house.pbx.web
    before = web.sip.options.media
    web.options.video, web.sip.options.media = True, PeerOptions(video=True)
    yield house
    web.options.video, web.sip.options.media = False, before


async def sees_the_card(phone: PhonePage) -> None:
    """Wait until the card shows what the PBX sends for a party without a camera."""
    far = phone.card.get_by_label(re.compile("^Picture of"))
    await expect(far).to_be_visible()

    async def blue() -> bool:
        colour = await far.evaluate(COLOUR)
        return colour is not None and all(abs(one - wanted) < 40 for one, wanted in zip(colour, CARD, strict=True))

    await until(blue, "the other side's picture")


async def seen(browser: SipCall, more: int = 5) -> None:
    """Wait until the PBX has seen further frames of the browser's camera, and light in them."""
    before = browser.media.stats().frames

    def lit() -> bool:
        stats = browser.media.stats()
        return stats.frames >= before + more and stats.light > 30

    await until(lit, "the browser's picture")


async def picture(phone: PhonePage, name: str) -> None:
    """Photograph the page, where pictures are wanted."""
    if folder := os.environ.get("PICTURES"):
        await phone.page.screenshot(path=Path(folder) / f"{name}.png")


async def test_a_colleague_is_called_with_a_picture(plan: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Both see each other; the own picture goes off and on, and a hold takes it away and gives it back."""
    phone = await open_phone(camera=True)
    await phone.card.get_by_role("tab", name="People").click()
    row = phone.card.get_by_role("listitem").filter(has_text="Ben Carter").first
    await row.get_by_role("button", name=re.compile("^Numbers and more")).click()
    await phone.press("Video call")
    await plan.pbx.desk(BEN.extension).answer()
    browser = await wire.call_of(ANNA.extension)
    await sees_the_card(phone)
    await seen(browser)
    await wire.hears(browser, MICROPHONE_HZ)
    await expect(phone.card.get_by_label("My camera", exact=True)).to_be_visible()
    await picture(phone, "video")
    await phone.press("Turn my camera off")
    await until(lambda: browser.media.stats().light < 25, "the picture to go dark")
    await phone.press("Turn my camera on")
    await seen(browser)
    await phone.press("Hold")
    await until(lambda: browser.held_by_browser, "the hold")
    await phone.press("Resume")
    await until(lambda: not browser.held_by_browser, "the end of the hold")
    await seen(browser)
    await sees_the_card(phone)
    await phone.press("Hang up")
    await wire.no_call(ANNA.extension)


async def test_a_caller_with_a_camera_is_answered_with_one(plan: House, open_phone: OpenPhone, wire: Wire) -> None:
    """On a telephone's screen, and in the dark."""
    phone = await open_phone(camera=True, viewport={"width": 360, "height": 780}, dark=True)
    plan.pbx.outside(CALLER).script.sound = "tone"
    await wire.ring(ANNA.extension, CALLER)
    await expect(phone.button("Answer with video")).to_be_visible()
    await picture(phone, "video-ringing")
    await phone.press("Answer with video")
    browser = await wire.call_of(ANNA.extension)
    await seen(browser)
    await sees_the_card(phone)
    await phone.hears(TONE_HZ)
    await picture(phone, "video-small-dark")
    await plan.pbx.outside(CALLER).hang_up()
    await wire.no_call(ANNA.extension)


async def test_a_caller_with_a_camera_is_answered_with_sound(plan: House, open_phone: OpenPhone, wire: Wire) -> None:
    """Whatever the plan has: nobody is filmed who pressed Answer."""
    phone = await open_phone(camera=True)
    await wire.ring(ANNA.extension, CALLER)
    await phone.press("Answer")
    browser = await wire.call_of(ANNA.extension)
    await wire.hears(browser, MICROPHONE_HZ)
    assert browser.media.stats().frames == 0
    await expect(phone.card.locator("video")).to_have_count(0)


async def test_a_camera_that_cannot_be_had_is_named_and_sound_is_left(
    plan: House, open_phone: OpenPhone, wire: Wire
) -> None:
    """The call rings on, and is answered with sound."""
    phone = await open_phone(use=False, camera=True)
    await phone.page.context.add_init_script(NO_CAMERA)
    await phone.use_browser()
    await wire.ring(ANNA.extension, CALLER)
    await phone.press("Answer with video")
    await phone.reads("The camera cannot be used")
    await phone.press("Answer")
    await wire.hears(await wire.call_of(ANNA.extension), MICROPHONE_HZ)
