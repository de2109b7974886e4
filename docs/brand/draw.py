"""Draw the brand images that Home Assistant and HACS show, from icon.svg. Run by script/brand.

Sizes and names: the ones Home Assistant's brands component serves from `custom_components/<domain>/brand/`:
icons 256 and 512 pixels square, logos 128 and 256 pixels high, each also for dark themes.
"""

import asyncio
import os
from pathlib import Path

from playwright.async_api import async_playwright

ROOT = Path(__file__).parents[2]
ICON = Path(__file__).with_name("icon.svg").read_text()
BRAND = ROOT / "custom_components" / "yeastar_linkus" / "brand"

NIGHT = {"#1b8ea6": "#2fb3cf", "#0f4c66": "#14607f"}
LOGO = """<div style="display:flex;align-items:center;gap:22px;height:128px;width:max-content;padding-right:4px">
  <div style="width:128px;height:128px">{icon}</div>
  <div style="font:600 44px/1.08 'Open Sans','Noto Sans','DejaVu Sans',sans-serif;letter-spacing:-0.5px;color:{ink}">Yeastar Linkus
    <div style="font-weight:400;font-size:24px;line-height:1.5;letter-spacing:0;opacity:.75">for Home Assistant</div></div>
</div>"""


def at_night(svg: str) -> str:
    """The same drawing, lighter: it stands on a dark page."""
    for day, night in NIGHT.items():
        svg = svg.replace(day, night)
    return svg


async def main() -> None:
    """Write all eight images."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
        for prefix, svg, ink in (("", ICON, "#12394a"), ("dark_", at_night(ICON), "#f2f6f7")):
            for suffix, scale in (("", 1), ("@2x", 2)):
                page = await browser.new_page(device_scale_factor=scale)
                icon = f'<div id="picture" style="width:256px;height:256px">{svg}</div>'
                logo = f'<div id="picture" style="width:max-content">{LOGO.format(icon=svg, ink=ink)}</div>'
                for name, body in (("icon", icon), ("logo", logo)):
                    await page.set_content(f"<body style='margin:0'>{body}</body>")
                    path = BRAND / f"{prefix}{name}{suffix}.png"
                    await page.locator("#picture").screenshot(path=path, omit_background=True)
        await browser.close()


asyncio.run(main())
