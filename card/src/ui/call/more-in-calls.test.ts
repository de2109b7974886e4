import { html } from "lit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Call, CallQuality, DoorStation, PhoneState } from "../../state/types";
import "./call-view";
import "./door-view";
import "../phone/notice";
import "../phone/pages";
import "../phone/phone-view";
import "./screen-pop";
import "../settings/sound-settings";
import "../dial/suggestions";
import "./transfer-view";
import { FakeRichPhone } from "../testing/fake-data";
import { FakePhone, fakeAbilities, fakeCall, fakeInfo } from "../testing/fake-phone";
import { click, deep, mount, one, reading, settle } from "../testing/page";

async function show(state: Partial<PhoneState>, phone: FakePhone = new FakeRichPhone(state)) {
  const view = await mount(html`<yeastar-linkus-phone .phone=${phone}></yeastar-linkus-phone>`, "yeastar-linkus-phone");
  await settle(view);
  return { phone: phone as FakeRichPhone, view };
}
const ordered = (phone: FakePhone) => phone.orders.filter(([name]) => name !== "keyTone" && name !== "picture");
const rings = (over: Partial<Call> = {}) =>
  fakeCall({ phase: "ringing", answeredAt: null, pbxId: "p1", can: fakeAbilities("ringing", "browser"), ...over });

beforeEach(() => localStorage.clear());
afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("a second call", () => {
  async function add(call: Call, number: string) {
    const { phone, view } = await show({ calls: [call] });
    await click(view, '[data-control="add"]');
    await vi.waitFor(() => expect(deep(view, "yeastar-linkus-transfer input")).toHaveLength(1));
    const field = one(view, "yeastar-linkus-transfer input") as HTMLInputElement;
    field.value = number;
    field.dispatchEvent(new Event("input"));
    await settle(view);
    return { phone, view };
  }

  it("is dialled here while the first one waits", async () => {
    const { phone, view } = await add(fakeCall(), "1002");
    expect(reading(view)).toContain("Call somebody else");
    await click(view, ".hold-call");
    expect(ordered(phone)).toEqual([["dial", "1002", "browser"]]);
    expect(deep(view, "yeastar-linkus-transfer")).toHaveLength(0);
  });

  it("can be a third side of this one, where the PBX knows it", async () => {
    const { phone, view } = await add(fakeCall({ pbxId: "p1" }), "1002");
    await click(view, ".into");
    expect(ordered(phone)).toEqual([["invite", "c1", "1002"]]);
    expect(reading(view)).toContain("with \u20681002\u2069");
  });

  it("cannot be one in a call that the PBX does not know, and Enter makes it a call of its own", async () => {
    const { phone, view } = await add(fakeCall(), "1002");
    expect(deep(view, ".into")).toHaveLength(0);
    one(view, "yeastar-linkus-transfer input").dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", bubbles: true, composed: true, cancelable: true }),
    );
    expect(ordered(phone)).toEqual([["dial", "1002", "browser"]]);
  });

  it("is not offered beside another call, while one rings, nor on the desk phone", async () => {
    const { phone, view } = await show({ calls: [fakeCall()] });
    const offered = () => deep(view, '[data-control="add"]').length;
    expect(offered()).toBe(1);
    for (const calls of [
      [fakeCall(), fakeCall({ id: "c2", held: true })],
      [fakeCall(), rings({ id: "c2" })],
      [fakeCall({ where: "desk" })],
      [fakeCall({ phase: "dialing", answeredAt: null })],
    ]) {
      phone.set({ calls });
      await settle(view);
      expect(offered()).toBe(0);
    }
  });

  it("becomes one conversation with the first", async () => {
    const calls = [
      fakeCall({ pbxId: "p1", held: true }),
      fakeCall({ id: "c2", number: "1007", name: "Mia", direction: "out" }),
    ];
    const { phone, view } = await show({ calls });
    await click(view, ".merge");
    expect(ordered(phone)).toEqual([["merge"]]);
    phone.set({ calls: calls.map((call) => ({ ...call, direction: "in" as const })) });
    await settle(view);
    expect(deep(view, ".merge")).toHaveLength(0);
  });

  it("takes the number of somebody who was picked meanwhile", async () => {
    const { view } = await add(fakeCall(), "");
    one(view, ".body").dispatchEvent(new CustomEvent("dial", { detail: { number: "1007" } }));
    await settle(view);
    expect((one(view, "yeastar-linkus-transfer input") as HTMLInputElement).value).toBe("1007");
    expect(deep(view, ".hold-call")).toHaveLength(1);
  });
});

