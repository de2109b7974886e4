import { html, type TemplateResult } from "lit";
import type { Key, Localize } from "../localize";
import type { CallQuality } from "../state/types";

/** 1 … 5 whatever the engine measured. */
export function qualityStep(score: number): 1 | 2 | 3 | 4 | 5 {
  return (Number.isFinite(score) ? Math.min(5, Math.max(1, Math.round(score))) : 3) as 1 | 2 | 3 | 4 | 5;
}

export function quality(value: CallQuality, t: Localize): TemplateResult {
  const step = qualityStep(value.score);
  const words = t(`quality.${step}` as Key);
  const detail = t("quality.detail", {
    loss: Math.round(value.lossPercent * 10) / 10,
    jitter: Math.round(value.jitterMs),
    delay: value.roundTripMs === null ? "?" : Math.round(value.roundTripMs),
  });
  return html`<span class="quality ${step < 3 ? "weak" : ""}" role="img" aria-label=${words} title="${words} – ${detail}"
    >${[1, 2, 3, 4, 5].map((bar) => html`<i class=${bar <= step ? "full" : ""} style="height:${2 + bar * 2.4}px"></i>`)}</span
  >`;
}
