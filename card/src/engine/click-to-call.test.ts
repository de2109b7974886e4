import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { EMPTY } from "../state/store";
import type { Phone, PhoneInfo } from "../state/types";
import { followClicks } from "./click-to-call";

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