describe("a caller", () => {
  it("is sent to the mailbox", async () => {
    const { phone, view } = await show({ calls: [rings()] });
    await click(view, ".to-voicemail");
    expect(ordered(phone)).toEqual([["toVoicemail", "c1"]]);
    expect(reading(view)).toContain("Went to voicemail");
  });

  it.each<[string, Partial<PhoneState>]>([
    ["that the PBX has not told of", { calls: [rings({ pbxId: null })] }],
    ["without the Open API", { calls: [rings()], phone: fakeInfo({ desk: false }) }],
  ])("%s is not", async (_, state) => {
    const { view } = await show(state);
    expect(deep(view, ".to-voicemail")).toHaveLength(0);
  });
});

describe("how it sounds", () => {
  const sound = (over: Partial<CallQuality> = {}): CallQuality => ({
    lossPercent: 0.5,
    jitterMs: 4.4,
    roundTripMs: 30,
    sentLossPercent: 1.5,
    score: 5,
    side: null,
    ...over,
  });

  it("is bars, and figures for who asks", async () => {
    const { view } = await show({ calls: [fakeCall({ quality: sound() })] });
    expect(reading(view)).not.toContain("Excellent sound");
    await click(view, ".sound");
    expect(reading(view)).toContain("Excellent sound");
    expect(reading(view)).toContain("You hear: 0.5 % lost, 4 ms jitter · They hear: 1.5 % lost · Delay 30 ms");
    await click(view, ".sound");
    expect(reading(view)).not.toContain("You hear");
  });

  it("is said in words where it is poor, with whose network it is", async () => {
    const { phone, view } = await show({ calls: [fakeCall({ quality: sound({ score: 2, side: "own" }) })] });
    expect(reading(view)).toContain("Poor sound · your network");
    phone.set({
      calls: [fakeCall({ quality: sound({ score: 1, side: "far", roundTripMs: null, sentLossPercent: null }) })],
    });
    await settle(view);
    expect(reading(view)).toContain("Bad sound · probably their network");
    await click(view, ".sound");
    expect(reading(view)).not.toContain("Delay");
  });
});

describe("the door", () => {
  const door: DoorStation = { name: "Gate", camera: "camera.gate", opensBy: "button" };
  const pictures = (view: Element) => deep(view, "yeastar-linkus-door img") as HTMLImageElement[];

  it("is seen while it rings and in the call, and opens", async () => {
    const { phone, view } = await show({ calls: [rings({ door })] });
    await vi.waitFor(() => expect(pictures(view)).toHaveLength(1));
    expect(pictures(view)[0]?.alt).toBe("Camera of Gate");
    expect(deep(view, ".to-voicemail")).toHaveLength(0);
    await click(view, ".open");
    await settle(view);
    expect(ordered(phone)).toEqual([["open", "c1"]]);
    expect(reading(view)).toContain("Opened");
    phone.set({ calls: [fakeCall({ door })] });
    await settle(view);
    expect(pictures(view)).toHaveLength(1);
    expect(phone.orders.filter(([name]) => name === "picture").length).toBeLessThanOrEqual(2);
    phone.set({ calls: [] });
    await settle(view);
    expect(pictures(view)).toHaveLength(0);
  });

  it("says that it did not open, for a while", async () => {
    const { phone, view } = await show({ calls: [fakeCall({ door: { ...door, camera: null } })] });
    phone.doors.refuse = true;
    await vi.waitFor(() => expect(deep(view, ".open")).toHaveLength(1));
    vi.useFakeTimers();
    await click(view, ".open");
    await vi.advanceTimersByTimeAsync(0);
    expect(reading(view)).toContain("The door did not open");
    expect(pictures(view)).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(6000);
    expect(reading(view)).not.toContain("did not");
  });

  it("asks again for a picture that was lost", async () => {
    const { phone, view } = await show({ calls: [fakeCall({ door })] });
    await vi.waitFor(() => expect(pictures(view)).toHaveLength(1));
    vi.useFakeTimers();
    const asked = () => phone.orders.filter(([name]) => name === "picture").length;
    const before = asked();
    pictures(view)[0]?.dispatchEvent(new Event("error"));
    await vi.advanceTimersByTimeAsync(100);
    expect(reading(view)).toContain("The camera shows no picture");
    phone.doors.picture = () => Promise.reject(new Error("away"));
    await vi.advanceTimersByTimeAsync(3000);
    expect(reading(view)).toContain("The camera shows no picture");
    phone.doors.picture = async () => "/again";
    await vi.advanceTimersByTimeAsync(3000);
    expect(pictures(view)[0]?.getAttribute("src")).toBe("/again");
    expect(asked()).toBe(before);
  });

  it("opens by digits in the call only", async () => {
    const digits: DoorStation = { ...door, camera: null, opensBy: "digits" };
    const { phone, view } = await show({ calls: [rings({ door: digits })] });
    await vi.waitFor(() => expect(deep(view, "yeastar-linkus-door")).toHaveLength(1));
    expect(deep(view, ".open")).toHaveLength(0);
    phone.set({ calls: [fakeCall({ door: digits })] });
    await settle(view);
    expect(deep(view, ".open")).toHaveLength(1);
  });

  it("shows nothing without anything to see or open, or without a phone that can", async () => {
    const { view } = await show({ calls: [fakeCall({ door: { ...door, camera: null, opensBy: null } })] });
    expect(deep(view, "yeastar-linkus-door")).toHaveLength(0);
    const plain = await show({}, new FakePhone({ calls: [fakeCall({ door })] }));
    expect(deep(plain.view, "yeastar-linkus-door")).toHaveLength(0);
  });
});

