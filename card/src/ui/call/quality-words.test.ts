import { describe, expect, it } from "vitest";
import { english, localizer } from "../../localize";
import { qualityFigures, qualityStep, qualityWords } from "./quality-words";

describe("how a call sounds", () => {
  it.each([
    [4.6, 5],
    [0, 1],
    [9, 5],
    [2.4, 2],
    [Number.NaN, 3],
  ])("%d is step %d", (score, step) => expect(qualityStep(score)).toBe(step));

  it("is said in words, with whose network it is where that is known", () => {
    expect(qualityWords({ score: 4.6, side: null }, english)).toBe("Excellent sound");
    expect(qualityWords({ score: 2, side: "own" }, english)).toBe("Poor sound · your network");
    expect(qualityWords({ score: 1, side: "far" }, english)).toBe("Bad sound · probably their network");
  });

  it("has figures in the language's own way, and leaves out what is not known", () => {
    const value = { lossPercent: 1.25, jitterMs: 4.4, roundTripMs: null, score: 4, side: null };
    expect(qualityFigures(value, english)).toBe("You hear: 1.3 % lost, 4 ms jitter");
    const all = qualityFigures({ ...value, roundTripMs: 28.2, sentLossPercent: 0.5 }, localizer("de"));
    expect(all).toContain("1,3");
    expect(all).toContain("0,5");
    expect(all).toContain("28");
  });
});
