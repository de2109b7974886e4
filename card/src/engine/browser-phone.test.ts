import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeHass, info, infoPhone } from "../ha/testing/fake-hass";
import * as microphone from "./browser/microphone";
import type { Settings } from "./browser/settings";
import { BrowserPhone } from "./browser-phone";
import type { Stage } from "./linkus/linkus-look";
import { FakeChannel, FakeLocks } from "./testing/fake-browser";
import { FakeSdk, fakeFrame } from "./testing/fake-sdk";

const world = vi.hoisted(() => ({
  openFrame: vi.fn(),
  own: vi.fn(),
  sounds: [] as {
    follow: ReturnType<typeof vi.fn>;
    lock(on: boolean): void;
    setRingVolume: ReturnType<typeof vi.fn>;
    announce: ReturnType<typeof vi.fn>;
  }[],
}));
vi.mock("./linkus/frame-host", () => ({ openFrame: world.openFrame }));
vi.mock("./browser/microphone", () => ({
  microphoneProblem: async () => null,
  microphonePermission: async () => "prompt",
}));
vi.mock("../ha/own-connection", () => ({ ownConnection: world.own }));
vi.mock("./audio/sounds", () => ({
  Sounds: class {
    remote = { attach: () => {}, detach: () => {} };
    follow = vi.fn();
    check = vi.fn(async () => true);
    unlock = vi.fn(async () => true);
    setDevices = vi.fn();
    setRingVolume = vi.fn();
    setRingTone = vi.fn();
    announce = vi.fn();
    testSpeaker = vi.fn();
    key = vi.fn();
    test = vi.fn();
    close = vi.fn();
    constructor(readonly lock: (on: boolean) => void) {
      world.sounds.push(this);
    }
  },
}));

