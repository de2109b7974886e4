"""Somebody rings at the door: the phone shows the camera and opens, and says whether it did."""

import base64
from collections.abc import AsyncIterator
import re

from playwright.async_api import Route, expect
import pytest

from demo import flows
from demo.conditions import until
from demo.house import ANNA, House
from tests.e2e.phone_page import OpenPhone
from tests.e2e.wire import Wire

DOOR = "1010"
CAMERA = "camera.front_door"
PICTURE = base64.b64decode("R0lGODlhAQABAPAAAP8AAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==")


@pytest.fixture
async def door(house: House) -> AsyncIterator[str]:
    """A door phone that opens by a button of Home Assistant and by digits; gives the button's entity id."""
    entries = await house.anna.command("config_entries/get", domain="yeastar_linkus")
    entry_id = entries[0]["entry_id"]
    answer = {
        "name": "Front door",
        "extension": DOOR,
        "camera_entity": CAMERA,
        "unlock_digits": "#9",
        "unlock_actions": [{"event": "door_opens"}],
    }
    await flows.walk(house.anna, flows.SUBENTRIES, {"handler": [entry_id, "door_phone"]}, {"user": answer})

    async def button() -> str | None:
        registry = await house.anna.command("config/entity_registry/list")
        return next(
            (one["entity_id"] for one in registry if one["entity_id"].startswith("button.front_door_open")), None
        )

    yield await until(button, "the button that opens")
    for one in await house.anna.command("config_entries/subentries/list", entry_id=entry_id):
        if one["subentry_type"] == "door_phone":
            await house.anna.command(
                "config_entries/subentries/delete", entry_id=entry_id, subentry_id=one["subentry_id"]
            )


async def test_the_door_is_seen_and_opened_while_it_rings(
    house: House, open_phone: OpenPhone, wire: Wire, door: str
) -> None:
    phone = await open_phone()
    asked: list[str] = []

    async def camera(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(body=PICTURE, content_type="image/gif")

    await phone.page.route("**/api/camera_proxy_stream/**", camera)
    async with house.anna.subscription("subscribe_events", event_type="door_opens") as opened:
        await house.pbx.desk(DOOR).dial(ANNA.extension)
        await expect(phone.page.get_by_role("img", name="Camera of Front door").first).to_be_visible()
        assert all(re.search(rf"/{CAMERA}\?authSig=[\w.-]+$", url) for url in asked)
        await phone.press("Open")
        await phone.reads("Opened")
        await opened.get()
    await phone.press("Answer")
    call = await wire.call_of(ANNA.extension)
    await expect(phone.page.get_by_role("img", name="Camera of Front door").first).to_be_visible()
    assert call.digits == ""


async def test_a_door_that_does_not_open_says_so(house: House, open_phone: OpenPhone, wire: Wire, door: str) -> None:
    """The button is gone from Home Assistant, and the camera with it."""
    phone = await open_phone()
    await phone.dial(DOOR)
    await house.pbx.desk(DOOR).answer()
    await wire.call_of(ANNA.extension)
    await phone.reads("The camera shows no picture")

    await phone.page.evaluate(
        """() => {
          const { connection } = document.querySelector("home-assistant").hass;
          const send = connection.sendMessagePromise.bind(connection);
          connection.sendMessagePromise = (message) =>
            message.domain === "button" ? Promise.reject({ code: "home_assistant_error" }) : send(message);
        }"""
    )
    await phone.press("Open")
    await phone.reads("The door did not open")


async def test_digits_open_the_door_in_the_call(house: House, open_phone: OpenPhone, wire: Wire, door: str) -> None:
    """Without a button, the door hears its digits; while it rings there is nothing to press."""
    await house.anna.command("config/entity_registry/remove", entity_id=door)
    phone = await open_phone()
    await house.pbx.desk(DOOR).dial(ANNA.extension)
    await expect(phone.button("Answer")).to_be_visible()
    await expect(phone.button("Open")).to_be_hidden()
    await phone.press("Answer")
    call = await wire.call_of(ANNA.extension)
    await phone.press("Open")
    await until(lambda: call.digits.endswith("#9"), "#9 at the PBX")
    await phone.reads("Opened")
