import { describe, expect, it } from "vitest";
import type { PhoneState } from "../../state/types";
import { fakeInfo, fakeState } from "../testing/fake-phone";
import { sceneOf } from "./scene";
import { elsewhereInCall, noticeAbove, pageOf } from "./what-to-say";

const at: Parameters<typeof pageOf>[2] = { asking: null, later: false, listed: false };
const elsewhere = { reach: { state: "elsewhere", by: "Tablet", since: 1 } } as const;
const page = (over: Partial<PhoneState>, now: Partial<typeof at> = {}) => {
  const state = fakeState(over);
  return pageOf(sceneOf(state), state, { ...at, ...now });
};

describe("the page in the middle", () => {
  it("is none at rest", () => expect(page({})).toBeNull());

  it("says first who has no phone or never chose", () => {
    const none = { phone: null, reach: { state: "problem", problem: "no_phone" } } as const;
    expect(page(none, { asking: "7", listed: true })).toEqual({ kind: "not_mapped" });
    expect(page({ method: "ask", reach: { state: "off" } }, { listed: true })).toEqual({ kind: "first_use" });
  });

  it("asks for the device of a number before anything else", () => {
    expect(page(elsewhere, { asking: "7", listed: true })).toEqual({ kind: "which_device", number: "7" });
  });

  it("explains the microphone until it is put off", () => {
    expect(page({ microphone: "prompt" })).toEqual({ kind: "microphone" });
    expect(page({ microphone: "prompt" }, { later: true })).toBeNull();
    expect(page({ microphone: "prompt" }, { listed: true })).toBeNull();
  });

  it("tells of another device, but not who calls by the desk phone", () => {
    expect(page(elsewhere)).toEqual({ kind: "elsewhere" });
    expect(page({ ...elsewhere, method: "desk" })).toBeNull();
    expect(page(elsewhere, { listed: true })).toBeNull();
  });
});

describe("the line above the number field", () => {
  const problem = { reach: { state: "problem", problem: "pbx_unreachable" } } as const;

  it.each([
    [{}, null],
    [
      { ...problem, outdated: true, soundLocked: true },
      { kind: "problem", problem: "pbx_unreachable" },
    ],
    [{ ...problem, method: "desk" }, null],
    [{ outdated: true, soundLocked: true }, { kind: "outdated" }],
    [{ soundLocked: true }, { kind: "sound" }],
    [{ soundLocked: true, reach: { state: "off" } }, null],
  ] as const)("in %j is %j", (over, notice) => {
    expect(noticeAbove(fakeState({ phone: fakeInfo(), ...over }))).toEqual(notice);
  });
});

it("knows when taking over would end a call", () => {
  expect(elsewhereInCall(null)).toBe(false);
  expect(elsewhereInCall(fakeState())).toBe(false);
  expect(elsewhereInCall(fakeState(elsewhere))).toBe(false);
  expect(elsewhereInCall(fakeState({ reach: { ...elsewhere.reach, inCall: true } }))).toBe(true);
});