let hass: FakeHass;
let sdk: FakeSdk;
let settings: Settings;
let wanted: boolean;
let stage: Stage | null;
const made: BrowserPhone[] = [];
const make = () => {
  const phone = new BrowserPhone({
    hass: () => hass,
    info: () => info(),
    phone: () => infoPhone(),
    settings: () => settings,
    wanted: () => wanted,
    pbxAvailable: () => true,
    stage: () => stage,
    changed: () => {},
  });
  made.push(phone);
  return phone;
};
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  FakeChannel.all.clear();
  Object.defineProperty(navigator, "locks", { value: new FakeLocks(), configurable: true });
  hass = new FakeHass();
  world.sounds.length = 0;
  world.own.mockReset().mockResolvedValue(null);
  world.openFrame.mockImplementation(async () => {
    sdk = new FakeSdk();
    return fakeFrame(sdk);
  });
  wanted = true;
  stage = null;
  settings = {
    browserId: "browser-1",
    method: "browser",
    phoneId: null,
    microphone: null,
    camera: null,
    speaker: null,
    ringer: null,
    ringVolume: 0.8,
    ringTone: "chimes",
    autoAnswer: [],
  };
});
afterEach(async () => {
  for (const phone of made.splice(0)) void phone.close();
  await pass(10_000);
  Reflect.deleteProperty(navigator, "locks");
  Reflect.deleteProperty(navigator, "userActivation");
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
async function ready() {
  const phone = make();
  await pass();
  sdk.registers();
  await pass();
  expect(phone.line).toEqual({ kind: "ready" });
  return phone;
}

it("keeps a connection of its own to Home Assistant for the lease, and closes it at the end", async () => {
  const own = Object.assign(new FakeHass().connection, { close: vi.fn() });
  const asked = vi.spyOn(own, "subscribeMessage");
  world.own.mockResolvedValue(own);
  const phone = await ready();
  expect(asked).toHaveBeenCalledWith(
    expect.anything(),
    expect.objectContaining({ type: "yeastar_linkus/phone/lease" }),
    expect.anything(),
  );
  expect(hass.sent).toEqual([]);
  void phone.close();
  await pass(10_000);
  expect(own.close).toHaveBeenCalled();
});

it("opens nothing before it is wanted, and once only", async () => {
  wanted = false;
  const phone = make();
  await pass();
  expect(world.own).not.toHaveBeenCalled();
  wanted = true;
  phone.settingsChanged();
  phone.settingsChanged();
  await pass();
  expect(hass.of("phone/lease")).toHaveLength(1);
  wanted = false;
  phone.settingsChanged();
  await pass(5000);
  expect(phone.line).toEqual({ kind: "off" });
  wanted = true;
  phone.settingsChanged();
  await pass();
  expect(hass.of("phone/lease")).toHaveLength(2);
});

it("does not change the microphone because the ring got louder", async () => {
  const phone = await ready();
  const { deviceIds } = sdk.phone;
  settings = { ...settings, ringVolume: 0.1 };
  phone.settingsChanged();
  expect(world.sounds[0]?.setRingVolume).toHaveBeenLastCalledWith(0.1);
  expect(sdk.phone.deviceIds).toBe(deviceIds);
  settings = { ...settings, microphone: "m" };
  phone.settingsChanged();
  expect(sdk.phone.deviceIds).toEqual({ microphoneId: "m" });
  phone.devicesChanged();
});

it("has a tab that may make sound ring for one that may not, once", async () => {
  const first = await ready();
  Object.defineProperty(navigator, "userActivation", { value: { hasBeenActive: true }, configurable: true });
  const [second, third] = [make(), make()];
  await pass();
  expect([second.leading, third.leading]).toEqual([false, false]);
  world.sounds[0]?.lock(true);
  expect(second.soundLocked).toBe(true);
  const session = sdk.incoming("+4930");
  await pass();
  const rung = () =>
    world.sounds.slice(1).map(({ follow }) => follow.mock.calls.filter(([, , audible]) => audible).length);
  expect(rung().reduce((sum, one) => sum + one)).toBe(1);
  // What happens meanwhile changes nothing about it.
  sdk.incoming("+4940").over("Canceled");
  for (const sounds of world.sounds.slice(1)) sounds.lock(true);
  await pass();
  expect(rung().reduce((sum, one) => sum + one)).toBe(1);
  session.over("Canceled");
  await pass();
  const quiet = world.sounds.slice(1).flatMap(({ follow }) => follow.mock.calls.map(([, , audible]) => audible));
  expect(quiet.at(-1)).toBe(false);
  expect(first.calls[0]?.outcome).toBe("missed");
});

it("goes on in the next tab when this one closes", async () => {
  const first = await ready();
  const second = make();
  await pass();
  const { log } = sdk;
  void first.close();
  await pass(5000);
  expect(log).toEqual(["logout", "destroy", "closed", "dispose"]);
  expect(second.leading).toBe(true);
  sdk.registers();
  await pass();
  expect(second.line).toEqual({ kind: "ready" });
});

it("ends what another tab took over", async () => {
  const first = await ready();
  const [channel] = [...FakeChannel.all];
  const second = make();
  await pass();
  const { log } = sdk;
  if (channel) channel.deaf = true;
  const order = second.order("mute", "x", true).catch((error: { key: string }) => error.key);
  await pass(3500);
  expect(await order).toBe("other_tab_silent");
  await pass(5000);
  expect([first.leading, second.leading]).toEqual([false, true]);
  expect(log).toContain("dispose");
  await expect(second.order("hold", "gone", true)).rejects.toMatchObject({ key: "call_gone" });
  await second.order("unlockSound");
});

const onStage = (): Stage => ({
  place: document.createElement("div"),
  language: "en",
  texts: {},
  style: "",
  script: { url: "/ui.js", integrity: "sha256-ui" },
  sheet: { url: "/ui.css", integrity: "sha256-css" },
  shown: () => {},
  failed: () => {},
});

it("makes no sound of its own while the official UI does, and is the phone where that is shown", async () => {
  const first = await ready();
  const second = make();
  await pass();
  expect(second.leading).toBe(false);
  stage = onStage();
  second.stageChanged();
  await pass(6000);
  expect([first.leading, second.leading]).toEqual([false, true]);
  sdk.registers();
  sdk.incoming("+4930");
  await pass();
  expect(sdk.uiOptions).not.toBeNull();
  expect(second.ringing).toBe(false);
  const heard = world.sounds[1]?.follow.mock.calls.at(-1);
  expect(heard?.[2]).toBe(false);
});

it("takes no phone from a tab that is in a call", async () => {
  const first = await ready();
  sdk.incoming("+4930");
  const second = make();
  await pass();
  stage = onStage();
  second.stageChanged();
  await pass();
  expect([first.leading, second.leading]).toEqual([true, false]);
});

it("obeys Home Assistant, also when the order comes before the call", async () => {
  const phone = await ready();
  hass.tell("phone/lease", { kind: "order", order: "answer" });
  await pass(500);
  const session = sdk.incoming("+4930");
  await pass();
  expect(phone.calls[0]?.phase).toBe("talking");
  hass.tell("phone/lease", { kind: "order", order: "mute", on: true });
  expect(phone.calls[0]?.muted).toBe(true);
  hass.tell("phone/lease", { kind: "order", order: "hang_up" });
  await pass();
  expect(phone.calls[0]).toMatchObject({ id: session.id, phase: "ended" });
});

it("forgets an order with the line that it was for", async () => {
  const phone = await ready();
  hass.tell("phone/lease", { kind: "order", order: "answer" });
  void phone.close();
  await pass(10_000);
  expect(sdk.log).toContain("dispose");
});

it("announces a caller who is let in by itself", async () => {
  settings = { ...settings, autoAnswer: ["1099"] };
  const granted = vi.fn(async () => "granted");
  vi.spyOn(microphone, "microphonePermission").mockImplementation(granted as never);
  const phone = await ready();
  sdk.incoming("1099");
  await pass(2000);
  expect(world.sounds[0]?.announce).toHaveBeenCalledTimes(1);
  expect(phone.calls[0]?.phase).toBe("talking");
});

it("silences what rings, and then does not let it in by itself", async () => {
  settings = { ...settings, autoAnswer: ["1099"] };
  vi.spyOn(microphone, "microphonePermission").mockImplementation((async () => "granted") as never);
  const phone = await ready();
  const talking = sdk.incoming("1001");
  await pass();
  await phone.order("answer", talking.id);
  sdk.incoming("1099");
  await pass();
  expect(phone.ringing).toBe(true);
  await phone.order("silence");
  expect(phone.ringing).toBe(false);
  await phone.order("hangUp", talking.id);
  await pass(3000);
  expect(phone.calls.map(({ phase }) => phase)).toContain("ringing");
});

it("has no call to order about before it is registered, and tries the sound all the same", async () => {
  wanted = false;
  const phone = make();
  await pass();
  await expect(phone.order("answer", "x")).rejects.toMatchObject({ key: "call_gone" });
  await phone.order("retry");
  await phone.order("takeOver");
  await phone.testSpeaker();
  await phone.testRing();
  phone.infoChanged();
  phone.devicesChanged();
  phone.leave();
  expect(phone.soundLocked).toBe(false);
});

it("is only looked at in a tab that does not carry it", async () => {
  await ready();
  const all = [...FakeChannel.all];
  for (const channel of all) channel.deaf = true;
  const second = make();
  expect([second.line, second.calls]).toEqual([{ kind: "starting" }, []]);
  second.settingsChanged();
  await pass();
  expect(hass.of("phone/lease")).toHaveLength(1);
  expect(second.inSight).toBe(true);
});

it("carries out what another tab orders", async () => {
  const first = await ready();
  const second = make();
  await pass();
  const { id } = sdk.incoming("+4930");
  await pass();
  await second.order("answer", id);
  expect([first.leading, first.calls[0]?.phase, second.calls[0]?.phase]).toEqual([true, "talking", "talking"]);
});

it("makes calls with a picture where the plan has them, and gives no streams to other tabs", async () => {
  const first = await ready();
  expect(first.video).toBe(false);
  expect(first.pictures("call-1")).toBeNull();
  sdk.phone.videoPlan = "connected";
  sdk.phone.emit("videoPlanChange", "connected");
  const second = make();
  await pass();
  expect([first.video, second.video]).toEqual([true, true]);
  await second.order("dial", "1002", true);
  const [session] = sdk.talking().length ? sdk.talking() : [...sdk.sessions.values()];
  session?.talks();
  await pass();
  const id = session?.id ?? "";
  expect(first.pictures(id)).toEqual({ far: session?.remoteStream, own: session?.localStream });
  expect(second.pictures(id)).toBeNull();
  await second.order("camera", id, false);
  await pass();
  expect([session?.camera.enabled, second.calls[0]?.cameraOff]).toEqual([false, true]);
  settings = { ...settings, camera: "webcam" };
  first.settingsChanged();
  expect(sdk.phone.deviceIds).toEqual({ cameraId: "webcam" });
});

it("has no pictures before it is registered, nor beside the official UI", async () => {
  wanted = false;
  const phone = make();
  await pass();
  expect([phone.video, phone.pictures("x")]).toEqual([false, null]);
  settings = { ...settings, camera: "early" };
  phone.settingsChanged();
});
