import { describe, expect, it } from "vitest";
import { qualityStep } from "./quality";

describe("qualityStep", () => {
  it.each([
    [4.6, 5],
    [0, 1],
    [9, 5],
    [2.4, 2],
    [Number.NaN, 3],
  ])("%d is %d", (score, step) => expect(qualityStep(score)).toBe(step));
});
