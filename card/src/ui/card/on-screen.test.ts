import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakePhone } from "../testing/fake-phone";
import { cardOnScreen, cardUncovered, onScreenChange, watchCard } from "./on-screen";

type Seen = (entries: { intersectionRatio: number }[]) => void;
let see: Seen;
const phone = new FakePhone();
let card: HTMLElement;
let inner: Element;
let stop: () => void;

beforeEach(() => {
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(seen: Seen) {
        see = seen;
      }
      observe() {}
      disconnect() {}
    },
  );
  card = document.body.appendChild(document.createElement("div"));
  card.attachShadow({ mode: "open" }).innerHTML = "<button></button>";
  inner = card.shadowRoot?.firstElementChild as Element;
  vi.spyOn(card, "getBoundingClientRect").mockReturnValue({ left: 0, top: 0, width: 100, height: 100 } as DOMRect);
  stop = watchCard(card, () => phone);
});
afterEach(() => {
  stop();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const topmost = (element: Element | null) => {
  document.elementFromPoint = () => element;
  if (card.shadowRoot) card.shadowRoot.elementFromPoint = () => inner;
};

it("knows the phone of the cards that are seen, and tells of changes", () => {
  const told = vi.fn();
  const end = onScreenChange(told);
  expect(cardOnScreen(phone)).toBe(false);
  see([{ intersectionRatio: 0.9 }]);
  see([{ intersectionRatio: 1 }]);
  expect([cardOnScreen(phone), cardOnScreen(new FakePhone()), cardOnScreen(null)]).toEqual([true, false, false]);
  see([{ intersectionRatio: 0.3 }]);
  see([]);
  expect([cardOnScreen(phone), told.mock.calls.length]).toEqual([false, 2]);
  end();
});

it("knows whether something lies over them", () => {
  see([{ intersectionRatio: 1 }]);
  topmost(card);
  expect(cardUncovered(phone)).toBe(true);
  topmost(document.body.appendChild(document.createElement("dialog")));
  expect(cardUncovered(phone)).toBe(false);
  topmost(null);
  expect(cardUncovered(phone)).toBe(false);
  topmost(card);
  const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  expect(cardUncovered(phone)).toBe(false);
  hidden.mockRestore();
});

it("looks only at what of them is in the window", () => {
  see([{ intersectionRatio: 0.7 }]);
  vi.spyOn(card, "getBoundingClientRect").mockReturnValue({ left: 0, top: 9000, width: 100, height: 100 } as DOMRect);
  topmost(null);
  expect(cardUncovered(phone)).toBe(true);
});
