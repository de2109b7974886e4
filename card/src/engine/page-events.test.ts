import { expect, it, vi } from "vitest";
import { callOf } from "../state/browser-calls";
import { EMPTY, Store } from "../state/store";
import { facts } from "../state/testing/facts";
import { showPhone, tellPage } from "./page-events";

it("asks for the phone to be seen, where somebody looks", () => {
  const page = new EventTarget();
  const wanted: unknown[] = [];
  page.addEventListener("yeastar-linkus-show", (event) => wanted.push((event as CustomEvent).detail));
  showPhone("p1", page);
  const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  showPhone("p1", page);
  hidden.mockRestore();
  expect(wanted).toEqual([{ phoneId: "p1" }]);
});

it("tells what happens, once each", () => {
  const store = new Store(EMPTY);
  const page = new EventTarget();
  const heard: [string, unknown][] = [];
  for (const what of ["incoming", "connected", "ended", "disconnected"])
    page.addEventListener(`yeastar-linkus-${what}`, (event) =>
      heard.push([what, (event as CustomEvent<{ id?: string; state?: string }>).detail.id ?? "reach"]),
    );
  const stop = tellPage(store, page);
  store.set({ reach: { state: "ready" }, calls: [callOf(facts({ id: "old", endedAt: 1 }))] });
  store.set({ calls: [callOf(facts({ id: "a", inbound: true }))] });
  store.set({ calls: [callOf(facts({ id: "a", inbound: true, muted: true }))] });
  store.set({ calls: [callOf(facts({ id: "a", inbound: true, answeredAt: 2 }))] });
  store.set({ calls: [callOf(facts({ id: "a", inbound: true, answeredAt: 2, endedAt: 3 }))] });
  store.set({ reach: { state: "starting" } });
  store.set({ reach: { state: "problem", problem: "unknown" } });
  expect(heard).toEqual([
    ["incoming", "a"],
    ["connected", "a"],
    ["ended", "a"],
    ["disconnected", "reach"],
  ]);
  stop();
});

it("shows the phone where somebody looks", () => {
  const shown = vi.fn();
  window.addEventListener("yeastar-linkus-show", shown);
  showPhone("p1");
  expect(shown).toHaveBeenCalledTimes(1);
  const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  showPhone("p1");
  expect(shown).toHaveBeenCalledTimes(1);
  hidden.mockRestore();
  window.removeEventListener("yeastar-linkus-show", shown);
});
