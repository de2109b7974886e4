import { describe, expect, it } from "vitest";
import { fakeCall, fakeState } from "../testing/fake-phone";
import { canAdd, hasDoor, isWordy } from "./call-facts";

const door = { name: "Door", camera: null, opensBy: null };
const call = fakeCall({ id: "a" });

describe("another call", () => {
  const alone = { others: [], consulting: false, state: fakeState({ calls: [call] }) };

  it("can be made from the only one, where it is", () => {
    expect(canAdd(call, alone)).toBe(true);
    expect(canAdd(call, { ...alone, state: null })).toBe(true);
  });

  it.each([
    ["beside another", call, { ...alone, others: [fakeCall({ id: "b" })] }],
    ["while somebody is asked", call, { ...alone, consulting: true }],
    [
      "while one rings",
      call,
      { ...alone, state: fakeState({ calls: [call, fakeCall({ id: "b", phase: "ringing" })] }) },
    ],
    ["from a door", fakeCall({ id: "a", door }), alone],
    ["from the desk phone", fakeCall({ id: "a", where: "desk" }), alone],
    ["before it talks", fakeCall({ id: "a", phase: "dialing" }), alone],
  ] as const)("cannot be made %s", (_, from, beside) => expect(canAdd(from, beside)).toBe(false));
});

it("has a door that shows or opens, until it is over", () => {
  expect(hasDoor(call)).toBe(false);
  expect(hasDoor(fakeCall({ door }))).toBe(false);
  expect(hasDoor(fakeCall({ door: { ...door, camera: "camera.door" } }))).toBe(true);
  expect(hasDoor(fakeCall({ door: { ...door, opensBy: "button" } }))).toBe(true);
  expect(hasDoor(fakeCall({ door: { ...door, opensBy: "digits" }, phase: "ended" }))).toBe(false);
});

it("is wordy with more than one thing to say", () => {
  const weak = { lossPercent: 9, jitterMs: 90, roundTripMs: null, sentLossPercent: null, score: 1.2, side: null };
  expect(isWordy(call, false)).toBe(false);
  expect(isWordy(call, true)).toBe(true);
  expect(isWordy(fakeCall({ muted: true }), false)).toBe(false);
  expect(isWordy(fakeCall({ muted: true, recording: "on" }), false)).toBe(true);
  expect(isWordy(fakeCall({ quality: weak, heldByOther: true }), false)).toBe(true);
  expect(isWordy(fakeCall({ invited: ["Mia"] }), false)).toBe(true);
  expect(isWordy(fakeCall({ phase: "ringing", muted: true, held: true }), true)).toBe(false);
});
