import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeHass, info, infoPhone } from "../ha/testing/fake-hass";
import { QualityLog } from "../state/quality-log";
import type { Phone, PhoneState } from "../state/types";
import type { RichPhone } from "../ui/data";
import { Sounds } from "./audio/sounds";
import { BrowserPhone } from "./browser-phone";
import { startPhone } from "./engine";
import { FakeSdk, fakeFrame } from "./testing/fake-sdk";

const world = vi.hoisted(() => ({ openFrame: vi.fn(), problem: null as string | null, ask: vi.fn() }));
vi.mock("./linkus/frame-host", () => ({ openFrame: world.openFrame }));
vi.mock("./browser/microphone", () => ({
  microphoneProblem: async () => world.problem,
  microphonePermission: async () => "granted",
  followMicrophonePermission: () => () => {},
  askForMicrophone: world.ask,
}));

let hass: FakeHass;
let sdk: FakeSdk;
let phone: Phone;
const seen: PhoneState[] = [];
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
const state = () => phone.state;

async function start(given = info()) {
  hass.answers.info = () => given;
  phone = await startPhone(hass, given);
  phone.subscribe((now) => seen.push(now));
  await pass();
}
async function ready() {
  await start();
  sdk.registers();
  await pass();
  expect(state().reach).toEqual({ state: "ready" });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("BroadcastChannel", undefined);
  localStorage.clear();
  document.title = "Overview";
  hass = new FakeHass();
  sdk = new FakeSdk();
  seen.length = 0;
  world.problem = null;
  world.ask.mockReset().mockResolvedValue(undefined);
  world.openFrame.mockReset().mockImplementation(async () => {
    sdk = new FakeSdk();
    return fakeFrame(sdk);
  });
});
afterEach(async () => {
  phone.chooseMethod("desk");
  await pass(10_000);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("who has what", () => {
  it("without a phone there is none", async () => {
    await start(info({ phones: [] }));
    expect(state()).toMatchObject({ phone: null, reach: { state: "problem", problem: "no_phone" } });
    await phone.dial("1002");
    expect(state().notice).toEqual({ key: "no_phone" });
  });

  it("is one beside the page's own for a card that wants it, and ends when that one is", async () => {
    const phones = [infoPhone(), infoPhone({ phone_id: "phone-2", extension: "2001" })];
    hass.answers.info = () => info({ phones });
    const side = await startPhone(hass, null, "phone-2");
    phone = side;
    await pass();
    expect(state()).toMatchObject({ phone: { extension: "2001" }, phones: [] });
    window.dispatchEvent(new CustomEvent("yeastar-linkus-dial", { detail: { number: "1003" } }));
    expect(state().asked).toBeNull();
    await side.close();
    await pass(10_000);
    expect(state().phone).toBeNull();
    hass.comesBack();
    await pass();
    expect(state().phone).toBeNull();
    phone = await startPhone(hass, null, "phone-3");
    expect(state()).toMatchObject({ phone: null, reach: { problem: "no_phone" } });
  });

  it("offers the official UI where its files are, and browsers may call", async () => {
    const file = { available: true, url: "/sdk.js", version: "1", problem: null };
    const integrity = { "/sdk.js": "sha256-sdk", "/ui.js": "sha256-ui", "/ui.css": "sha256-css" };
    await start(info({ sdk: { ...file, ui_url: "/ui.js", ui_css_url: "/ui.css", integrity } }));
    const failed = vi.fn();
    const shown = vi.fn();
    const place = document.body.appendChild(document.createElement("div"));
    const stage = { place, language: "en", texts: {}, style: "", shown, failed };
    const rich = phone as RichPhone;
    expect(rich.linkus?.available).toBe(true);
    const end = rich.linkus?.show(stage);
    await pass(6000);
    expect(shown).toHaveBeenLastCalledWith(true);
    expect(sdk.files).toEqual([
      { url: "/ui.js", integrity: "sha256-ui" },
      { url: "/ui.css", integrity: "sha256-css" },
    ]);
    end?.();
    end?.();
    await pass(6000);
    expect(shown).toHaveBeenLastCalledWith(false);
    hass.answers.info = () => info();
    hass.comesBack();
    await pass();
    expect(rich.linkus?.available).toBe(false);
    rich.linkus?.show(stage)();
    expect(failed).toHaveBeenCalledTimes(1);
    hass.answers.info = () => info({ phones: [infoPhone({ browser: false })] });
    hass.comesBack();
    await pass();
    expect(rich.linkus).toBeUndefined();
  });

  it("goes on with its own look where the official UI does not load, unless another stage was taken", async () => {
    const sdkInfo = { available: true, url: "/sdk.js", version: "1", problem: null };
    await start(info({ sdk: { ...sdkInfo, ui_url: "/ui.js", ui_css_url: "/ui.css" } }));
    const stage = () => ({
      place: document.body.appendChild(document.createElement("div")),
      language: "en",
      texts: {},
      style: "",
      shown: vi.fn(),
      failed: vi.fn(),
    });
    const rich = phone as RichPhone;
    let refuse: (error: Error) => void = () => {};
    world.openFrame.mockImplementation(async () =>
      fakeFrame(sdk, {
        loadUi: () =>
          new Promise((_, reject) => {
            refuse = reject;
          }),
      }),
    );
    const [first, second] = [stage(), stage()];
    rich.linkus?.show(first);
    await pass(6000);
    const refuseFirst = refuse;
    rich.linkus?.show(second);
    refuseFirst(new Error("404"));
    await pass(6000);
    expect(first.failed).toHaveBeenCalledTimes(1);
    refuse(new Error("404"));
    await pass(6000);
    expect(second.failed).toHaveBeenCalled();
  });

  it("without an answer Home Assistant is lost, until it comes back", async () => {
    hass.answers.info = () => Promise.reject({ code: "unknown_command" });
    phone = await startPhone(hass, null);
    expect(state().reach).toEqual({ state: "problem", problem: "home_assistant_lost" });
    hass.answers.info = () => info();
    hass.comesBack();
    await pass();
    expect(state().phone?.extension).toBe("1001");
  });

  it("finds another microphone when something was plugged in or out", async () => {
    const media = Object.assign(new EventTarget(), { enumerateDevices: async () => [] });
    Object.defineProperty(navigator, "mediaDevices", { value: media, configurable: true });
    const changed = vi.spyOn(BrowserPhone.prototype, "devicesChanged");
    await ready();
    media.dispatchEvent(new Event("devicechange"));
    await pass();
    expect(changed).toHaveBeenCalled();
    changed.mockRestore();
    Reflect.deleteProperty(navigator, "mediaDevices");
  });

  it("passes on what is wanted of a picture, and has none where no browser is the phone", async () => {
    expect(((await startPhone(new FakeHass(), info({ phones: [] }))) as RichPhone).pictures?.("1")).toBeNull();
    await ready();
    const rich = phone as RichPhone;
    const { id } = sdk.incoming("+4930123456");
    await rich.answer(id, { video: true });
    await rich.camera?.(id, true).catch(() => {});
    expect(rich.pictures?.(id)).toEqual({ far: null, own: null });
    expect(state().calls).toMatchObject([{ id, phase: "talking" }]);
  });

  it("a call outlives a Home Assistant that is still starting", async () => {
    await ready();
    const { id } = sdk.incoming("+4930123456");
    await phone.answer(id);
    const starting = { pbx_url: "", name: "", browser: false, desk: false, problem: "pbx_unreachable" };
    hass.answers.info = () => info({ phones: [infoPhone(starting)] });
    hass.comesBack();
    await pass(5000);
    expect(state().calls).toMatchObject([{ id, phase: "talking" }]);
    expect(world.openFrame).toHaveBeenCalledTimes(1);
    expect(state().phone?.browser).toBe(true);
  });

  it("asks again when the PBX comes within reach", async () => {
    const starting = { pbx_url: "", name: "", browser: false, desk: false, problem: "pbx_unreachable" };
    await start(info({ phones: [infoPhone(starting)] }));
    hass.answers.info = () => info();
    hass.tell("phone/subscribe", { kind: "snapshot", available: false });
    await pass();
    expect(state().phone?.browser).toBe(false);
    hass.tell("phone/subscribe", { kind: "update", available: true });
    await pass();
    expect(state().phone?.browser).toBe(true);
  });

  it("nothing is registered before somebody chose", async () => {
    await start(info({ default_method: "ask" }));
    expect(state()).toMatchObject({ method: "ask", reach: { state: "off" } });
    expect(world.openFrame).not.toHaveBeenCalled();
    await phone.dial("1002");
    expect(state().asked).toEqual({ number: "1002", name: "" });
    phone.dismissAsked();
    phone.chooseMethod("browser");
    await pass();
    sdk.registers();
    expect(state()).toMatchObject({ method: "browser", reach: { state: "ready" }, asked: null });
    phone.chooseMethod("desk");
    await pass(100);
    expect(state().reach).toEqual({ state: "desk_only" });
    expect(sdk.log).toContain("logout");
  });

  it("where browsers may not call there is nothing to choose", async () => {
    await start(info({ default_method: "ask", phones: [infoPhone({ browser: false })] }));
    expect(state()).toMatchObject({ method: "desk", reach: { state: "desk_only" } });
  });

  it("the choice of phone is remembered", async () => {
    await start(info({ phones: [infoPhone(), infoPhone({ phone_id: "phone-2", extension: "1002" })] }));
    phone.choosePhone("phone-2");
    await pass(5000);
    expect(state().phone?.extension).toBe("1002");
    expect(JSON.parse(localStorage.getItem("yeastar_linkus") ?? "")).toMatchObject({ phoneId: "phone-2" });
  });
});

describe("dialling", () => {
  it("goes through the browser", async () => {
    await ready();
    await phone.dial("+49 (0)30 1");
    expect(state().calls).toMatchObject([{ number: "+49301", where: "browser" }]);
  });

  it("goes to the desk phone when that is chosen", async () => {
    await ready();
    await phone.dial("1002", { where: "desk" });
    expect(hass.of("phone/dial")).toMatchObject([{ number: "1002", phone_id: "phone-1" }]);
    expect(state().notice).toBeNull();
  });

  it("goes to the desk phone when the browser cannot, and says why", async () => {
    world.problem = "insecure_origin";
    await start();
    await phone.dial("1002");
    expect(state().notice).toEqual({ key: "used_desk_phone", detail: "insecure_origin" });
    phone.dismissNotice();
    expect(state().notice).toBeNull();
  });

  it("goes to the desk phone when the microphone is refused only then", async () => {
    await ready();
    sdk.phone.refuse = -202;
    await phone.dial("1002");
    expect(hass.of("phone/dial")).toHaveLength(1);
    expect(state().notice).toEqual({ key: "used_desk_phone", detail: "microphone_denied" });
  });

  it("waits for a phone that is starting", async () => {
    await start();
    const dialled = phone.dial("1002");
    await pass(1000);
    sdk.registers();
    await pass();
    await dialled;
    expect(state().calls).toHaveLength(1);
  });

  it("does not wait for ever", async () => {
    await start();
    const dialled = phone.dial("1002");
    await pass(9000);
    await dialled;
    expect(hass.of("phone/dial")).toHaveLength(1);
  });

  it("says when nothing helps", async () => {
    hass.answers["phone/dial"] = () => Promise.reject({ code: "pbx_unreachable" });
    await ready();
    await phone.dial("1002", { where: "desk" });
    expect(state().notice).toEqual({ key: "desk_failed", detail: "pbx_unreachable" });
    await phone.dial("Anna");
    expect(state().notice).toEqual({ key: "number_invalid", detail: "Anna" });
    sdk.phone.refuse = -205;
    await phone.dial("1002");
    expect(state().notice).toEqual({ key: "call_limit" });
  });
});

describe("calls", () => {
  it("of the desk phone and the browser are one list", async () => {
    await ready();
    const session = sdk.incoming("+4930123456", "Mara");
    hass.tell("phone/subscribe", {
      kind: "snapshot",
      available: true,
      missed: 2,
      calls: [
        {
          id: "p1",
          direction: "in",
          number: "030123456",
          name: "",
          state: "ringing",
          started_at: Date.now(),
          answered_at: null,
          ended_at: null,
          outcome: null,
          did: "+493099",
          trunk: null,
          channel_id: null,
        },
      ],
    });
    expect(state().calls).toMatchObject([{ id: session.id, pbxId: "p1", did: "+493099" }]);
    expect(state()).toMatchObject({ missed: 2, ringing: true });
    phone.silence();
    await pass();
    expect(state().ringing).toBe(false);
    phone.clearMissed();
    expect(state().missed).toBe(0);
    expect(hass.of("phone/clear_missed")).toHaveLength(1);
  });

  it("are worked by their ids, and what fails is a notice", async () => {
    await ready();
    const { id } = sdk.incoming("+4930123456");
    await phone.answer(id);
    await phone.mute(id, true);
    await phone.sendDtmf(id, "1");
    await phone.record(id, true);
    await phone.hold(id, true);
    expect(state().calls).toMatchObject([{ held: true, muted: true }]);
    await phone.swap(id);
    expect(state().calls).toMatchObject([{ held: false }]);
    await pass(1100);
    await phone.consult(id, "1005");
    const consultation = state().calls[1]?.id ?? "";
    await phone.cancelTransfer(consultation);
    await pass(7000);
    await phone.consult(id, "1005");
    await phone.completeTransfer(state().calls[1]?.id ?? "");
    expect(state().notice).toBeNull();
    await phone.blindTransfer(id, "1006");
    expect(state().notice).toEqual({ key: "call_gone" });
  });

  it("are refused and ended", async () => {
    await ready();
    await phone.reject(sdk.incoming("1").id);
    expect(state().calls).toMatchObject([{ outcome: "rejected" }]);
    const { id } = sdk.incoming("2");
    await phone.answer(id);
    await pass(10);
    await phone.hangUp(id);
    expect(state().calls[0]).toMatchObject({ outcome: "answered" });
  });

  it("of the desk phone are ended by Home Assistant", async () => {
    await start(info({ default_method: "desk" }));
    const call = { id: "p1", direction: "out", number: "1", name: "", state: "talking", started_at: Date.now() };
    hass.tell("phone/subscribe", {
      kind: "snapshot",
      calls: [{ ...call, answered_at: 1, ended_at: null, outcome: null }],
    });
    await phone.hangUp("pbx:p1");
    expect(hass.of("phone/hangup")).toMatchObject([{ call_id: "p1" }]);
    hass.answers["phone/hangup"] = () => Promise.reject({ code: "not_found" });
    await phone.reject("pbx:p1");
    expect(state().notice).toBeNull();
    hass.answers["phone/hangup"] = () => Promise.reject({ code: "pbx_unreachable" });
    await phone.hangUp("pbx:p1");
    expect(state().notice).toEqual({ key: "desk_failed", detail: "pbx_unreachable" });
  });

  it("of chosen callers are taken by themselves", async () => {
    await ready();
    vi.spyOn(Sounds.prototype, "check").mockResolvedValue(true);
    phone.setAutoAnswer(["030 123456", "Anna"]);
    expect(state().autoAnswer).toEqual(["030 123456"]);
    sdk.incoming("+4930999999");
    sdk.sessions.clear();
    await pass(2000);
    expect(state().calls[0]?.phase).toBe("ringing");
    await phone.reject(state().calls[0]?.id ?? "");
    phone.chooseMethod("desk");
    await pass(10_000);
    phone.chooseMethod("browser");
    await pass();
    sdk.registers();
    sdk.incoming("+4930123456");
    await pass(2000);
    expect(state().calls[0]?.phase).toBe("talking");
    // Not into a call that goes on.
    sdk.incoming("030123456");
    await pass(2000);
    expect(state().calls.map((call) => call.phase)).toEqual(["talking", "ringing"]);
  });
});

describe("Home Assistant restarts", () => {
  it("and the call goes on, whatever it says of the phone meanwhile", async () => {
    await ready();
    const { id } = sdk.incoming("+4930");
    await phone.answer(id);
    hass.answers.info = () =>
      info({ enabled: false, phones: [infoPhone({ browser: false, desk: false, problem: "pbx_unreachable" })] });
    hass.answers["phone/subscribe"] = () => Promise.reject({ code: "unknown_command" });
    hass.following.get("phone/subscribe")?.clear();
    hass.goes();
    hass.comesBack();
    await pass(5000);
    expect(state().calls).toMatchObject([{ id, phase: "talking" }]);
    delete hass.answers["phone/subscribe"];
    hass.answers.info = () => info();
    await pass(20_000);
    hass.tell("phone/subscribe", { kind: "snapshot", available: false, missed: 4, calls: [] });
    hass.tell("phone/subscribe", { kind: "update", available: true });
    await pass();
    expect(state()).toMatchObject({ missed: 4, reach: { state: "ready" }, phone: { browser: true } });
    expect(sdk.log).toEqual([]);
  });
});

describe("the page", () => {
  it("is told, and its title says who calls", async () => {
    const heard: string[] = [];
    for (const what of ["incoming", "connected", "ended", "disconnected"])
      window.addEventListener(`yeastar-linkus-${what}`, () => heard.push(what));
    await ready();
    const session = sdk.incoming("+4930", "Mara");
    expect(document.title).toBe("☎ Mara · Overview");
    document.title = "Settings";
    await pass(2000);
    expect(document.title).toBe("☎ Mara · Settings");
    await phone.answer(session.id);
    expect(document.title).toBe("Settings");
    session.over("Terminated");
    sdk.runtimeError(-108);
    await pass(1000);
    expect(heard).toEqual(["incoming", "connected", "ended", "disconnected"]);
    expect(state().reach).toEqual({ state: "problem", problem: "extension_missing" });
  });

  it("is not left in a call without a question", async () => {
    await ready();
    const { id } = sdk.incoming("1");
    const leave = () => {
      const event = new Event("beforeunload", { cancelable: true });
      window.dispatchEvent(event);
      return event.defaultPrevented;
    };
    expect(leave()).toBe(false);
    await phone.answer(id);
    expect(leave()).toBe(true);
    await phone.hangUp(id);
    expect(leave()).toBe(false);
  });

  it("says goodbye to the PBX when it goes", async () => {
    await ready();
    window.dispatchEvent(Object.assign(new Event("pagehide"), { persisted: false }));
    expect(sdk.log).toContain("destroy");
  });
});

describe("what the user may choose", () => {
  it("is kept and shown", async () => {
    await ready();
    phone.chooseDevices({ microphone: "m", speaker: "s", ringer: "r" });
    phone.setRingVolume(7);
    await pass();
    expect(state()).toMatchObject({ devices: { microphone: "m", speaker: "s", ringer: "r" }, ringVolume: 1 });
    expect(sdk.phone.deviceIds).toEqual({ microphoneId: "m" });
    phone.keyTone("1");
    await phone.testRing();
    await phone.unlockSound();
    await phone.allowNotifications();
  });

  it("asking for the microphone tries again", async () => {
    world.problem = "microphone_denied";
    await start();
    expect(state().reach).toEqual({ state: "problem", problem: "microphone_denied" });
    world.problem = null;
    await phone.allowMicrophone();
    await pass();
    expect(state().reach.state).toBe("starting");
    const { PhoneProblem } = await import("../state/problems");
    world.ask.mockRejectedValue(new PhoneProblem("microphone_policy"));
    await phone.allowMicrophone();
    expect(state().notice).toEqual({ key: "microphone_policy" });
  });

  it("a phone in use elsewhere is taken over", async () => {
    hass.lease = { kind: "held", by: "Tablet", since: 5 };
    await start();
    expect(state().reach).toEqual({ state: "elsewhere", by: "Tablet", since: 5, inCall: false });
    hass.tell("phone/subscribe", { kind: "snapshot", lease: { browser_id: "b", state: "in_call" } });
    expect(state().reach).toMatchObject({ inCall: true });
    hass.tell("phone/subscribe", { kind: "update", lease: { browser_id: null, state: "off" } });
    expect(state().reach).toMatchObject({ inCall: false });
    hass.lease = { kind: "granted" };
    await phone.takeOver();
    await pass();
    sdk.registers();
    expect(state().reach).toEqual({ state: "ready" });
  });

  it("trying again asks Home Assistant when there was no phone", async () => {
    await start(info({ phones: [] }));
    hass.answers.info = () => info();
    await phone.retry();
    expect(state().phone?.extension).toBe("1001");
    await phone.retry();
  });
});

describe("what the Open API adds", () => {
  const rich = () => phone as RichPhone;
  const twin = (over: object = {}) => ({
    kind: "update",
    calls: [
      {
        id: "p1",
        direction: "in",
        number: "+4930123456",
        name: "",
        state: "talking",
        started_at: Date.now(),
        answered_at: Date.now(),
        ended_at: null,
        outcome: null,
        ...over,
      },
    ],
  });
  async function talking(over: object = {}) {
    await ready();
    const { id } = sdk.incoming("+4930123456");
    await phone.answer(id);
    hass.tell("phone/subscribe", twin(over));
    await pass();
    expect(state().calls).toMatchObject([{ id, pbxId: "p1" }]);
    return id;
  }

  it("is there with it only", async () => {
    await start(info({ phones: [infoPhone({ desk: false })] }));
    const parts = () => [rich().directory, rich().journal, rich().mailbox, rich().doors].map(Boolean);
    expect(parts()).toEqual([false, false, false, false]);
    hass.answers.info = () => info();
    hass.comesBack();
    await pass();
    expect(parts()).toEqual([true, true, true, true]);
  });

  it("parks, takes, invites, merges and sends to the mailbox by the PBX's id", async () => {
    const id = await talking();
    hass.answers["phone/park"] = () => ({ slot: "601" });
    await rich().park?.(id);
    expect(state().notice).toEqual({ key: "parked", detail: "601" });
    hass.answers["phone/take"] = () => ({ slot: "602" });
    await rich().take?.(id);
    expect(state().notice).toEqual({ key: "parked", detail: "601" });
    await rich().toVoicemail?.(id);
    expect(hass.of("phone/to_voicemail")).toMatchObject([{ call_id: "p1" }]);
    await rich().invite?.(id, "1002", "Ben");
    expect(hass.of("call_service")).toMatchObject([
      { service: "add_member", service_data: { call_id: "p1", number: "1002" } },
    ]);
    expect(state().calls[0]?.invited).toEqual(["Ben"]);
    await rich().merge?.();
    phone.dismissNotice();
    expect(state().notice).toBeNull();
  });

  it("opens a door by digits in its call", async () => {
    const door = { name: "Gate", camera_entity: "camera.gate", unlock_entity: null, unlock_digits: "#9" };
    const id = await talking({ door });
    expect(state().calls[0]?.door).toMatchObject({ opensBy: "digits" });
    hass.answers["auth/sign_path"] = ({ path }) => ({ path });
    expect(await rich().doors?.picture("camera.gate")).toContain("camera.gate");
    await rich().doors?.open(id);
    expect(sdk.sessions.get(id)?.keys).toEqual(["#9"]);
    await expect(rich().doors?.open("gone")).rejects.toThrow();
  });

  it("keeps how a call sounded", async () => {
    const told = vi.spyOn(QualityLog.prototype, "follow");
    const id = await talking();
    await phone.hangUp(id);
    expect(told).toHaveBeenCalled();
    const before = told.mock.contexts.at(-1) as unknown as { over(id: string, summary: object): void };
    before.over("p1", { lossPercent: 1, jitterMs: 2, roundTripMs: 3, score: 4, side: "own" });
    expect(hass.of("call_quality")).toMatchObject([
      { call_id: "p1", quality: { loss_percent: 1, jitter_ms: 2, round_trip_ms: 3, score: 4, side: "own" } },
    ]);
    hass.answers.call_quality = () => Promise.reject({ code: "not_found" });
    before.over("p1", { lossPercent: 1, jitterMs: 2, roundTripMs: 3, score: 4, side: null });
    await pass();
    expect(state().notice).toBeNull();
    told.mockRestore();
  });
});

describe("more to choose and to try", () => {
  it("has a ring tone, and things to try the sound with", async () => {
    await ready();
    phone.setRingTone("bells");
    expect(state().ringTone).toBe("bells");
    await phone.testSpeaker();
    const heard = vi.fn();
    phone.watchMicrophone(heard)();
    const stop = phone.watchMicrophone(heard);
    await pass();
    expect(heard).toHaveBeenCalledWith(null);
    stop();
  });

  it("has several phones", async () => {
    const two = info({ phones: [infoPhone(), infoPhone({ phone_id: "phone-2", extension: "1002" })] });
    await start(two);
    phone.choosePhone("phone-2");
    await pass(10_000);
    expect(state().phone?.extension).toBe("1002");
  });

  it("asks before it dials a number from a page", async () => {
    await ready();
    phone.ask("nothing");
    expect(state().asked).toBeNull();
    phone.ask("+49 30 1", "Mara");
    expect(state().asked).toEqual({ number: "+49301", name: "Mara" });
  });

  it("forgets the missed calls at once, and whatever Home Assistant says to that", async () => {
    await start();
    hass.tell("phone/subscribe", { kind: "snapshot", missed: 3 });
    expect(state().missed).toBe(3);
    hass.answers["phone/clear_missed"] = () => Promise.reject({ code: "pbx_unreachable" });
    phone.clearMissed();
    await pass();
    expect(state().missed).toBe(0);
  });

  it("has nothing to do without a phone", async () => {
    await start(info({ phones: [] }));
    phone.clearMissed();
    phone.silence();
    phone.keyTone("1");
    await phone.testRing();
    await phone.testSpeaker();
    await phone.answer("x");
    expect(state().notice).toEqual({ key: "call_gone" });
    expect((phone as RichPhone).doors).toBeUndefined();
  });

  it("unlocks the sound with the first touch of the page", async () => {
    vi.spyOn(Sounds.prototype, "check").mockResolvedValue(false);
    const unlock = vi.spyOn(Sounds.prototype, "unlock").mockResolvedValue(true);
    await ready();
    window.dispatchEvent(new Event("pointerdown"));
    expect(unlock).not.toHaveBeenCalled();
    vi.spyOn(BrowserPhone.prototype, "soundLocked", "get").mockReturnValue(true);
    phone.setRingVolume(0.4);
    window.dispatchEvent(new Event("pointerdown"));
    expect(unlock).toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it("is shown to a user whom an automation calls to it", async () => {
    const shown = vi.fn();
    window.addEventListener("yeastar-linkus-show", shown, { once: true });
    await start();
    hass.tell("phone/subscribe", { kind: "show" });
    expect(shown).toHaveBeenCalled();
  });
});

describe("what seldom happens", () => {
  it("a failure that nobody foresaw is said too", async () => {
    await ready();
    const { id } = sdk.incoming("1002");
    await phone.answer(id);
    sdk.phone.mute = () => {
      throw new TypeError("bug");
    };
    await phone.mute(id, true);
    expect(state().notice).toEqual({ key: "call_failed" });
  });

  it("Home Assistant that cannot be asked changes nothing", async () => {
    await ready();
    hass.answers.info = () => Promise.reject({ code: "unknown_command" });
    hass.comesBack();
    await pass(1000);
    expect(state().phone?.extension).toBe("1001");
  });

  it("another phone is chosen while one is being given up", async () => {
    const phones = ["1", "2", "3"].map((n) => infoPhone({ phone_id: `phone-${n}`, extension: `100${n}` }));
    await start(info({ phones }));
    phone.choosePhone("phone-2");
    phone.choosePhone("phone-3");
    await pass(10_000);
    expect(state().phone?.extension).toBe("1003");
    expect(hass.of("phone/subscribe").at(-1)).toMatchObject({ phone_id: "phone-3" });
  });

  it("a PBX that does not answer is looked at from both sides", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no route")));
    world.openFrame.mockImplementation(async () => {
      const away = Object.assign(new FakeSdk(), { refuse: -4 });
      return fakeFrame(away);
    });
    await start();
    hass.tell("phone/subscribe", { kind: "snapshot", available: false });
    await pass(1000);
    expect(state().reach.state).toBe("problem");
  });

  it("a call that ended leaves by itself", async () => {
    await ready();
    const session = sdk.incoming("1002");
    session.over("Canceled");
    expect(state().calls).toHaveLength(1);
    await pass(8000);
    expect(state().calls).toEqual([]);
  });

  it("a call of another browser is fetched with the registration", async () => {
    hass.lease = { kind: "held", by: "Tablet", since: 5 };
    await start();
    hass.tell("phone/subscribe", {
      kind: "snapshot",
      lease: { browser_id: "b", state: "in_call" },
      calls: [
        {
          id: "p9",
          direction: "in",
          number: "+49301",
          name: "",
          state: "talking",
          started_at: 1,
          answered_at: 1,
          ended_at: null,
          outcome: null,
        },
      ],
    });
    expect(state().calls).toMatchObject([{ where: "desk", pbxId: "p9" }]);
    hass.answers["phone/take"] = () => ({ slot: "6001" });
    hass.lease = { kind: "granted" };
    const taken = (phone as RichPhone).take?.("pbx:p9");
    await pass();
    sdk.registers();
    await pass(2000);
    await taken;
    expect([...sdk.sessions.values()].map(({ status }) => status.number)).toEqual(["6001"]);
  });
});
