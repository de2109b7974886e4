"""What no eye measures: axe-core, contrast of all text, size of all buttons, nothing lying over another thing, the overlay's manners.

python card/gallery/check.py looks at every state of the gallery, and fails when axe-core finds something serious or critical in
the light or the dark theme; when, in three themes and two widths, text is below WCAG 2.2 AA (4.5, large text 3), a button below
44 by 44 px, or a card not as tall as at rest; when something moves for somebody who wants no motion; or when the overlay takes
the focus from somebody who types, cannot be used over a modal dialog of the page, or does not give that dialog back. Needs $CHROMIUM.
"""

import sys

from axe import FAULTS, LIBRARY
from playwright.sync_api import Browser, Page
from serve import gallery

LOOK = """() => {
  const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  pixel.canvas.width = pixel.canvas.height = 1;
  const rgba = (colour) => {
    pixel.clearRect(0, 0, 1, 1);
    pixel.fillStyle = colour;
    pixel.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const parent = (e) => e.assignedSlot ?? e.parentElement ?? (e.getRootNode().host ?? null);
  const behind = (e) => {
    const layers = [];
    for (let at = e; at; at = parent(at)) {
      const style = getComputedStyle(at);
      if (style.backgroundImage.includes('gradient') && !/rgba?\\(255, 255, 255/.test(style.backgroundImage))
        layers.push(rgba(style.backgroundImage.match(/(?:rgb|#|oklch)[^,]*(?:,[^,)]*){0,2}\\)/)?.[0] ?? '#000'));
      layers.push(rgba(style.backgroundColor));
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => {
    const [R, G, B] = [r, g, b].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * R + 0.7152 * G + 0.0722 * B;
  };
  const out = [];
  const heights = new Map();
  const walk = (root, state) => {
    for (const e of root.querySelectorAll('*')) {
      if (e.shadowRoot) walk(e.shadowRoot, state);
      const box = e.getBoundingClientRect();
      if (box.width === 0 || e.matches('.sr, .sr *') || !e.checkVisibility({ visibilityProperty: true })) continue;
      const style = getComputedStyle(e);
      if (e.matches('button, input:not([type=range], [type=checkbox]), select') && (box.width < 43.5 || box.height < 43.5) && !e.matches('.one'))
        out.push(`${state}: ${e.tagName} ${e.className} is ${Math.round(box.width)} x ${Math.round(box.height)}`);
      const text = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
      if (!text || e.closest(':disabled') || e.tagName === 'STYLE' || e.tagName === 'FIGCAPTION') continue;
      let disabled = false;
      for (let at = e; at; at = parent(at)) disabled ||= at.disabled === true;
      if (disabled) continue;
      const ground = behind(e);
      const ink = over(rgba(style.color), ground);
      const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < (large ? 3 : 4.5)) out.push(`${state}: "${e.textContent.trim().slice(0, 30)}" has contrast ${ratio.toFixed(2)}`);
    }
  };
  for (const card of document.querySelectorAll('yeastar-linkus-card')) {
    walk(card.shadowRoot, card.dataset.state);
    heights.set(card.dataset.state, Math.round(card.getBoundingClientRect().height));
    // Nothing inside sticks out of its part, and the parts of the middle do not lie on each other.
    const phone = card.shadowRoot.querySelector('yeastar-linkus-phone')?.shadowRoot;
    const call = phone?.querySelector('yeastar-linkus-call')?.shadowRoot;
    const dialer = phone?.querySelector('yeastar-linkus-dialer');
    const all = (e) => [...e.querySelectorAll('*'), ...(e.shadowRoot?.querySelectorAll('*') ?? [])];
    const parts = call
      ? ['.who', '.middle', '.actions'].map((s) => call.querySelector(s))
      : dialer && !dialer.hasAttribute('compact')
        ? [...['.field'].map((s) => dialer.shadowRoot.querySelector(s)), ...dialer.children,
           ...['yeastar-linkus-favourites', 'yeastar-linkus-keypad', '.actions'].map((s) => dialer.shadowRoot.querySelector(s))]
        : [];
    const inner = parts.filter((p) => p && all(p).length).map((p) => {
      // What is in them counts: the room around a small button, for fingers, may reach into the next part's padding.
      const boxes = all(p).map((e) => e.getBoundingClientRect()).filter((r) => r.height > 0);
      return { name: p.className || p.localName, top: Math.min(...boxes.map((r) => r.top)), bottom: Math.max(...boxes.map((r) => r.bottom)) };
    });
    for (let i = 1; i < inner.length; i += 1)
      if (inner[i].top < inner[i - 1].bottom - 1)
        out.push(`${card.dataset.state}: ${inner[i].name} lies ${Math.round(inner[i - 1].bottom - inner[i].top)} px over ${inner[i - 1].name}`);
  }
  const rest = heights.get('idle');
  for (const [state, height] of heights) if (height !== rest) out.push(`${state}: ${height} px tall, at rest ${rest}`);
  return out;
}"""


