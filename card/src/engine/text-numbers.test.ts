import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { numberAt, showNumbers } from "./text-numbers";

const highlights = new Map<string, unknown>();
let frame: (() => void) | null;
let wanted: boolean;
let end: () => void;

const box = { left: 10, right: 90, top: 10, bottom: 20 };
const move = (target: Element, over: PointerEventInit = {}) =>
  target.dispatchEvent(
    new PointerEvent("pointermove", {
      bubbles: true,
      composed: true,
      clientX: 50,
      clientY: 15,
      pointerType: "mouse",
      ...over,
    }),
  );
const draw = () => {
  const run = frame;
  frame = null;
  run?.();
};
const page = (html: string) => {
  document.body.innerHTML = html;
  return document.getElementById("x") as HTMLElement;
};

beforeEach(() => {
  wanted = true;
  frame = null;
  highlights.clear();
  Range.prototype.getClientRects = () => [box] as unknown as DOMRectList;
  vi.stubGlobal("CSS", { highlights });
  vi.stubGlobal(
    "Highlight",
    class {
      constructor(readonly range: Range) {}
    },
  );
  vi.stubGlobal(
    "CSSStyleSheet",
    class {
      text = "";
      replaceSync(text: string) {
        this.text = text;
      }
    },
  );
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => {
    expect(frame).toBeNull();
    frame = run;
    return 1;
  });
  Object.defineProperty(document, "adoptedStyleSheets", { value: [], writable: true, configurable: true });
  end = showNumbers(() => wanted);
});
afterEach(() => {
  end();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

describe("a number that the mouse is on", () => {
  it("is underlined, under a hand, until the mouse leaves it", () => {
    const text = page('<p id="x" style="cursor: help">Call +49 30 123456 <b id="y">now</b></p>');
    move(text);
    move(text);
    expect(text.style.cursor).toBe("help");
    draw();
    expect(text.style.cursor).toBe("pointer");
    expect([...highlights.keys()]).toEqual(["yeastar-linkus-number"]);
    expect(document.adoptedStyleSheets).toHaveLength(1);
    move(document.getElementById("y") as Element);
    draw();
    expect([text.style.cursor, highlights.size]).toEqual(["help", 0]);
    move(text);
    draw();
    expect(document.adoptedStyleSheets).toHaveLength(1);
    end();
    expect([text.style.cursor, highlights.size]).toEqual(["help", 0]);
    move(text);
    expect(frame).toBeNull();
  });

  it("is left alone when that was chosen, under a finger, and beside it", () => {
    const text = page('<p id="x">Call +49 30 123456</p>');
    move(text, { pointerType: "touch" });
    expect(frame).toBeNull();
    wanted = false;
    move(text);
    draw();
    wanted = true;
    for (const over of [{ clientX: 5 }, { clientX: 95 }, { clientY: 5 }, { clientY: 25 }]) {
      move(text, over);
      draw();
    }
    expect([text.style.cursor, highlights.size]).toEqual(["", 0]);
  });

  it("has a hand where the browser cannot underline", () => {
    end();
    vi.stubGlobal("CSS", undefined);
    end = showNumbers(() => true);
    const text = page('<p id="x">Call +49 30 123456</p>');
    move(text);
    draw();
    expect([text.style.cursor, highlights.size]).toEqual(["pointer", 0]);
  });

  it("is found in drawings as little as outside of elements", () => {
    document.body.innerHTML = "<math><mtext>+49 30 123456</mtext></math>";
    const drawn = document.createElementNS("http://www.w3.org/1998/Math/MathML", "mtext");
    drawn.append("+49 30 123456");
    document.body.append(drawn);
    Object.setPrototypeOf(drawn, Element.prototype);
    move(drawn);
    draw();
    expect(highlights.size).toBe(0);
    expect(numberAt([document], 50, 15)).toBeNull();
    expect(numberAt([], 50, 15)).toBeNull();
  });
});
