import { html } from "lit";
import { afterEach, expect, it, vi } from "vitest";
import type { Call, PhoneState } from "../../state/types";
import "./call-view";
import "../dial/favourites-row";
import "../lists/people-view";
import "../phone/phone-view";
import type { PhoneView } from "../phone/phone-view";
import "../lists/recents-view";
import "./screen-pop";
import "../dial/suggestions";
import { FakeRichPhone } from "../testing/fake-data";
import { fakeAbilities, fakeCall } from "../testing/fake-phone";
import { click, deep, mount, one, reading, settle } from "../testing/page";
import "./transfer-view";
import "./video-view";
import "../lists/voicemail-view";

const video = (call: Partial<Call> = {}) =>
  fakeCall({ picture: true, can: { ...fakeAbilities(call.phase ?? "talking", "browser"), video: true }, ...call });

async function show(
  state: Partial<PhoneState>,
  pictures: unknown = { far: new MediaStream(), own: new MediaStream() },
) {
  const phone = Object.assign(new FakeRichPhone(state), { pictures: () => pictures });
  const view = await mount<PhoneView>(
    html`<yeastar-linkus-phone .phone=${phone} layout="full"></yeastar-linkus-phone>`,
    "yeastar-linkus-phone",
  );
  await settle(view);
  return { phone, view };
}

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

it("shows both pictures of a call, without their sound", async () => {
  const pictures = { far: new MediaStream(), own: new MediaStream() };
  const { view } = await show({ calls: [video()] }, pictures);
  const [far, own] = deep(view, "video") as HTMLVideoElement[];
  expect([far?.srcObject, own?.srcObject]).toEqual([pictures.far, pictures.own]);
  expect([far?.muted, own?.muted]).toEqual([true, true]);
  expect(far?.getAttribute("aria-label")).toBe("Picture of Jonas Berger");
});

it("follows the pictures when they become others", async () => {
  const pictures: { far: MediaStream | null; own: MediaStream | null } = { far: null, own: null };
  const { phone, view } = await show({ calls: [video()] }, pictures);
  expect(reading(one(view, "yeastar-linkus-video"))).toContain("No picture from Jonas Berger");
  pictures.far = new MediaStream();
  phone.change("c1", { pictures: 1 });
  await settle(view);
  expect((one(view, ".far") as HTMLVideoElement).srcObject).toBe(pictures.far);
  expect(reading(one(view, "yeastar-linkus-video"))).not.toContain("No picture");
  // No own camera: nothing to switch.
  expect(deep(view, ".camera")).toHaveLength(0);
});

it("switches the own camera, and says how it is", async () => {
  const { phone, view } = await show({ calls: [video()] });
  expect(one(view, ".camera").getAttribute("aria-label")).toBe("Turn my camera off");
  await click(view, ".camera");
  expect(phone.orders).toEqual([["camera", "c1", false]]);
  expect(one(view, ".camera").getAttribute("aria-label")).toBe("Turn my camera on");
  expect(one(view, ".own").getAttribute("aria-label")).toBe("My camera is off");
  await click(view, ".camera");
  expect(phone.orders.at(-1)).toEqual(["camera", "c1", true]);
});

it("fills the screen and gives it back", async () => {
  Object.defineProperty(document, "fullscreenEnabled", { configurable: true, value: true });
  const { view } = await show({ calls: [video()] });
  const large = vi.fn(async () => {});
  Object.assign(one(view, ".stage"), { requestFullscreen: large });
  await click(view, ".larger");
  expect(large).toHaveBeenCalledOnce();
  const small = vi.fn(async () => {});
  Object.defineProperty(document, "fullscreenElement", { configurable: true, value: one(view, ".stage") });
  Object.assign(document, { exitFullscreen: small });
  await click(view, ".larger");
  expect(small).toHaveBeenCalledOnce();
  Reflect.deleteProperty(document, "fullscreenElement");
  Reflect.deleteProperty(document, "fullscreenEnabled");
});

it("says where the picture is when another tab carries the call", async () => {
  const { view } = await show({ calls: [video()], tab: "other" }, null);
  expect(reading(one(view, "yeastar-linkus-video"))).toContain("in the tab that carries the call");
  expect(deep(view, "video")).toHaveLength(0);
});

it("gives way to the keypad, and a call with sound only has none of it", async () => {
  const { view } = await show({ calls: [video()] });
  await click(view, '[data-control="keypad"]');
  expect(deep(view, "yeastar-linkus-video")).toHaveLength(0);
  document.body.replaceChildren();
  const { view: sound } = await show({ calls: [fakeCall()] });
  expect(deep(sound, "yeastar-linkus-video")).toHaveLength(0);
});

it("is offered beside the answer with sound", async () => {
  const call = video({ phase: "ringing", answeredAt: null });
  const { phone, view } = await show({ calls: [call] });
  await click(view, ".with-video");
  expect(phone.orders).toEqual([["answer", "c1", { video: true }]]);
  document.body.replaceChildren();
  const { view: plain } = await show({ calls: [{ ...call, can: { ...call.can, video: false } }] });
  expect(deep(plain, ".with-video")).toHaveLength(0);
});

it("is called for from a colleague's numbers, where the plan has it and nobody is in a call", async () => {
  const { phone, view } = await show({ video: true });
  await click(view, '[data-tab="people"]');
  await click(view, ".side");
  await click(view, ".video-call");
  expect(phone.orders).toEqual([["dial", "1002", { video: true }]]);
  document.body.replaceChildren();
  const { view: without } = await show({ video: false });
  await click(without, '[data-tab="people"]');
  await click(without, ".side");
  expect(deep(without, ".video-call")).toHaveLength(0);
});