describe("trying the sound", () => {
  async function open(phone = new FakePhone({})) {
    const view = await mount(
      html`<yeastar-linkus-sound-settings .phone=${phone} .state=${phone.state}></yeastar-linkus-sound-settings>`,
      "yeastar-linkus-sound-settings",
    );
    return { phone, view };
  }

  it("plays the ring tone that is chosen, and the speaker", async () => {
    const { phone, view } = await open();
    const tones = one(view, ".tone") as HTMLSelectElement;
    tones.value = "marimba";
    tones.dispatchEvent(new Event("change"));
    await click(view, ".speaker");
    expect(phone.orders).toEqual([["setRingTone", "marimba"], ["testRing"], ["testSpeaker"]]);
  });

  it("chooses a camera where calls have a picture, one that is unplugged too", async () => {
    const view = await mount(html`<yeastar-linkus-sound-settings></yeastar-linkus-sound-settings>`, "*");
    const phone = new FakePhone({ video: true });
    const devices = { ...phone.state.devices, cameras: [{ id: "k1", label: "" }], camera: "gone" };
    phone.set({ devices });
    Object.assign(view, { phone, state: phone.state });
    await settle(view);
    expect(reading(one(view, ".camera"))).toBe("System default Device 1 Unplugged device");
    const choice = one(view, ".camera") as HTMLSelectElement;
    for (const value of ["k1", ""]) {
      choice.value = value;
      choice.dispatchEvent(new Event("change"));
    }
    expect(phone.orders).toEqual([
      ["chooseDevices", { camera: "k1" }],
      ["chooseDevices", { camera: null }],
    ]);
  });

  it("shows how loud the microphone is until it is stopped, or gone", async () => {
    const { phone, view } = await open();
    await click(view, ".microphone");
    expect(one(view, ".meter").getAttribute("aria-valuenow")).toBe("60");
    await click(view, ".stop-microphone");
    expect(deep(view, ".meter")).toHaveLength(0);
    await click(view, ".microphone");
    view.remove();
    expect(phone.orders.map(([name]) => name)).toEqual([
      "watchMicrophone",
      "stopMicrophone",
      "watchMicrophone",
      "stopMicrophone",
    ]);
  });

  it("says when the microphone cannot be heard", async () => {
    const phone = new FakePhone({});
    phone.level = null;
    const { view } = await open(phone);
    await click(view, ".microphone");
    expect(reading(view)).toContain("cannot be heard");
    expect(deep(view, ".microphone")).toHaveLength(1);
  });
});

it("warns before a call elsewhere is ended by taking over", async () => {
  const reach = { state: "elsewhere", by: "Tablet", since: 1, inCall: true } as const;
  const { phone, view } = await show({ reach });
  expect(reading(view)).toContain("A call is going on there");
  await click(view, ".take-over");
  expect(ordered(phone)).toEqual([["takeOver"]]);
});
