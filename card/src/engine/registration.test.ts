import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeHass, info, infoPhone } from "../ha/testing/fake-hass";
import type { LineState } from "../state/reach";
import type { Call, Problem } from "../state/types";
import { type LineOptions, LinkusLine } from "./linkus/linkus-line";
import type { Stage } from "./linkus/linkus-look";
import { Registration, type RegistrationOptions } from "./registration";
import { FakeSdk, fakeFrame } from "./testing/fake-sdk";

let hass: FakeHass;
let sdks: FakeSdk[];
let next: Partial<FakeSdk>;
let registersAtOnce: boolean;
let states: LineState[];
let calls: readonly Call[];
let preflight: Problem | null;
let registration: Registration;
let frame: { probe: () => Promise<boolean> };

const openLine = (options: LineOptions) => {
  const sdk = Object.assign(new FakeSdk(), next);
  sdks.push(sdk);
  return LinkusLine.open({ ...options, openFrame: async () => fakeFrame(sdk, frame) }).then((line) => {
    if (registersAtOnce) sdk.registers();
    return line;
  });
};
const make = (over: Partial<RegistrationOptions> = {}) =>
  new Registration({
    hass: () => hass,
    info: () => info(),
    phone: () => infoPhone(),
    browserId: "browser-1",
    browserName: "Chrome",
    microphone: () => null,
    pbxAvailable: () => true,
    audio: { attach: () => {}, detach: () => {} },
    onState: (state) => states.push(state),
    onCalls: (now) => {
      calls = now;
    },
    openLine,
    preflight: async () => preflight,
    ...over,
  });
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const reports = () => hass.of("phone/report").map(({ state, reason }) => (reason ? `${state} ${reason}` : state));
const sdk = () => sdks.at(-1) as FakeSdk;

beforeEach(() => {
  vi.useFakeTimers();
  hass = new FakeHass();
  sdks = [];
  next = {};
  states = [];
  calls = [];
  preflight = null;
  registersAtOnce = true;
  frame = { probe: async () => true };
  registration = make();
});
afterEach(async () => {
  void registration.close();
  await pass(10_000);
  vi.useRealTimers();
});

async function ready() {
  registration.start();
  await pass();
  expect(registration.state).toEqual({ kind: "ready" });
}

describe("starting", () => {
  it("takes the lease, a signature, and registers", async () => {
    await ready();
    expect(hass.of("phone/lease")).toMatchObject([
      { browser_id: "browser-1", browser_name: "Chrome", take_over: false },
    ]);
    expect(states.map((state) => state.kind)).toEqual(["starting", "ready"]);
    expect(reports()).toEqual(["connecting", "ready"]);
    registration.start();
    expect(sdks).toHaveLength(1);
  });

  it.each<[string, Partial<RegistrationOptions>, Problem]>([
    ["browsers may not call", { phone: () => infoPhone({ browser: false }) }, "calling_disabled"],
    ["the integration says why", { phone: () => infoPhone({ problem: "no_sdk_credentials" }) }, "no_sdk_credentials"],
    [
      "the SDK's file is missing",
      { info: () => info({ sdk: { available: false, url: null, version: null, problem: null } }) },
      "sdk_missing",
    ],
    ["the microphone is denied", { preflight: async () => "microphone_denied" }, "microphone_denied"],
  ])("does not begin when %s", async (_, over, problem) => {
    await registration.close();
    registration = make(over);
    registration.start();
    await pass(120_000);
    expect(registration.state).toEqual({ kind: "problem", problem });
    expect(hass.of("phone/lease")).toEqual([]);
    expect(sdks).toEqual([]);
  });

  it.each([
    ["not_allowed", "calling_disabled"],
    ["sdk_plan_missing", "plan_missing"],
    ["invalid_auth", "no_sdk_credentials"],
  ])("says what Home Assistant refused with %s", async (code, problem) => {
    hass.answers["phone/signature"] = () => Promise.reject({ code });
    registration.start();
    await pass(120_000);
    expect(registration.state).toEqual({ kind: "problem", problem });
    expect(hass.of("phone/signature")).toHaveLength(1);
    expect(reports()).toContain(`not_reachable ${problem}`);
  });

  it("begins again when what stood in the way is gone", async () => {
    preflight = "microphone_missing";
    registration.start();
    await pass();
    preflight = null;
    registration.retry();
    await pass();
    expect(registration.state.kind).toBe("ready");
  });

  it("gives up what a stop came in between", async () => {
    registersAtOnce = false;
    registration.start();
    await registration.stop();
    await pass(10_000);
    expect(registration.state).toEqual({ kind: "off" });
    expect(registration.line).toBeNull();
    expect(hass.following.get("phone/lease")?.size ?? 0).toBe(0);
  });
});

