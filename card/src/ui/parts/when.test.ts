import { describe, expect, it } from "vitest";
import { byDay, clockText, dayText, whenText } from "./when";

const now = new Date(2026, 5, 10, 14, 30).getTime();
const at = (year: number, month: number, day: number, hour = 0, minute = 0) =>
  new Date(year, month, day, hour, minute).getTime();

describe("days", () => {
  it.each([
    [at(2026, 5, 10, 0, 1), "Today"],
    [at(2026, 5, 9, 23, 59), "Yesterday"],
    [at(2026, 5, 6), "Saturday"],
    [at(2026, 5, 3), "June 3"],
    [at(2025, 11, 24), "December 24, 2025"],
    [at(2026, 5, 11), "June 11"],
  ])("%d is %s", (time, words) => expect(dayText(time, now, "en")).toBe(words));

  it("speak the reader's language", () => {
    expect(dayText(at(2026, 5, 9), now, "de")).toBe("Gestern");
    expect(clockText(now, "de")).toBe("14:30");
    expect(whenText(now, now, "de")).toBe("14:30");
    expect(whenText(at(2026, 5, 9, 8, 5), now, "de")).toBe("Gestern, 8:05");
  });

  it("group neighbours", () => {
    const groups = byDay([now, now - 60_000, at(2026, 5, 9), at(2026, 5, 3)], (time) => time, now, "en");
    expect(groups.map(({ day, items }) => [day, items.length])).toEqual([
      ["Today", 2],
      ["Yesterday", 1],
      ["June 3", 1],
    ]);
  });
});
