import type { Call, CallQuality } from "./types";

/** How a whole call sounded: the means of all measurements, and where poor sound came from most. */
export type QualitySummary = Omit<CallQuality, "sentLossPercent">;

const mean = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
};
const tenths = (value: number): number => Math.round(value * 10) / 10;

export function summary(seen: readonly CallQuality[]): QualitySummary | null {
  if (!seen.length) return null;
  const roundTrip = mean(seen.map((one) => one.roundTripMs));
  const count = (side: CallQuality["side"]) => seen.filter((one) => one.side === side).length;
  const [own, far] = [count("own"), count("far")];
  return {
    lossPercent: tenths(mean(seen.map((one) => one.lossPercent)) as number),
    jitterMs: Math.round(mean(seen.map((one) => one.jitterMs)) as number),
    roundTripMs: roundTrip === null ? null : Math.round(roundTrip),
    score: tenths(mean(seen.map((one) => one.score)) as number),
    side: own || far ? (own >= far ? "own" : "far") : null,
  };
}

/** Remembers how each call of this browser sounds, and tells it once when the call is over and the PBX's id is known. */
export class QualityLog {
  readonly #seen = new Map<string, CallQuality[]>();

  constructor(private readonly over: (pbxId: string, summary: QualitySummary) => void) {}

  follow(calls: readonly Call[]): void {
    for (const call of calls) {
      const { id, quality } = call;
      const seen = this.#seen.get(id) ?? [];
      if (call.phase === "talking" && quality && seen.at(-1) !== quality) this.#seen.set(id, [...seen, quality]);
      if (call.phase !== "ended" || !call.pbxId) continue;
      const whole = summary(seen);
      if (whole && this.#seen.delete(id)) this.over(call.pbxId, whole);
    }
    for (const id of this.#seen.keys()) if (!calls.some((call) => call.id === id)) this.#seen.delete(id);
  }
}
