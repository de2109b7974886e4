import { describe, expect, it } from "vitest";
import { english } from "../../localize";
import { fakeCall } from "../testing/fake-phone";
import { callLine, deviceWords, dialingWords } from "./call-words";

const NOW = 1_000_000;
const talks = { answeredAt: NOW - 65_000 };

it.each([
  [{ phase: "ringing", where: "browser" }, "Incoming call"],
  [{ phase: "ringing", where: "desk" }, "Ringing on your desk phone"],
  [{ phase: "dialing", where: "desk" }, "Your desk phone rings first: pick it up"],
  [{ phase: "ended", outcome: "busy" }, "Busy"],
  [{ phase: "ended", outcome: null }, "Call ended"],
  [{ answeredAt: null }, "Connecting…"],
  [talks, "1:05"],
  [{ ...talks, held: true, heldByOther: true, muted: true }, "1:05 · On hold · Muted"],
  [{ ...talks, heldByOther: true }, "You are on hold"],
] as const)("in a line %j is %s", (over, words) => expect(callLine(fakeCall(over), english, NOW)).toBe(words));

describe("in words", () => {
  it("a call out rings when the other side does", () => {
    expect(dialingWords({ where: "browser", alerting: false }, english)).toBe("Calling…");
    expect(dialingWords({ where: "browser", alerting: true }, english)).toBe("Ringing…");
  });

  it("a call of another device is on the desk phone, unless a browser says that it has one", () => {
    const by = { state: "elsewhere", by: "Kitchen", since: 1 } as const;
    expect(deviceWords(undefined, english)).toBe("On your desk phone");
    expect(deviceWords(by, english)).toBe("On your desk phone");
    expect(deviceWords({ ...by, inCall: true }, english)).toBe("On \u2068Kitchen\u2069");
  });
});
