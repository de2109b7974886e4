"""The phone as somebody without a mouse or without sight uses it: the Tab key, and what a screen reader says."""

import re
import sys

from playwright.async_api import Page

from demo.conditions import until

sys.path.append("card/gallery")
from axe import FAULTS, LIBRARY

# What has the focus, by its words; through all shadow trees.
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return (at?.ariaLabel ?? at?.innerText ?? "").replace(/\\s+/g, " ").trim();
}"""

# Whether that is in one of our elements.
OURS_FOCUSED = """() => {
  for (let at = document.activeElement; at; at = at.shadowRoot?.activeElement)
    if (at.localName.startsWith("yeastar-linkus")) return true;
  return false;
}"""

# Keeps what the live regions of our elements said, in order.
LISTEN = """() => {
  window.__said = [];
  const last = new Map();
  const walk = (root, ours) => {
    for (const one of root.querySelectorAll("*")) {
      const inside = ours || one.localName.startsWith("yeastar-linkus");
      if (inside && one.matches("[role=status], [role=alert], [aria-live]")) {
        const words = one.textContent.trim();
        if (words && last.get(one) !== words) window.__said.push(words);
        last.set(one, words);
      }
      if (one.shadowRoot) walk(one.shadowRoot, inside);
    }
  };
  const look = () => { walk(document, false); requestAnimationFrame(look); };
  look();
}"""

# Our own outermost elements, with what axe-core finds in them.
OURS = f"""async () => {{
  const check = {FAULTS};
  const walk = function* (root) {{
    for (const one of root.querySelectorAll("*")) {{
      if (one.localName.startsWith("yeastar-linkus")) yield one;
      else if (one.shadowRoot) yield* walk(one.shadowRoot);
    }}
  }};
  const found = [];
  for (const one of walk(document)) found.push(...await check(one));
  return found;
}}"""


async def focused(page: Page) -> str:
    """The words on what has the focus."""
    words: str = await page.evaluate(FOCUSED)
    return words


async def on_the_phone(page: Page) -> None:
    """Wait until one of our elements has the focus, or something in it: then a key means the phone."""

    async def ours() -> bool:
        inside: bool = await page.evaluate(OURS_FOCUSED)
        return inside

    await until(ours, "the focus to be on the phone")


async def tab_to(page: Page, name: str, *, back: bool = False, limit: int = 60) -> None:
    """Press Tab (or Shift+Tab) until what this expression matches has the focus."""
    passed: list[str] = []
    for _ in range(limit):
        if re.search(name, words := await focused(page)):
            return
        passed.append(words)
        await page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{limit} times Tab did not lead to {name!r} but to {passed}")


async def listen(page: Page) -> None:
    """Keep what a screen reader is told from now on."""
    await page.evaluate(LISTEN)


async def says(page: Page, *sentences: str) -> None:
    """Wait until a screen reader was told these sentences, in this order."""

    async def told() -> bool:
        said: list[str] = await page.evaluate("() => window.__said")
        rest = iter(said)
        return all(any(sentence in one for one in rest) for sentence in sentences)

    try:
        await until(told, f"a screen reader to be told {sentences}", limit=10)
    except TimeoutError as error:
        raise AssertionError(f"{error}; told was {await page.evaluate('() => window.__said')}") from None


async def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical in our elements on this page, in the light and in the dark theme."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(LIBRARY)
    found: list[str] = []
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)
        await page.wait_for_function(
            "dark => document.querySelector('home-assistant').hass.themes.darkMode === dark", arg=scheme == "dark"
        )
        found += [f"{scheme}: {fault}" for fault in await page.evaluate(OURS)]
    return found
