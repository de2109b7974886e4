import { css, html, nothing, type TemplateResult } from "lit";
import type { Localize } from "../../localize";
import { section } from "../../localize/section";
import { qualityTexts } from "../../localize/sections/quality";
import type { QualitySummary } from "../../state/quality-log";
import type { CallQuality } from "../../state/types";

export const qualityStyles = css`
  .quality {
    display: inline-flex;
    align-items: flex-end;
    gap: 2px;
    height: 14px;
  }
  .quality i {
    width: 3px;
    border-radius: 1px;
    background: var(--yl-key-active);
    forced-color-adjust: none;
  }
  .quality i.full {
    background: var(--yl-text);
  }
  .quality.weak i.full {
    background: var(--yl-stop);
  }
  @media (forced-colors: active) {
    .quality i {
      background: GrayText;
    }
    .quality i.full {
      background: CanvasText;
    }
  }
`;

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

/** Five bars, more of them full the better it sounds. */
export function qualityBars(score: number): TemplateResult {
  const step = qualityStep(score);
  return html`<span class="quality ${step < 3 ? "weak" : ""}"
    >${[1, 2, 3, 4, 5].map((bar) => html`<i class=${bar <= step ? "full" : ""} style="height:${2 + bar * 2.4}px"></i>`)}</span
  >`;
}

/** The bars; in words as well where it is poor, and with the figures when they are pressed. */
export function quality(value: CallQuality, t: Localize, detailed: boolean, toggle: () => void): TemplateResult {
  const step = qualityStep(value.score);
  const words = qualityWords(value, t);
  return html`<button
      type="button"
      class="sound"
      aria-expanded=${detailed}
      aria-label=${section(t, qualityTexts)("show", { quality: words })}
      title=${words}
      @click=${toggle}
    >
      ${qualityBars(value.score)}${step < 3 || detailed ? html`<span>${words}</span>` : nothing}
    </button>${detailed ? html`<span class="figures dim number">${qualityFigures(value, t)}</span>` : nothing}`;
}
