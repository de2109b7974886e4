import { css, html, nothing, type TemplateResult } from "lit";
import type { Localize } from "../../localize";
import { section } from "../../localize/section";
import { qualityTexts } from "../../localize/sections/quality";
import type { CallQuality } from "../../state/types";
import { qualityFigures, qualityStep, qualityWords } from "./quality-words";

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
