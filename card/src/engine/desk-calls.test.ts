import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeHass } from "../ha/testing/fake-hass";
import { DeskCalls } from "./desk-calls";

let hass: FakeHass;
const events = { changed: vi.fn(), available: vi.fn(), show: vi.fn() };
const make = () => new DeskCalls(hass, "phone-1", events);
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const tell = (event: object) => hass.tell("phone/subscribe", event);

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetAllMocks();
  hass = new FakeHass();
});
afterEach(() => vi.useRealTimers());

it("keeps what Home Assistant says", async () => {
  const desk = make();
  await pass();
  tell({
    kind: "snapshot",
    calls: [{ id: "1" }],
    missed: 2,
    available: true,
    lease: { browser_id: "b", state: "ready" },
  });
  expect(desk).toMatchObject({ calls: [{ id: "1" }], missed: 2, available: true, leaseState: "ready" });
  tell({ kind: "update", missed: 0 });
  expect(desk).toMatchObject({ calls: [{ id: "1" }], missed: 0, leaseState: "ready" });
  expect(events.changed).toHaveBeenCalledTimes(2);
  expect(events.available.mock.calls).toEqual([[false]]);
  desk.close();
});

it("tells when the PBX is back, and when the phone is to be shown", async () => {
  const desk = make();
  await pass();
  tell({ kind: "snapshot", available: false });
  tell({ kind: "update", available: true });
  tell({ kind: "show" });
  expect(events.available.mock.calls).toEqual([[true]]);
  expect(events.show).toHaveBeenCalledTimes(1);
  desk.close();
  tell({ kind: "show" });
  expect(events.show).toHaveBeenCalledTimes(1);
});

it("asks again after a refusal, less and less often, and at once after a new connection", async () => {
  hass.answers["phone/subscribe"] = () => Promise.reject({ code: "unknown_command" });
  const desk = make();
  await pass(10_000);
  const asked = hass.of("phone/subscribe").length;
  expect(asked).toBeGreaterThanOrEqual(2);
  delete hass.answers["phone/subscribe"];
  hass.comesBack();
  await pass();
  expect(hass.of("phone/subscribe")).toHaveLength(asked + 1);
  desk.close();
});

it("does not ask without a connection, nor after it was closed", async () => {
  hass.goes();
  const desk = make();
  await pass(60_000);
  expect(hass.of("phone/subscribe")).toHaveLength(1);
  hass.connection.connected = true;
  hass.answers["phone/subscribe"] = () => Promise.reject({ code: "unknown_command" });
  hass.comesBack();
  await pass();
  desk.close();
  await pass(60_000);
  expect(hass.of("phone/subscribe")).toHaveLength(2);
});

it("lets go of a subscription that comes after the end, and bears that it cannot", async () => {
  const late = make();
  late.close();
  await pass();
  expect(hass.following.get("phone/subscribe")?.size).toBe(0);
  const desk = make();
  await pass();
  hass.connection.subscribeMessage = (async () => () => Promise.reject(new Error("gone"))) as never;
  hass.comesBack();
  await pass();
  tell({ kind: "show" });
  desk.close();
  tell({ kind: "show" });
  await pass();
  expect(events.show).toHaveBeenCalledTimes(1);
});
