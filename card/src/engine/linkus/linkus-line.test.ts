import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LINGER } from "../../state/all-calls";
import type { Call, Problem } from "../../state/types";
import { FakeSdk, fakeFrame } from "../testing/fake-sdk";
import type { EngineFrame } from "./frame-contract";
import { LinkusLine } from "./linkus-line";

let sdk: FakeSdk;
let calls: readonly Call[];
let faults: Problem[];
let registered: boolean[];
const audio = { attach: vi.fn(), detach: vi.fn() };

beforeEach(() => {
  vi.useFakeTimers();
  sdk = new FakeSdk();
  calls = [];
  faults = [];
  registered = [];
  audio.attach.mockClear();
  audio.detach.mockClear();
});
afterEach(() => vi.useRealTimers());

const open = (frame = fakeFrame(sdk), microphone: string | null = null) =>
  LinkusLine.open({
    script: { url: "/sdk.js", integrity: "sha256-sdk" },
    username: "1001",
    secret: "sign",
    pbxUrl: "https://pbx.test:8088",
    microphone,
    audio,
    onCalls: (now) => {
      calls = now;
    },
    onRegistered: (on) => registered.push(on),
    onFault: (problem) => faults.push(problem),
    openFrame: async () => frame,
  });
const key = (order: Promise<unknown> | (() => unknown)) =>
  Promise.resolve()
    .then(() => (typeof order === "function" ? order() : order))
    .then(
      () => "done",
      (error: { key?: string }) => error.key,
    );
async function talking(line: LinkusLine, number = "1002") {
  await line.dial(number);
  const session = [...sdk.sessions.values()].at(-1);
  if (!session) throw new Error("no session");
  session.talks();
  await vi.advanceTimersByTimeAsync(1100);
  return session;
}
const one = (id: string) => calls.find((call) => call.id === id);

describe("opening", () => {
  it("logs in silently, with the chosen microphone, and starts once", async () => {
    await open(undefined, "mic-1");
    expect(sdk.options).toMatchObject({
      username: "1001",
      secret: "sign",
      enableLog: false,
      deviceIds: { microphoneId: "mic-1" },
    });
    expect(sdk.phone.started).toBe(1);
  });

  it.each<[string, () => void, Problem]>([
    ["the file is missing", () => (sdk.loads = false), "sdk_missing"],
    ["the PBX is away", () => (sdk.refuse = -4), "pbx_unreachable"],
    ["the signature is refused", () => (sdk.refuse = -103), "login_refused"],
    ["the plan is missing", () => (sdk.refuse = -110), "plan_missing"],
    ["the PBX never answers", () => (sdk.hangs = true), "pbx_unreachable"],
  ])("takes the frame away when %s", async (_, arrange, problem) => {
    arrange();
    const frame = fakeFrame(sdk);
    const opened = open(frame).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(await opened).toMatchObject({ problem });
    expect(frame.disposed).toBe(true);
  });
});

it("says that the browser kept the phone away when the SDK breaks at once", async () => {
  Object.assign(sdk.module, {
    init: () => {
      throw new TypeError("blocked");
    },
  });
  const frame = fakeFrame(sdk);
  await expect(open(frame)).rejects.toMatchObject({ problem: "sdk_blocked" });
  expect(frame.disposed).toBe(true);
});

it("goes although nothing goes as it should", async () => {
  const frame = fakeFrame(sdk, { closed: async () => Promise.reject(new Error("gone")) });
  const line = await open(frame);
  sdk.pbx.logout = async () => Promise.reject(new Error("refused"));
  await line.close();
  expect(frame.disposed).toBe(true);
});

it("takes the system's microphone when none is chosen, and when one was unplugged", async () => {
  const getMicrophone = vi.fn(async () => ({ getAudioTracks: () => [] }) as unknown as MediaStream);
  const old = { kind: "audio", readyState: "ended" };
  const peer = { connectionState: "connected", getSenders: () => [{ track: old }] } as unknown as RTCPeerConnection;
  const line = await open(fakeFrame(sdk, { peers: new Set([peer]), getMicrophone }), "mic-1");
  await line.chooseMicrophone(null);
  expect(sdk.phone.deviceIds).toEqual({});
  await line.devicesChanged();
  expect(getMicrophone.mock.calls).toEqual([[null], [null]]);
});

it("leaves the first call on hold when it cannot be fetched back after a consultation", async () => {
  const line = await open();
  const first = await talking(line);
  await line.hold(first.id, true);
  await vi.advanceTimersByTimeAsync(1100);
  const consulted = line.consult(first.id, "1003");
  await vi.advanceTimersByTimeAsync(1100);
  await consulted;
  first.pending = true;
  const second = [...sdk.sessions.values()].at(-1);
  second?.over("Terminated");
  await vi.advanceTimersByTimeAsync(30_000);
  expect(one(first.id)).toMatchObject({ phase: "talking", held: true });
});

