import { describe, expect, it } from "vitest";
import { audioDirection, type CallFacts, callOf, type Hold, holdAfter, outcomeOf } from "./browser-calls";
import { facts } from "./testing/facts";

describe("outcomeOf", () => {
  it.each<[Partial<CallFacts>, string]>([
    [{ answeredAt: 2 }, "answered"],
    [{ answeredAt: 2, myEnd: "transfer" }, "transferred"],
    [{ answeredAt: 2, myEnd: "hangup" }, "answered"],
    [{ inbound: true, cause: "Canceled" }, "missed"],
    [{ inbound: true, cause: "No Answer" }, "missed"],
    [{ inbound: true }, "missed"],
    [{ inbound: true, cause: "WebRTC Error" }, "failed"],
    [{ inbound: true, myEnd: "reject", cause: "Rejected" }, "rejected"],
    [{ inbound: true, myEnd: "hangup" }, "rejected"],
    [{ myEnd: "hangup", cause: "Canceled" }, "cancelled"],
    [{ cause: "Busy" }, "busy"],
    [{ cause: "Rejected" }, "rejected"],
    [{ cause: "Unavailable" }, "no_answer"],
    [{ cause: "No Answer" }, "no_answer"],
    [{ cause: "Request Timeout" }, "no_answer"],
    [{ cause: "Not Found" }, "failed"],
  ])("%j is %s", (over, outcome) => expect(outcomeOf(facts({ endedAt: 9, ...over }))).toBe(outcome));
});

describe("callOf", () => {
  it("shows a call on its way", () => {
    expect(callOf(facts())).toMatchObject({ phase: "dialing", alerting: false, name: "", outcome: null });
    expect(callOf(facts({ status: "ringing", earlyMedia: true }))).toMatchObject({ alerting: true, earlyMedia: true });
    expect(callOf(facts()).can).toMatchObject({ hangUp: true, answer: false, hold: false, mute: true });
  });

  it("shows a call that rings here", () => {
    const call = callOf(facts({ inbound: true, status: "connecting", name: "Anna", earlyMedia: true }));
    expect(call).toMatchObject({ phase: "ringing", direction: "in", name: "Anna", earlyMedia: false });
    expect(call.can).toMatchObject({ answer: true, reject: true, hangUp: false, mute: false });
  });

  it("shows a call that talks", () => {
    const call = callOf(facts({ answeredAt: 5, held: true, heldByOther: true, mayRecord: true }));
    expect(call).toMatchObject({ phase: "talking", held: true, heldByOther: true });
    expect(call.can).toMatchObject({ hold: true, dtmf: true, transfer: true, record: true });
  });

  it("does not transfer the consultation away", () =>
    expect(callOf(facts({ answeredAt: 5, consultationFor: "b" })).can.transfer).toBe(false));

  it("shows a call that is over", () => {
    const call = callOf(facts({ answeredAt: 5, endedAt: 9, held: true }));
    expect(call).toMatchObject({ phase: "ended", held: false, outcome: "answered" });
    expect(Object.values(call.can)).not.toContain(true);
  });

  it("cuts what strangers write", () => {
    const call = callOf(facts({ name: "x".repeat(500), number: "1".repeat(90), company: "\u202ec" }));
    expect([call.name.length, call.number.length, call.company]).toEqual([80, 40, "c"]);
  });
});

describe("audioDirection", () => {
  const head = "v=0\r\no=- 1 1 IN IP4 1.1.1.1\r\n";
  it.each<[string, string]>([
    [`${head}m=audio 1 X 0\r\na=sendonly\r\n`, "sendonly"],
    [`${head}a=inactive\r\nm=audio 1 X 0\r\n`, "inactive"],
    [`${head}a=inactive\r\nm=audio 1 X 0\r\na=recvonly\r\n`, "recvonly"],
    [`${head}m=video 1 X 0\r\na=sendonly\r\nm=audio 1 X 0\r\n`, "sendrecv"],
    [`${head}m=audio 1 X 0\r\na=sendrecv\r\nm=video 1 X 0\r\na=inactive\r\n`, "sendrecv"],
    ["", "sendrecv"],
  ])("reads %j", (sdp, direction) => expect(audioDirection(sdp)).toBe(direction));
});

describe("holdAfter", () => {
  const none: Hold = { held: false, heldByOther: false, offered: [] };
  const said = (originator: string, type: string, direction: string) => ({
    originator,
    type,
    sdp: `m=audio 1 X 0\r\na=${direction}\r\n`,
  });
  type Said = [originator: string, type: string, direction: string];
  const told = (...all: Said[]) => all.reduce<Hold>((before, one) => holdAfter(before, said(...one)), none);
  const raw: Said = ["local", "offer", "sendrecv"];
  const hold: Said = ["local", "offer", "sendonly"];
  const yes: Said = ["remote", "answer", "recvonly"];

  it("tells apart who holds", () => {
    expect(told(raw, hold, yes)).toEqual({ ...none, held: true });
    expect(told(["remote", "offer", "inactive"])).toEqual({ ...none, heldByOther: true });
    expect(told(raw, hold, yes, ["remote", "offer", "sendonly"], raw, raw, yes)).toEqual({
      ...none,
      heldByOther: true,
    });
    expect(told(["remote", "offer", "sendonly"], ["remote", "offer", "sendrecv"])).toEqual(none);
  });
  it("believes no offer that comes late, without an answer", () => {
    expect(told(raw, hold, yes, raw).held).toBe(true);
    expect(told(raw, hold, raw, yes).held).toBe(true);
    expect(told(raw, hold, yes, raw, raw, raw, yes).held).toBe(false);
  });
  it("forgets a hold that was refused", () => expect(told(raw, hold, raw, raw, yes).held).toBe(false));
  it("does not listen to other answers", () => {
    expect(holdAfter(none, said("remote", "answer", "sendonly"))).toBe(none);
    expect(holdAfter(none, said("local", "answer", "sendonly"))).toBe(none);
  });
});
