import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { loudness, watchLevel } from "./level-meter";

it("hears loudness as an ear does", () => {
  expect(loudness([])).toBe(0);
  expect(loudness([0, 0])).toBe(0);
  expect(loudness([1, -1])).toBe(1);
  expect(loudness([0.0001])).toBe(0);
  expect(loudness([0.1, -0.1])).toBeCloseTo(0.64, 2);
});

const stopped = vi.fn();
const closed = vi.fn(async () => {});
const getUserMedia = vi.fn();
const context = () =>
  ({
    createAnalyser: () => ({
      fftSize: 0,
      getFloatTimeDomainData: (samples: Float32Array) => samples.fill(1),
    }),
    createMediaStreamSource: () => ({ connect: () => {} }),
    close: closed,
  }) as unknown as AudioContext;

beforeEach(() => {
  vi.useFakeTimers();
  stopped.mockReset();
  closed.mockReset().mockResolvedValue(undefined);
  getUserMedia.mockReset().mockResolvedValue({ getTracks: () => [{ stop: stopped }] });
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia }, configurable: true });
});
afterEach(() => {
  Reflect.deleteProperty(navigator, "mediaDevices");
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("tells how loud the chosen microphone is, until it is told to stop", async () => {
  const told = vi.fn();
  const stop = watchLevel("m1", told, context);
  await vi.advanceTimersByTimeAsync(200);
  expect(getUserMedia).toHaveBeenCalledWith({ audio: { deviceId: { exact: "m1" } } });
  expect(told).toHaveBeenLastCalledWith(1);
  closed.mockRejectedValue(new Error("closed already"));
  stop();
  const before = told.mock.calls.length;
  await vi.advanceTimersByTimeAsync(500);
  expect(told).toHaveBeenCalledTimes(before);
  expect([stopped.mock.calls.length, closed.mock.calls.length]).toEqual([1, 1]);
});

it("lets go of a microphone that came too late", async () => {
  vi.stubGlobal(
    "AudioContext",
    class {
      close = closed;
    },
  );
  const told = vi.fn();
  watchLevel(null, told)();
  await vi.advanceTimersByTimeAsync(200);
  expect(getUserMedia).toHaveBeenCalledWith({ audio: true });
  expect(told).not.toHaveBeenCalled();
  expect(stopped).toHaveBeenCalledTimes(1);
});

it("says when there is nothing to hear, unless nobody listens any more", async () => {
  getUserMedia.mockRejectedValue(new DOMException("", "NotAllowedError"));
  const told = vi.fn();
  const stop = watchLevel(null, told, context);
  await vi.advanceTimersByTimeAsync(0);
  expect(told.mock.calls).toEqual([[null]]);
  stop();
  watchLevel(null, told, context)();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toHaveBeenCalledTimes(1);
  getUserMedia.mockResolvedValue({ getTracks: () => [{ stop: stopped }] });
  watchLevel(
    null,
    told,
    () =>
      ({
        ...context(),
        createAnalyser: () => {
          throw new Error("none");
        },
      }) as never,
  );
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toHaveBeenCalledTimes(2);
  expect(stopped).toHaveBeenCalled();
});
