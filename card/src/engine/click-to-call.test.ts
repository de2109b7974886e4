import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EMPTY } from "../state/store";
import type { Phone, PhoneInfo } from "../state/types";
import { followClicks } from "./click-to-call";
import { setTextNumbers, textNumbers } from "./text-numbers";

const desk = { phoneId: "p", desk: true } as PhoneInfo;
let phone: { state: typeof EMPTY; ask: ReturnType<typeof vi.fn>; dial: ReturnType<typeof vi.fn> };
let stop: () => void;
beforeEach(() => {
  phone = { state: { ...EMPTY, phone: desk }, ask: vi.fn(), dial: vi.fn() };
  stop = followClicks(() => phone as unknown as Phone);
});
afterEach(() => {
  stop();
  document.body.innerHTML = "";
});
const click = (selector: string, over: MouseEventInit = {}) => {
  const event = new MouseEvent("click", { bubbles: true, composed: true, cancelable: true, ...over });
  document.querySelector(selector)?.dispatchEvent(event);
  return event.defaultPrevented;
};

it("asks for a number in an address that the page goes to", () => {
  history.replaceState(null, "", "/phone?yeastar_linkus_call=%2B4930123456");
  window.dispatchEvent(new CustomEvent("location-changed"));
  window.dispatchEvent(new CustomEvent("location-changed"));
  expect(phone.ask.mock.calls).toEqual([["+4930123456"]]);
});

it.each([
  ['<a href="tel:+49-30-1"><b id="x">Call us</b></a>', "+49301", "Call us"],
  ['<a id="x" href="tel:1002">1002</a>', "1002", ""],
  ['<a id="x" href="sip:1002@pbx">Anna</a>', "1002", "Anna"],
  ['<div data-phone-number="(030) 1"><i id="x">Mara</i></div>', "0301", "Mara"],
])("asks for the number of %s", (html, number, name) => {
  document.body.innerHTML = html;
  expect(click("#x")).toBe(true);
  expect(phone.ask).toHaveBeenCalledWith(number, name);
});

it("finds links in shadow roots", () => {
  const host = document.body.appendChild(document.createElement("div"));
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = '<a href="tel:1002">Anna</a>';
  root.querySelector("a")?.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true, cancelable: true }));
  expect(phone.ask).toHaveBeenCalledWith("1002", "Anna");
});

it("leaves everything else alone", () => {
  document.body.innerHTML =
    '<a id="x" href="tel:1002">x</a><a id="y" href="https://x/tel:1">y</a><a id="z" href="tel:">z</a>';
  expect(click("#y") || click("#z") || click("#x", { ctrlKey: true }) || click("#x", { button: 1 })).toBe(false);
  phone.state = { ...EMPTY, phone: null };
  expect(click("#x")).toBe(false);
  phone.state = { ...EMPTY, phone: { ...desk, desk: false }, reach: { state: "off" } };
  expect(click("#x")).toBe(false);
  stop();
  phone.state = { ...EMPTY, phone: desk };
  expect(click("#x")).toBe(false);
  expect(phone.ask).not.toHaveBeenCalled();
});

