import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { browserName, type Settings, SettingsStore, settingsFrom } from "./settings";

const from = (stored: unknown) => settingsFrom(JSON.stringify(stored), () => "new-browser");

describe("what is stored", () => {
  it("is taken as it is when it is right", () => {
    const settings: Settings = {
      browserId: "abcdefgh",
      method: "desk",
      phoneId: "p",
      microphone: "m",
      camera: "k",
      speaker: "s",
      ringer: "r",
      ringVolume: 0.5,
      ringTone: "bells" as const,
      autoAnswer: ["1002"],
    };
    expect(from(settings)).toEqual(settings);
  });

  it.each([
    null,
    "x",
    7,
    [],
    { browserId: "no spaces!", method: "shout", ringVolume: 9, ringTone: "toString", autoAnswer: "1", phoneId: 3 },
  ])("is replaced where it is wrong: %j", (stored) =>
    expect(from(stored)).toEqual({
      browserId: "new-browser",
      method: null,
      phoneId: null,
      microphone: null,
      camera: null,
      speaker: null,
      ringer: null,
      ringVolume: 0.8,
      ringTone: "chimes",
      autoAnswer: [],
    }),
  );

  it("may be no JSON at all", () => expect(settingsFrom("{", () => "new-browser").browserId).toBe("new-browser"));
  it("keeps numbers that are texts", () => expect(from({ autoAnswer: ["1", 2, null] }).autoAnswer).toEqual(["1"]));
});

describe("SettingsStore", () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => vi.restoreAllMocks());

  it("names the browser once", () => {
    const { browserId } = new SettingsStore(() => {}).now;
    expect(browserId).toMatch(/^[0-9a-f]{32}$/);
    expect(new SettingsStore(() => {}).now.browserId).toBe(browserId);
  });

  it("tells its own changes and those of other tabs", () => {
    const heard: Settings[] = [];
    const store = new SettingsStore((settings) => heard.push(settings));
    store.set({ ringVolume: 0.1 });
    const tell = (key: string, value: string) =>
      window.dispatchEvent(Object.assign(new Event("storage"), { key, newValue: value }));
    tell("other", "{}");
    tell("yeastar_linkus", JSON.stringify({ ...store.now, method: "desk" }));
    tell("yeastar_linkus", "");
    expect(heard.map((settings) => [settings.method, settings.ringVolume])).toEqual([
      [null, 0.1],
      ["desk", 0.1],
      [null, 0.8],
    ]);
    expect(new Set(heard.map((settings) => settings.browserId)).size).toBe(1);
    store.close();
    tell("yeastar_linkus", "{}");
    expect(heard).toHaveLength(3);
  });

  it("does without a storage", () => {
    vi.stubGlobal("localStorage", {
      getItem: () => {
        throw new DOMException("denied", "SecurityError");
      },
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    });
    const store = new SettingsStore(() => {});
    store.set({ method: "desk" });
    expect(store.now.method).toBe("desk");
    vi.unstubAllGlobals();
  });
});

it.each([
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36",
    "Chrome, Linux",
  ],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/19.0 Safari/605", "Safari, Mac"],
  ["Home Assistant/2026.10 (Android 16; Pixel 9)", "Home Assistant app, Android"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) FxiOS/150.0", "Firefox, iPhone"],
  ["", "Browser"],
])("%s is %s", (agent, name) => expect(browserName(agent)).toBe(name));
