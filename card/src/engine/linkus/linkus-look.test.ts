import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Call, Problem } from "../../state/types";
import { FakeSdk, fakeFrame } from "../testing/fake-sdk";
import { type LineOptions, LinkusLine } from "./linkus-line";
import { openLook, type Stage } from "./linkus-look";

let sdk: FakeSdk;
let frames: ReturnType<typeof fakeFrame>[];
let places: (HTMLElement | undefined)[];
let calls: readonly Call[];
let faults: Problem[];
let registered: boolean[];
let shown: boolean[];
let failed: number;
const audio = { attach: vi.fn(), detach: vi.fn() };

beforeEach(() => {
  vi.useFakeTimers();
  sdk = new FakeSdk();
  frames = [];
  places = [];
  calls = [];
  faults = [];
  registered = [];
  shown = [];
  failed = 0;
  audio.attach.mockClear();
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

const place = () => document.body.appendChild(document.createElement("div"));
const stageIn = (over: Partial<Stage> = {}): Stage => ({
  place: place(),
  language: "de",
  texts: {},
  style: "",
  script: { url: "/ui.js", integrity: "sha256-ui" },
  sheet: { url: "/ui.css", integrity: "sha256-css" },
  shown: (on) => shown.push(on),
  failed: () => {
    failed += 1;
  },
  ...over,
});
const open = (stage: Stage, microphone: string | null = null) =>
  LinkusLine.open({
    script: { url: "/sdk.js", integrity: "sha256-sdk" },
    username: "1001",
    secret: "sign",
    pbxUrl: "https://pbx.test:8088",
    microphone,
    audio,
    stage,
    onCalls: (now) => {
      calls = now;
    },
    onRegistered: (on) => registered.push(on),
    onFault: (problem) => faults.push(problem),
    openFrame: async (where) => {
      places.push(where);
      const frame = fakeFrame(sdk);
      frames.push(frame);
      return frame;
    },
  });

it("logs in on the stage, silently, and starts nothing that it has started itself", async () => {
  const stage = stageIn({ texts: { "session.mute": "Stumm" } });
  await open(stage, "mic-1");
  expect(places).toEqual([stage.place]);
  expect(sdk.uiOptions).toMatchObject({
    username: "1001",
    secret: "sign",
    enableLog: false,
    deviceInfo: { microphoneId: "mic-1" },
    intl: { local: "de", messages: { "session.mute": "Stumm" } },
  });
  expect(shown).toEqual([true]);
  await open(stageIn());
  expect(sdk.uiOptions).not.toHaveProperty("intl");
});

it("knows a registration that was there before it looked", async () => {
  sdk.phone.isRegistered = true;
  expect((await open(stageIn())).registered).toBe(true);
});

it("follows calls whose listeners the UI takes away, and leaves their sound to it", async () => {
  const line = await open(stageIn());
  const session = sdk.incoming("+4930", "Mara");
  session.removeAllListeners();
  session.talks();
  expect(calls[0]).toMatchObject({ phase: "talking", name: "Mara" });
  line.mute(session.id, true);
  expect(audio.attach).not.toHaveBeenCalled();
});

it("goes, and says so", async () => {
  const line = await open(stageIn());
  const closing = line.close();
  await vi.advanceTimersByTimeAsync(5000);
  await closing;
  expect(sdk.log).toEqual(["logout", "destroy", "closed", "dispose"]);
  expect(shown).toEqual([true, false]);
});

it("waits for nothing when its stage was taken out of the page", async () => {
  const stage = stageIn();
  const line = await open(stage);
  stage.place.remove();
  await line.close();
  expect(sdk.log).toEqual(["destroy", "dispose"]);
});

it("leaves the phone to the SDK alone when its files cannot be had", async () => {
  sdk.uiLoads = false;
  const line = await open(stageIn());
  expect([failed, line.stage, frames[0]?.disposed, places.length]).toEqual([1, null, true, 2]);
  expect(sdk.options).toMatchObject({ userAgent: "WebClient" });
});

it("leaves the phone to the SDK alone when its frame cannot be opened or fails", async () => {
  const stage = stageIn();
  const broken = fakeFrame(sdk);
  const dispose = vi.spyOn(broken, "dispose");
  broken.engine.loadUi = async () => Promise.reject(new Error("gone"));
  expect(await openLook(stage, { openFrame: async () => broken } as unknown as LineOptions, 1000)).toBeNull();
  expect(dispose).toHaveBeenCalled();
  const none = { openFrame: async () => Promise.reject(new Error("no frame")) } as unknown as LineOptions;
  expect(await openLook(stage, none, 1000)).toBeNull();
  expect(failed).toBe(2);
});

it("says why the PBX refused, and leaves no dial pad behind that never connects", async () => {
  sdk.refuse = -103;
  await expect(open(stageIn())).rejects.toMatchObject({ problem: "login_refused" });
  expect([frames[0]?.disposed, failed, places.length]).toEqual([true, 0, 1]);
});

it("does not wait for ever", async () => {
  sdk.hangs = true;
  const opened = expect(open(stageIn())).rejects.toMatchObject({ problem: "pbx_unreachable" });
  await vi.advanceTimersByTimeAsync(31_000);
  await opened;
});
