import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeHass } from "../ha/testing/fake-hass";
import { OrderError } from "../state/problems";
import { EMPTY, Store } from "../state/store";
import type { Method, PhoneInfo, Reach } from "../state/types";
import { Dialling } from "./dialling";

let hass: FakeHass;
let store: Store;
let method: Method;
const [inBrowser, ask, notice] = [vi.fn(), vi.fn(), vi.fn()];
const info = (over: Partial<PhoneInfo> = {}): PhoneInfo => ({
  phoneId: "phone-1",
  extension: "1001",
  name: "",
  pbx: "",
  pbxUrl: "",
  browser: true,
  desk: true,
  ...over,
});
const dialling = () =>
  new Dialling({
    hass,
    state: () => store.state,
    subscribe: (listener) => store.subscribe(listener),
    method: () => method,
    inBrowser,
    ask,
    notice,
  });
const set = (reach: Reach, phone: PhoneInfo | null = info()) => store.set({ reach, phone });

beforeEach(() => {
  vi.useFakeTimers();
  vi.resetAllMocks();
  inBrowser.mockResolvedValue(undefined);
  hass = new FakeHass();
  store = new Store(EMPTY);
  method = "browser";
  set({ state: "ready" });
});
afterEach(() => vi.useRealTimers());

it("dials here where it can, whatever was typed around the number", async () => {
  await dialling().dial(" 030 / 123-456 ");
  expect(inBrowser).toHaveBeenCalledWith("030123456", false);
  await dialling().dial("hello");
  expect(notice.mock.calls).toEqual([["number_invalid", "hello"]]);
});

it("asks, rings the desk phone, or says that there is no way", async () => {
  method = "ask";
  await dialling().dial("1002");
  expect(ask).toHaveBeenCalledWith("1002");
  await dialling().dial("1002", "desk");
  expect(hass.of("phone/dial")).toMatchObject([{ number: "1002", phone_id: "phone-1" }]);
  set({ state: "off" }, info({ desk: false }));
  await dialling().dial("1002", "browser");
  set({ state: "off" }, null);
  await dialling().dial("1002");
  expect(notice.mock.calls).toEqual([["off"], ["no_phone"]]);
});

it("waits for a browser that is starting, but not for long", async () => {
  set({ state: "starting" });
  const first = dialling().dial("1002");
  await vi.advanceTimersByTimeAsync(1000);
  store.set({ missed: 1 });
  expect(inBrowser).not.toHaveBeenCalled();
  set({ state: "ready" });
  await first;
  expect(inBrowser).toHaveBeenCalledTimes(1);
  set({ state: "starting" });
  const second = dialling().dial("1003");
  await vi.advanceTimersByTimeAsync(9000);
  await second;
  expect(hass.of("phone/dial")).toMatchObject([{ number: "1003" }]);
  expect(notice.mock.calls).toEqual([["used_desk_phone", "registration_lost"]]);
});

it("takes the desk phone when the microphone fails, if there is one", async () => {
  inBrowser.mockRejectedValue(new OrderError("microphone_busy"));
  await dialling().dial("1002");
  expect(notice.mock.calls).toEqual([["used_desk_phone", "microphone_busy"]]);
  set({ state: "ready" }, info({ desk: false }));
  await dialling().dial("1002");
  expect(notice).toHaveBeenLastCalledWith("microphone_busy");
  inBrowser.mockRejectedValue(new OrderError("call_limit"));
  await dialling().dial("1002");
  expect(notice).toHaveBeenLastCalledWith("call_limit", undefined);
});

it("says what the desk phone's dialling was refused for", async () => {
  method = "desk";
  for (const [code, said] of [
    ["invalid_format", "number_invalid"],
    ["pbx_unreachable", "desk_failed"],
  ]) {
    hass.answers["phone/dial"] = () => Promise.reject({ code, message: "" });
    await dialling().dial("1002");
    expect(notice).toHaveBeenLastCalledWith(said, code);
  }
});

it("has lost its phone meanwhile", async () => {
  inBrowser.mockImplementation(async () => {
    set({ state: "ready" }, null);
    throw new OrderError("microphone_denied");
  });
  method = "browser";
  await dialling().dial("1002");
  expect(notice).toHaveBeenLastCalledWith("microphone_denied");
});
