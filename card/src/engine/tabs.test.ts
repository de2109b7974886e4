import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { OrderError } from "../state/problems";
import { type LeaderState, type TabEvents, Tabs } from "./tabs";
import { FakeChannel, FakeLocks } from "./testing/fake-browser";

const STATE: LeaderState = { line: { kind: "ready" }, calls: [], silenced: [], soundLocked: false };

class Tab implements TabEvents {
  readonly log: string[] = [];
  fails: unknown = null;
  readonly channel: FakeChannel;
  readonly tabs: Tabs;
  constructor(locks: FakeLocks | undefined) {
    this.tabs = new Tabs("phone", this, locks as unknown as LockManager);
    this.channel = [...FakeChannel.all].at(-1) as FakeChannel;
    this.tabs.start();
  }
  lead = () => void this.log.push("lead");
  lost = () => void this.log.push("lost");
  state = (state: LeaderState) => void this.log.push(`state ${state.line.kind}`);
  order = async (name: string, args: unknown[]) => {
    this.log.push(`order ${name} ${args.join()}`);
    if (this.fails) throw this.fails;
  };
  leaderState = () => STATE;
  sight = () => {};
}

let locks: FakeLocks;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  FakeChannel.all.clear();
  locks = new FakeLocks();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

it("has one tab lead, and the next one when that closes", async () => {
  const [first, second] = [new Tab(locks), new Tab(locks)];
  expect([first.tabs.leading, second.tabs.leading]).toEqual([true, false]);
  expect(second.log).toContain("state ready");
  first.tabs.close();
  await pass();
  expect(second.tabs.leading).toBe(true);
  expect(second.log.at(-1)).toBe("lead");
});

it("leads alone where there are no locks", () => {
  expect(new Tab(undefined).tabs.leading).toBe(true);
});

it("passes states on from the leader only", () => {
  const [first, second] = [new Tab(locks), new Tab(locks)];
  first.log.length = second.log.length = 0;
  first.tabs.publish(STATE);
  second.tabs.publish(STATE);
  expect([first.log, second.log]).toEqual([[], ["state ready"]]);
});

it("has the leader carry out orders and hear what went wrong", async () => {
  const [first, second] = [new Tab(locks), new Tab(locks)];
  await second.tabs.order("dial", ["1002"]);
  expect(first.log).toContain("order dial 1002");
  first.fails = new OrderError("call_limit", "x");
  await expect(second.tabs.order("dial", ["1"])).rejects.toMatchObject({ key: "call_limit", detail: "x" });
  first.fails = new TypeError("bug");
  await expect(second.tabs.order("dial", ["1"])).rejects.toMatchObject({ key: "call_failed" });
});

it("takes over from a tab that does not answer", async () => {
  const [first, second] = [new Tab(locks), new Tab(locks)];
  first.channel.deaf = true;
  const order = second.tabs.order("answer", ["a"]).catch((error: OrderError) => error.key);
  await pass(3000);
  expect(await order).toBe("other_tab_silent");
  await pass();
  expect([first.tabs.leading, second.tabs.leading]).toEqual([false, true]);
  expect(first.log.at(-1)).toBe("lost");
});

it("does not wait for ever for an order that was taken", async () => {
  const [first, second] = [new Tab(locks), new Tab(locks)];
  first.order = () => new Promise(() => {});
  const order = second.tabs.order("hold", ["a"]).catch((error: OrderError) => error.key);
  await pass(46_000);
  expect(await order).toBe("other_tab_silent");
  expect(first.tabs.leading).toBe(true);
});

it("knows whether somebody looks at any of the tabs", () => {
  const visibility = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  const first = new Tab(locks);
  expect(first.tabs.inSight).toBe(false);
  visibility.mockReturnValue("visible");
  const second = new Tab(locks);
  visibility.mockReturnValue("hidden");
  expect(first.tabs.inSight).toBe(true);
  second.tabs.close();
  expect(first.tabs.inSight).toBe(false);
  visibility.mockRestore();
});

it("hands the phone to a tab that wants it, and not twice", async () => {
  const [first, second] = [new Tab(locks), new Tab(locks)];
  second.tabs.take();
  await pass();
  expect([first.tabs.leading, second.tabs.leading]).toEqual([false, true]);
  expect(first.log).toContain("lost");
  second.tabs.take();
  await pass();
  expect(second.log.filter((what) => what === "lead")).toHaveLength(1);
});

it("does nothing with what is meant for others, comes twice, or comes from itself", async () => {
  const [first, second, third] = [new Tab(locks), new Tab(locks), new Tab(locks)];
  third.log.length = 0;
  await second.tabs.order("hold", ["a"]);
  expect(third.log).toEqual([]);
  const told = first.log.length;
  for (const kind of ["ack", "done"])
    for (const to of ["nobody", undefined])
      first.channel.onmessage?.({ data: { kind, tab: "stranger", to, id: 99, error: null } });
  second.channel.onmessage?.({ data: { kind: "state", tab: "stranger", state: STATE } });
  second.channel.onmessage?.({ data: { kind: "order", tab: "stranger", id: 1, name: "hold", args: [] } });
  first.channel.onmessage?.({ data: { kind: "state", tab: "stranger", state: STATE } });
  expect(first.log).toHaveLength(told);
});

it("takes a late answer to an order for nothing", async () => {
  const [first, second] = [new Tab(locks), new Tab(locks)];
  const seen: { tab: string; to: string; id: number; kind: string }[] = [];
  const spy = new FakeChannel();
  spy.onmessage = ({ data }) => seen.push(data as (typeof seen)[number]);
  await second.tabs.order("hold", ["a"]);
  for (const message of seen.filter(({ kind }) => kind === "ack" || kind === "done"))
    second.channel.onmessage?.({ data: { ...message, error: null } });
  expect(first.log.filter((line) => line.startsWith("order"))).toHaveLength(1);
});

it("says nothing more once it is closed, and leads no more when its turn comes", async () => {
  const [first, second] = [new Tab(locks), new Tab(locks)];
  const { onmessage } = second.channel;
  second.tabs.close();
  onmessage?.({ data: { kind: "state", tab: "stranger", state: STATE } });
  second.log.length = 0;
  first.tabs.close();
  await pass();
  expect([second.tabs.leading, second.log]).toEqual([false, []]);
});

it("is not told that it lost what it had given up", async () => {
  const [first, second] = [new Tab(locks), new Tab(locks)];
  first.tabs.close();
  first.log.length = 0;
  second.channel.deaf = true;
  const third = new Tab(locks);
  void third.tabs.order("hold", ["a"]).catch(() => {});
  await pass(4000);
  expect(first.log).toEqual([]);
  expect(third.tabs.leading).toBe(true);
});

it("does not mind a channel that is closed", () => {
  const tab = new Tab(locks);
  tab.channel.postMessage = () => {
    throw new DOMException("closed", "InvalidStateError");
  };
  expect(() => tab.tabs.publish(STATE)).not.toThrow();
});

it("goes quietly when its lock is stolen after it was closed, and leads on when it gets one twice", async () => {
  const stolen: ((error: unknown) => void)[] = [];
  const given: (() => unknown)[] = [];
  const odd = {
    request: (_: string, __: object, run: () => unknown) =>
      new Promise((___, reject) => {
        given.push(run);
        stolen.push(reject);
      }),
  };
  const tab = new Tab(odd as never);
  void given[0]?.();
  void given[0]?.();
  expect(tab.log).toEqual(["lead"]);
  tab.tabs.close();
  stolen[0]?.(new DOMException("stolen", "AbortError"));
  await pass();
  expect(tab.log).toEqual(["lead"]);
});
