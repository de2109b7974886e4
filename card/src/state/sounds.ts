import type { Call, RingTone } from "./types";

/** What should be heard for as long as it holds. */
export type Loop = "ring" | "waiting" | "ringback";
/** What is heard once. */
export type Once = "busy" | "failed" | "ended" | "announce";

/** What goes on now, by the calls of this browser. Desk phones ring for themselves. */
export function loopFor(calls: readonly Call[], silenced: ReadonlySet<string>): Loop | null {
  const mine = calls.filter((call) => call.where === "browser" && call.phase !== "ended");
  const incoming = mine.filter((call) => call.phase === "ringing" && !silenced.has(call.id));
  const busy = mine.some((call) => call.phase !== "ringing");
  if (incoming.length) return busy ? "waiting" : "ring";
  return mine.some((call) => call.phase === "dialing" && call.alerting && !call.earlyMedia) ? "ringback" : null;
}

/** What is heard when `before` became `after`: a call of this browser ended. */
export function onceFor(before: readonly Call[], after: readonly Call[]): Once | null {
  for (const call of after) {
    if (call.where !== "browser" || call.phase !== "ended") continue;
    const was = before.find((one) => one.id === call.id);
    if (!was || was.phase === "ended") continue;
    if (call.outcome === "busy") return "busy";
    if (call.outcome === "answered" || call.outcome === "transferred") return "ended";
    if (was.phase === "dialing" && call.outcome !== "cancelled") return "failed";
  }
  return null;
}

/** A tone: partials in Hz that sound together for `ms`, then silence for `gap` ms. */
export interface Beep {
  readonly hz: readonly number[];
  readonly ms: number;
  readonly gap: number;
  /** 0 … 1 */
  readonly level: number;
  /** Fades like something struck, instead of ending at once. */
  readonly struck?: boolean;
}

const chime = (hz: number, gap: number): Beep => ({
  hz: [hz, hz * 2, hz * 3.01],
  ms: 900,
  gap,
  level: 0.5,
  struck: true,
});

const strike = (hz: number, ms: number, gap: number): Beep => ({ hz: [hz, hz * 4], ms, gap, level: 0.5, struck: true });
const pair = (hz: readonly [number, number], ms: number, gap: number): Beep => ({ hz, ms, gap, level: 0.35 });

/** The ring tones to choose from, each a phrase and a rest. */
export const RING_TONES: Readonly<Record<RingTone, readonly Beep[]>> = {
  // A rising fourth and back, twice, then a rest: heard across a room without being an alarm.
  chimes: [
    chime(587.3, -720),
    chime(784, -720),
    chime(987.8, -560),
    chime(784, -560),
    chime(587.3, -720),
    chime(987.8, 1800),
  ],
  // Two bells in turn, as from a church at some distance.
  bells: [chime(880, -400), chime(659.3, -300), chime(880, -400), chime(659.3, 1900)],
  // Dry and quick, up and down a chord.
  marimba: [392, 493.9, 587.3, 784, 587.3, 784].map((hz) => strike(hz, 260, -90)).concat(strike(987.8, 500, 1600)),
  // Two low tones that beat against each other, twice, as office phones ring.
  classic: [pair([440, 480], 400, 200), pair([440, 480], 400, 2000)],
  // Short and plain, for rooms with noise.
  pulse: [pair([1046.5, 1318.5], 110, 60), pair([1046.5, 1318.5], 110, 60), pair([1046.5, 1318.5], 110, 1500)],
};

/** The patterns; loops are repeated from their first beep. */
export const TONES: Readonly<Record<Exclude<Loop, "ring"> | Once, readonly Beep[]>> = {
  waiting: [
    { hz: [440], ms: 160, gap: 120, level: 0.25 },
    { hz: [523.3], ms: 160, gap: 3600, level: 0.25 },
  ],
  ringback: [{ hz: [425], ms: 1000, gap: 4000, level: 0.2 }],
  busy: [
    { hz: [425], ms: 240, gap: 240, level: 0.25 },
    { hz: [425], ms: 240, gap: 240, level: 0.25 },
    { hz: [425], ms: 240, gap: 240, level: 0.25 },
  ],
  failed: [
    { hz: [400], ms: 180, gap: 60, level: 0.25 },
    { hz: [320], ms: 320, gap: 0, level: 0.25 },
  ],
  ended: [{ hz: [392], ms: 130, gap: 0, level: 0.2 }],
  // Somebody is let in by itself: whoever is in the room has to notice.
  announce: [chime(784, -650), chime(1046.5, 0)],
};

/** Length of a pattern, ms: when the next round begins. */
export const lengthOf = (pattern: readonly Beep[]): number =>
  pattern.reduce((sum, beep) => sum + beep.ms + beep.gap, 0);

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477, 1633];
const KEYS = ["123A", "456B", "789C", "*0#D"];

/** The tone of a key as a telephone makes it (ITU-T Q.23); null for what is no key. */
export function keyTone(key: string): Beep | null {
  const row = KEYS.findIndex((keys) => keys.includes(key.toUpperCase()));
  const column = KEYS[row]?.indexOf(key.toUpperCase()) ?? -1;
  const hz = [ROWS[row], COLUMNS[column]];
  return key.length === 1 && hz[0] !== undefined && hz[1] !== undefined
    ? { hz: [hz[0], hz[1]], ms: 120, gap: 0, level: 0.2 }
    : null;
}
