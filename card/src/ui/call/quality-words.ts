import type { Localize } from "../../localize";
import { section } from "../../localize/section";
import { qualityTexts } from "../../localize/sections/quality";
import type { QualitySummary } from "../../state/quality-log";
import type { CallQuality } from "../../state/types";

/** 1 … 5 whatever the engine measured. */
export function qualityStep(score: number): 1 | 2 | 3 | 4 | 5 {
  return (Number.isFinite(score) ? Math.min(5, Math.max(1, Math.round(score))) : 3) as 1 | 2 | 3 | 4 | 5;
}

/** "Poor sound · your network": what a score means, and whose fault it is where that can be said. */
export function qualityWords({ score, side }: Pick<CallQuality, "score" | "side">, t: Localize): string {
  const say = section(t, qualityTexts);
  const words = say(`${qualityStep(score)}`);
  return side ? `${words} · ${say(side)}` : words;
}

/** The figures behind it, for who asks. */
export function qualityFigures(value: QualitySummary & Partial<CallQuality>, t: Localize): string {
  const say = section(t, qualityTexts);
  const number = (figure: number) => new Intl.NumberFormat(t.language, { maximumFractionDigits: 1 }).format(figure);
  const parts = [say("heard", { loss: number(value.lossPercent), jitter: Math.round(value.jitterMs) })];
  if (typeof value.sentLossPercent === "number") parts.push(say("sent", { loss: number(value.sentLossPercent) }));
  if (value.roundTripMs !== null) parts.push(say("delay", { delay: Math.round(value.roundTripMs) }));
  return parts.join(" · ");
}
