import { expect, it } from "vitest";
import { english } from "../../localize";
import { PEOPLE } from "../testing/fake-data";
import { personState } from "./person-state";

const [person] = PEOPLE;

it.each([
  [{ line: "talking", presence: "available" }, "In a call", "busy"],
  [{ line: "ringing", presence: "lunch" }, "Ringing", "busy"],
  [{ line: "idle", presence: "do_not_disturb" }, "Do not disturb", "busy"],
  [{ line: "unreachable", presence: "lunch" }, "At lunch", "away"],
  [{ line: "unreachable", presence: "available" }, "Not reachable", "gone"],
  [{ line: "idle", presence: "available" }, "Available", "free"],
  [{ line: "unknown", presence: "unknown" }, "", null],
  [{ line: null, presence: null }, "", null],
] as const)("%j is %s", (now, words, mark) => {
  expect(personState({ ...person, ...now } as never, english)).toEqual({ words, mark });
});
