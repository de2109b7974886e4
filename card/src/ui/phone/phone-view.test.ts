import { html } from "lit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PhoneState } from "../../state/types";
import "../call/call-view";
import "../call/compact-call";
import "./notice";
import "./pages";
import "./phone-view";
import "../call/transfer-view";
import { FakePhone, fakeAbilities, fakeCall, fakeInfo } from "../testing/fake-phone";
import { click, deep, mount, one, press, reading, settle } from "../testing/page";
import type { PhoneView } from "./phone-view";

const ringing = fakeCall({ id: "r", phase: "ringing", answeredAt: null });

async function show(state: Partial<PhoneState> = {}, layout = "full"): Promise<{ phone: FakePhone; view: PhoneView }> {
  const phone = new FakePhone(state);
  const view = await mount<PhoneView>(
    html`<yeastar-linkus-phone .phone=${phone} layout=${layout}></yeastar-linkus-phone>`,
    "yeastar-linkus-phone",
  );
  return { phone, view };
}

async function type(view: Element, ...keys: string[]): Promise<void> {
  for (const key of keys) {
    press(view, key);
    await settle(view);
  }
}

beforeEach(() => {
  localStorage.clear();
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("at rest", () => {
  it("dials what is typed anywhere, and Enter calls", async () => {
    const { phone, view } = await show();
    await type(view, "1", "0", "9", "Backspace", "0", "1");
    expect((one(view, "input") as HTMLInputElement).value).toBe("1001");
    await type(view, "Enter");
    expect(phone.orders).toEqual([["dial", "1001", "browser"]]);
    expect(reading(view)).toContain("Ringing…");
  });

  it("keeps its keys from Home Assistant's shortcuts, and leaves it the others", async () => {
    const { view } = await show();
    const heard = vi.fn();
    window.addEventListener("keydown", heard);
    press(view, "5");
    expect(heard).not.toHaveBeenCalled();
    press(view, "e");
    expect(heard).toHaveBeenCalledOnce();
    window.removeEventListener("keydown", heard);
  });

  it("calls by the buttons", async () => {
    const { phone, view } = await show();
    await click(view, '[data-key="*"]');
    await click(view, '[data-key="9"]');
    await click(view, ".call");
    expect(phone.orders).toEqual([
      ["keyTone", "*"],
      ["keyTone", "9"],
      ["dial", "*9", "browser"],
    ]);
  });

  it("cleans what is pasted", async () => {
    const { phone, view } = await show();
    const paste = new Event("paste", { bubbles: true, cancelable: true, composed: true });
    Object.assign(paste, { clipboardData: { getData: () => "+49 (0)30 / 55-50" } });
    one(view, "input").dispatchEvent(paste);
    await settle(view);
    expect(paste.defaultPrevented).toBe(true);
    await click(view, ".call");
    expect(phone.orders).toEqual([["dial", "+49305550", "browser"]]);
  });

  it("holding 0 writes +", async () => {
    vi.useFakeTimers();
    const phone = new FakePhone();
    const view = await mount<PhoneView>(
      html`<yeastar-linkus-phone .phone=${phone}></yeastar-linkus-phone>`,
      "yeastar-linkus-phone",
    );
    const zero = one(view, '[data-key="0"]');
    zero.dispatchEvent(new Event("pointerdown"));
    vi.advanceTimersByTime(600);
    zero.dispatchEvent(new Event("pointerup"));
    zero.click();
    await settle(view);
    expect((one(view, "input") as HTMLInputElement).value).toBe("+");
    zero.dispatchEvent(new Event("pointerdown"));
    vi.advanceTimersByTime(100);
    zero.dispatchEvent(new Event("pointerup"));
    zero.click();
    await settle(view);
    expect((one(view, "input") as HTMLInputElement).value).toBe("+0");
  });

  it("uses the desk phone when the browser cannot talk, and says so on the button", async () => {
    const { phone, view } = await show({ reach: { state: "problem", problem: "certificate" } });
    expect(reading(view)).toContain("does not trust");
    expect(reading(view)).toContain("Call with desk phone");
    const link = one(view, "a.remedy") as HTMLAnchorElement;
    expect([link.getAttribute("href"), link.target, link.rel]).toEqual([
      "https://pbx.example",
      "_blank",
      "noopener noreferrer",
    ]);
    await type(view, "7", "Enter");
    expect(phone.orders).toEqual([["dial", "7", "desk"]]);
  });

  it("cannot call where there is neither", async () => {
    const { phone, view } = await show({
      phone: fakeInfo({ desk: false }),
      reach: { state: "problem", problem: "certificate" },
    });
    await type(view, "7", "Enter");
    expect(phone.orders).toEqual([]);
    expect((one(view, ".call") as HTMLButtonElement).disabled).toBe(true);
  });
});

describe("the device", () => {
  it("is asked for at first", async () => {
    const { phone, view } = await show({ method: "ask", reach: { state: "off" } });
    expect(reading(view)).toContain("How do you want to call?");
    await click(view, ".choices .desk");
    expect(phone.orders).toEqual([["chooseMethod", "desk"]]);
  });

  it("can be asked for at every call", async () => {
    const { phone, view } = await show({ method: "ask", reach: { state: "off" } });
    await click(view, ".link.ask");
    // Asking keeps the browser reachable.
    expect(phone.orders.splice(0)).toEqual([["chooseMethod", "browser"]]);
    expect(one(view, ".chip").getAttribute("aria-label")).toContain("Ask me");
    await type(view, "4", "2", "Enter");
    expect(phone.orders).toEqual([]);
    expect(reading(view)).toContain("Call 42");
    await type(view, "Escape");
    expect(reading(view)).not.toContain("Call 42");
    await type(view, "Enter");
    await click(view, ".choices .browser");
    expect(phone.orders).toEqual([["dial", "42", "browser"]]);
  });

  it("is changed in the menu at the top, by mouse or keys", async () => {
    const { phone, view } = await show();
    await click(view, ".chip");
    const items = deep(view, "[role=menuitemradio]");
    expect(items.map((item) => item.getAttribute("aria-checked"))).toEqual(["true", "false", "false"]);
    items[1]?.click();
    await settle(view);
    expect(phone.orders).toEqual([["chooseMethod", "desk"]]);
    expect(deep(view, "[role=menu]")).toHaveLength(0);
    await click(view, ".chip");
    press(one(view, "[role=menu]"), "Escape");
    await settle(view);
    expect(deep(view, "[role=menu]")).toHaveLength(0);
  });

  it("offers the user's other extensions", async () => {
    const second = fakeInfo({ phoneId: "p2", extension: "2002", name: "Shop" });
    const { phone, view } = await show({ phones: [fakeInfo(), second] });
    await click(view, ".chip");
    deep(view, "[role=menuitemradio]").at(-1)?.click();
    expect(phone.orders).toEqual([["choosePhone", "p2"]]);
  });

  it("explains the microphone before the browser asks, now or later", async () => {
    const { phone, view } = await show({ microphone: "prompt" });
    await click(view, ".allow");
    expect(phone.orders).toEqual([["allowMicrophone"]]);
    await click(view, ".later");
    expect(deep(view, "yeastar-linkus-dialer")).toHaveLength(1);
    phone.set({ calls: [ringing] });
    await settle(view);
    expect(reading(view)).toContain("choose Allow");
  });

  it("in use elsewhere can be taken over", async () => {
    const { phone, view } = await show({ reach: { state: "elsewhere", by: "Kitchen tablet", since: 0 } });
    expect(reading(view)).toContain("Kitchen tablet");
    await click(view, ".take-over");
    expect(phone.orders).toEqual([["takeOver"]]);
  });

  it.each([
    ["microphone_missing", "allowMicrophone"],
    ["pbx_unreachable", "retry"],
    ["logged_in_elsewhere", "takeOver"],
  ] as const)("%s can be tried again", async (problem, order) => {
    const { phone, view } = await show({ reach: { state: "problem", problem } });
    await click(view, ".remedy");
    expect(phone.orders).toEqual([[order]]);
  });

  it("says what to do when nothing is linked, to an administrator with the way there", async () => {
    const { phone, view } = await show({ phone: null, reach: { state: "problem", problem: "no_phone" } });
    expect(reading(view)).toContain("Ask an administrator");
    expect(deep(view, "a")).toHaveLength(0);
    phone.set({ isAdmin: true });
    await settle(view);
    expect(one(view, "a").getAttribute("href")).toContain("yeastar_linkus");
  });

  it("turns the sound on by a touch", async () => {
    const { phone, view } = await show({ soundLocked: true });
    await click(view, ".unlock");
    expect(phone.orders).toEqual([["unlockSound"]]);
  });
});

describe("ringing", () => {
  it("answers and rejects, answer at the end, reject at the start", async () => {
    const { phone, view } = await show({ calls: [{ ...ringing, did: "030 99" }] });
    expect(reading(view)).toContain("for 030 99");
    const buttons = deep(view, ".answering button");
    expect(buttons.map((button) => button.className)).toEqual(["big stop reject", "big go answer"]);
    buttons[1]?.click();
    await settle(view);
    expect(phone.orders).toEqual([["answer", "r"]]);
    expect(reading(view)).toContain("Hang up");
  });

  it("is not answered by a key meant for somebody else", async () => {
    const { phone, view } = await show({ calls: [ringing] });
    await type(view, "Enter", "5", "m", "h");
    expect(phone.orders).toEqual([]);
  });

  it("on the desk phone cannot be answered here", async () => {
    const { view } = await show({ calls: [fakeCall({ phase: "ringing", where: "desk", answeredAt: null })] });
    expect(deep(view, ".answer")).toHaveLength(0);
    expect(reading(view)).toContain("Ringing on your desk phone");
  });
});

describe("talking", () => {
  it.each([
    ["m", ["mute", "c1", true]],
    ["h", ["hold", "c1", true]],
  ])("%s does it, and again undoes it", async (key, order) => {
    const { phone, view } = await show({ calls: [fakeCall()] });
    await type(view, key, key);
    expect(phone.orders).toEqual([order, [...order.slice(0, 2), false]]);
  });

  it("Escape never hangs up: it closes what is open, then asks to be made small", async () => {
    const { phone, view } = await show({ calls: [fakeCall()] });
    const small = vi.fn();
    view.addEventListener("escape", small);
    await type(view, "k");
    expect(view.shadowRoot?.querySelector("yeastar-linkus-call")?.getAttribute("panel")).toBe("keypad");
    await type(view, "Escape");
    expect(view.shadowRoot?.querySelector("yeastar-linkus-call")?.getAttribute("panel")).toBe("none");
    expect(small).not.toHaveBeenCalled();
    await type(view, "Escape");
    expect(small).toHaveBeenCalledOnce();
    expect(phone.orders).toEqual([]);
  });

  it("sends digits by keys and by touch, with their tone", async () => {
    const { phone, view } = await show({ calls: [fakeCall()] });
    await type(view, "4");
    await click(view, '[data-key="#"]');
    expect(phone.orders).toEqual([
      ["keyTone", "4"],
      ["sendDtmf", "c1", "4"],
      ["keyTone", "#"],
      ["sendDtmf", "c1", "#"],
    ]);
    expect(reading(one(view, ".digits"))).toContain("4#");
  });

  it("does only what this call can", async () => {
    const { phone, view } = await show({ calls: [fakeCall({ where: "desk" })] });
    await type(view, "m", "h", "k", "t", "5");
    expect(phone.orders).toEqual([]);
    expect(deep(view, ".round")).toHaveLength(0);
    await click(view, ".hang-up");
    expect(phone.orders).toEqual([["hangUp", "c1"]]);
  });

  it("on hold resumes, and does not mute or send", async () => {
    const { phone, view } = await show({ calls: [fakeCall({ held: true })] });
    expect(reading(view)).toContain("On hold");
    await type(view, "m", "5", "k");
    expect(phone.orders).toEqual([]);
    await click(view, '[data-control="hold"]');
    expect(phone.orders).toEqual([["hold", "c1", false]]);
  });

  it("shows the time since the answer, and moves on by itself", async () => {
    vi.useFakeTimers({ now: 1_000_000, toFake: ["Date", "setTimeout", "clearTimeout"] });
    const { view } = await show({ calls: [fakeCall({ answeredAt: 1_000_000 - 59_000 })] });
    expect(one(view, ".timer").textContent).toContain("0:59");
    vi.advanceTimersByTime(1000);
    await settle(view);
    expect(one(view, ".timer").textContent).toContain("1:00");
  });

  it("transfers at once or after asking", async () => {
    const { phone, view } = await show({ calls: [fakeCall()] });
    await type(view, "t");
    await click(view, '[data-key="7"]');
    await click(view, ".now");
    expect(phone.orders).toEqual([["blindTransfer", "c1", "7"]]);
    phone.set({ calls: [fakeCall()] });
    phone.orders.length = 0;
    await settle(view);
    await click(view, '[data-control="transfer"]');
    await click(view, '[data-key="8"]');
    await click(view, ".ask");
    expect(phone.orders).toEqual([["consult", "c1", "8"]]);
    expect(reading(view)).toContain("Swap");
    await click(view, ".swap");
    await click(view, ".swap");
    await click(view, ".complete");
    expect(phone.orders.map(([order]) => order)).toEqual(["consult", "swap", "swap", "completeTransfer"]);
  });

  it("comes back from a consultation by Cancel", async () => {
    const asked = fakeCall({ id: "q", consultationFor: "c1" });
    const { phone, view } = await show({ calls: [fakeCall({ held: true }), asked] });
    await click(view, ".hang-up");
    expect(phone.orders).toEqual([["cancelTransfer", "q"]]);
    expect(phone.state.calls[0]?.held).toBe(false);
  });

  it("holds the first call and takes the second, or rejects it", async () => {
    const second = fakeCall({ id: "s", name: "Mia", phase: "ringing", answeredAt: null });
    const { phone, view } = await show({ calls: [fakeCall(), second] });
    expect(reading(one(view, ".banner"))).toContain("Mia");
    await click(view, ".answer-second");
    expect(phone.orders).toEqual([
      ["hold", "c1", true],
      ["answer", "s"],
    ]);
    phone.set({ calls: [fakeCall(), second] });
    await settle(view);
    await click(view, ".reject-second");
    expect(phone.orders.at(-1)).toEqual(["reject", "s"]);
  });

  it("hides recording where it is not allowed", async () => {
    const { phone, view } = await show({
      calls: [fakeCall({ can: { ...fakeAbilities("talking", "browser"), record: false } })],
    });
    expect(deep(view, '[data-control="record"]')).toHaveLength(0);
    phone.set({ calls: [fakeCall()] });
    await settle(view);
    // The only thing more needs no page of its own.
    expect(deep(view, '[data-control="more"]')).toHaveLength(0);
    await click(view, '[data-control="record"]');
    expect(phone.orders).toEqual([["record", "c1", true]]);
    expect(reading(view)).toContain("Stop recording");
  });
});

describe("over", () => {
  it("says how it ended, calls back, and goes away when told", async () => {
    const ended = fakeCall({ phase: "ended", outcome: "busy", answeredAt: null, endedAt: Date.now() });
    const { phone, view } = await show({ calls: [ended] });
    expect(reading(view)).toContain("Busy");
    await click(view, ".close");
    expect(reading(view)).not.toContain("Busy");
    phone.set({ calls: [{ ...ended, id: "c2" }] });
    await settle(view);
    await click(view, ".call-back");
    expect(phone.orders).toEqual([["dial", "+493055501234", "browser"]]);
  });
});

describe("what goes wrong", () => {
  it("is said with its reason and dismissed", async () => {
    const { phone, view } = await show({ notice: { key: "used_desk_phone", detail: "microphone_denied" } });
    expect(reading(one(view, "[role=alert]"))).toContain("microphone is blocked");
    await click(view, ".dismiss");
    expect(phone.orders).toEqual([["dismissNotice"]]);
  });

  it("is picked up from where it was parked", async () => {
    const { phone, view } = await show({ notice: { key: "parked", detail: "6001" } });
    await click(view, ".pick-up");
    expect(phone.orders).toEqual([["dismissNotice"], ["dial", "6001", undefined]]);
  });

  it("is said even when only the order failed", async () => {
    const { phone, view } = await show({ calls: [fakeCall()] });
    phone.refuse = Object.assign(new Error("hold_failed"), { key: "hold_failed" });
    await type(view, "h");
    await settle(view);
    expect(reading(one(view, "[role=alert]"))).toContain("Hold did not work");
    await click(view, ".dismiss");
    expect(deep(view, "[role=alert]")).toHaveLength(0);
  });
});

describe("for ears", () => {
  it("announces each step of a call once", async () => {
    const { phone, view } = await show();
    const said = () => view.shadowRoot?.querySelector("[aria-live]")?.textContent;
    phone.set({ calls: [ringing] });
    await settle(view);
    expect(said()).toBe("Incoming call from Jonas Berger");
    phone.change("r", { phase: "talking", answeredAt: Date.now() });
    await settle(view);
    expect(said()).toBe("In a call: Jonas Berger");
    phone.change("r", { held: true });
    await settle(view);
    expect(said()).toBe("On hold");
    phone.change("r", { phase: "ended", outcome: "answered" });
    await settle(view);
    expect(said()).toBe("Call ended");
  });

  it("names every button", async () => {
    for (const state of [
      {},
      { calls: [fakeCall()] },
      { calls: [ringing] },
      { calls: [fakeCall(), ringing] },
    ] as Partial<PhoneState>[]) {
      const { view } = await show(state);
      for (const button of deep(view, "button")) {
        expect(button.getAttribute("aria-label") ?? reading(button), button.outerHTML).not.toBe("");
      }
    }
  });
});

describe("life", () => {
  it("stops listening when it goes and starts again when it comes back", async () => {
    const { phone, view } = await show();
    expect(phone.listeners).toBe(1);
    const box = view.parentElement as HTMLElement;
    view.remove();
    expect(phone.listeners).toBe(0);
    box.append(view);
    expect(phone.listeners).toBe(1);
  });

  it("never hangs up by going away", async () => {
    const { phone, view } = await show({ calls: [fakeCall()] });
    view.remove();
    expect(phone.orders).toEqual([]);
  });
});

describe("compact", () => {
  it.each([
    [{ method: "ask", reach: { state: "off" } }, ".browser", ["chooseMethod", "browser"]],
    [{ microphone: "prompt", reach: { state: "off" } }, ".line .filled", ["allowMicrophone"]],
    [{ reach: { state: "elsewhere", by: "x", since: 0 } }, ".line .filled", ["takeOver"]],
    [{ calls: [ringing] }, ".answer", ["answer", "r"]],
    [{ calls: [fakeCall()] }, ".hang-up", ["hangUp", "c1"]],
    [{ calls: [fakeCall()] }, '[aria-label="Mute"]', ["mute", "c1", true]],
    [{ calls: [fakeCall()] }, '[aria-label="Hold"]', ["hold", "c1", true]],
    [{ calls: [fakeCall({ held: true, muted: true })] }, '[aria-label="Resume"]', ["hold", "c1", false]],
    [{ calls: [ringing] }, '[aria-label="Reject"]', ["reject", "r"]],
    [
      { calls: [fakeCall({ phase: "ended", outcome: "busy" })] },
      '[aria-label="Call back"]',
      ["dial", "+493055501234", "browser"],
    ],
  ] as [Partial<PhoneState>, string, unknown[]][])("%# does the same in one line", async (state, selector, order) => {
    const { phone, view } = await show(state, "compact");
    await click(view, selector);
    expect(phone.orders).toEqual([order]);
  });

  it("has no keys but dials", async () => {
    const { phone, view } = await show({ reach: { state: "problem", problem: "certificate" } }, "compact");
    expect(deep(view, "yeastar-linkus-keypad")).toHaveLength(0);
    await type(view, "7", "Enter");
    expect(phone.orders).toEqual([["dial", "7", "desk"]]);
  });
});

it("has a button for what a key does in a call, and closes what it opened", async () => {
  const { phone, view } = await show({ calls: [fakeCall({ id: "a" })] });
  await click(view, '[data-control="mute"]');
  expect(phone.orders).toContainEqual(["mute", "a", true]);
  await click(view, '[data-control="keypad"]');
  expect(deep(view, ".dtmf")).toHaveLength(1);
  await click(view, ".digits button");
  expect(deep(view, ".dtmf")).toHaveLength(0);
});
