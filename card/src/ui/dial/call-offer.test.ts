import { expect, it } from "vitest";
import { fakeInfo, fakeState } from "../testing/fake-phone";
import { callOffer } from "./call-offer";

const lost = { reach: { state: "problem", problem: "pbx_unreachable" } } as const;

it.each([
  ["7", {}, { ready: true, pressable: true, desk: false, label: "dial.call" }],
  ["", {}, { ready: false, pressable: true, desk: false, label: "dial.call" }],
  ["anna", {}, { ready: false, pressable: false, desk: false, label: "dial.call" }],
  ["7", lost, { ready: true, pressable: true, desk: true, label: "dial.call_desk" }],
  ["7", { ...lost, method: "desk" }, { ready: true, pressable: true, desk: true, label: "dial.call" }],
  [
    "7",
    { ...lost, phone: fakeInfo({ desk: false }) },
    { ready: false, pressable: false, desk: false, label: "dial.call" },
  ],
] as const)("%j in %j", (typed, over, offer) => expect(callOffer(fakeState(over), typed, false)).toEqual(offer));

it("is a question first where every call asks", () => {
  expect(callOffer(fakeState(lost), "7", true)).toEqual({
    ready: true,
    pressable: true,
    desk: false,
    label: "dial.call",
  });
  const only = fakeState({ ...lost, phone: fakeInfo({ browser: false }) });
  expect(callOffer(only, "7", true)).toMatchObject({ desk: true });
});

it("is nothing before the phone is known", () => {
  expect(callOffer(null, "7", true)).toMatchObject({ ready: false, pressable: false });
});
