import { css, html, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { callTexts } from "../../localize/sections/call";
import type { Call } from "../../state/types";
import type { CallRecord, RichPhone } from "../data";
import { isMissed } from "../lists/recents-view";
import { icon } from "../parts/icon";
import { mdiNoteEditOutline, mdiPhoneIncoming, mdiPhoneMissed, mdiPhoneOutgoing } from "../parts/more-icons";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { safeText } from "../parts/text";
import { timerText } from "../parts/timer";
import { whenText } from "../parts/when";

/** What is known of this number: the last calls with it, and the last note. Nothing is shown for a stranger. */
export class ScreenPop extends PhonePart {
  @property({ attribute: false }) call: Call | null = null;
  @property({ attribute: false }) lines = 3;
  @state() private records: readonly CallRecord[] = [];
  #asked = "";

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: block;
        width: 100%;
      }
      .box {
        padding: 8px 12px;
        border-radius: var(--yl-radius);
        background: var(--yl-key);
        font-size: 13px;
        line-height: 20px;
      }
      .line {
        display: flex;
        align-items: center;
        gap: 8px;
        min-width: 0;
        min-height: 24px;
      }
      .icon {
        width: 16px;
        height: 16px;
        color: var(--yl-dim);
      }
      .end {
        margin-inline-start: auto;
        color: var(--yl-dim);
        flex: none;
      }
    `,
  ];

  get #say() {
    return section(this.t, callTexts);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("call") && !changed.has("phone")) return;
    const number = safeText(this.call?.number, 40);
    if (number === this.#asked) return;
    this.#asked = number;
    this.records = [];
    if (!number) return;
    (this.phone as RichPhone | null)?.journal?.page({ number }).then(
      (page) => {
        if (this.#asked === number) this.records = page.records;
      },
      () => {}, // A call must not wait for its history.
    );
  }

  override render() {
    const shown = this.records.slice(0, this.lines);
    if (shown.length === 0) return nothing;
    const note = this.records.map((record) => safeText(record.note, 200)).find(Boolean);
    return html`<div class="box" role="group" aria-label=${this.#say("pop.title")}>
      ${note ? html`<div class="line">${icon(mdiNoteEditOutline)}<bdi class="ellipsis">${note}</bdi></div>` : nothing}
      ${shown.map((record) => {
        const out = record.direction === "out" || record.direction === "internal_out";
        return html`<div class="line">
          ${icon(isMissed(record) ? mdiPhoneMissed : out ? mdiPhoneOutgoing : mdiPhoneIncoming)}
          <span class="ellipsis">${whenText(record.startedAt, Date.now(), this.t.language)}</span>
          <span class="end number"
            >${record.durationMs > 0 ? timerText(record.durationMs) : this.t.maybe(`outcome.${record.outcome}`, "outcome.unknown")}</span
          >
        </div>`;
      })}
    </div>`;
  }
}

define("yeastar-linkus-pop", ScreenPop);
