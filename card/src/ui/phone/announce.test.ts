import { describe, expect, it } from "vitest";
import { english } from "../../localize";
import type { Call } from "../../state/types";
import { fakeCall, fakeState } from "../testing/fake-phone";
import { announcement } from "./announce";

const said = (before: Partial<Call> | null, after: Partial<Call>) =>
  announcement(
    fakeState({ calls: before ? [fakeCall(before)] : [] }),
    fakeState({ calls: [fakeCall(after)] }),
    english,
  );

describe("announcement", () => {
  it.each([
    [null, { phase: "ringing" }, "Incoming call from Jonas Berger"],
    [null, { phase: "dialing" }, "Jonas Berger: Ringing…"],
    [{ phase: "dialing" }, {}, "In a call: Jonas Berger"],
    [{}, { held: true }, "On hold"],
    [{ held: true }, {}, "In a call"],
    [{}, { heldByOther: true }, "You are on hold"],
    [{ heldByOther: true }, {}, "In a call"],
    [{}, { muted: true }, "Muted"],
    [{ muted: true }, {}, "Microphone on"],
    [{}, { phase: "ended", outcome: "transferred" }, "Transferred"],
    [{}, { phase: "ended", outcome: null }, "Call ended"],
    // What had ended before anybody looked is no news, and neither is a change nobody can hear.
    [null, { phase: "ended", outcome: "busy" }, ""],
    [{}, { recording: "on" }, ""],
  ] as [Partial<Call> | null, Partial<Call>, string][])("%j, then %j: %s", (before, after, words) =>
    expect(said(before, after)).toBe(words),
  );

  it("tells whether one can be reached, but not at the first look and not over a call's news", () => {
    const off = fakeState({ reach: { state: "problem", problem: "certificate" } });
    expect(announcement(fakeState(), off, english)).toBe("Not reachable");
    expect(announcement(null, off, english)).toBe("");
    expect(announcement(off, null, english)).toBe("");
    expect(announcement(off, fakeState(), english)).toBe("Reachable");
    expect(announcement(off, fakeState({ calls: [fakeCall({ phase: "ringing" })] }), english)).toContain("Incoming");
  });
});
