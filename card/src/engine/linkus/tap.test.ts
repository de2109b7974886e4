import { expect, it, vi } from "vitest";
import { type Emitting, tap } from "./tap";

it("hears before the others do, and keeps nothing from them", () => {
  const order: string[] = [];
  const source: Emitting = {
    emit: (event, ...args) => {
      order.push(`emitted ${event} ${args}`);
      return true;
    },
  };
  const on = tap(source);
  on("sdp", (text: string) => order.push(`first ${text}`));
  on("sdp", () => order.push("second"));
  expect(source.emit("sdp", "offer" as never)).toBe(true);
  expect(source.emit("other")).toBe(true);
  expect(order).toEqual(["first offer", "second", "emitted sdp offer", "emitted other "]);
});

it("emits as the object itself", () => {
  const emit = vi.fn(function (this: unknown) {
    return this === source;
  });
  const source: Emitting = { emit };
  tap(source);
  expect(source.emit("x")).toBe(true);
});