describe("a signature that is refused", () => {
  it("is replaced once, and not again", async () => {
    next = { refuse: -103 };
    registration.start();
    await pass(600_000);
    expect(sdks).toHaveLength(2);
    expect(registration.state).toEqual({ kind: "problem", problem: "login_refused" });
  });

  it("may have been too old only", async () => {
    next = { refuse: -103 };
    registration.start();
    next = {};
    await pass();
    expect(registration.state.kind).toBe("ready");
  });
});

describe("what passes", () => {
  it("is tried again with longer and longer waits", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("refused")));
    await registration.close();
    registration = make({ pbxAvailable: () => false });
    next = { refuse: -4 };
    registration.start();
    await pass();
    expect(registration.state).toEqual({ kind: "problem", problem: "pbx_unreachable" });
    await pass(20_000);
    const early = sdks.length;
    expect(early).toBeGreaterThan(2);
    await pass(20_000);
    expect(sdks.length - early).toBeLessThan(early);
    next = {};
    await pass(75_000);
    expect(registration.state.kind).toBe("ready");
    vi.unstubAllGlobals();
  });

  it("is tried at once when the network is back", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("refused")));
    next = { refuse: -4 };
    registration.start();
    await pass(100);
    next = {};
    window.dispatchEvent(new Event("online"));
    await pass();
    expect(registration.state.kind).toBe("ready");
    vi.unstubAllGlobals();
  });
});

describe("a lost registration", () => {
  it("that the SDK repairs at once is not told", async () => {
    await ready();
    sdk().registers(false);
    await pass(2000);
    sdk().registers();
    await pass(60_000);
    expect(states.map((state) => state.kind)).toEqual(["starting", "ready"]);
    expect(sdks).toHaveLength(1);
  });

  it("is made anew with a fresh signature when the SDK does not repair it", async () => {
    await ready();
    sdk().registers(false);
    await pass(4000);
    expect(registration.state.kind).toBe("starting");
    expect(reports().at(-1)).toBe("connecting");
    await pass(25_000);
    expect(sdks).toHaveLength(2);
    expect(sdks[0]?.log).toEqual(["logout", "destroy", "closed", "dispose"]);
    expect(hass.of("phone/signature")).toHaveLength(2);
    expect(registration.state.kind).toBe("ready");
  });

  it("that never came is made anew", async () => {
    registersAtOnce = false;
    registration.start();
    await pass(19_000);
    registersAtOnce = true;
    await pass(3000);
    expect(sdks).toHaveLength(2);
    expect(registration.state.kind).toBe("ready");
  });

  it("waits for the end of a call", async () => {
    await ready();
    const call = sdk().incoming("1");
    sdk().phone.emit("registrationFailed", "Rejected");
    await pass(60_000);
    expect(sdks).toHaveLength(1);
    call.over("Canceled");
    await pass(100);
    expect(sdks).toHaveLength(2);
  });

  it("after a login elsewhere is not fought for", async () => {
    await ready();
    sdk().runtimeError(-107);
    await pass(600_000);
    expect(registration.state).toEqual({ kind: "problem", problem: "logged_in_elsewhere" });
    expect(sdks).toHaveLength(1);
    registration.retry(true);
    await pass(100);
    expect(registration.state.kind).toBe("ready");
  });
});

describe("the lease", () => {
  it("of another browser is waited for, and taken when it is free", async () => {
    hass.lease = { kind: "held", by: "Tablet", since: 7 };
    registration.start();
    await pass();
    expect(registration.state).toEqual({ kind: "elsewhere", by: "Tablet", since: 7 });
    hass.tell("phone/lease", { kind: "granted" });
    await pass();
    expect(registration.state.kind).toBe("ready");
  });

  it("is taken over", async () => {
    hass.lease = { kind: "held", by: "Tablet", since: 7 };
    registration.start();
    await pass();
    hass.lease = { kind: "granted" };
    registration.retry(true);
    await pass();
    expect(hass.of("phone/lease").at(-1)).toMatchObject({ take_over: true });
    expect(registration.state.kind).toBe("ready");
  });

  it("that is taken away ends the registration here", async () => {
    await ready();
    hass.tell("phone/lease", { kind: "lost", by: "Tablet" });
    await pass(100);
    expect(registration.state).toMatchObject({ kind: "elsewhere", by: "Tablet" });
    expect(sdk().log).toContain("logout");
    hass.tell("phone/lease", { kind: "granted" });
    await pass();
    expect(sdks).toHaveLength(2);
    expect(registration.state.kind).toBe("ready");
  });
});

