import { afterEach, expect, it, vi } from "vitest";
import { findDevices, followDevices } from "./devices";

const media = (value: unknown) => Object.defineProperty(navigator, "mediaDevices", { value, configurable: true });
afterEach(() => Reflect.deleteProperty(navigator, "mediaDevices"));

it("knows the devices that have a name and an id, apart by kind", async () => {
  const device = (kind: string, deviceId: string, label = "x") => ({ kind, deviceId, label });
  media({
    enumerateDevices: async () => [
      device("audioinput", "m", "M".repeat(200)),
      device("audioinput", ""),
      device("audiooutput", "default"),
      device("audiooutput", "s"),
      device("videoinput", "v"),
    ],
  });
  expect(await findDevices()).toEqual({
    microphones: [{ id: "m", label: "M".repeat(120) }],
    speakers: [{ id: "s", label: "x" }],
    cameras: [{ id: "v", label: "x" }],
  });
});

it("knows none where the browser tells none", async () => {
  media({ enumerateDevices: async () => Promise.reject(new Error("policy")) });
  expect(await findDevices()).toEqual({ microphones: [], speakers: [], cameras: [] });
  media(undefined);
  expect(await findDevices()).toEqual({ microphones: [], speakers: [], cameras: [] });
  expect(followDevices(vi.fn())()).toBeUndefined();
});

it("tells when something is plugged in", () => {
  const target = new EventTarget();
  media(target);
  const changed = vi.fn();
  const stop = followDevices(changed);
  target.dispatchEvent(new Event("devicechange"));
  stop();
  target.dispatchEvent(new Event("devicechange"));
  expect(changed).toHaveBeenCalledTimes(1);
});
