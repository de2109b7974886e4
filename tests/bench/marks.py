"""Moments within a page and its frames on one clock, in milliseconds: when INVITEs pass, what the SDK says, what is painted."""

from dataclasses import dataclass
from itertools import pairwise

from playwright.async_api import Page

# The wrappers stand between socket, SDK and card and only look at the clock.
WATCH = """(() => {
  const top = window.top;
  top.__marks ??= [];
  const note = (name) => {
    top.__marks.push([name, performance.timeOrigin + performance.now()]);
    if (name === "invite in") top.__awaitRing?.();
  };
  const Native = window.WebSocket;
  window.WebSocket = class extends Native {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => typeof data === "string" && data.startsWith("INVITE ") && note("invite in"));
    }
    send(data) {
      if (typeof data === "string" && data.startsWith("INVITE ")) note("invite out");
      super.send(data);
    }
  };
  let sdk;
  Object.defineProperty(window, "YSWebRTC", {
    configurable: true,
    get: () => sdk,
    set: (real) => {
      sdk = { ...real, init: async (options) => {
        const operator = await real.init(options);
        operator.phone.on("newRTCSession", () => note("sdk session"));
        const call = operator.phone.call;
        operator.phone.call = function (...given) { note("sdk call"); return call.apply(this, given); };
        return operator;
      } };
    },
  });
  if (window !== top) return;
  const find = (root, tag) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.localName === tag) return one;
      const within = one.shadowRoot && find(one.shadowRoot, tag);
      if (within) return within;
    }
  };
  const part = (one, css) => one?.shadowRoot?.querySelector(css);
  let card;
  const phone = () => part((card = card?.isConnected ? card : find(document, "yeastar-linkus-card")), "yeastar-linkus-phone");
  // A frame later what a frame drew is on the screen.
  const painted = (name, there) => {
    const look = () => requestAnimationFrame(() => there() ? requestAnimationFrame(() => note(name)) : look());
    look();
  };
  window.__awaitRing = () => painted("ring painted", () => part(part(phone(), "yeastar-linkus-call"), ".answer"));
  document.addEventListener("click", () => note("click"), true);
  painted("card painted", () => part(phone(), ".body > *"));
})();"""


@dataclass
class Marks:
    """The moments of one page."""

    page: Page

    async def all(self) -> list[tuple[str, float]]:
        """What happened since the last ``forget``, in order."""
        marks: list[tuple[str, float]] = await self.page.evaluate("() => window.__marks")
        return marks

    async def forget(self) -> None:
        """Begin anew."""
        await self.page.evaluate("() => { window.__marks.length = 0; }")

    async def spans(self, *names: str) -> list[float]:
        """Milliseconds from each of these moments to the next; each is the first of its name after the one before."""
        marks = iter(await self.all())
        found = [next((at for name, at in marks if name == wanted), float("nan")) for wanted in names]
        return [later - earlier for earlier, later in pairwise(found)]
