import { beforeEach, expect, it, vi } from "vitest";
import { callOf } from "../state/browser-calls";
import { OrderError } from "../state/problems";
import { EMPTY } from "../state/store";
import { facts } from "../state/testing/facts";
import type { Call, PhoneState } from "../state/types";
import { PbxOrders } from "./pbx-orders";

const refused = () => Promise.reject({ code: "pbx_unreachable" });
const book = { park: vi.fn(), take: vi.fn(), invite: vi.fn(), toVoicemail: vi.fn() };
const order = vi.fn();
const notice = vi.fn();
let state: PhoneState;
let orders: PbxOrders;
const listeners = new Set<(state: PhoneState) => void>();
const call = (id: string, over: Partial<Call> = {}): Call => ({
  ...callOf(facts({ id, answeredAt: 1 })),
  pbxId: `p-${id}`,
  ...over,
});
const phone = (desk: boolean) => ({
  phoneId: "1",
  extension: "1001",
  name: "",
  pbx: "",
  pbxUrl: "",
  browser: true,
  desk,
});

beforeEach(() => {
  vi.resetAllMocks();
  book.park.mockResolvedValue("601");
  book.take.mockResolvedValue("602");
  book.invite.mockResolvedValue(undefined);
  book.toVoicemail.mockResolvedValue(undefined);
  order.mockResolvedValue(undefined);
  state = { ...EMPTY, phone: phone(true), reach: { state: "ready" }, calls: [call("a")] };
  listeners.clear();
  orders = new PbxOrders({
    book,
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      listener(state);
      return () => listeners.delete(listener);
    },
    order,
    notice,
  });
});

it("parks by the PBX's id, and says where", async () => {
  await orders.park("a");
  expect(book.park).toHaveBeenCalledWith("p-a");
  expect(notice.mock.calls).toEqual([["parked", "601"]]);
});

it("fetches a call by dialling its slot", async () => {
  await orders.take("a");
  expect(order).toHaveBeenCalledWith("dial", "602");
  expect(notice).not.toHaveBeenCalled();
  order.mockRejectedValue(new OrderError("call_limit"));
  await orders.take("a");
  expect(notice.mock.calls).toEqual([["parked", "602"]]);
});

it("fetches nothing into a browser that cannot talk", async () => {
  state = { ...state, reach: { state: "starting" } };
  await orders.take("a");
  expect(book.take).not.toHaveBeenCalled();
  expect(notice.mock.calls).toEqual([["take_failed"]]);
});

const elsewhere = { state: "elsewhere", by: "Tablet", since: 1, inCall: true } as const;

it("fetches a call from another browser by taking over first", async () => {
  state = { ...state, reach: elsewhere };
  order.mockImplementation(async (name: string) => {
    if (name === "takeOver") state = { ...state, reach: { state: "starting" } };
  });
  const taken = orders.take("a");
  await vi.waitFor(() => expect(listeners.size).toBe(1));
  expect(order.mock.calls).toEqual([["takeOver"]]);
  state = { ...state, reach: { state: "ready" } };
  for (const listener of [...listeners]) listener(state);
  await taken;
  expect(order).toHaveBeenLastCalledWith("dial", "602");
  expect([book.take.mock.calls, listeners.size]).toEqual([[["p-a"]], 0]);
});

it("says where a call waits that could not be fetched from another browser", async () => {
  vi.useFakeTimers();
  state = { ...state, reach: elsewhere };
  const taken = orders.take("a");
  await vi.advanceTimersByTimeAsync(15_000);
  await taken;
  expect(notice.mock.calls).toEqual([["parked", "602"]]);
  expect(listeners.size).toBe(0);
  vi.useRealTimers();
});

it("has taken over before it could wait", async () => {
  state = { ...state, reach: elsewhere };
  order.mockImplementation(async () => {
    state = { ...state, reach: { state: "ready" } };
  });
  await orders.take("a");
  expect(order.mock.calls).toEqual([["takeOver"], ["dial", "602"]]);
});

it("sends a caller to the mailbox", async () => {
  await orders.toVoicemail("a");
  expect(book.toVoicemail).toHaveBeenCalledWith("p-a");
});

it.each<["park" | "take" | "toVoicemail", string]>([
  ["park", "park_failed"],
  ["take", "take_failed"],
  ["toVoicemail", "voicemail_failed"],
])("says that it could not %s", async (name, key) => {
  book[name].mockImplementation(refused);
  await orders[name]("a");
  expect(notice.mock.calls).toEqual([[key]]);
});

it("does nothing to a call that the PBX does not know, or without the Open API", async () => {
  state = { ...state, calls: [call("a", { pbxId: null })] };
  await orders.park("a");
  await orders.park("gone");
  state = { ...state, phone: phone(false), calls: [call("a")] };
  await orders.park("a");
  state = { ...state, phone: null };
  await orders.park("a");
  expect(book.park).not.toHaveBeenCalled();
  expect(notice.mock.calls).toEqual([["call_gone"], ["call_gone"], ["call_gone"], ["call_gone"]]);
});

it("calls somebody into the conversation, and remembers whom while it lasts", async () => {
  await orders.invite("a", "10 02", "Ben");
  await orders.invite("a", "1003");
  expect(book.invite.mock.calls).toEqual([
    ["p-a", "1002"],
    ["p-a", "1003"],
  ]);
  expect(orders.invitedTo("a")).toEqual(["Ben", "1003"]);
  orders.keep(["a"]);
  expect(orders.invitedTo("a")).toHaveLength(2);
  orders.keep([]);
  expect(orders.invitedTo("a")).toEqual([]);
});

it("invites nobody by nonsense, and nobody whom the PBX refuses", async () => {
  await orders.invite("a", "hello");
  book.invite.mockImplementation(refused);
  await orders.invite("a", "1002");
  expect(notice.mock.calls).toEqual([["number_invalid", "hello"], ["invite_failed"]]);
  expect(orders.invitedTo("a")).toEqual([]);
});

it("makes one conversation of two calls", async () => {
  state = { ...state, calls: [call("a", { held: true, direction: "in" }), call("b", { number: "1002", name: "Ben" })] };
  await orders.merge();
  expect(order.mock.calls).toEqual([
    ["hangUp", "b"],
    ["hold", "a", false],
  ]);
  expect(book.invite).toHaveBeenCalledWith("p-a", "1002");
  expect(orders.invitedTo("a")).toEqual(["Ben"]);
});

it("says what did not work about that", async () => {
  await orders.merge();
  expect(notice.mock.calls).toEqual([["call_gone"]]);
  state = { ...state, calls: [call("a"), call("b", { number: "1002" })] };
  order.mockRejectedValue(new OrderError("hold_failed"));
  await orders.merge();
  expect(notice).toHaveBeenLastCalledWith("invite_failed", "1002");
  expect(book.invite).not.toHaveBeenCalled();
});