def check_overlay(address: str, browser: Browser) -> set[str]:
    """Rings while somebody types and while a modal dialog is open."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/overlay.html?only=idle&form=pill")
    page.wait_for_selector("body[data-ready]", timeout=60_000)
    page.evaluate("""() => {
      const field = Object.assign(document.createElement('input'), { id: 'mine' });
      document.body.append(field);
      field.focus();
    }""")
    page.keyboard.type("hel")
    page.evaluate("phone.set({ calls: [fakeCall({ id: 'r', phase: 'ringing', answeredAt: null })] })")
    page.get_by_role("button", name="Answer").wait_for()
    page.keyboard.type("lo")
    faults = set()
    if page.input_value("#mine") != "hello":
        faults.add("overlay: takes the focus from somebody who types")
    page.evaluate("""() => {
      const box = document.createElement('dialog');
      box.style = 'width: 800px; height: 600px';
      box.innerHTML = '<button id="theirs">Theirs</button>';
      box.firstChild.onclick = () => { window.given = (window.given ?? 0) + 1; };
      document.body.append(box);
      box.showModal();
      window.dispatchEvent(new CustomEvent('show-dialog'));
    }""")
    for turn, (name, order) in enumerate((("Answer", "answer"), ("Hang up", "hangUp")), start=1):
        button = page.get_by_role("button", name=name, include_hidden=True).first
        button.wait_for()
        place = button.bounding_box()
        assert place
        page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        if page.evaluate("phone.orders.at(-1)?.[0]") != order:
            faults.add(f"overlay: {name} does nothing over a modal dialog")
        page.click("#theirs", timeout=5000)
        if page.evaluate("window.given") != turn:
            faults.add(f"overlay: does not give the dialog back after {name}")
    page.close()
    return faults


# What moves, in the page and in every shadow tree.
MOVING = """() => {
  const out = [];
  const walk = (root) => {
    for (const one of root.getAnimations())
      if (one.playState === 'running') out.push(`${one.animationName ?? one.transitionProperty} of ${one.effect.target.className}`);
    for (const e of root.querySelectorAll('*')) if (e.shadowRoot) walk(e.shadowRoot);
  };
  walk(document);
  return out;
}"""

# Every state in every place where it can show, and what opens only on a press.
LOOKED_AT = (
    "",
    "rich=1",
    "rich=1&tab=people",
    "rich=1&tab=recents",
    "rich=1&tab=voicemail",
    "layout=compact",
    "lang=de",
    "lang=de&rich=1",
    "lang=de&layout=compact",
    # No translation of ours: English from right to left.
    "lang=ar&rich=1",
)
SPOKEN = (
    "rich=1",
    "rich=1&tab=people",
    "rich=1&tab=recents",
    "rich=1&tab=voicemail",
    "layout=compact",
    "layout=people&rich=1&only=idle",
    "layout=recents&rich=1&only=idle",
    "layout=call_button",
    "rich=1&only=talking,talking_desk&panel=keypad",
    "rich=1&only=talking,talking_desk&panel=more",
    "rich=1&only=talking&panel=transfer",
    "rich=1&only=talking,ended&panel=note",
    "rich=1&only=idle&settings=1",
    "rich=1&only=idle&menu=1",
    "lang=de&rich=1",
    "lang=de&rich=1&only=idle&settings=1",
    "lang=ar&rich=1",
    "lang=ar&rich=1&only=talking&panel=transfer",
    "lang=ar&layout=compact",
    "rich=1&only=idle&typed=an",
    "rich=1&only=idle&typed=10",
)
OVERLAID = (
    "only=incoming&form=pill",
    "only=second_call&form=panel",
    "only=talking&form=pill",
    "only=talking&form=panel",
    "only=talking_muted&form=panel&lang=de",
    "only=incoming&form=pill&lang=ar",
    "only=talking&form=panel&lang=ar",
    "only=notice_alone&form=pill",
    "only=asked&form=pill",
    "only=asked_how&form=pill&lang=de",
    "only=idle&form=round",
)


def opened(browser: Browser, address: str) -> Page:
    """A page of the gallery, in the light theme, with axe-core in it."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.goto(address, wait_until="load")
    page.wait_for_selector("body[data-ready]", timeout=60_000)
    page.evaluate(LIBRARY)
    return page


def check_cards(address: str, browser: Browser, query: str) -> set[str]:
    """One page of cards in all that it is looked at in."""
    page = opened(browser, f"{address}/index.html?{query}")
    faults = {f"{query or 'plain'}: moves: {what}" for what in page.evaluate(MOVING)}
    for theme in ("light", "dark", "colourful"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        if query in SPOKEN and theme != "colourful":
            faults |= {f"{theme} {query}: {fault}" for fault in page.evaluate(FAULTS)}
        for width in (360, 1280) if query in LOOKED_AT else ():
            page.set_viewport_size({"width": width, "height": 900})
            faults |= {f"{theme} {width} {query or 'plain'}: {fault}" for fault in page.evaluate(LOOK)}
    page.close()
    return faults


def check_overlaid(address: str, browser: Browser, query: str) -> set[str]:
    """The overlay in one form: axe-core, and stillness where stillness is wanted."""
    page = opened(browser, f"{address}/overlay.html?{query}")
    faults = {f"overlay {query}: moves: {what}" for what in page.evaluate(MOVING)}
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        faults |= {f"overlay {theme} {query}: {fault}" for fault in page.evaluate(FAULTS)}
    if query.startswith("only=incoming"):
        page.emulate_media(reduced_motion="no-preference")
        if not page.evaluate(MOVING):
            faults.add("overlay: nothing moves when it rings, so that stillness proves nothing")
    page.close()
    return faults


def main() -> None:
    """Prints every fault and ends with 1 when there is one."""
    faults: set[str] = set()
    with gallery() as (address, browser):
        faults |= check_overlay(address, browser)
        for query in OVERLAID:
            faults |= check_overlaid(address, browser, query)
        for query in dict.fromkeys(LOOKED_AT + SPOKEN):
            faults |= check_cards(address, browser, query)
    print("\n".join(sorted(faults)) or "nothing to complain about")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