describe("registration", () => {
  it("is told once for the SDK's several events", async () => {
    const line = await open();
    sdk.registers();
    sdk.registers(false);
    sdk.registers();
    expect(registered).toEqual([true, false, true]);
    expect(line.registered).toBe(true);
  });

  it("is lost for good when it was refused", async () => {
    await open();
    sdk.phone.emit("registrationFailed", "Rejected");
    await vi.advanceTimersByTimeAsync(0);
    expect(faults).toEqual(["registration_lost"]);
  });

  it("gives the SDK's reason, which comes after everything is down, once", async () => {
    await open();
    sdk.registers();
    sdk.runtimeError(-107);
    sdk.pbx.emit("runtimeError", { code: -107 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(faults).toEqual(["logged_in_elsewhere"]);
  });

  it("notices a teardown without a reason", async () => {
    await open();
    sdk.registers();
    sdk.destroy();
    await vi.advanceTimersByTimeAsync(1000);
    expect(faults).toEqual(["registration_lost"]);
  });

  it("logs out before it destroys, and waits for the sockets before the frame goes", async () => {
    const line = await open();
    const closed = line.close();
    await vi.advanceTimersByTimeAsync(5000);
    await closed;
    await line.close();
    expect(sdk.log).toEqual(["logout", "destroy", "closed", "dispose"]);
    expect(faults).toEqual([]);
  });

  it("does not wait for a PBX that does not answer a logout", async () => {
    const line = await open();
    sdk.pbx.logout = () => new Promise(() => {});
    const closed = line.close();
    await vi.advanceTimersByTimeAsync(2500);
    await closed;
    expect(sdk.log).toEqual(["destroy", "closed", "dispose"]);
  });
});

describe("a call out", () => {
  it("goes from dialling to its end", async () => {
    vi.setSystemTime(1_000_000);
    const line = await open();
    await line.dial("(030) 12 34");
    const [session] = [...sdk.sessions.values()];
    expect(session?.status.number).toBe("0301234");
    expect(calls).toMatchObject([{ phase: "dialing", alerting: false, direction: "out" }]);
    session?.rings();
    expect(calls).toMatchObject([{ alerting: true }]);
    vi.setSystemTime(1_005_000);
    session?.talks();
    expect(calls).toMatchObject([{ phase: "talking", answeredAt: 1_005_000, startedAt: 1_000_000 }]);
    expect(audio.attach).toHaveBeenLastCalledWith("call-1", session?.remoteStream);
    line.hangUp("call-1");
    expect(calls).toMatchObject([{ phase: "ended", outcome: "answered" }]);
    expect(audio.detach).toHaveBeenCalledWith("call-1");
    await vi.advanceTimersByTimeAsync(LINGER);
    expect(calls).toEqual([]);
  });

  it("knows early media from an answer", async () => {
    const line = await open();
    await line.dial("1002");
    const [session] = [...sdk.sessions.values()];
    session?.rings();
    session?.stream();
    expect(calls).toMatchObject([{ phase: "dialing", earlyMedia: true }]);
  });

  it("waits until the SDK takes another one", async () => {
    const line = await open();
    await line.dial("1002");
    const second = line.dial("1003");
    await vi.advanceTimersByTimeAsync(1100);
    await second;
    expect(sdk.sessions.size).toBe(2);
  });

  it("is not made of what is no number", async () => {
    const line = await open();
    expect(await key(line.dial("Anna"))).toBe("number_invalid");
    sdk.phone.refuse = -205;
    expect(await key(line.dial("1002"))).toBe("call_limit");
    sdk.phone.call = async () => ({ code: -209 });
    const dialled = key(line.dial("1002"));
    await vi.advanceTimersByTimeAsync(1100);
    expect(await dialled).toBe("number_invalid");
  });

  it("names the microphone's own trouble", async () => {
    const line = await open(fakeFrame(sdk, { mediaError: () => "NotReadableError" }));
    sdk.phone.refuse = -202;
    expect(await key(line.dial("1002"))).toBe("microphone_busy");
  });
});

describe("a call in", () => {
  it("is answered by its id", async () => {
    const line = await open();
    const session = sdk.incoming("+4930", "Mara");
    expect(calls).toMatchObject([{ phase: "ringing", name: "Mara", can: { answer: true } }]);
    await line.answer(session.id);
    expect(calls).toMatchObject([{ phase: "talking" }]);
  });

  it("rings on when it cannot be answered", async () => {
    const line = await open(fakeFrame(sdk, { mediaError: () => "NotAllowedError" }));
    const session = sdk.incoming("+4930");
    sdk.phone.refuse = -202;
    expect(await key(line.answer(session.id))).toBe("microphone_denied");
    expect(calls).toMatchObject([{ phase: "ringing" }]);
    sdk.phone.answer = async () => ({ code: -290 });
    expect(await key(line.answer(session.id))).toBe("microphone_missing");
  });

  it("is rejected, by hanging up too", async () => {
    const line = await open();
    line.reject(sdk.incoming("1").id);
    line.hangUp(sdk.incoming("2").id);
    expect(calls.map((call) => call.outcome)).toEqual(["rejected", "rejected"]);
  });

  it("is missed when the caller gives up", async () => {
    await open();
    sdk.incoming("1").over("Canceled");
    expect(calls).toMatchObject([{ outcome: "missed" }]);
  });

  it("that nobody was told of may go without a word", async () => {
    await open();
    sdk.phone.emit("deleteSession", { callId: "stranger", cause: "Canceled" });
    expect(calls).toEqual([]);
  });

  it("shows pictures of the PBX only", async () => {
    await open();
    const session = sdk.incoming("1");
    session.changed({ avatar: "https://pbx.test:8088/api/photo/1.png" });
    expect(calls[0]?.avatar).toBe("https://pbx.test:8088/api/photo/1.png");
    session.changed({ avatar: "https://pbx.test:8088.evil.test/x.png" });
    expect(calls[0]?.avatar).toBeNull();
  });
});

describe("holding", () => {
  it("is what the offers say", async () => {
    const line = await open();
    const { id } = await talking(line);
    await line.hold(id, true);
    expect(one(id)).toMatchObject({ held: true, heldByOther: false });
    await line.hold(id, false);
    expect(one(id)).toMatchObject({ held: false });
    expect(sdk.phone.current).toBe(id);
  });

  it("is tried again while a negotiation is pending, and given up after a while", async () => {
    const line = await open();
    const session = await talking(line);
    session.pending = true;
    const held = key(line.hold(session.id, true));
    await vi.advanceTimersByTimeAsync(600);
    session.pending = false;
    await vi.advanceTimersByTimeAsync(300);
    expect(await held).toBe("done");
    session.pending = true;
    const never = key(line.hold(session.id, false));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await never).toBe("hold_failed");
  });

  it("by the other side is told apart, and ends although the SDK's flag does not", async () => {
    const line = await open();
    const session = await talking(line);
    session.otherHolds("sendonly");
    expect(one(session.id)).toMatchObject({ held: false, heldByOther: true });
    session.otherHolds("sendrecv");
    expect(one(session.id)).toMatchObject({ held: false, heldByOther: false });
    session.otherHolds("");
    expect(session.status.isHold).toBe(true);
    expect(one(session.id)).toMatchObject({ held: false, heldByOther: false });
  });

  it("swaps two calls", async () => {
    const line = await open();
    const first = await talking(line);
    const second = sdk.incoming("1003");
    await line.answer(second.id);
    expect([one(first.id)?.held, one(second.id)?.held]).toEqual([true, false]);
    await line.hold(first.id, false);
    expect([one(first.id)?.held, one(second.id)?.held]).toEqual([false, true]);
  });

  it("does nothing to a call that rings or is gone", async () => {
    const line = await open();
    expect(await key(line.hold(sdk.incoming("1").id, true))).toBe("call_gone");
    expect(await key(line.hold("gone", true))).toBe("call_gone");
  });
});

describe("in a call", () => {
  it("mutes, sends keys and records", async () => {
    const line = await open();
    const session = await talking(line);
    line.mute(session.id, true);
    expect(one(session.id)?.muted).toBe(true);
    line.mute(session.id, false);
    expect(one(session.id)?.muted).toBe(false);
    line.sendKeys(session.id, "1-2 x#");
    line.sendKeys(session.id, "x");
    expect(session.keys).toEqual(["12#"]);
    line.record(session.id, true);
    session.changed({ recordStatus: "recording" });
    expect(one(session.id)?.recording).toBe("on");
    line.record(session.id, true);
    line.record(session.id, false);
    session.changed({ recordStatus: "pause" });
    expect(one(session.id)?.recording).toBe("paused");
  });

  it("says what is not possible", async () => {
    const line = await open();
    const session = await talking(line);
    sdk.phone.refuse = -1;
    expect(await key(() => line.sendKeys(session.id, "1"))).toBe("keys_not_possible");
    expect(await key(() => line.record(session.id, true))).toBe("record_failed");
    sdk.phone.recordPermissions = 1;
    sdk.phone.emit("recordPermissionsChange", 1);
    expect(await key(() => line.record(session.id, true))).toBe("record_not_allowed");
    session.changed({ recordStatus: "pause" });
    expect(one(session.id)?.can.record).toBe(true);
  });
});

describe("transfer", () => {
  it("gives a call away blindly, once it talks", async () => {
    const line = await open();
    const ringing = sdk.incoming("1");
    expect(await key(() => line.blindTransfer(ringing.id, "1005"))).toBe("call_gone");
    await line.answer(ringing.id);
    expect(await key(() => line.blindTransfer(ringing.id, "Anna"))).toBe("number_invalid");
    line.blindTransfer(ringing.id, "1005");
    expect(one(ringing.id)?.outcome).toBe("transferred");
    expect(sdk.phone.transferred).toEqual(["1005"]);
  });

  it("asks first, then connects", async () => {
    const line = await open();
    const first = await talking(line);
    await line.consult(first.id, "1005");
    expect(calls.at(-1)).toMatchObject({ consultationFor: first.id });
    expect(one(first.id)?.held).toBe(true);
    const consultation = [...sdk.sessions.keys()].at(-1) ?? "";
    await line.completeTransfer(consultation);
    expect(calls.map((call) => call.outcome)).toEqual(["transferred", "transferred"]);
    expect(await key(line.completeTransfer(consultation))).toBe("call_gone");
  });

  it("comes back to the first call when the consulted is let go or does not answer", async () => {
    const line = await open();
    const first = await talking(line);
    await line.consult(first.id, "1005");
    [...sdk.sessions.values()].at(-1)?.over("Busy");
    await vi.advanceTimersByTimeAsync(1100);
    expect(one(first.id)?.held).toBe(false);
  });

  it("notices by the time that nothing happens that a transfer was refused", async () => {
    const line = await open();
    const first = await talking(line);
    await line.consult(first.id, "1005");
    sdk.phone.refusesTransfer = true;
    const consultation = [...sdk.sessions.keys()].at(-1) ?? "";
    const result = key(line.completeTransfer(consultation));
    await vi.advanceTimersByTimeAsync(16_000);
    expect(await result).toBe("transfer_failed");
    expect(await key(line.completeTransfer(first.id))).toBe("transfer_failed");
    line.hangUp(consultation);
    await vi.advanceTimersByTimeAsync(300);
    expect(one(first.id)).toMatchObject({ phase: "talking", held: false });
  });
});

describe("microphones and measurements", () => {
  const peer = () => {
    const old = { kind: "audio", enabled: false, stop: vi.fn() };
    const sender = { track: old as unknown, replaceTrack: vi.fn(async () => {}) };
    return {
      old,
      sender,
      connectionState: "connected",
      getSenders: () => [sender, { track: null }],
      getReceivers: () => [{ track: { id: "track-call-1" } }],
      getStats: async () =>
        new Map([["a", { type: "inbound-rtp", kind: "audio", packetsReceived: 100, packetsLost: 0, jitter: 0.001 }]]),
    };
  };
  const frameWith = (...peers: unknown[]) =>
    fakeFrame(sdk, { peers: new Set(peers as RTCPeerConnection[]) } satisfies Partial<EngineFrame>);

  it("changes the microphone of a call, silent as it was, and lets go of it", async () => {
    const mine = peer();
    const track = { kind: "audio", enabled: true, stop: vi.fn() };
    const frame = frameWith(mine, { connectionState: "closed" });
    const getMicrophone = vi.fn(async (id: string | null) => {
      if (id) throw new Error("unplugged");
      return { getAudioTracks: () => [track] } as unknown as MediaStream;
    });
    Object.assign(frame.engine, { getMicrophone });
    const line = await open(frame);
    const session = await talking(line);
    await line.chooseMicrophone("mic-2");
    expect(sdk.phone.deviceIds).toEqual({ microphoneId: "mic-2" });
    expect(getMicrophone.mock.calls).toEqual([["mic-2"], [null]]);
    expect(mine.sender.replaceTrack).toHaveBeenCalledWith(track);
    expect([track.enabled, mine.old.stop.mock.calls.length]).toEqual([false, 1]);
    line.hangUp(session.id);
    expect(track.stop).toHaveBeenCalled();
  });

  it("measures a call while it talks", async () => {
    const line = await open(frameWith(peer()));
    const { id } = await talking(line);
    await vi.advanceTimersByTimeAsync(3000);
    expect(one(id)?.quality).toMatchObject({ lossPercent: 0, score: 5 });
    line.hangUp(id);
    expect(vi.getTimerCount()).toBe(1);
  });

  it("passes on what the frame can do", async () => {
    const line = await open();
    expect(await line.probe(1)).toBe(true);
    line.reconnect();
    expect(sdk.log).toEqual(["reconnect"]);
  });
});

describe("a picture", () => {
  const pictured = async () => {
    const line = await open();
    sdk.phone.videoPlan = "connected";
    sdk.registers();
    return line;
  };

  it("comes with a call that asks for one, where the plan has it", async () => {
    const line = await pictured();
    expect(line.video).toBe(true);
    await line.dial("1002", true);
    const session = [...sdk.sessions.values()][0];
    expect(line.pictures(session?.id ?? "")).toEqual({ far: null, own: null });
    session?.talks();
    const [call] = calls;
    expect(call).toMatchObject({ picture: true, cameraOff: false, can: { video: true } });
    const seen = line.pictures(session?.id ?? "");
    expect(seen).toEqual({ far: session?.remoteStream, own: session?.localStream });
    session?.stream();
    expect(one(session?.id ?? "")?.pictures).toBeGreaterThan(call?.pictures ?? 0);
    session?.over("Terminated");
    expect(line.pictures(session?.id ?? "")).toBeNull();
    expect(calls[0]).toMatchObject({ picture: false, can: { video: false } });
  });

  it("is not asked for where the plan has none, until it gets one", async () => {
    const line = await open();
    await line.dial("1002", true);
    expect([...sdk.sessions.values()][0]?.status.isVideo).toBe(false);
    const offered = sdk.incoming("1003", "1003", true);
    expect(one(offered.id)).toMatchObject({ picture: true, can: { answer: true, video: false } });
    sdk.phone.videoPlan = "connected";
    sdk.phone.emit("videoPlanChange", "connected");
    expect(one(offered.id)?.can.video).toBe(true);
  });

  it("is answered with sound or with a picture", async () => {
    const line = await pictured();
    const first = sdk.incoming("1003", "1003", true);
    await line.answer(first.id);
    expect(one(first.id)).toMatchObject({ phase: "talking", picture: false, can: { video: false } });
    first.over("Terminated");
    const second = sdk.incoming("1003", "1003", true);
    await line.answer(second.id, true);
    expect(one(second.id)).toMatchObject({ phase: "talking", picture: true });
    // Nobody shows a face to a caller who offers none.
    second.over("Terminated");
    const third = sdk.incoming("1004");
    await line.answer(third.id, true);
    expect(one(third.id)).toMatchObject({ phase: "talking", picture: false });
  });

  it("of one's own is kept from the other side and shown again", async () => {
    const line = await pictured();
    await line.dial("1002", true);
    const session = [...sdk.sessions.values()][0];
    session?.talks();
    line.camera(session?.id ?? "", false);
    expect(session?.camera.enabled).toBe(false);
    expect(calls[0]?.cameraOff).toBe(true);
    line.camera(session?.id ?? "", true);
    expect(session?.camera.enabled).toBe(true);
    expect(calls[0]?.cameraOff).toBe(false);
  });

  it("cannot be switched in a call that has none", async () => {
    const line = await pictured();
    const session = await talking(line);
    expect(await key(() => line.camera(session.id, true))).toBe("camera_failed");
  });

  it.each([-202, -291])("that no camera gives is told as that (%i)", async (code) => {
    const line = await pictured();
    sdk.phone.refuse = code;
    expect(await key(line.dial("1002", true))).toBe("camera_failed");
    await vi.advanceTimersByTimeAsync(1100);
    const offered = sdk.incoming("1003", "1003", true);
    expect(await key(line.answer(offered.id, true))).toBe("camera_failed");
    expect(one(offered.id)?.phase).toBe("ringing");
    // Without one it is the microphone's fault.
    expect(await key(line.answer(offered.id))).not.toBe("camera_failed");
  });

  it("comes from the chosen camera", async () => {
    const line = await pictured();
    line.chooseCamera("webcam");
    expect(sdk.phone.deviceIds).toEqual({ cameraId: "webcam" });
    await line.chooseMicrophone("mic-2");
    expect(sdk.phone.deviceIds).toEqual({ microphoneId: "mic-2", cameraId: "webcam" });
    line.chooseCamera(null);
    expect(sdk.phone.deviceIds).toEqual({ microphoneId: "mic-2" });
  });

  it("that other errors keep from coming is told as those", async () => {
    const line = await pictured();
    sdk.phone.refuse = -205;
    expect(await key(line.dial("1002", true))).toBe("call_limit");
  });
});
