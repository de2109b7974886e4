import { describe, expect, it } from "vitest";
import { cardSize, checkConfig, gridOptions, LAYOUTS, layoutOf } from "./layout";

describe("checkConfig", () => {
  it("takes what the editor makes and reads numbers as text", () => {
    expect(checkConfig({ type: "custom:x" })).toEqual({ type: "custom:x" });
    expect(
      checkConfig({ type: "custom:x", layout: "call_button", number: 1001, name: "Door", confirm: false }),
    ).toEqual({
      type: "custom:x",
      layout: "call_button",
      number: "1001",
      name: "Door",
      confirm: false,
    });
  });

  it.each([
    [null, "configuration"],
    ["x", "configuration"],
    [{ layout: "huge" }, "Unknown layout"],
    [{ number: {} }, '"number"'],
    [{ name: [] }, '"name"'],
    [{ confirm: "yes" }, '"confirm"'],
    [{ layout: "call_button" }, "needs a"],
    [{ look: "nice" }, "Unknown look"],
    [{ look: "linkus", layout: "people" }, '"full" only'],
    [{ phone_id: {} }, '"phone_id"'],
  ])("refuses %j with a sentence", (config, words) => expect(() => checkConfig(config)).toThrow(words));
});

it("takes whose phone it is and who draws it", () =>
  expect(checkConfig({ type: "custom:x", look: "linkus", extension: 2001, phone_id: "p" })).toEqual({
    type: "custom:x",
    look: "linkus",
    extension: "2001",
    phone_id: "p",
  }));

describe("room", () => {
  it("is known for every layout", () => {
    expect(layoutOf(undefined)).toBe("full");
    expect(layoutOf({ type: "x", layout: "compact" })).toBe("compact");
    for (const layout of LAYOUTS) {
      expect(gridOptions(layout).columns % 3).toBe(0);
      expect(cardSize(layout)).toBeGreaterThan(0);
    }
    expect(gridOptions("compact")).toMatchObject({ columns: 12, rows: 3 });
    expect(gridOptions("full")).toMatchObject({ columns: 12, rows: "auto" });
    expect(gridOptions("full", "linkus")).toMatchObject({ columns: 12, min_columns: 9 });
    expect(cardSize("full", "linkus")).toBeGreaterThan(cardSize("full"));
  });
});
