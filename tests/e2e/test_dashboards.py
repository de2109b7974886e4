"""The dashboards of docs/dashboards.md, opened: every card is drawn and every entity is found. With SHOTS=1 also their pictures."""

from collections.abc import AsyncIterator
import os
from pathlib import Path

from playwright.async_api import ViewportSize, expect
import pytest

from demo import dashboard
from demo.conditions import until
from demo.house import House, add_door
from tests.e2e.film import keep
from tests.e2e.phone_page import OpenPhone
from tests.e2e.wire import Wire

IMAGES = Path(__file__).parents[2] / "docs" / "images" / "dashboards"
VIEWS = [view["path"] for view in dashboard.documented()]


@pytest.fixture(scope="module")
async def with_a_door(house: House, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The house with a front door that has a camera and an opener."""
    await add_door(house.anna, house.entry_id, tmp_path_factory.mktemp("door"))

    async def opener() -> bool:
        registry = await house.anna.command("config/entity_registry/list")
        return any(one["entity_id"] == "button.front_door_open_door" for one in registry)

    await until(opener, "the door's entities")
    yield house
    for one in await house.anna.command("config_entries/subentries/list", entry_id=house.entry_id):
        if one["subentry_type"] == "door_phone":
            await house.anna.command(
                "config_entries/subentries/delete", entry_id=house.entry_id, subentry_id=one["subentry_id"]
            )
    for entry in await house.anna.command("config_entries/get", domain="local_file"):
        await house.anna.rest("DELETE", f"/api/config/config_entries/entry/{entry['entry_id']}")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_every_documented_view_is_drawn(
    with_a_door: House, open_phone: OpenPhone, wire: Wire, *, dark: bool
) -> None:
    phone = await open_phone(dark=dark, viewport=ViewportSize(width=1280, height=760))
    page = phone.page
    for view in dashboard.documented():
        await phone.go(f"/{dashboard.PATH}/{view['path']}")
        cards = [card for section in view["sections"] for card in section["cards"]]
        tiles = sum(card["type"] == "tile" for card in cards)
        await expect(page.locator("hui-tile-card:visible")).to_have_count(
            tiles + len(dashboard.TRY.get(view["path"], ()))
        )
        phones = sum(card["type"] == dashboard.CARD for card in cards)
        await expect(page.locator("yeastar-linkus-card:visible")).to_have_count(phones)
        await expect(page.locator("hui-warning, hui-error-card")).to_have_count(0)
        await expect(page.get_by_text("Loading").locator("visible=true")).to_have_count(0)
        if view["path"] == "door":
            await expect(page.locator("hui-picture-entity-card img").first).to_be_visible()
        if os.environ.get("SHOTS"):
            await page.mouse.move(0, 0)
            await page.evaluate("() => document.fonts.ready")
            await page.wait_for_load_state("networkidle")
            keep(
                await page.screenshot(animations="disabled"),
                IMAGES / f"{view['path']}-{'dark' if dark else 'light'}.webp",
            )


async def test_a_button_of_the_demo_makes_somebody_call(house: House, open_phone: OpenPhone, wire: Wire) -> None:
    phone = await open_phone()
    await phone.page.locator("hui-tile-card", has_text="Somebody calls Anna").click()
    await expect(phone.button("Answer")).to_be_visible()
    await phone.press("Answer")
    await wire.call_of("1001")
    await phone.press("Hang up")
    await wire.no_call("1001")
