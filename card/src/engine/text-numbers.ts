import { type FoundNumber, numbersIn } from "../state/number-in-text";

/** Local: what a click on a number in plain text does in this browser. */
const KEY = "yeastar_linkus.text_numbers";

export const TEXT_NUMBERS = ["ask", "dial", "off"] as const;
export type TextNumbers = (typeof TEXT_NUMBERS)[number];

/** "ask" unless somebody chose otherwise: a question costs nothing, and text may be a stranger's. */
export function textNumbers(): TextNumbers {
  const stored = localStorage.getItem(KEY);
  return TEXT_NUMBERS.find((one) => one === stored) ?? "ask";
}

export function setTextNumbers(choice: TextNumbers): void {
  if (choice === "ask") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, choice);
}

/** What has a meaning of its own when it is pressed, or is written in. */
const NOT_PLAIN =
  "a[href], button, input, textarea, select, option, label, summary, audio, video, [contenteditable], [role=button], [role=link], " +
  "[role=textbox], [role=tab], [role=menuitem], [role=option], [role=checkbox], [role=switch], [role=slider], ha-code-editor, " +
  "code, pre, kbd, time, svg, [actionHandler], ha-card[tabindex], yeastar-linkus-card, yeastar-linkus-overlay";

export interface TextNumber extends FoundNumber {
  readonly node: Text;
  readonly range: Range;
}

/**
 * The telephone number in plain text at a point of the page; null where there is none. `path`: of the event, through open shadow
 * roots. Nothing is written into the page, because the text belongs to somebody who draws it anew.
 */
export function numberAt(path: readonly EventTarget[], x: number, y: number): TextNumber | null {
  const [element] = path;
  if (!(element instanceof Element)) return null;
  if (path.some((one) => one instanceof Element && one.matches(NOT_PLAIN))) return null;
  for (const node of element.childNodes) {
    if (!(node instanceof Text)) continue;
    for (const found of numbersIn(node.data)) {
      const range = document.createRange();
      range.setStart(node, found.start);
      range.setEnd(node, found.end);
      const hit = [...range.getClientRects()].some(
        ({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom,
      );
      if (hit) return { ...found, node, range };
    }
  }
  return null;
}

/** Tells whoever points at a number that it can be pressed. Returns what ends it. */
export function showNumbers(wanted: () => boolean): () => void {
  let pointed: HTMLElement | null = null;
  let cursor = "";
  let waiting = false;
  let last: PointerEvent = { path: [], x: 0, y: 0 };
  const highlights = typeof CSS === "undefined" ? undefined : CSS.highlights;
  const leave = () => {
    if (pointed) pointed.style.cursor = cursor;
    pointed = null;
    highlights?.delete(HIGHLIGHT);
  };
  const look = () => {
    waiting = false;
    const event = last;
    const found = wanted() ? numberAt(event.path, event.x, event.y) : null;
    leave();
    const element = found ? event.path[0] : null;
    if (!found || !(element instanceof HTMLElement)) return;
    pointed = element;
    cursor = element.style.cursor;
    element.style.cursor = "pointer";
    if (highlights) {
      underline();
      highlights.set(HIGHLIGHT, new Highlight(found.range));
    }
  };
  const onMove = (event: globalThis.PointerEvent) => {
    if (event.pointerType !== "mouse") return;
    // The path is gone when the event is over.
    last = { path: event.composedPath(), x: event.clientX, y: event.clientY };
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(look);
  };
  window.addEventListener("pointermove", onMove, { passive: true, capture: true });
  return () => {
    window.removeEventListener("pointermove", onMove, true);
    leave();
  };
}

interface PointerEvent {
  readonly path: readonly EventTarget[];
  readonly x: number;
  readonly y: number;
}

const HIGHLIGHT = "yeastar-linkus-number";
let sheet: CSSStyleSheet | null = null;

function underline(): void {
  if (sheet) return;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(`:root::highlight(${HIGHLIGHT}) { text-decoration: underline; }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
