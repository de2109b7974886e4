import { describe, expect, it } from "vitest";
import { english } from "../../localize";
import { noticeDetail, noticeText, remedyOf } from "./notice-words";

describe("why an order failed", () => {
  it.each([
    ["transfer_failed", undefined, "The transfer did not work. You are still in the call."],
    ["microphone_denied", undefined, "The microphone is blocked for this site."],
    ["something_new", "x", "That did not work. Try again."],
    ["toString", undefined, "That did not work. Try again."],
    ["parked", "6001", "Parked in 6001. Dial 6001 on any phone to take the call."],
    [
      "used_desk_phone",
      "pbx_unreachable",
      "This browser cannot talk now, so your desk phone rings: pick it up. The PBX does not answer.",
    ],
    ["used_desk_phone", "strange", "This browser cannot talk now, so your desk phone rings: pick it up."],
  ])("%s (%s)", (key, detail, words) => expect(noticeText(english, key, detail)).toBe(words));

  it("shows a word from outside only where it is one, cut and clean", () => {
    const shown = noticeDetail("number_invalid", `<b>${"7".repeat(100)}`);
    expect(shown).toMatch(/^<b>7+/);
    expect(shown.length).toBeLessThanOrEqual(61);
    expect(noticeDetail("call_failed")).toBe("");
    expect(noticeDetail("hold_failed", "secret of the log")).toBe("");
  });
});

describe("what a tap can do", () => {
  it.each([
    ["logged_in_elsewhere", undefined, "take_over"],
    ["certificate", "https://pbx.example:8088", { open: "https://pbx.example:8088" }],
    ["certificate", "http://pbx.example", "retry"],
    ["certificate", undefined, "retry"],
    ["microphone_denied", undefined, "allow_microphone"],
    ["microphone_policy", undefined, null],
    ["no_phone", undefined, null],
    ["pbx_unreachable", undefined, "retry"],
  ] as const)("about %s at %s", (problem, url, remedy) => expect(remedyOf(problem, url)).toEqual(remedy));
});
