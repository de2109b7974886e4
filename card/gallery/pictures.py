"""The pictures of docs/gallery.md and the page itself: python card/gallery/pictures.py. Needs $CHROMIUM.

Every face of the card in the light and the dark theme, on a phone and on a desktop, and what lies over a page.
"""

import io

from PIL import Image
from playwright.sync_api import Browser
from serve import CARD, gallery

DOCS = CARD.parent / "docs"
IMAGES = DOCS / "images" / "card"
THEMES = ("light", "dark")
WIDTHS = {"phone": 390, "desktop": 1280}
OVERLAYS = {
    "over_incoming": ("A call rings over any page", "only=incoming"),
    "over_panel": ("The phone, opened over a page", "only=talking&form=panel"),
    "over_pill": ("The phone made small during a call", "only=talking&form=pill"),
    "over_asked": ("A number on a page asks before it is called", "only=asked&form=pill"),
    "over_notice": ("What went wrong, where no phone is to be seen", "only=notice_alone&form=pill"),
    "over_round": ("The round button at rest, with missed calls", "only=idle&form=round"),
}
TABS = ("people", "recents", "voicemail")


def keep(name: str, png: bytes) -> None:
    """Save a picture as WebP, small enough for a repository."""
    Image.open(io.BytesIO(png)).convert("RGB").save(IMAGES / f"{name}.webp", quality=82, method=6)


def words(name: str) -> str:
    """A state's name as a title."""
    return name.replace("_", " ").capitalize()


def take_cards(address: str, browser: Browser, theme: str, device: str) -> list[str]:
    """Every state of the card; returns their names."""
    page = browser.new_page(viewport={"width": WIDTHS[device], "height": 900}, reduced_motion="reduce")
    names: list[str] = []
    for query in ("rich=1", *(f"only=idle&tab={tab}" for tab in TABS)):
        page.goto(f"{address}/index.html?theme={theme}&{query}", wait_until="load")
        page.wait_for_selector("body[data-ready]", timeout=60_000)
        for card in page.locator("yeastar-linkus-card").all():
            name = query.partition("tab=")[2] or (card.get_attribute("data-state") or "")
            keep(f"{name}-{theme}-{device}", card.screenshot(animations="disabled"))
            names.append(name)
    page.close()
    return names


def take_overlays(address: str, browser: Browser, theme: str, device: str) -> None:
    """What lies over a page."""
    for name, (_, query) in OVERLAYS.items():
        page = browser.new_page(viewport={"width": WIDTHS[device], "height": 760}, reduced_motion="reduce")
        page.goto(f"{address}/overlay.html?theme={theme}&{query}", wait_until="load")
        page.wait_for_selector("body[data-ready]", timeout=60_000)
        keep(f"{name}-{theme}-{device}", page.screenshot(animations="disabled"))
        page.close()


def page_of(names: list[str]) -> str:
    """The page with all pictures."""
    titles = {name: title for name, (title, _) in OVERLAYS.items()}
    parts = [
        "# Every face of the phone",
        "Made by `card/gallery/pictures.py`: light and dark, on a desktop and on a phone. What they mean is in [card.md](card.md).",
    ]
    for name in [*names, *OVERLAYS]:
        title = titles.get(name, words(name))
        parts.append(f"## {title}")
        parts.append(
            "\n".join(
                f'<img src="images/card/{name}-{theme}-{device}.webp" width="{200 if device == "phone" else 260}" '
                f'alt="{title}, {theme} theme, {device}">'
                for device in reversed(WIDTHS)
                for theme in THEMES
            )
        )
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Takes all pictures and writes the page."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for old in IMAGES.glob("*.webp"):
        old.unlink()
    names: list[str] = []
    with gallery() as (address, browser):
        for theme in THEMES:
            for device in WIDTHS:
                names = take_cards(address, browser, theme, device)
                take_overlays(address, browser, theme, device)
    (DOCS / "gallery.md").write_text(page_of(names), encoding="utf-8")
    size = sum(file.stat().st_size for file in IMAGES.glob("*.webp"))
    print(f"{len(list(IMAGES.glob('*.webp')))} pictures, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
