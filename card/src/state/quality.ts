import type { CallQuality, QualitySide } from "./types";

/** What two looks at a connection's statistics say about the audio that arrived between them. */
export interface Reception {
  readonly packets: number;
  readonly lost: number;
  readonly jitterMs: number;
  readonly roundTripMs: number | null;
  /** What the PBX missed of the sound from here since its last report; null before one. */
  readonly sentLossPercent: number | null;
}

/** From here on a loss is heard, and a way to the PBX is no longer good. */
const LOSSY = 3;
const SLOW = 250;

/**
 * 1 … 5 from loss, jitter and delay: the E-model (ITU-T G.107) with its usual simplification for a codec that hides
 * losses well, as Opus does; jitter counts twice as delay, because the jitter buffer adds about that much.
 */
export function score(lossPercent: number, jitterMs: number, roundTripMs: number): number {
  const delay = roundTripMs / 2 + jitterMs * 2 + 10;
  const delayed = delay < 160 ? delay / 40 : (delay - 120) / 10;
  const rating = Math.max(0, Math.min(100, 93.2 - delayed - lossPercent * 2.5));
  const opinion = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6;
  return Math.max(1, Math.min(5, Math.round(opinion + 0.15)));
}

/** Quality between two receptions; null while too little has arrived to say anything. */
export function quality(before: Reception | null, now: Reception): CallQuality | null {
  const packets = now.packets - (before?.packets ?? 0);
  const lost = Math.max(0, now.lost - (before?.lost ?? 0));
  if (packets < 0 || packets + lost < 10) return null;
  const lossPercent = (100 * lost) / (packets + lost);
  const { jitterMs, roundTripMs, sentLossPercent } = now;
  const worse = score(Math.max(lossPercent, sentLossPercent ?? 0), jitterMs, roundTripMs ?? 0);
  return {
    lossPercent: tenths(lossPercent),
    jitterMs: Math.round(jitterMs),
    roundTripMs: roundTripMs === null ? null : Math.round(roundTripMs),
    sentLossPercent: sentLossPercent === null ? null : tenths(sentLossPercent),
    score: worse,
    side: worse < 3 ? sideOf(now) : null,
  };
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

/**
 * A browser sees only the way between itself and the PBX. Where that is good in the direction that the PBX reports on, and
 * quick, what is lost was most likely lost beyond.
 */
function sideOf({ sentLossPercent, roundTripMs }: Reception): QualitySide | null {
  if (sentLossPercent === null && roundTripMs === null) return null;
  return (sentLossPercent ?? 0) >= LOSSY || (roundTripMs ?? 0) >= SLOW ? "own" : "far";
}

interface Stat {
  readonly type: string;
  readonly kind?: string;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly jitter?: number;
  readonly roundTripTime?: number;
  readonly fractionLost?: number;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly currentRoundTripTime?: number;
}

/** The reception in an `RTCStatsReport` (or anything that can be walked like one); null before any audio. */
export function reception(report: Iterable<readonly [string, unknown]>): Reception | null {
  let inbound: Stat | null = null;
  let measured: number | null = null;
  let pair: number | null = null;
  let sentLossPercent: number | null = null;
  for (const [, entry] of report) {
    const stat = entry as Stat;
    if (stat.type === "inbound-rtp" && stat.kind === "audio") inbound = stat;
    if (stat.type === "remote-inbound-rtp") {
      if (stat.roundTripTime !== undefined) measured = stat.roundTripTime * 1000;
      if (stat.fractionLost !== undefined) sentLossPercent = stat.fractionLost * 100;
    }
    if (stat.type === "candidate-pair" && stat.nominated && stat.currentRoundTripTime !== undefined)
      pair = stat.currentRoundTripTime * 1000;
  }
  if (!inbound) return null;
  return {
    packets: inbound.packetsReceived ?? 0,
    lost: inbound.packetsLost ?? 0,
    jitterMs: (inbound.jitter ?? 0) * 1000,
    roundTripMs: measured ?? pair,
    sentLossPercent,
  };
}
