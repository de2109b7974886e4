import { beforeEach, describe, expect, it } from "vitest";
import { BROWSER_FIRST, LINGER, type Memory, mergeCalls, type ReportedCall } from "./all-calls";
import { type CallFacts, callOf } from "./browser-calls";
import { facts } from "./testing/facts";

const T = 1_000_000;
const mine = (over: Partial<CallFacts> = {}) =>
  callOf(facts({ number: "+4930123456", name: "", startedAt: T, ...over }));
const reported = (over: Partial<ReportedCall> = {}): ReportedCall => ({
  id: "p1",
  direction: "out",
  number: "030123456",
  name: "Mara",
  state: "talking",
  started_at: T + 800,
  answered_at: T + 3000,
  ended_at: null,
  outcome: null,
  did: "+493099",
  ...over,
});

let memory: Memory;
const merge = (...args: [Parameters<typeof mergeCalls>[0], readonly ReportedCall[], number?, boolean?]) =>
  mergeCalls(args[0], args[1], args[2] ?? T + 5000, args[3] ?? true, memory);
beforeEach(() => {
  memory = { pairs: new Map(), seen: new Map() };
});

describe("a call of the browser that the PBX reports too", () => {
  it("is one call with the PBX's id and the number called", () => {
    const { calls } = merge([mine({ answeredAt: T + 3000 })], [reported()]);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ id: "a", where: "browser", pbxId: "p1", did: "+493099", name: "Mara" });
  });

  it("stays one when its number changes later", () => {
    merge([mine()], [reported()]);
    const { calls } = merge([mine({ number: "1005" })], [reported()]);
    expect(calls.map((call) => call.pbxId)).toEqual(["p1"]);
  });

  it("is internal when the PBX says so", () =>
    expect(merge([mine()], [reported({ direction: "internal" })]).calls[0]?.direction).toBe("internal"));

  it("keeps the name that the browser has", () =>
    expect(merge([mine({ name: "Anna" })], [reported()]).calls[0]?.name).toBe("Anna"));

  it("takes the number for no name while nobody knows one", () =>
    expect(merge([mine({ name: "+4930123456" })], [reported({ name: "" })]).calls[0]?.name).toBe(""));

  it("has the company and the picture that the PBX's side knows, unless the browser knows them", () => {
    const known = reported({ company: "Klein Heating", avatar: "/d.png" });
    expect(merge([mine({ company: "", avatar: null })], [known]).calls[0]).toMatchObject({
      company: "Klein Heating",
      avatar: "/d.png",
    });
    expect(merge([mine({ company: "Own", avatar: "/own.png" })], [known]).calls[0]).toMatchObject({
      company: "Own",
      avatar: "/own.png",
    });
    expect(merge([mine({ company: "", avatar: null })], [reported()]).calls[0]?.avatar).toBeNull();
    expect(merge([], [known], T + 5000, false).calls[0]).toMatchObject({ company: "Klein Heating", avatar: "/d.png" });
  });

  it.each<[string, Partial<ReportedCall>]>([
    ["another number", { number: "030999999" }],
    ["the other direction", { direction: "in" }],
    ["another time", { started_at: T + 60_000 }],
  ])("is not taken for one with %s", (_, over) => expect(merge([mine()], [reported(over)]).calls).toHaveLength(2));

  it("does not take one report for two calls", () => {
    const { calls } = merge([mine(), mine({ id: "b" })], [reported()]);
    expect(calls.map((call) => call.pbxId)).toEqual(["p1", null]);
  });
});

