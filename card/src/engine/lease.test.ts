import { beforeEach, expect, it, vi } from "vitest";
import { FakeHass } from "../ha/testing/fake-hass";
import { Lease } from "./lease";

let hass: FakeHass;
let lease: Lease;
const changed = vi.fn();
const elsewhere = vi.fn();
const order = vi.fn();
const make = (onOrder?: typeof order) =>
  new Lease({
    hass: () => hass,
    phone: () => ({ phone_id: "phone-1" }),
    browserId: "b",
    browserName: "Chrome",
    changed,
    ...(onOrder ? { onOrder } : {}),
  });
const tell = (event: object) => hass.tell("phone/lease", event);

beforeEach(() => {
  vi.resetAllMocks();
  hass = new FakeHass();
  lease = make(order);
});

it("is given, and asked for once", async () => {
  expect([await lease.ask(false, elsewhere), lease.held]).toEqual([true, true]);
  expect(await lease.ask(false, elsewhere)).toBe(true);
  expect(hass.of("phone/lease")).toMatchObject([{ browser_id: "b", browser_name: "Chrome", take_over: false }]);
  expect(await lease.ask(true, elsewhere)).toBe(true);
  expect(hass.of("phone/lease")[1]).toMatchObject({ take_over: true });
});

it("is elsewhere, comes later, and is taken away", async () => {
  hass.lease = { kind: "held", by: "Tablet", since: 5 };
  expect(await lease.ask(false, elsewhere)).toBe(false);
  expect(elsewhere).toHaveBeenCalledWith("Tablet", 5);
  tell({ kind: "granted" });
  tell({ kind: "granted" });
  tell({ kind: "lost", by: "Phone" });
  expect(changed.mock.calls).toEqual([
    [true, ""],
    [false, "Phone"],
  ]);
});

it("brings orders", async () => {
  await lease.ask(false, elsewhere);
  tell({ kind: "order", order: "answer" });
  tell({ kind: "order", order: "mute", on: false });
  expect(order.mock.calls).toEqual([
    ["answer", true],
    ["mute", false],
  ]);
  const deaf = make();
  await deaf.ask(false, elsewhere);
  tell({ kind: "order", order: "answer" });
});

it("reports each change once while it is held, and again what did not arrive", async () => {
  lease.report("ready", null);
  expect(hass.of("phone/report")).toHaveLength(0);
  await lease.ask(false, elsewhere);
  lease.report("ready", null);
  lease.report("ready", null);
  expect(hass.of("phone/report")).toHaveLength(1);
  hass.answers["phone/report"] = () => Promise.reject({ code: "lease_held" });
  lease.report("in_call", null);
  await vi.waitFor(() => {
    lease.report("in_call", null);
    expect(hass.of("phone/report").length).toBeGreaterThan(2);
  });
});

it("is given back, or gone with the connection", async () => {
  await lease.ask(false, elsewhere);
  hass.connection.subscribeMessage = (async () => () => Promise.reject(new Error("closed"))) as never;
  lease.forget();
  expect(lease.held).toBe(false);
  expect(hass.following.get("phone/lease")?.size).toBe(1);
  void lease.ask(false, elsewhere);
  await Promise.resolve();
  await Promise.resolve();
  await lease.release();
});
