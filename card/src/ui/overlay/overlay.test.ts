import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakePhone, fakeCall } from "../testing/fake-phone";
import { deep, one, reading, settle } from "../testing/page";
import { mountOverlay } from "./overlay";

const ringing = fakeCall({ id: "r", phase: "ringing", answeredAt: null });
let phone: FakePhone;

async function overlay(): Promise<HTMLElement> {
  mountOverlay(phone, { locale: { language: "en" } });
  const element = document.querySelector("yeastar-linkus-overlay") as HTMLElement;
  await settle(element);
  return element;
}

const form = (element: HTMLElement) => one(element, "yeastar-linkus-floating").getAttribute("form");
const open = (dialog: HTMLElement) => (dialog as HTMLDialogElement).open;

beforeEach(() => {
  localStorage.clear();
  phone = new FakePhone();
});

afterEach(() => {
  document.body.replaceChildren();
});

describe("over every page", () => {
  it("is there once, however often it is mounted", async () => {
    await overlay();
    await overlay();
    expect(document.querySelectorAll("yeastar-linkus-overlay")).toHaveLength(1);
    expect(document.querySelector("yeastar-linkus-overlay")?.parentElement).toBe(document.body);
  });

  it("rings, answers and becomes the floating phone", async () => {
    const element = await overlay();
    expect(open(one(element, ".incoming"))).toBe(false);
    phone.set({ calls: [ringing] });
    await settle(element);
    expect(open(one(element, ".incoming"))).toBe(true);
    expect(one(element, ".incoming").getAttribute("aria-label")).toBe("Incoming call from Jonas Berger");
    one(element, ".answer").click();
    await settle(element);
    expect(phone.orders).toEqual([["answer", "r"]]);
    expect(open(one(element, ".incoming"))).toBe(false);
    expect(form(element)).toBe("panel");
  });

  it("can be put aside, and comes for the next call again", async () => {
    const element = await overlay();
    phone.set({ calls: [ringing] });
    await settle(element);
    one(element, ".aside").click();
    await settle(element);
    expect(open(one(element, ".incoming"))).toBe(false);
    expect(form(element)).toBe("pill");
    expect(phone.orders).toEqual([]);
    phone.set({ calls: [{ ...ringing, id: "r2" }] });
    await settle(element);
    expect(open(one(element, ".incoming"))).toBe(true);
  });

  it("is silenced without being refused", async () => {
    const element = await overlay();
    phone.set({ calls: [ringing], ringing: true });
    await settle(element);
    one(element, ".silence").click();
    await settle(element);
    expect(phone.orders).toEqual([["silence"]]);
    expect(deep(element, ".silence")).toHaveLength(0);
  });

  it("says when the browser keeps the ring silent", async () => {
    const element = await overlay();
    phone.set({ calls: [ringing], soundLocked: true });
    await settle(element);
    one(element, ".unlock").click();
    expect(phone.orders).toEqual([["unlockSound"]]);
  });

  it("becomes small, stays so, and hangs up from there", async () => {
    const element = await overlay();
    phone.set({ calls: [fakeCall()] });
    await settle(element);
    one(element, ".minimise").click();
    await settle(element);
    expect(form(element)).toBe("pill");
    expect(localStorage.getItem("yeastar_linkus.expanded")).toBe("0");
    expect(reading(one(element, ".pill"))).toMatch(/Jonas Berger 1:0\d/);
    one(element, ".pill .stop").click();
    await settle(element);
    expect(phone.orders).toEqual([["hangUp", "c1"]]);
    one(element, ".open").click();
    await settle(element);
    expect(form(element)).toBe("panel");
  });

  it("shows missed calls on the round button, if wanted", async () => {
    localStorage.setItem("yeastar_linkus.round_button", "1");
    localStorage.setItem("yeastar_linkus.expanded", "0");
    phone.set({ missed: 2 });
    const element = await overlay();
    expect(form(element)).toBe("round");
    expect(one(element, ".round").textContent).toMatch(/Open the phone, 2 missed calls/);
  });

  it("asks before it dials a number from a link", async () => {
    const element = await overlay();
    phone.ask("+49 30 1", "Door");
    await settle(element);
    const box = one(element, ".asked");
    expect(open(box)).toBe(true);
    expect(reading(box)).toContain("Door");
    box.querySelector<HTMLElement>(".go")?.click();
    await settle(element);
    expect(phone.orders.slice(1)).toEqual([["dismissAsked"], ["dial", "+49301", "browser"]]);
    expect(open(box)).toBe(false);
    phone.ask("1");
    await settle(element);
    box.querySelector<HTMLElement>(".cancel")?.click();
    expect(phone.orders.at(-1)).toEqual(["dismissAsked"]);
  });

  it("stands where it was put, and is moved by keys too", async () => {
    localStorage.setItem("yeastar_linkus.expanded", "0");
    localStorage.setItem("yeastar_linkus.place", '{"x":0,"y":0}');
    phone.set({ calls: [fakeCall()] });
    const element = await overlay();
    const box = one(element, "yeastar-linkus-floating").shadowRoot?.querySelector("dialog") as HTMLDialogElement;
    expect([box.style.left, box.style.top]).toEqual(["16px", "16px"]);
    vi.spyOn(box, "getBoundingClientRect").mockReturnValue({ left: 16, top: 16 } as DOMRect);
    one(element, ".open").dispatchEvent(
      new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, cancelable: true }),
    );
    expect(box.style.left).toBe("40px");
    expect(JSON.parse(localStorage.getItem("yeastar_linkus.place") ?? "{}").x).toBeGreaterThan(0);
  });

  it("is dragged, and a drag is no press", async () => {
    localStorage.setItem("yeastar_linkus.expanded", "0");
    phone.set({ calls: [fakeCall()] });
    const element = await overlay();
    const box = one(element, "yeastar-linkus-floating").shadowRoot?.querySelector("dialog") as HTMLDialogElement;
    vi.spyOn(box, "getBoundingClientRect").mockReturnValue({ left: 100, top: 100 } as DOMRect);
    const pill = one(element, ".pill");
    const move = (type: string, x: number, y: number, on: EventTarget = pill, pointerId = 1) =>
      on.dispatchEvent(
        Object.assign(new Event(type, { bubbles: true, composed: true }), {
          pointerId,
          button: 0,
          clientX: x,
          clientY: y,
        }),
      );
    move("pointerdown", 110, 110);
    move("pointermove", 112, 111);
    expect(box.style.left).not.toBe("102px");
    // A quick pull is outside of it before the first word; another finger means nothing.
    move("pointermove", 210, 160, window);
    expect(box.style.left).toBe("200px");
    move("pointermove", 300, 160, window, 2);
    move("pointerup", 300, 160, window, 2);
    expect(box.style.left).toBe("200px");
    move("pointerup", 210, 160, window);
    move("pointermove", 400, 160, window);
    expect(box.style.left).toBe("200px");
    one(element, ".open").click();
    await settle(element);
    expect(form(element)).toBe("pill");
  });

  it("asks with what to call when that was never chosen", async () => {
    phone.set({ method: "ask", reach: { state: "off" } });
    const element = await overlay();
    phone.ask("1002");
    await settle(element);
    deep(element, ".asked .big")[1]?.click();
    await settle(element);
    expect(phone.orders.slice(2)).toEqual([
      ["chooseMethod", "desk"],
      ["dial", "1002", "desk"],
    ]);
  });

  it("says what went wrong where no phone is to be seen, until dismissed", async () => {
    const element = await overlay();
    phone.set({ notice: { key: "desk_failed" } });
    await settle(element);
    expect(reading(one(element, ".toast"))).toContain("desk phone could not be rung");
    expect(open(one(element, ".toast"))).toBe(true);
    one(element, ".dismiss").click();
    await settle(element);
    expect(open(one(element, ".toast"))).toBe(false);
  });
});

it("speaks the language of an older Home Assistant too", async () => {
  mountOverlay(new FakePhone({ notice: { key: "desk_failed" } }), { language: "de" });
  const element = document.querySelector("yeastar-linkus-overlay") as HTMLElement;
  await vi.waitFor(() => expect(reading(element)).toContain("Tischtelefon"));
});
