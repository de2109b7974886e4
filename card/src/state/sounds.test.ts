import { describe, expect, it } from "vitest";
import { type CallFacts, callOf } from "./browser-calls";
import { keyTone, lengthOf, loopFor, onceFor, RING_TONES, TONES } from "./sounds";
import { facts } from "./testing/facts";

const call = (over: Partial<CallFacts> = {}) => callOf(facts(over));
const rings = call({ id: "in", inbound: true });
const talks = call({ id: "t", answeredAt: 2 });
const none: ReadonlySet<string> = new Set();

describe("loopFor", () => {
  it("rings, unless silenced, and waits during a call", () => {
    expect(loopFor([rings], none)).toBe("ring");
    expect(loopFor([rings], new Set(["in"]))).toBeNull();
    expect(loopFor([talks, rings], none)).toBe("waiting");
  });
  it("rings back until the other side sends sound", () => {
    expect(loopFor([call()], none)).toBeNull();
    expect(loopFor([call({ status: "ringing" })], none)).toBe("ringback");
    expect(loopFor([call({ status: "ringing", earlyMedia: true })], none)).toBeNull();
  });
  it("leaves desk phones to themselves, and the dead", () => {
    expect(loopFor([{ ...rings, where: "desk" }], none)).toBeNull();
    expect(loopFor([call({ inbound: true, endedAt: 9 })], none)).toBeNull();
    expect(loopFor([talks], none)).toBeNull();
  });
});

describe("onceFor", () => {
  const dialing = call();
  const end = (over: Partial<CallFacts>) => onceFor([dialing, talks], [call({ endedAt: 9, ...over })]);
  it("says how it ended", () => {
    expect(end({ cause: "Busy" })).toBe("busy");
    expect(end({ cause: "Not Found" })).toBe("failed");
    expect(end({ myEnd: "hangup" })).toBeNull();
    expect(end({ id: "t", answeredAt: 2 })).toBe("ended");
    expect(end({ id: "t", answeredAt: 2, myEnd: "transfer" })).toBe("ended");
  });
  it("says it once, and not of strangers", () => {
    const over = call({ endedAt: 9, cause: "Busy" });
    expect(onceFor([over], [over])).toBeNull();
    expect(onceFor([], [over])).toBeNull();
    expect(onceFor([dialing], [{ ...over, where: "desk" }])).toBeNull();
    expect(onceFor([rings], [call({ id: "in", inbound: true, endedAt: 9 })])).toBeNull();
  });
});

it("knows the tones of the keys", () => {
  expect(keyTone("1")?.hz).toEqual([697, 1209]);
  expect(keyTone("#")?.hz).toEqual([941, 1477]);
  expect(keyTone("d")?.hz).toEqual([941, 1633]);
  for (const key of ["", "x", "12", "+"]) expect(keyTone(key)).toBeNull();
});

it("has patterns that end after they began, and rings that rest", () => {
  for (const pattern of [...Object.values(TONES), ...Object.values(RING_TONES)]) {
    expect(lengthOf(pattern)).toBeGreaterThan(0);
    for (const beep of pattern) expect(beep.level).toBeLessThanOrEqual(0.5);
  }
  for (const ring of Object.values(RING_TONES)) expect(ring.at(-1)?.gap).toBeGreaterThan(1000);
});
