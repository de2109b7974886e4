import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { callOf } from "../state/browser-calls";
import { EMPTY } from "../state/store";
import { facts } from "../state/testing/facts";
import type { Call, PhoneState } from "../state/types";
import { Attention } from "./attention";

const orders = { hangUp: vi.fn(async () => {}), mute: vi.fn(async () => {}), answer: vi.fn(async () => {}) };
let leading: boolean;
let inSight: boolean;
let attention: Attention;
const with_ = (...calls: Call[]): PhoneState => ({
  ...EMPTY,
  calls,
  ringing: calls.some((c) => c.phase === "ringing"),
});
const ringing = callOf(facts({ id: "r", inbound: true, name: "Mara", number: "+4930" }));
const talking = callOf(facts({ id: "t", answeredAt: 2 }));

class FakeNotification {
  static permission = "granted";
  static shown: FakeNotification[] = [];
  onclick: (() => void) | null = null;
  closed = false;
  constructor(
    readonly title: string,
    readonly options: NotificationOptions,
  ) {
    if (title.includes("unsupported")) throw new TypeError("Illegal constructor");
    FakeNotification.shown.push(this);
  }
  close(): void {
    this.closed = true;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  leading = true;
  inSight = false;
  FakeNotification.shown = [];
  FakeNotification.permission = "granted";
  vi.stubGlobal("Notification", FakeNotification);
  document.title = "Overview";
  attention = new Attention({ leading: () => leading, inSight: () => inSight, orders });
});
afterEach(() => {
  attention.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a notification", () => {
  it("says who calls when nobody looks, once, and goes with the ringing", () => {
    attention.follow(with_(ringing));
    attention.follow(with_(ringing));
    expect(FakeNotification.shown).toMatchObject([{ title: "☎ Mara", options: { body: "+4930" }, closed: false }]);
    attention.follow(with_());
    expect(FakeNotification.shown[0]?.closed).toBe(true);
  });

  it("brings the page to the front", () => {
    const focus = vi.spyOn(window, "focus").mockImplementation(() => {});
    attention.follow(with_(callOf(facts({ inbound: true, name: "", number: "+49" }))));
    FakeNotification.shown[0]?.onclick?.();
    expect(focus).toHaveBeenCalled();
    expect(FakeNotification.shown[0]).toMatchObject({ title: "☎ +49", closed: true });
  });

  it("answers by a click where the microphone is allowed, and says so", () => {
    vi.spyOn(window, "focus").mockImplementation(() => {});
    document.documentElement.lang = "de";
    attention.follow({ ...with_(ringing), microphone: "granted" });
    expect(FakeNotification.shown[0]?.options.body).toBe("+4930 · Zum Annehmen klicken");
    FakeNotification.shown[0]?.onclick?.();
    expect(orders.answer).toHaveBeenCalledExactlyOnceWith("r");
    // Too late.
    attention.follow({ ...with_(), microphone: "granted" });
    FakeNotification.shown[0]?.onclick?.();
    expect(orders.answer).toHaveBeenCalledOnce();
    document.documentElement.lang = "";
  });

  it("only brings the page to the front where the microphone would be asked for first", () => {
    orders.answer.mockClear();
    vi.spyOn(window, "focus").mockImplementation(() => {});
    attention.follow({ ...with_(ringing), microphone: "prompt" });
    FakeNotification.shown[0]?.onclick?.();
    expect(orders.answer).not.toHaveBeenCalled();
  });

  it("stays for a missed call until somebody looks", () => {
    const focus = vi.spyOn(window, "focus").mockImplementation(() => {});
    attention.follow(with_(ringing));
    const missed: Call = { ...ringing, phase: "ended", endedAt: 9, outcome: "missed" };
    attention.follow(with_(missed));
    attention.follow(with_());
    expect(FakeNotification.shown).toMatchObject([
      { closed: true },
      { title: "Missed call: Mara", options: { body: "+4930" }, closed: false },
    ]);
    FakeNotification.shown[1]?.onclick?.();
    expect(focus).toHaveBeenCalled();
    attention.follow(with_({ ...missed, outcome: "answered_elsewhere" }));
    expect(FakeNotification.shown[1]?.closed).toBe(true);
    // Answered somewhere, or refused: nothing was missed.
    attention.follow(with_(ringing));
    attention.follow(with_({ ...missed, outcome: "answered_elsewhere" }));
    expect(FakeNotification.shown).toHaveLength(3);
    attention.follow(with_({ ...ringing, number: "", name: "", did: "030" }));
    attention.follow(with_({ ...missed, name: "", did: "030" }));
    expect(FakeNotification.shown.at(-1)?.options.body).toBe("030");
    document.dispatchEvent(new Event("visibilitychange"));
    expect(FakeNotification.shown.at(-1)?.closed).toBe(true);
  });

  it("goes when somebody looks", () => {
    attention.follow(with_(ringing));
    document.dispatchEvent(new Event("visibilitychange"));
    expect(FakeNotification.shown[0]?.closed).toBe(true);
  });

  it.each<[string, () => void]>([
    ["somebody looks already", () => (inSight = true)],
    ["another tab carries the phone", () => (leading = false)],
    ["it is not allowed", () => (FakeNotification.permission = "default")],
  ])("is not shown when %s", (_, arrange) => {
    arrange();
    attention.follow(with_(ringing));
    expect(FakeNotification.shown).toEqual([]);
  });

  it("may be refused by the browser", () => {
    attention.follow(with_(callOf(facts({ inbound: true, name: "unsupported" }))));
    vi.stubGlobal("Notification", undefined);
    attention.follow(with_(ringing));
    expect(FakeNotification.shown).toEqual([]);
  });
});