describe("Home Assistant", () => {
  it("may go and come back without the phone noticing", async () => {
    await ready();
    hass.goes();
    await pass(60_000);
    expect(registration.state.kind).toBe("ready");
    hass.comesBack();
    await pass();
    expect(hass.of("phone/lease")).toHaveLength(2);
    expect(reports().at(-1)).toBe("ready");
    expect(sdks).toHaveLength(1);
  });

  it("may have given the phone away meanwhile", async () => {
    await ready();
    hass.goes();
    hass.lease = { kind: "held", by: "Tablet", since: 7 };
    hass.comesBack();
    await pass(100);
    expect(registration.state).toMatchObject({ kind: "elsewhere", by: "Tablet" });
    expect(sdk().log).toContain("destroy");
  });

  it("may take its time to know the commands again", async () => {
    await ready();
    sdk().incoming("1");
    hass.goes();
    hass.answers["phone/lease"] = () => Promise.reject({ code: "unknown_command" });
    hass.comesBack();
    await pass(10_000);
    delete hass.answers["phone/lease"];
    await pass(20_000);
    expect(reports().at(-1)).toBe("in_call");
    expect(sdks).toHaveLength(1);
  });

  it("may not have set the PBX up yet", async () => {
    await registration.close();
    let phone = infoPhone({ browser: false, problem: "pbx_unreachable" });
    registration = make({ phone: () => phone });
    registration.start();
    await pass();
    expect(registration.state).toEqual({ kind: "problem", problem: "pbx_unreachable" });
    phone = infoPhone();
    await pass(5000);
    expect(registration.state.kind).toBe("ready");
  });

  it("keeps the phone here during a call", async () => {
    await ready();
    sdk().incoming("1");
    hass.goes();
    hass.comesBack();
    await pass();
    expect(hass.of("phone/lease").at(-1)).toMatchObject({ take_over: true });
    expect(reports().at(-1)).toBe("in_call");
  });

  it("is needed to begin", async () => {
    hass.goes();
    registration.start();
    await pass();
    expect(registration.state).toEqual({ kind: "problem", problem: "home_assistant_lost" });
    hass.comesBack();
    await pass();
    expect(registration.state.kind).toBe("ready");
  });
});

describe("waking", () => {
  it("opens the socket anew after sleep or on another network", async () => {
    await ready();
    window.dispatchEvent(new Event("online"));
    await pass();
    document.dispatchEvent(new Event("resume"));
    await pass();
    expect(sdk().log).toEqual(["reconnect", "reconnect"]);
  });

  it("does so on coming into sight only when nobody answers", async () => {
    await ready();
    document.dispatchEvent(new Event("visibilitychange"));
    await pass();
    expect(sdk().log).toEqual([]);
    frame.probe = async () => false;
    await registration.stop();
    registration.start();
    await pass(10_000);
    document.dispatchEvent(new Event("visibilitychange"));
    await pass();
    expect(sdk().log).toEqual(["reconnect"]);
  });
});

it("tells calls and reports being in one", async () => {
  await ready();
  const call = sdk().incoming("1");
  expect(calls).toHaveLength(1);
  await pass();
  expect(reports().at(-1)).toBe("in_call");
  call.over("Canceled");
  await pass();
  expect(reports().at(-1)).toBe("ready");
});

it("says goodbye", async () => {
  await ready();
  registration.leave();
  expect(sdk().log).toEqual(["destroy"]);
  registration.chooseMicrophone("x");
  await registration.close();
  expect(reports().at(-1)).toBe("off");
});

describe("the official UI", () => {
  const onStage = (over: Partial<Stage> = {}): Stage => ({
    place: document.body.appendChild(document.createElement("div")),
    language: "en",
    texts: {},
    style: "",
    script: { url: "/ui.js", integrity: "sha256-ui" },
    sheet: { url: "/ui.css", integrity: "sha256-css" },
    shown: () => {},
    failed: () => {},
    ...over,
  });
  let stage: Stage | null;
  beforeEach(async () => {
    await registration.close();
    stage = null;
    registration = make({ stage: () => stage });
  });

  it("takes the place of the SDK with the lease it has, and gives it back", async () => {
    await ready();
    stage = onStage();
    registration.renew();
    await pass(5000);
    expect(sdks).toHaveLength(2);
    expect(sdks[0]?.log).toContain("dispose");
    expect(sdk().uiOptions).toMatchObject({ username: "1001", secret: "s" });
    expect(hass.of("phone/lease")).toHaveLength(1);
    expect(registration.line?.stage).toBe(stage);
    stage.place.remove();
    stage = null;
    registration.renew(true);
    await pass(5000);
    expect([sdks.length, registration.state.kind, sdk().uiOptions]).toEqual([3, "ready", null]);
  });

  it("is used by the attempt that is under way, or right after it", async () => {
    registration.start();
    stage = onStage();
    registration.renew();
    await pass();
    expect(sdks).toHaveLength(1);
    expect(registration.line?.stage).toBe(stage);
  });

  it("follows when the place for it came while the line was opened", async () => {
    await registration.close();
    registration = make({
      stage: () => stage,
      openLine: async (options) => {
        const line = await openLine(options);
        if (!stage) {
          stage = onStage();
          registration.renew();
        }
        return line;
      },
    });
    registration.start();
    await pass(5000);
    expect(sdks).toHaveLength(2);
    expect(registration.line?.stage).toBe(stage);
    expect(registration.state.kind).toBe("ready");
  });

  it("waits for the end of a call", async () => {
    await ready();
    const session = sdk().incoming("+4930");
    stage = onStage();
    registration.renew();
    await pass();
    expect(sdks).toHaveLength(1);
    session.over("Canceled");
    await pass(5000);
    expect(registration.line?.stage).toBe(stage);
  });

  it("changes nothing where nothing is wanted", async () => {
    registration.renew();
    await pass();
    expect(sdks).toEqual([]);
  });
});

