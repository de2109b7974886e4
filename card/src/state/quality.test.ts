import { expect, it } from "vitest";
import { quality, reception, score } from "./quality";

it("scores a good line five and a bad one low", () => {
  expect(score(0, 5, 30)).toBe(5);
  expect(score(3, 20, 80)).toBe(4);
  expect(score(10, 40, 200)).toBe(3);
  expect(score(20, 80, 400)).toBe(1);
  expect(score(100, 500, 5000)).toBe(1);
});

it("gets worse with every side", () => {
  const scores = [0, 2, 5, 10, 20, 40].map((loss) => score(loss, 10, 50));
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
});

it("looks at what arrived since the last look", () => {
  const before = { packets: 1000, lost: 500, jitterMs: 9, roundTripMs: 1, sentLossPercent: null };
  const now = { packets: 1100, lost: 500, jitterMs: 4.6, roundTripMs: 30.4, sentLossPercent: null };
  expect(quality(before, now)).toEqual({
    lossPercent: 0,
    jitterMs: 5,
    roundTripMs: 30,
    sentLossPercent: null,
    score: 5,
    side: null,
  });
  expect(quality(null, { ...now, roundTripMs: null })?.lossPercent).toBe(31.3);
});

it("says nothing about next to nothing, or a connection that began anew", () => {
  const some = { packets: 100, lost: 0, jitterMs: 0, roundTripMs: null, sentLossPercent: null };
  expect(quality(some, { ...some, packets: 105 })).toBeNull();
  expect(quality(some, { ...some, packets: 50 })).toBeNull();
});

it("counts packets found again as not lost", () => {
  const before = { packets: 100, lost: 5, jitterMs: 0, roundTripMs: null, sentLossPercent: null };
  expect(quality(before, { ...before, packets: 200, lost: 3 })?.lossPercent).toBe(0);
});

it("says on which side of the PBX a poor sound is lost, when that can be seen", () => {
  const poor = { packets: 100, lost: 30, jitterMs: 40, roundTripMs: 60, sentLossPercent: 0.04 };
  expect(quality(null, poor)).toMatchObject({ sentLossPercent: 0, side: "far" });
  expect(quality(null, { ...poor, sentLossPercent: 12 })?.side).toBe("own");
  expect(quality(null, { ...poor, roundTripMs: 400 })?.side).toBe("own");
  expect(quality(null, { ...poor, sentLossPercent: null })?.side).toBe("far");
  expect(quality(null, { ...poor, roundTripMs: null })?.side).toBe("far");
  expect(quality(null, { ...poor, roundTripMs: null, sentLossPercent: null })?.side).toBeNull();
});

it("is as good as the worse direction", () =>
  expect(quality(null, { packets: 100, lost: 0, jitterMs: 5, roundTripMs: 30, sentLossPercent: 25 })).toMatchObject({
    score: 2,
    side: "own",
  }));

it("reads a report", () => {
  const report = new Map<string, unknown>([
    ["a", { type: "inbound-rtp", kind: "audio", packetsReceived: 5, packetsLost: 1, jitter: 0.002 }],
    ["b", { type: "inbound-rtp", kind: "video", packetsReceived: 99 }],
    ["c", { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.02 }],
    ["d", { type: "candidate-pair", nominated: false, currentRoundTripTime: 9 }],
  ]);
  expect(reception(report)).toEqual({ packets: 5, lost: 1, jitterMs: 2, roundTripMs: 20, sentLossPercent: null });
  report.set("e", { type: "remote-inbound-rtp", roundTripTime: 0.03 });
  expect(reception(report)).toMatchObject({ roundTripMs: 30, sentLossPercent: null });
  report.set("f", { type: "remote-inbound-rtp", fractionLost: 0.05 });
  expect(reception(report)).toMatchObject({ roundTripMs: 30, sentLossPercent: 5 });
  expect(reception([["a", { type: "inbound-rtp", kind: "audio" }]])).toEqual({
    packets: 0,
    lost: 0,
    jitterMs: 0,
    roundTripMs: null,
    sentLossPercent: null,
  });
  expect(reception([])).toBeNull();
});