describe("a call on another device", () => {
  it("is shown with what can be done from outside", () => {
    const [call] = merge([], [reported({ state: "on_hold" })]).calls;
    expect(call).toMatchObject({ id: "pbx:p1", where: "desk", phase: "talking", held: true });
    expect(call?.can).toMatchObject({ hangUp: true, hold: false });
  });

  it("waits a moment while the browser may still announce it", () => {
    const rings = reported({ state: "ringing", direction: "in" });
    const first = merge([], [rings], T);
    expect(first).toEqual({ calls: [], again: T + BROWSER_FIRST });
    expect(merge([], [rings], T + BROWSER_FIRST).calls).toHaveLength(1);
  });

  it("is shown at once when no browser rings", () => {
    expect(merge([], [reported({ state: "dialing" })], T, false).calls[0]).toMatchObject({ alerting: true });
  });

  it("took over what this browser missed", () => {
    const missed = mine({ inbound: true, endedAt: T + 4000, cause: "Canceled" });
    const { calls } = merge([missed], [reported({ direction: "in" })]);
    expect(calls.map(({ where, phase, outcome }) => [where, phase, outcome])).toEqual([
      ["desk", "talking", null],
      ["browser", "ended", "answered_elsewhere"],
    ]);
  });

  it("is not made of a report that is late", () => {
    const over = mine({ answeredAt: T + 3000, endedAt: T + 4900 });
    const merged = merge([over], [reported()]);
    expect(merged.calls.map((call) => call.phase)).toEqual(["ended"]);
    expect(merged.again).toBe(T + 7900);
    expect(merge([over], [reported()], T + 7900).calls).toHaveLength(2);
  });
});

describe("a door", () => {
  const door = { name: "Gate", camera_entity: "camera.gate", unlock_entity: null, unlock_digits: "#9" };
  it("opens by its button everywhere, by digits only in this browser", () => {
    const shown = (over: Partial<typeof door>) => reported({ door: { ...door, ...over } as typeof door });
    const here = merge([mine()], [shown({})]).calls[0]?.door;
    expect(here).toEqual({ name: "Gate", camera: "camera.gate", opensBy: "digits" });
    expect(merge([], [shown({})], T, false).calls[0]?.door?.opensBy).toBeNull();
    expect(merge([], [shown({ unlock_entity: "button.gate" as never })], T, false).calls[0]?.door?.opensBy).toBe(
      "button",
    );
    expect(merge([mine()], [shown({ unlock_digits: "" })]).calls[0]?.door?.opensBy).toBeNull();
    expect(merge([mine()], [reported()]).calls[0]?.door).toBeNull();
  });
});

it("went to the mailbox when the PBX says so", () => {
  const missed = mine({ inbound: true, endedAt: T + 4000, cause: "Canceled" });
  const gone = (outcome: string) => merge([missed], [reported({ direction: "in", state: "ended", outcome })]).calls;
  expect(gone("voicemail")[0]?.outcome).toBe("voicemail");
  expect(gone("abandoned")[0]?.outcome).toBe("missed");
});

describe("the list", () => {
  it("has live calls by age, then the last one that ended", () => {
    const ended = (id: string, at: number) => mine({ id, endedAt: at });
    const { calls } = merge(
      [mine({ id: "young", startedAt: T + 2 }), ended("older", T + 1), ended("old", T + 2), mine({ id: "first" })],
      [],
    );
    expect(calls.map((call) => call.id)).toEqual(["first", "young", "old"]);
  });

  it("drops what ended a while ago and says when to look again", () => {
    const ended = mine({ endedAt: T });
    expect(merge([ended], [], T + 1)).toMatchObject({ again: T + LINGER });
    expect(merge([ended], [], T + LINGER).calls).toEqual([]);
    expect(merge([], [reported({ state: "ended", outcome: "busy" })], T).calls).toHaveLength(1);
  });

  it("has calls of the PBX that ended at an unknown time last", () => {
    const over = (id: string, ended_at: number | null) => reported({ id, state: "ended", outcome: "busy", ended_at });
    expect(merge([], [over("a", null), over("b", T)], T).calls.map((call) => call.pbxId)).toEqual(["b"]);
    expect(merge([], [over("b", T), over("a", null)], T).calls.map((call) => call.pbxId)).toEqual(["b"]);
  });

  it("forgets what is gone", () => {
    merge([mine()], [reported()]);
    merge([], []);
    expect([memory.pairs.size, memory.seen.size]).toEqual([0, 0]);
  });
});
