import { expect, it, vi } from "vitest";
import { callOf } from "./browser-calls";
import { QualityLog, summary } from "./quality-log";
import { facts } from "./testing/facts";
import type { Call, CallQuality } from "./types";

const seen = (over: Partial<CallQuality> = {}): CallQuality => ({
  lossPercent: 0,
  jitterMs: 4,
  roundTripMs: 20,
  sentLossPercent: null,
  score: 5,
  side: null,
  ...over,
});
const call = (quality: CallQuality | null, over: Partial<Call> = {}): Call => ({
  ...callOf(facts({ answeredAt: 1 })),
  quality,
  pbxId: "p1",
  ...over,
});

it("sums up a call by its means", () => {
  expect(summary([])).toBeNull();
  expect(summary([seen(), seen({ lossPercent: 1, jitterMs: 7, roundTripMs: null, score: 4 })])).toEqual({
    lossPercent: 0.5,
    jitterMs: 6,
    roundTripMs: 20,
    score: 4.5,
    side: null,
  });
  expect(summary([seen({ roundTripMs: null })])?.roundTripMs).toBeNull();
});

it("names the side that was at fault most", () => {
  expect(summary([seen({ side: "far" }), seen({ side: "far" }), seen({ side: "own" })])?.side).toBe("far");
  expect(summary([seen({ side: "far" }), seen({ side: "own" })])?.side).toBe("own");
});

it("tells once, when the call is over and the PBX's id is known", () => {
  const over = vi.fn();
  const log = new QualityLog(over);
  const first = seen();
  log.follow([call(first)]);
  log.follow([call(first)]);
  log.follow([call(seen({ score: 3 }))]);
  log.follow([call(first, { phase: "ended", pbxId: null })]);
  expect(over).not.toHaveBeenCalled();
  log.follow([call(first, { phase: "ended" })]);
  log.follow([call(first, { phase: "ended" })]);
  expect(over.mock.calls).toEqual([["p1", expect.objectContaining({ score: 4 })]]);
});

it("has nothing to tell of a call that was never measured, and forgets what is gone", () => {
  const over = vi.fn();
  const log = new QualityLog(over);
  log.follow([call(null)]);
  log.follow([call(null, { phase: "ended" })]);
  log.follow([call(seen())]);
  log.follow([]);
  log.follow([call(null, { phase: "ended" })]);
  expect(over).not.toHaveBeenCalled();
});