describe("in plain text", () => {
  // Without a layout every number lies where the test presses.
  beforeEach(() => {
    Range.prototype.getClientRects = () => [{ left: 0, right: 9, top: 0, bottom: 9 }] as unknown as DOMRectList;
  });
  afterEach(() => localStorage.clear());
  const at = (html: string, over: MouseEventInit = {}) => {
    document.body.innerHTML = html;
    return click("#x", { clientX: 5, clientY: 5, ...over });
  };

  it("is asked for, in shadow roots too", () => {
    expect(at('<p id="x">Call +49 30 123456</p>')).toBe(true);
    expect(phone.ask).toHaveBeenCalledWith("+4930123456", "");
    document.body.innerHTML = "<div></div>";
    const root = (document.body.firstChild as HTMLElement).attachShadow({ mode: "open" });
    root.innerHTML = "<p>(030) 765432</p>";
    root.firstChild?.dispatchEvent(
      new MouseEvent("click", { bubbles: true, composed: true, cancelable: true, clientX: 5, clientY: 5 }),
    );
    expect(phone.ask).toHaveBeenLastCalledWith("030765432", "");
  });

  it("is dialled, or left alone, where that was chosen", () => {
    setTextNumbers("dial");
    expect(at('<p id="x">Call +49 30 123456</p>')).toBe(true);
    expect(phone.dial).toHaveBeenCalledWith("+4930123456");
    setTextNumbers("off");
    expect(at('<p id="x">Call +49 30 123456</p>')).toBe(false);
    setTextNumbers("ask");
    expect(textNumbers()).toBe("ask");
  });

  it.each([
    '<button id="x">+49 30 123456</button>',
    '<a href="/x"><span id="x">+49 30 123456</span></a>',
    '<div contenteditable><p id="x">+49 30 123456</p></div>',
    '<textarea id="x">+49 30 123456</textarea>',
    '<code id="x">+49 30 123456</code>',
    '<ha-card tabindex="0"><p id="x">+49 30 123456</p></ha-card>',
    '<yeastar-linkus-card><p id="x">+49 30 123456</p></yeastar-linkus-card>',
    '<p id="x">22.11.2026</p>',
    '<p id="x"><b>+49 30 123456</b></p>',
  ])("is left alone in %s", (html) => {
    expect(at(html)).toBe(false);
    expect(phone.ask).not.toHaveBeenCalled();
  });

  it("is left alone beside it, and when text is being selected", () => {
    expect(at('<p id="x">Call +49 30 123456</p>', { clientX: 50 })).toBe(false);
    const selection = vi.spyOn(window, "getSelection").mockReturnValue({ toString: () => "30 12" } as Selection);
    expect(at('<p id="x">Call +49 30 123456</p>')).toBe(false);
    selection.mockRestore();
  });

  it("shows that it can be pressed, and writes nothing into the text", async () => {
    document.body.innerHTML = '<p id="x" style="cursor: help">Call +49 30 123456</p><p id="y">none</p>';
    const move = async (selector: string, pointerType = "mouse") => {
      const event = new MouseEvent("pointermove", { bubbles: true, composed: true, clientX: 5, clientY: 5 });
      document.querySelector(selector)?.dispatchEvent(Object.assign(event, { pointerType }));
      await new Promise((next) => requestAnimationFrame(next));
    };
    const text = document.querySelector<HTMLElement>("#x");
    await move("#x", "touch");
    expect(text?.style.cursor).toBe("help");
    await move("#x");
    expect(text?.style.cursor).toBe("pointer");
    expect(text?.innerHTML).toBe("Call +49 30 123456");
    await move("#y");
    expect(text?.style.cursor).toBe("help");
    await move("#x");
    stop();
    expect(text?.style.cursor).toBe("help");
  });
});

it("dials at once for an action of the dashboard's owner", () => {
  const tell = (type: string, detail: unknown) => window.dispatchEvent(new CustomEvent(type, { detail }));
  tell("ll-custom", { yeastar_linkus: { dial: "(030) 1" } });
  tell("ll-custom", { yeastar_linkus: { dial: 1002 } });
  tell("ll-custom", { yeastar_linkus: { dial: { evil: 1 } } });
  tell("ll-custom", null);
  expect(phone.dial.mock.calls).toEqual([["0301"], ["1002"]]);
  tell("yeastar-linkus-dial", { number: "1003", name: "Anna" });
  expect(phone.ask).toHaveBeenCalledWith("1003", "Anna");
  tell("yeastar-linkus-dial", { number: "1004", confirm: false });
  tell("yeastar-linkus-dial", {});
  expect(phone.dial).toHaveBeenLastCalledWith("1004");
  expect(phone.dial).toHaveBeenCalledTimes(3);
});
