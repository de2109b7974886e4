"""Screenshots of the gallery: python card/gallery/shots.py [--only idle,talking] [--widths 360,768] [--themes light,dark].

Leaves PNGs in test-output/gallery/. Needs $CHROMIUM.
"""

import argparse
from pathlib import Path

from serve import OUTPUT, gallery


def main() -> None:
    """Takes what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--layout", default="full")
    parser.add_argument("--lang", default="en")
    parser.add_argument("--form", default="panel", help="overlay.html: panel, pill or round")
    parser.add_argument("--query", default="", help="more of the gallery's query: rich=1&tab=people")
    parser.add_argument("--name", default="", help="ends the file's name")
    parser.add_argument("--page", default="index.html")
    parser.add_argument("--widths", default="360,768,1280")
    parser.add_argument("--themes", default="light,dark")
    parser.add_argument("--forced-colors", action="store_true")
    arguments = parser.parse_args()
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with gallery() as (address, browser):
        for theme in arguments.themes.split(","):
            for width in map(int, arguments.widths.split(",")):
                page = browser.new_page(
                    viewport={"width": width, "height": 900},
                    reduced_motion="reduce",
                    forced_colors="active" if arguments.forced_colors else "none",
                )
                page.on("pageerror", lambda error: print("page error:", error))
                query = f"theme={theme}&layout={arguments.layout}&lang={arguments.lang}&form={arguments.form}"
                if arguments.only:
                    query += f"&only={arguments.only}"
                page.goto(f"{address}/{arguments.page}?{query}&{arguments.query}", wait_until="load")
                page.wait_for_selector("body[data-ready]", timeout=60_000)
                parts = [
                    Path(arguments.page).stem,
                    arguments.form if "overlay" in arguments.page else arguments.layout,
                    arguments.only[:24],
                    arguments.lang,
                    theme,
                    str(width),
                    arguments.name,
                ]
                path = OUTPUT / f"{'-'.join(filter(None, parts))}.png"
                page.screenshot(path=path, full_page=True)
                print(path)
                page.close()


if __name__ == "__main__":
    main()
