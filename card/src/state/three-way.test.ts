import { expect, it } from "vitest";
import { callOf } from "./browser-calls";
import { facts } from "./testing/facts";
import { mergePlan } from "./three-way";
import type { Call } from "./types";

const call = (id: string, over: Partial<Call> = {}): Call => ({
  ...callOf(facts({ id, answeredAt: 1 })),
  pbxId: `p-${id}`,
  ...over,
});
const plan = (...calls: Call[]) => {
  const found = mergePlan(calls);
  return found && [found.keep.id, found.again.id];
};

it("calls the one again whom somebody here called last", () => {
  expect(plan(call("a"), call("b"))).toEqual(["a", "b"]);
  expect(plan(call("a"), call("b", { direction: "in" }))).toEqual(["b", "a"]);
  expect(plan(call("a", { direction: "in" }), call("b", { direction: "internal" }))).toEqual(["a", "b"]);
});

it("cannot merge what is not two conversations here", () => {
  expect(plan(call("a"))).toBeNull();
  expect(plan(call("a"), call("b"), call("c"))).toBeNull();
  expect(plan(call("a"), call("b", { phase: "dialing" }))).toBeNull();
  expect(plan(call("a"), call("b", { where: "desk" }))).toBeNull();
  expect(plan(call("a"), call("b"), call("c", { phase: "ended" }))).toEqual(["a", "b"]);
});

it("cannot merge two who called, strangers without a number, or what the PBX does not know", () => {
  expect(plan(call("a", { direction: "in" }), call("b", { direction: "in" }))).toBeNull();
  expect(plan(call("a", { direction: "in" }), call("b", { number: "" }))).toBeNull();
  expect(plan(call("a", { pbxId: null }), call("b"))).toBeNull();
});
