import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { findDevices, followDevices } from "./devices";
import { whyUnreachable } from "./pbx-reach";
import { Wakefulness } from "./wakefulness";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const refused = () => Promise.reject(new TypeError("Failed to fetch"));
it("tells a refused origin, a certificate and a PBX that is away apart", async () => {
  const asked: unknown[] = [];
  const answers = (async (url: URL, options: RequestInit) => {
    asked.push(url.href, options.mode, options.credentials);
  }) as unknown as typeof fetch;
  expect(await whyUnreachable("https://pbx.test", true, answers)).toBe("origin_refused");
  expect(asked).toEqual(["https://pbx.test/api/v1.0/pbx/getproduct", "no-cors", "omit"]);
  expect(await whyUnreachable("https://pbx.test", true, refused)).toBe("certificate");
  expect(await whyUnreachable("https://pbx.test", false, refused)).toBe("pbx_unreachable");
  let now = 0;
  const slow = () => {
    now = 4000;
    return refused();
  };
  expect(await whyUnreachable("https://pbx.test", true, slow, () => now)).toBe("pbx_unreachable");
});

it("notices sleep, sight and the network", () => {
  const woke: string[] = [];
  let now = 0;
  const wakefulness = new Wakefulness(
    (kind) => woke.push(kind),
    () => now,
  );
  now = 60_000;
  vi.advanceTimersByTime(10_000);
  expect(woke).toEqual([]);
  now = 200_000;
  vi.advanceTimersByTime(10_000);
  const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  visibility.mockReturnValue("visible");
  document.dispatchEvent(new Event("visibilitychange"));
  window.dispatchEvent(new Event("online"));
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: false }));
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  expect(woke).toEqual(["sleep", "sight", "network", "sleep"]);
  now = 999_999;
  document.dispatchEvent(new Event("visibilitychange"));
  expect(woke.at(-1)).toBe("sleep");
  wakefulness.close();
  window.dispatchEvent(new Event("online"));
  expect(woke).toHaveLength(5);
  visibility.mockRestore();
});

it("finds devices that can be chosen", async () => {
  const media = Object.assign(new EventTarget(), {
    enumerateDevices: async () => [
      { kind: "audioinput", deviceId: "default", label: "Default" },
      { kind: "audioinput", deviceId: "m", label: "Headset" },
      { kind: "audiooutput", deviceId: "s", label: "x".repeat(999) },
      { kind: "audiooutput", deviceId: "", label: "" },
      { kind: "videoinput", deviceId: "v", label: "Camera" },
    ],
  });
  vi.stubGlobal("navigator", { mediaDevices: media });
  const found = await findDevices();
  expect(found.microphones).toEqual([{ id: "m", label: "Headset" }]);
  expect(found.speakers).toEqual([{ id: "s", label: "x".repeat(120) }]);
  expect(found.cameras).toEqual([{ id: "v", label: "Camera" }]);
  const changed = vi.fn();
  const stop = followDevices(changed);
  media.dispatchEvent(new Event("devicechange"));
  stop();
  media.dispatchEvent(new Event("devicechange"));
  expect(changed).toHaveBeenCalledTimes(1);
  vi.stubGlobal("navigator", {});
  expect(await findDevices()).toEqual({ microphones: [], speakers: [], cameras: [] });
  followDevices(changed)();
  vi.unstubAllGlobals();
});
