import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { callOf } from "../state/browser-calls";
import { facts } from "../state/testing/facts";
import type { Call } from "../state/types";
import { AUTO_ANSWER_AFTER, AutoAnswer, type AutoAnswerOptions } from "./auto-answer";

const rings = callOf(facts({ id: "r", inbound: true, number: "1099" }));
const did: string[] = [];
let calls: readonly Call[];
beforeEach(() => {
  vi.useFakeTimers();
  did.length = 0;
  calls = [rings];
});
afterEach(() => vi.useRealTimers());

async function answered(over: Partial<AutoAnswerOptions> = {}, meanwhile = () => {}): Promise<string[]> {
  const auto = new AutoAnswer({
    calls: () => calls,
    chosen: () => ["1099"],
    silenced: () => false,
    microphone: async () => "granted",
    audible: async () => true,
    announce: () => did.push("chime"),
    answer: async (id) => void did.push(`answer ${id}`),
    ...over,
  });
  auto.consider(rings);
  await vi.advanceTimersByTimeAsync(AUTO_ANSWER_AFTER - 1);
  expect(did).toEqual([]);
  meanwhile();
  await vi.advanceTimersByTimeAsync(1);
  return did;
}

it("chimes, then answers, after a moment to refuse it", async () =>
  expect(await answered()).toEqual(["chime", "answer r"]));

it.each<[string, Partial<AutoAnswerOptions>]>([
  ["of others", { chosen: () => ["1098"] }],
  ["without the microphone", { microphone: async () => "prompt" }],
  ["with a microphone of which nothing is known", { microphone: async () => "unknown" }],
  ["that nobody would hear coming", { audible: async () => false }],
  ["that was silenced", { silenced: () => true }],
])("does not take a call %s", async (_, over) => expect(await answered(over)).toEqual([]));

it("does not take a call into another one, nor one that is gone", async () => {
  const other = callOf(facts({ id: "o", answeredAt: 1 }));
  expect(
    await answered({}, () => {
      calls = [other, rings];
    }),
  ).toEqual([]);
  expect(
    await answered({}, () => {
      calls = [];
    }),
  ).toEqual([]);
  const ended = callOf(facts({ id: "o", answeredAt: 1, endedAt: 2 }));
  expect(
    await answered({}, () => {
      calls = [ended, rings];
    }),
  ).toEqual(["chime", "answer r"]);
});

it("bears that it cannot be answered", async () =>
  expect(await answered({ answer: () => Promise.reject(new Error("busy")) })).toEqual(["chime"]));
