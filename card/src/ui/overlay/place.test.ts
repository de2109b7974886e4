import { describe, expect, it } from "vitest";
import { cornerOf, MARGIN, placeOf, readPlace, START } from "./place";

const box = { width: 200, height: 100 };
const view = { width: 1000, height: 800 };

describe("place", () => {
  it("starts at the bottom right, inside the margin", () => {
    expect(cornerOf(START, box, view)).toEqual({ left: 1000 - 200 - MARGIN, top: 800 - 100 - MARGIN });
  });

  it("comes back to where it was put, and stays inside", () => {
    const place = placeOf({ left: 300, top: 200 }, box, view);
    const corner = cornerOf(place, box, view);
    expect(corner.left).toBeCloseTo(300);
    expect(corner.top).toBeCloseTo(200);
    expect(placeOf({ left: -500, top: 5000 }, box, view)).toEqual({ x: 0, y: 1 });
  });

  it("survives a window smaller than itself", () => {
    const small = { width: 100, height: 50 };
    expect(cornerOf({ x: 1, y: 1 }, box, small)).toEqual({ left: MARGIN, top: MARGIN });
    expect(placeOf({ left: 3, top: 4 }, box, small)).toEqual(START);
  });

  it.each([[null], ["nonsense"], ["{}"], ['{"x":"a","y":1}'], ["null"]])("reads %j as the start", (text) =>
    expect(readPlace(text)).toEqual(START),
  );

  it("reads what was kept, held to the window", () => {
    expect(readPlace('{"x":0.5,"y":7}')).toEqual({ x: 0.5, y: 1 });
  });
});
