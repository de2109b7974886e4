import { describe, expect, it } from "vitest";
import { fakeCall, fakeInfo, fakeState } from "../testing/fake-phone";
import {
  canAskMicrophone,
  dialsFrom,
  focusCall,
  isIncoming,
  otherCalls,
  problemOf,
  sceneOf,
  waitingCall,
} from "./scene";

const ringing = fakeCall({ id: "r", phase: "ringing", answeredAt: null });
const dialing = fakeCall({ id: "d", phase: "dialing", answeredAt: null });
const talking = fakeCall({ id: "t" });
const held = fakeCall({ id: "h", held: true });
const ended = fakeCall({ id: "e", phase: "ended", outcome: "busy" });

describe("sceneOf", () => {
  it("answers every state", () => {
    expect(sceneOf(null).kind).toBe("loading");
    expect(sceneOf(fakeState({ phone: null, reach: { state: "starting" } })).kind).toBe("loading");
    expect(sceneOf(fakeState({ phone: null, reach: { state: "problem", problem: "no_phone" } })).kind).toBe(
      "not_mapped",
    );
    expect(sceneOf(fakeState({ method: "ask" })).kind).toBe("first_use");
    expect(sceneOf(fakeState({ method: "ask", phone: fakeInfo({ desk: false }) })).kind).toBe("idle");
    expect(sceneOf(fakeState()).kind).toBe("idle");
    expect(sceneOf(fakeState({ calls: [ringing] }))).toEqual({ kind: "incoming", call: ringing });
    expect(sceneOf(fakeState({ calls: [dialing] }))).toEqual({ kind: "outgoing", call: dialing });
    expect(sceneOf(fakeState({ calls: [talking] }))).toEqual({ kind: "talking", call: talking });
    expect(sceneOf(fakeState({ calls: [ended] }))).toEqual({ kind: "ended", call: ended });
  });

  it("shows a live call even when the phone has just been unlinked", () => {
    expect(sceneOf(fakeState({ phone: null, calls: [talking] })).kind).toBe("talking");
  });
});

describe("focus", () => {
  it("goes to dialling, talking, held, ringing, ended, in this order", () => {
    expect(focusCall([])).toBeNull();
    expect(focusCall([ended, ringing, held, talking, dialing])?.id).toBe("d");
    expect(focusCall([talking, ringing, ended])?.id).toBe("t");
    expect(focusCall([ringing, held])?.id).toBe("h");
    expect(focusCall([ended, ringing])?.id).toBe("r");
    expect(focusCall([talking, { ...talking, id: "t2" }])?.id).toBe("t2");
  });

  it("knows who waits and who else is there", () => {
    expect(waitingCall([talking, ringing], talking)?.id).toBe("r");
    expect(waitingCall([ringing], ringing)).toBeNull();
    expect(otherCalls([talking, held, ringing, ended, dialing], talking).map((call) => call.id)).toEqual(["h", "d"]);
    expect(isIncoming(ringing)).toBe(true);
    expect(isIncoming(talking)).toBe(false);
  });
});

describe("dialsFrom", () => {
  it("takes the browser when it can, the desk phone when it must", () => {
    expect(dialsFrom(fakeState())).toBe("browser");
    expect(dialsFrom(fakeState({ reach: { state: "starting" } }))).toBe("browser");
    expect(dialsFrom(fakeState({ method: "desk", reach: { state: "desk_only" } }))).toBe("desk");
    expect(dialsFrom(fakeState({ reach: { state: "problem", problem: "certificate" } }))).toBe("desk");
    expect(
      dialsFrom(fakeState({ phone: fakeInfo({ desk: false }), reach: { state: "problem", problem: "certificate" } })),
    ).toBeNull();
    expect(dialsFrom(fakeState({ phone: fakeInfo({ desk: false }), method: "desk" }))).toBeNull();
    expect(dialsFrom(fakeState({ phone: null }))).toBeNull();
  });
});

describe("problems", () => {
  it("are shown only while they are", () => {
    expect(problemOf(fakeState())).toBeNull();
    expect(problemOf(fakeState({ reach: { state: "problem", problem: "certificate" } }))).toBe("certificate");
  });

  it("ask for the microphone before the browser does, and only then", () => {
    const prompt = { microphone: "prompt", reach: { state: "off" } } as const;
    expect(canAskMicrophone(fakeState(prompt))).toBe(true);
    expect(canAskMicrophone(fakeState({ ...prompt, reach: { state: "ready" } }))).toBe(true);
    expect(canAskMicrophone(fakeState({ ...prompt, reach: { state: "starting" } }))).toBe(false);
    expect(canAskMicrophone(fakeState({ ...prompt, reach: { state: "problem", problem: "microphone_denied" } }))).toBe(
      true,
    );
    expect(canAskMicrophone(fakeState({ ...prompt, method: "desk" }))).toBe(false);
    expect(canAskMicrophone(fakeState({ ...prompt, microphone: "granted" }))).toBe(false);
    expect(canAskMicrophone(fakeState({ ...prompt, reach: { state: "problem", problem: "certificate" } }))).toBe(false);
    expect(canAskMicrophone(fakeState({ ...prompt, phone: fakeInfo({ browser: false }) }))).toBe(false);
    expect(canAskMicrophone(fakeState({ ...prompt, phone: null }))).toBe(false);
  });
});
