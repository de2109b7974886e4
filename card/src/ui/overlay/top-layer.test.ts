import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TopLayer } from "./top-layer";

/** As much of a dialog as the layer uses, with a place on the page. What happened to it is in `done`. */
class Box extends HTMLElement {
  readonly done: string[] = [];
  isModal = false;
  isPopover = false;
  focused = false;
  override getBoundingClientRect() {
    return { left: 100, right: 300, top: 100, bottom: 300 } as DOMRect;
  }
  showModal(): void {
    this.isModal = true;
    this.done.push(this.autofocus ? "modal, focus on the box" : "modal");
  }
  override showPopover(): void {
    this.isPopover = true;
    this.done.push(this.inert ? "popover, focus left alone" : "popover");
  }
  override hidePopover(): void {
    this.isPopover = false;
    this.done.push("hidden");
  }
  show(): void {
    this.done.push("shown");
  }
  close(): void {
    this.isModal = false;
    this.done.push("closed");
  }
  override matches = ((selector: string) => {
    if (selector === ":popover-open") return this.isPopover;
    return selector === ":focus-within" && this.focused;
  }) as HTMLElement["matches"];
}
customElements.define("test-box", Box);

let box: Box;
let layer: TopLayer;
let pressed: string[];
let under: Element | null;

const point = (type: string, x: number, y: number, target: EventTarget = document.body) => {
  const event = new MouseEvent(type, { clientX: x, clientY: y, bubbles: true, composed: true, cancelable: true });
  target.dispatchEvent(event);
  return event;
};

beforeEach(() => {
  vi.useFakeTimers();
  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  box = new Box();
  box.innerHTML = "<button><b>Answer</b></button><input>";
  root.append(box);
  document.body.append(host);
  pressed = [];
  box.querySelector("button")?.addEventListener("click", () => pressed.push("answer"));
  under = box.querySelector("b");
  root.elementFromPoint = () => under;
  layer = new TopLayer(box as unknown as HTMLDialogElement);
});
afterEach(() => {
  layer.hide();
  vi.useRealTimers();
  document.body.innerHTML = "";
});

describe("a box above the page", () => {
  it("never takes the focus, and comes once", () => {
    expect(layer.shown).toBe(false);
    layer.show();
    layer.show();
    expect(layer.shown).toBe(true);
    expect(box.done).toEqual(["popover, focus left alone"]);
    expect(box.inert).toBe(false);
    layer.hide();
    layer.hide();
    expect(box.done).toEqual(["popover, focus left alone", "hidden"]);
    layer.raise();
    expect(box.done).toHaveLength(2);
  });

  it("lives with a browser that hid it itself", () => {
    layer.show();
    box.isPopover = false;
    layer.hide();
    expect(box.done).toEqual(["popover, focus left alone"]);
  });

  it("is an ordinary box where the browser has no popovers", () => {
    Object.assign(box, { showPopover: undefined, hidePopover: undefined });
    layer.show();
    layer.hide();
    expect(box.done).toEqual(["shown", "closed"]);
  });

  it.each(["show-dialog", "fullscreenchange"])("comes to the top again after %s", (type) => {
    layer.show();
    window.dispatchEvent(new Event(type));
    vi.advanceTimersByTime(500);
    expect(box.done.filter((one) => one.startsWith("popover"))).toHaveLength(3);
  });

  it("stays where it is while it is used, or gone", () => {
    layer.show();
    box.focused = true;
    window.dispatchEvent(new Event("show-dialog"));
    vi.advanceTimersByTime(500);
    layer.raise(true);
    box.focused = false;
    window.dispatchEvent(new Event("show-dialog"));
    vi.advanceTimersByTime(500);
    expect(box.done).toEqual(["popover, focus left alone", "hidden", "modal, focus on the box"]);
    window.dispatchEvent(new Event("show-dialog"));
    layer.hide();
    vi.advanceTimersByTime(500);
    expect(box.done.at(-1)).toBe("closed");
  });
});

describe("a press that a dialog of the page keeps from the box", () => {
  beforeEach(() => layer.show());

  it("is given to the button it was meant for, and the page has its turn again", () => {
    const heard = vi.fn();
    document.body.addEventListener("click", heard);
    expect(point("pointerdown", 150, 150).defaultPrevented).toBe(true);
    expect(pressed).toEqual([]);
    point("click", 150, 150);
    expect(pressed).toEqual(["answer"]);
    expect(heard.mock.calls.filter(([event]) => event.clientX === 150)).toEqual([]);
    expect(box.isModal).toBe(true);
    vi.advanceTimersByTime(1);
    expect([box.isModal, box.isPopover]).toEqual([false, true]);
    document.body.removeEventListener("click", heard);
  });

  it("finds what lies deeper, a button or not", () => {
    const inner = document.createElement("div");
    inner.attachShadow({ mode: "open" }).innerHTML = "<i></i>";
    inner.shadowRoot?.querySelector("i")?.addEventListener("click", () => pressed.push("deep"));
    box.append(inner);
    under = inner;
    Object.assign(inner.shadowRoot as ShadowRoot, { elementFromPoint: () => inner.shadowRoot?.querySelector("i") });
    point("click", 150, 150);
    expect(pressed).toEqual(["deep"]);
  });

  it("leaves a text field open until a press beside the box", () => {
    under = box.querySelector("input");
    point("click", 150, 150);
    vi.advanceTimersByTime(10);
    expect(box.isModal).toBe(true);
    point("pointerdown", 10, 10);
    expect([box.isModal, box.isPopover]).toEqual([false, true]);
  });

  it("does nothing where nothing is", () => {
    under = null;
    point("click", 150, 150);
    expect(pressed).toEqual([]);
  });

  it.each([
    ["beside the box", 50, 150],
    ["right of it", 350, 150],
    ["above it", 150, 50],
    ["below it", 150, 350],
  ])("is left alone %s", (_, x, y) => {
    expect(point("click", x, y).defaultPrevented).toBe(false);
    expect(pressed).toEqual([]);
  });

  it("is left alone by keyboard, wherever the box is", () => {
    box.getBoundingClientRect = () => ({ left: -9, right: 300, top: -9, bottom: 300 }) as DOMRect;
    expect(point("click", 0, 0).defaultPrevented).toBe(false);
    expect(point("click", 0, 5).defaultPrevented).toBe(true);
  });

  it("is left alone when it arrives by itself", () => {
    const event = point("click", 150, 150, box.querySelector("button") as HTMLElement);
    expect(event.defaultPrevented).toBe(false);
    expect(pressed).toEqual(["answer"]);
  });

  it("does not give the page its turn twice", () => {
    point("click", 150, 150);
    layer.hide();
    vi.advanceTimersByTime(10);
    expect(box.done.at(-1)).toBe("closed");
  });
});
