import { beforeEach, expect, it, vi } from "vitest";
import type { Call } from "../../state/types";
import { fakeCall, fakeState } from "../testing/fake-phone";
import { CallStage } from "./call-stage";
import { type Scene, sceneOf } from "./scene";

const changed = vi.fn();
const scene = (...calls: Call[]): Scene => sceneOf(fakeState({ calls }));
const anna = fakeCall({ id: "a" });
const ended = fakeCall({ id: "a", phase: "ended", endedAt: 9 });
let stage: CallStage;

beforeEach(() => {
  changed.mockClear();
  stage = new CallStage(changed);
});

it("tells when a call comes, and closes all when it goes", () => {
  expect(stage.follow(scene(anna))).toBe(true);
  expect(stage.follow(scene(anna))).toBe(false);
  stage.open("keypad", scene(anna));
  stage.press("7");
  expect([stage.panel, stage.digits]).toEqual(["keypad", "7"]);
  expect(changed).toHaveBeenCalledTimes(2);
  expect(stage.follow(scene())).toBe(false);
  expect([stage.panel, stage.digits]).toEqual(["none", ""]);
});

it("keeps the last forty digits", () => {
  for (let n = 0; n < 50; n += 1) stage.press(String(n % 10));
  expect(stage.digits).toHaveLength(40);
  expect(stage.digits.endsWith("789")).toBe(true);
});

it("closes what only a talk can have, and keeps a note that is being written until it is put away", () => {
  stage.follow(scene(anna));
  stage.open("transfer", scene(anna));
  stage.follow(scene(ended));
  expect(stage.panel).toBe("none");
  stage.open("note", scene(ended));
  stage.write("Tuesday");
  stage.follow(scene({ ...ended, outcome: "answered" }));
  expect([stage.panel, stage.note]).toEqual(["note", "Tuesday"]);
  expect(stage.shown([])).toEqual([{ ...ended, outcome: "answered" }]);
  stage.putAway("a");
  expect(stage.panel).toBe("none");
  expect(stage.shown([ended])).toEqual([]);
  expect(stage.shown([anna])).toEqual([anna]);
});

it("begins a note once a call, and writes none where none is", () => {
  stage.write("lost");
  expect([stage.note, changed.mock.calls]).toEqual(["", []]);
  stage.follow(scene(anna));
  stage.open("note", scene(anna));
  stage.write("one");
  stage.open("none", scene(anna));
  stage.open("note", scene(anna));
  expect(stage.note).toBe("one");
  stage.open("note", scene());
  expect(stage.note).toBe("one");
});

it("takes who was picked for a transfer, or to be called besides", () => {
  stage.follow(scene(anna));
  stage.pick("1007");
  expect([stage.panel, stage.transferTo]).toEqual(["transfer", "1007"]);
  stage.open("add", scene(anna));
  stage.pick("1008");
  expect([stage.panel, stage.transferTo]).toEqual(["add", "1008"]);
  stage.open("keypad", scene(anna));
  expect(stage.transferTo).toBe("");
});

it("goes one step back", () => {
  expect(stage.back()).toBe(false);
  stage.open("more", scene(anna));
  expect([stage.back(), stage.panel]).toEqual([true, "none"]);
});
