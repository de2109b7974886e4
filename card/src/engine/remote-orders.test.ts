import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type CallFacts, callOf } from "../state/browser-calls";
import { facts } from "../state/testing/facts";
import type { Call } from "../state/types";
import { ORDER_PATIENCE, orderFor, RemoteOrders } from "./remote-orders";

const call = (over: Partial<CallFacts> = {}) => callOf(facts(over));
const rings = call({ id: "r", inbound: true });
const talks = call({ id: "t", answeredAt: 1 });
const held = call({ id: "h", answeredAt: 1, held: true });
const over = call({ id: "o", answeredAt: 1, endedAt: 2 });

it.each<[string, "answer" | "hang_up" | "mute" | "hold", Call[], [string, string] | null]>([
  ["answers what rings", "answer", [talks, rings], ["answer", "r"]],
  ["has nothing to answer", "answer", [talks, over], null],
  ["hangs up what talks", "hang_up", [held, talks, rings], ["hangUp", "t"]],
  ["hangs up what is held when nothing talks", "hang_up", [rings, held], ["hangUp", "h"]],
  ["refuses what rings", "hang_up", [rings], ["reject", "r"]],
  ["hangs up what is dialled", "hang_up", [call({ id: "d" })], ["hangUp", "d"]],
  ["mutes what talks", "mute", [talks], ["mute", "t"]],
  ["does not mute what rings", "mute", [rings], null],
  ["holds what talks", "hold", [talks], ["hold", "t"]],
  ["does not hold what is dialled", "hold", [call({ id: "d" })], null],
  ["does nothing with the dead", "hang_up", [over], null],
])("%s", (_, order, calls, expected) => {
  const found = orderFor(order, calls);
  expect(found && [found.name, found.id]).toEqual(expected);
});

let calls: Call[];
const done = vi.fn(async () => {});
const orders = () => new RemoteOrders(() => calls, done);
beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  done.mockReset().mockResolvedValue(undefined);
});
afterEach(() => vi.useRealTimers());

it("carries an order out at once where its call is there", () => {
  calls = [talks];
  orders().obey("hold", false);
  expect(done.mock.calls).toEqual([["hold", ["t", false]]]);
});

it("keeps an order that comes before its call, and carries it out once", () => {
  const obedient = orders();
  obedient.obey("answer", true);
  obedient.look();
  expect(done).not.toHaveBeenCalled();
  calls = [rings];
  obedient.look();
  obedient.look();
  expect(done.mock.calls).toEqual([["answer", ["r", true]]]);
});

it("does not keep it for long, and no older one beside a newer", () => {
  const obedient = orders();
  obedient.obey("answer", true);
  vi.advanceTimersByTime(ORDER_PATIENCE);
  calls = [rings];
  obedient.look();
  expect(done).not.toHaveBeenCalled();
  calls = [];
  obedient.obey("answer", true);
  obedient.obey("hang_up", true);
  calls = [rings];
  obedient.look();
  expect(done.mock.calls).toEqual([["reject", ["r", true]]]);
});

it("bears a refusal", async () => {
  done.mockRejectedValue(new Error("refused"));
  calls = [talks];
  orders().obey("mute", true);
  await vi.advanceTimersByTimeAsync(0);
  expect(done).toHaveBeenCalledTimes(1);
});
