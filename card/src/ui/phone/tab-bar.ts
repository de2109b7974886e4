import { css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { icon } from "../parts/icon";
import { mdiAccountGroup, mdiDialpad, mdiHistory, mdiPhoneInTalk, mdiVoicemail } from "../parts/icons";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import type { Tab } from "./tabs";

const ICONS: Readonly<Record<Tab, string>> = {
  keypad: mdiDialpad,
  people: mdiAccountGroup,
  recents: mdiHistory,
  voicemail: mdiVoicemail,
};

/** The parts of the phone; while a call lives the first one is the call. Fires `tab`. */
export class TabBar extends PhonePart {
  @property({ attribute: false }) tabs: readonly Tab[] = [];
  @property() tab: Tab = "keypad";
  @property({ type: Boolean }) incall = false;
  @property({ attribute: false }) badges: Partial<Record<Tab, number>> = {};

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: flex;
        padding: 4px 8px;
        border-block-start: 1px solid var(--yl-line);
      }
      button {
        flex: 1;
        flex-direction: column;
        gap: 2px;
        min-height: 52px;
        min-width: 0;
        padding: 2px;
        border-radius: 12px;
        font-size: 12px;
        line-height: 16px;
        color: var(--yl-dim);
      }
      .pill {
        position: relative;
        padding: 2px 16px;
        border-radius: 14px;
      }
      [aria-selected="true"] {
        color: var(--yl-text);
        font-weight: 500;
      }
      [aria-selected="true"] .pill {
        background: color-mix(in srgb, var(--yl-accent) 22%, transparent);
      }
      .badge {
        position: absolute;
        inset-block-start: -2px;
        inset-inline-end: 4px;
        min-width: 18px;
        height: 18px;
        padding: 0 5px;
        border-radius: 9px;
        background: var(--yl-stop-fill);
        color: #fff;
        font-size: 11px;
        line-height: 18px;
        font-weight: 500;
        text-align: center;
      }
    `,
  ];

  #key(event: KeyboardEvent): void {
    const forward = this.t.direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = this.t.direction === "rtl" ? "ArrowRight" : "ArrowLeft";
    const at = this.tabs.indexOf(this.tab);
    const next = { [forward]: at + 1, [back]: at - 1, Home: 0, End: this.tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const tab = this.tabs[(next + this.tabs.length) % this.tabs.length];
    this.tell("tab", tab);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`[data-tab="${tab}"]`)?.focus());
  }

  override render() {
    return html`<div role="tablist" style="display:contents" @keydown=${this.#key}>
      ${this.tabs.map((tab) => {
        const badge = this.badges[tab] ?? 0;
        const call = tab === "keypad" && this.incall;
        const label = this.t(call ? "tab.call" : `tab.${tab}`);
        const spoken =
          tab === "recents" ? this.t.plural("overlay.missed", badge) : this.t.plural("tab.messages", badge);
        return html`<button
          type="button"
          role="tab"
          data-tab=${tab}
          aria-selected=${this.tab === tab}
          tabindex=${this.tab === tab ? 0 : -1}
          @click=${() => this.tell("tab", tab)}
        >
          <span class="pill"
            >${icon(call ? mdiPhoneInTalk : ICONS[tab])}${badge > 0 ? html`<span class="badge" aria-hidden="true">${Math.min(badge, 99)}</span>` : nothing}</span
          ><span class="ellipsis">${label}</span>${badge > 0 ? html`<span class="sr">, ${spoken}</span>` : nothing}
        </button>`;
      })}
    </div>`;
  }
}

define("yeastar-linkus-tabs", TabBar);
