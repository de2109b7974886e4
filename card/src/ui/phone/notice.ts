import { css, html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { section } from "../../localize/section";
import { noticesTexts } from "../../localize/sections/notices";
import type { Phone, Problem } from "../../state/types";
import { icon } from "../parts/icon";
import { mdiAlert, mdiClose, mdiPhone, mdiRefresh, mdiVolumeOff } from "../parts/icons";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { noticeDetail, noticeText, remedyOf } from "./notice-words";
import type { Notice } from "./what-to-say";

/** One amber line: what is wrong and what to do. Fires `dismissed` where it can be put away. */
export class NoticeLine extends PhonePart {
  @property({ attribute: false }) notice: Notice | null = null;
  /** Lies over what is below it. */
  @property({ type: Boolean, reflect: true }) over = false;
  /** Room for the cause only. */
  @property({ type: Boolean }) compact = false;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: block;
        flex: none;
      }
      :host([over]) {
        position: absolute;
        z-index: 1;
        inset-inline: 12px;
        inset-block-start: 0;
      }
      :host([over]) .notice {
        box-shadow: var(--ha-box-shadow-m, 0 4px 12px rgb(0 0 0 / 20%));
      }
      .notice {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 8px 4px 8px 12px;
        border-radius: var(--yl-radius);
        background: color-mix(in srgb, var(--yl-warn) 16%, var(--card-background-color, #fff));
        font-size: 13px;
        line-height: 18px;
      }
      .words {
        flex: 1;
        min-width: 0;
      }
      b {
        font-weight: 500;
      }
      .notice p {
        display: -webkit-box;
        margin: 0;
        overflow: hidden;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 5;
      }
      .notice > .icon {
        color: color-mix(in srgb, var(--yl-warn) 70%, var(--yl-text));
      }
      button,
      a {
        flex: none;
        padding-inline: 10px;
        font-weight: 500;
      }
      a {
        line-height: 44px;
        color: inherit;
      }
      .why {
        margin: 0;
        font-size: 12px;
        line-height: 16px;
      }
      .narrow {
        display: none;
      }
      @container (max-width: 420px) {
        .narrow {
          display: inline;
        }
        .wide,
        .problem > .icon,
        .sound > .icon {
          display: none;
        }
      }
      @media (forced-colors: active) {
        .notice {
          border: 1px solid CanvasText;
        }
      }
    `,
  ];

  get #say() {
    return section(this.t, noticesTexts);
  }

  override render() {
    const { notice } = this;
    if (notice === null) return nothing;
    if (notice.kind === "problem") return this.compact ? this.#cause(notice.problem) : this.#problem(notice.problem);
    if (notice.kind === "order") return this.#order(notice.key, notice.detail);
    return notice.kind === "sound" ? this.#sound() : this.#outdated();
  }

  #cause(problem: Problem): TemplateResult {
    const say = this.#say;
    return html`<p class="why dim ellipsis" title=${say(`problem.${problem}.do`)}>${say(`problem.${problem}.why`)}</p>`;
  }

  #problem(problem: Problem): TemplateResult {
    const say = this.#say;
    return html`<div class="notice problem" role="status">
      ${icon(mdiAlert)}
      <div class="words"><p><b>${say(`problem.${problem}.why`)}</b> ${say(`problem.${problem}.do`)}</p></div>
      ${this.#remedy(problem)}
    </div>`;
  }

  #remedy(problem: Problem): TemplateResult | typeof nothing {
    const remedy = remedyOf(problem, this.state?.phone?.pbxUrl);
    const say = this.#say;
    if (remedy === null) return nothing;
    if (typeof remedy === "object")
      return html`<a class="remedy" href=${remedy.open} target="_blank" rel="noopener noreferrer" aria-label=${say("problem.certificate.open")}
        ><span class="wide">${say("problem.certificate.open")}</span><span class="narrow">${say("open")}</span></a
      >`;
    if (remedy === "take_over")
      return html`<button type="button" class="remedy" @click=${() => this.order((phone) => phone.takeOver())}>${say("take_over")}</button>`;
    const again = (phone: Phone) => (remedy === "retry" ? phone.retry() : phone.allowMicrophone());
    return html`<button type="button" class="remedy" aria-label=${say("problem.retry")} @click=${() => this.order(again)}>
      ${icon(mdiRefresh)}<span class="wide">${say("problem.retry")}</span>
    </button>`;
  }

  #order(key: string, detail: string | undefined): TemplateResult {
    const more = noticeDetail(key, detail);
    return html`<div class="notice" role="alert">
      ${icon(key === "parked" ? mdiPhone : mdiAlert)}
      <div class="words"><p>${noticeText(this.t, key, detail)}${more ? html` <bdi class="dim">${more}</bdi>` : nothing}</p></div>
      ${key === "parked" && detail ? this.#pickUp(detail) : nothing}
      <button type="button" class="dismiss" aria-label=${this.#say("notice.dismiss")} @click=${() => this.tell("dismissed")}>${icon(mdiClose)}</button>
    </div>`;
  }

  #pickUp(slot: string): TemplateResult {
    const press = () => {
      this.tell("dismissed");
      this.order((phone) => phone.dial(slot));
    };
    return html`<button type="button" class="pick-up" @click=${press}>${this.#say("pick_up")}</button>`;
  }

  #sound(): TemplateResult {
    return html`<div class="notice sound" role="status">
      ${icon(mdiVolumeOff)}
      <div class="words"><p>${this.#say("sound.locked")}</p></div>
      <button type="button" class="unlock" @click=${() => this.order((phone) => phone.unlockSound())}>${this.#say("sound.unlock")}</button>
    </div>`;
  }

  /** Shown only where no call is: a reload would end it. */
  #outdated(): TemplateResult {
    return html`<div class="notice outdated" role="status">
      <div class="words"><p>${this.#say("load.outdated")}</p></div>
      <button type="button" class="reload" @click=${() => location.reload()}>${this.t("load.reload_button")}</button>
    </div>`;
  }
}

define("yeastar-linkus-notice", NoticeLine);