it("keeps the screen on while it rings or somebody talks", async () => {
  const release = vi.fn(async () => {});
  const sentinel = Object.assign(new EventTarget(), { release });
  const request = vi.fn(async () => sentinel);
  Object.defineProperty(navigator, "wakeLock", { value: { request }, configurable: true });
  attention.follow(with_(ringing));
  await vi.advanceTimersByTimeAsync(0);
  attention.follow(with_(talking));
  expect(request).toHaveBeenCalledTimes(1);
  sentinel.dispatchEvent(new Event("release"));
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  expect(request).toHaveBeenCalledTimes(2);
  attention.follow(with_());
  expect(release).toHaveBeenCalledTimes(1);
  attention.follow(with_(talking));
  attention.follow(with_());
  await vi.advanceTimersByTimeAsync(0);
  expect(release).toHaveBeenCalledTimes(2);
  Reflect.deleteProperty(navigator, "wakeLock");
});

it("lives with a browser that keeps the screen to itself, and asks only in sight", async () => {
  const first = Object.assign(new EventTarget(), { release: vi.fn(async () => Promise.reject(new Error("gone"))) });
  const second = Object.assign(new EventTarget(), { release: vi.fn(async () => {}) });
  const request = vi.fn().mockRejectedValueOnce(new DOMException("", "NotAllowedError")).mockResolvedValueOnce(first);
  request.mockResolvedValue(second);
  Object.defineProperty(navigator, "wakeLock", { value: { request }, configurable: true });
  attention.follow(with_(talking));
  await vi.advanceTimersByTimeAsync(0);
  const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  document.dispatchEvent(new Event("visibilitychange"));
  expect(request).toHaveBeenCalledTimes(1);
  hidden.mockRestore();
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  attention.follow(with_());
  attention.follow(with_(talking));
  await vi.advanceTimersByTimeAsync(0);
  // The end of the lock before is told late.
  first.dispatchEvent(new Event("release"));
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(0);
  expect(request).toHaveBeenCalledTimes(3);
  Reflect.deleteProperty(navigator, "wakeLock");
});

it("vibrates where the phone rings, once the page has been touched", () => {
  const vibrate = vi.fn(() => true);
  Object.defineProperty(navigator, "vibrate", { value: vibrate, configurable: true });
  Object.defineProperty(navigator, "userActivation", { value: { hasBeenActive: true }, configurable: true });
  attention.follow(with_(ringing));
  vi.advanceTimersByTime(4000);
  expect(vibrate.mock.calls.length).toBeGreaterThan(1);
  vibrate.mockClear();
  attention.follow({ ...with_(ringing), ringing: false });
  vi.advanceTimersByTime(4000);
  expect(vibrate).not.toHaveBeenCalled();
  Reflect.deleteProperty(navigator, "vibrate");
  Reflect.deleteProperty(navigator, "userActivation");
});

it("answers to the media keys in a call", () => {
  const handlers = new Map<string, (() => void) | null>();
  const session = {
    setActionHandler: (action: string, handler: (() => void) | null) => {
      if (action === "togglemicrophone" && session.old) throw new TypeError("unknown action");
      handlers.set(action, handler);
    },
    setMicrophoneActive: vi.fn(),
    old: false,
  };
  Object.defineProperty(navigator, "mediaSession", { value: session, configurable: true });
  attention.follow(with_(talking));
  handlers.get("togglemicrophone")?.();
  expect(orders.mute).toHaveBeenCalledWith("t", true);
  attention.follow(with_({ ...talking, muted: true }));
  expect(session.setMicrophoneActive).toHaveBeenLastCalledWith(false);
  handlers.get("togglemicrophone")?.();
  expect(orders.mute).toHaveBeenLastCalledWith("t", false);
  handlers.get("hangup")?.();
  expect(orders.hangUp).toHaveBeenCalledWith("t");
  session.old = true;
  attention.follow(with_());
  expect(handlers.get("hangup")).toBeNull();
  Reflect.deleteProperty(navigator, "mediaSession");
});
