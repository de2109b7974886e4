import { describe, expect, it } from "vitest";
import { spokenDuration, timerText } from "./timer";

describe("timerText", () => {
  it.each([
    [-5, "0:00"],
    [999, "0:00"],
    [65_000, "1:05"],
    [3_599_999, "59:59"],
    [3_600_000, "1:00:00"],
    [36_061_000, "10:01:01"],
  ])("%d ms is %s", (time, text) => expect(timerText(time)).toBe(text));
});

describe("spokenDuration", () => {
  it("speaks the reader's language and leaves out what is nothing", () => {
    expect(spokenDuration(125_000, "en")).toBe("2 minutes 5 seconds");
    expect(spokenDuration(60_000, "de")).toBe("1 Minute");
    expect(spokenDuration(3_665_000, "en")).toBe("1 hour 1 minute");
    expect(spokenDuration(-1, "en")).toBe("0 seconds");
  });
});
