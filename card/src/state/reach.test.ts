import { expect, it } from "vitest";
import { reachOf, routeOf } from "./reach";
import type { PhoneInfo, Reach } from "./types";

const phone: PhoneInfo = {
  phoneId: "p",
  extension: "1001",
  name: "",
  pbx: "",
  pbxUrl: "",
  browser: true,
  desk: true,
};
const facts = { phone, noPhone: null, method: "browser", line: { kind: "ready" } } as const;

it("is one line for everything", () => {
  expect(reachOf({ ...facts, phone: null })).toEqual({ state: "starting" });
  expect(reachOf({ ...facts, phone: null, noPhone: "no_phone" })).toEqual({ state: "problem", problem: "no_phone" });
  expect(reachOf({ ...facts, method: "desk" })).toEqual({ state: "desk_only" });
  expect(reachOf({ ...facts, method: "ask" })).toEqual({ state: "off" });
  expect(reachOf(facts)).toEqual({ state: "ready" });
  expect(reachOf({ ...facts, line: { kind: "off" } })).toEqual({ state: "starting" });
  const elsewhere = { kind: "elsewhere", by: "Tablet", since: 3 } as const;
  expect(reachOf({ ...facts, line: elsewhere })).toMatchObject({
    inCall: false,
    state: "elsewhere",
    by: "Tablet",
    since: 3,
  });
  expect(reachOf({ ...facts, line: elsewhere, leaseState: "in_call" })).toMatchObject({ inCall: true });
  const problem = { kind: "problem", problem: "certificate" } as const;
  expect(reachOf({ ...facts, line: problem })).toEqual({ state: "problem", problem: "certificate" });
});

it("finds the way of a call", () => {
  const ready: Reach = { state: "ready" };
  const broken: Reach = { state: "problem", problem: "insecure_origin" };
  const deskless = { ...phone, desk: false };
  expect(routeOf(broken, null, "browser")).toEqual({ way: "none", why: "insecure_origin" });
  expect(routeOf({ state: "starting" }, null, "browser")).toEqual({ way: "none", why: "no_phone" });
  expect(routeOf(ready, phone, "ask")).toEqual({ way: "ask" });
  expect(routeOf(ready, phone, "desk")).toEqual({ way: "desk", instead: null });
  expect(routeOf(ready, deskless, "desk")).toEqual({ way: "none", why: "no_way_to_call" });
  expect(routeOf(ready, phone, "browser")).toEqual({ way: "browser" });
  expect(routeOf({ state: "starting" }, phone, "browser")).toEqual({ way: "wait" });
  expect(routeOf(broken, phone, "browser")).toEqual({ way: "desk", instead: "insecure_origin" });
  expect(routeOf(broken, deskless, "browser")).toEqual({ way: "none", why: "insecure_origin" });
  expect(routeOf({ state: "elsewhere", by: "", since: 0 }, phone, "browser")).toEqual({
    way: "desk",
    instead: "elsewhere",
  });
  expect(routeOf({ state: "off" }, phone, "browser")).toEqual({ way: "desk", instead: "off" });
});
