import { svg, type TemplateResult } from "lit";

/** An icon for the eyes only; its button carries the words. */
export function icon(path: string): TemplateResult {
  return svg`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${path}></path></svg>`;
}
