import { html } from "lit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PhoneState } from "../../state/types";
import "../phone/notice";
import "../phone/pages";
import "../phone/phone-view";
import { FakePhone, fakeDevices } from "../testing/fake-phone";
import { deep, mount, one, reading, settle } from "../testing/page";

async function open(state: Partial<PhoneState> = {}) {
  const phone = new FakePhone(state);
  const view = await mount(html`<yeastar-linkus-phone .phone=${phone}></yeastar-linkus-phone>`, "yeastar-linkus-phone");
  one(view, ".chip").click();
  await settle(view);
  one(view, ".settings").click();
  await vi.waitFor(() => expect(deep(view, "dialog[open]")).toHaveLength(1));
  await settle(view);
  return { phone, view };
}

function change(view: Element, selector: string, value: string): void {
  const field = one(view, selector) as HTMLInputElement;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

beforeEach(() => localStorage.clear());
afterEach(() => document.body.replaceChildren());

describe("sound and devices", () => {
  it("chooses microphone, speaker and ringer apart, and the default again", async () => {
    const { phone, view } = await open();
    change(view, "select.microphone", "m2");
    change(view, "select.ringer", "s2");
    change(view, "select.speaker", "");
    expect(phone.orders).toEqual([
      ["chooseDevices", { microphone: "m2" }],
      ["chooseDevices", { ringer: "s2" }],
      ["chooseDevices", { speaker: null }],
    ]);
  });

  it("keeps a chosen device in the list that is not plugged in", async () => {
    const { view } = await open({ devices: fakeDevices({ microphone: "gone" }) });
    expect(reading(one(view, "select.microphone"))).toContain("Unplugged device");
  });

  it("hides what the browser cannot choose", async () => {
    const { view } = await open({
      devices: fakeDevices({ canChooseOutput: false, microphones: [{ id: "m", label: "" }] }),
    });
    expect(deep(view, "select:not(.tone, .text-numbers)")).toHaveLength(1);
    expect(reading(view)).toContain("default speaker");
    expect(reading(view)).toContain("Device 1");
  });

  it("sets the ring's volume and tries it", async () => {
    const { phone, view } = await open();
    change(view, "input[type=range]", "35");
    one(view, ".test").click();
    expect(phone.orders).toEqual([["setRingVolume", 0.35], ["testRing"]]);
  });

  it("answers by itself only for numbers", async () => {
    const { phone, view } = await open();
    change(view, "form input[type=text]", "1099, door, +49 30 1; 1099");
    expect(phone.orders).toEqual([["setAutoAnswer", ["1099", "+49301"]]]);
  });

  it("puts the round button on every page, here only", async () => {
    const { view } = await open();
    const heard = vi.fn();
    window.addEventListener("yeastar-linkus-round-button", heard);
    const box = one(view, "input[type=checkbox]") as HTMLInputElement;
    box.click();
    expect(localStorage.getItem("yeastar_linkus.round_button")).toBe("1");
    box.click();
    expect(localStorage.getItem("yeastar_linkus.round_button")).toBeNull();
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it("asks for notifications, or says why not", async () => {
    const { phone, view } = await open({ notifications: "default" });
    one(view, ".notify").click();
    expect(phone.orders).toEqual([["allowNotifications"]]);
    phone.set({ notifications: "denied" });
    await settle(view);
    expect(reading(view)).toContain("Notifications are blocked");
  });

  it("goes away when closed, and keys in it are not the phone's", async () => {
    const { phone, view } = await open();
    one(view, "dialog").dispatchEvent(new KeyboardEvent("keydown", { key: "5", bubbles: true, composed: true }));
    one(view, ".close").click();
    await settle(view);
    expect(deep(view, "dialog")).toHaveLength(0);
    expect(phone.orders).toEqual([]);
  });
});
