import { expect, it, vi } from "vitest";
import { EMPTY, Store } from "./store";

it("tells at once and after every change, and only then", () => {
  const store = new Store(EMPTY);
  const heard: number[] = [];
  const stop = store.subscribe((state) => heard.push(state.missed));
  store.set({ missed: 1 });
  store.set({ missed: 1, calls: [], devices: { ...EMPTY.devices } });
  stop();
  store.set({ missed: 2 });
  expect(heard).toEqual([0, 1]);
  expect(store.state.calls).toBe(EMPTY.calls);
});

it("notes when the reach took its state", () => {
  let now = 5;
  const store = new Store(EMPTY, () => now);
  store.set({ reach: { state: "ready" } });
  expect(store.state.reachSince).toBe(5);
  now = 9;
  store.set({ reach: { state: "problem", problem: "certificate" } });
  store.set({ reach: { state: "problem", problem: "unknown" } });
  expect(store.state.reachSince).toBe(9);
});

it("lets one listener's failure be its own", () => {
  const store = new Store(EMPTY);
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  store.subscribe(() => {
    throw new Error("view");
  });
  const heard = vi.fn();
  store.subscribe(heard);
  store.set({ missed: 3 });
  expect(heard).toHaveBeenCalledTimes(2);
  expect(error).toHaveBeenCalled();
});