describe("what is not wanted", () => {
  it("is not tried", async () => {
    registration.retry();
    hass.goes();
    hass.comesBack();
    window.dispatchEvent(new Event("online"));
    registration.chooseMicrophone("m");
    registration.devicesChanged();
    await pass(10_000);
    expect(sdks).toHaveLength(0);
    registration.start();
    await pass();
    registration.retry();
    await pass();
    expect(sdks).toHaveLength(1);
    registration.chooseMicrophone("m");
    registration.devicesChanged();
    await pass();
    expect(sdk().phone.deviceIds).toEqual({ microphoneId: "m" });
  });

  it("is given up while it is being looked at, whatever comes of that", async () => {
    registration = make({
      preflight: async () => {
        void registration.stop();
        return null;
      },
    });
    registration.start();
    await pass();
    expect(hass.of("phone/lease")).toHaveLength(0);
    registration = make({
      preflight: async () => {
        void registration.stop();
        return "microphone_missing";
      },
    });
    registration.start();
    await pass();
    expect(states.at(-1)).toEqual({ kind: "off" });
  });

  it("does not come back when the lease moves while it ends", async () => {
    registration.start();
    await pass();
    void registration.stop();
    hass.tell("phone/lease", { kind: "lost", by: "Tablet" });
    await pass(10_000);
    expect(states.at(-1)).toEqual({ kind: "off" });
  });

  it("is left alone when the network is back and trying cannot help", async () => {
    preflight = "microphone_denied";
    registration.start();
    await pass();
    preflight = null;
    window.dispatchEvent(new Event("online"));
    await pass(1000);
    expect(sdks).toHaveLength(0);
  });
});

it("gives orders of Home Assistant on", async () => {
  const onOrder = vi.fn();
  registration = make({ onOrder });
  registration.start();
  await pass();
  hass.tell("phone/lease", { kind: "order", order: "hold", on: false });
  expect(onOrder).toHaveBeenCalledWith("hold", false);
});

it("bears a frame that cannot be closed, and an SDK that went away while it was asked for", async () => {
  let asked = 0;
  registration = make({
    info: () => info(asked++ ? { sdk: { available: false, url: null, version: null, problem: null } } : {}),
  });
  registration.start();
  await pass();
  vi.spyOn(LinkusLine.prototype, "close").mockRejectedValueOnce(new Error("gone"));
  await registration.stop();
  expect(states.at(-1)).toEqual({ kind: "off" });
});

describe("what comes between", () => {
  it("a second restart of Home Assistant begins the asking anew", async () => {
    await ready();
    sdk().incoming("1");
    hass.answers["phone/lease"] = () => Promise.reject({ code: "unknown_command" });
    hass.goes();
    hass.comesBack();
    await pass(100);
    hass.goes();
    hass.comesBack();
    await pass(100);
    hass.connection.connected = false;
    await pass(60_000);
    const asked = hass.of("phone/lease").length;
    await pass(60_000);
    expect(hass.of("phone/lease")).toHaveLength(asked);
    expect(sdks).toHaveLength(1);
  });

  it("a line that was replaced while it was asked for an answer is left alone", async () => {
    let answer = (_: boolean) => {};
    frame.probe = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    await ready();
    const [first] = sdks;
    document.dispatchEvent(new Event("visibilitychange"));
    await pass();
    await registration.stop();
    answer(false);
    await pass();
    expect(first?.log).not.toContain("reconnect");
  });

  it("a device that cannot be changed does not matter, nor a call before it is registered", async () => {
    registersAtOnce = false;
    registration.start();
    await pass();
    sdk().incoming("1");
    await pass();
    expect(reports()).toEqual(["connecting"]);
    vi.spyOn(LinkusLine.prototype, "chooseMicrophone").mockRejectedValueOnce(new Error("busy"));
    vi.spyOn(LinkusLine.prototype, "devicesChanged").mockRejectedValueOnce(new Error("busy"));
    registration.chooseMicrophone("m");
    registration.devicesChanged();
    await pass();
  });
});
