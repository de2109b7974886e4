import { css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { RichPhone } from "../data";
import { icon } from "../parts/icon";
import { mdiBackspaceOutline, mdiDeskphone, mdiPhone } from "../parts/icons";
import "./keypad";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { callOffer } from "./call-offer";
import { appendKey, cleanNumber, looksLikeNumber, pasteNumber } from "./number";

/** The number field, the keys and the Call button. The number belongs to the phone around it (`number-changed`). */
export class Dialer extends PhonePart {
  @property() value = "";
  /** Every call asks for its device. */
  @property({ type: Boolean }) asks = false;
  /** compact: no keys. */
  @property({ type: Boolean, reflect: true }) compact = false;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: flex;
        flex: 1;
        flex-direction: column;
        gap: 8px;
        min-height: 0;
      }
      .field {
        position: relative;
        flex: none;
      }
      input {
        display: block;
        width: 100%;
        height: 52px;
        padding: 0 52px;
        border: 0;
        border-radius: var(--yl-radius);
        background: none;
        font-size: 24px;
        text-align: center;
        outline-offset: -2px;
      }
      input::placeholder {
        color: var(--yl-dim);
        opacity: 1;
        font-size: 18px;
      }
      input:focus-visible {
        outline: none;
        background: var(--yl-key);
      }
      input:focus-visible::placeholder {
        opacity: 0.7;
      }
      .erase {
        position: absolute;
        inset-block-start: 4px;
        inset-inline-end: 4px;
        color: var(--yl-dim);
        padding: 0;
      }
      .rich {
        height: 64px;
      }
      .rich input,
      .low input {
        height: 44px;
      }
      .rich .erase,
      .low .erase {
        inset-block-start: 0;
      }
      yeastar-linkus-suggestions:not([line]) {
        flex: 1;
      }
      yeastar-linkus-keypad {
        flex: 1;
        min-height: 0;
      }
      .tight {
        gap: 6px;
      }
      .actions {
        margin-block-start: 4px;
      }
      .idle {
        background-color: var(--yl-key);
        color: var(--yl-text);
      }
      :host([compact]) {
        flex-direction: row;
        align-items: center;
      }
      :host([compact]) .field {
        flex: 1;
        min-width: 0;
      }
      :host([compact]) input {
        padding-inline: 16px 48px;
        font-size: 18px;
        text-align: start;
        background: var(--yl-key);
        border-radius: 28px;
      }
      :host([compact]) input::placeholder {
        font-size: 16px;
      }
      :host([compact]) .actions {
        width: auto;
        margin: 0;
      }
      :host([compact]) .big {
        flex: none;
        width: 56px;
        padding: 0;
      }
      @media (forced-colors: active) {
        input:focus-visible {
          outline: 2px solid Highlight;
        }
      }
    `,
  ];

  #set(value: string): void {
    this.tell("number-changed", value.slice(0, 80));
  }

  #paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text") ?? "";
    const input = event.target as HTMLInputElement;
    const pasted = pasteNumber(this.value, text, input.selectionStart, input.selectionEnd);
    if (pasted === null) return;
    event.preventDefault();
    this.#set(pasted);
  }

  protected override willUpdate(): void {
    if (!(this.phone as RichPhone | null)?.directory) return;
    void import("./suggestions");
    if (!this.compact) void import("./favourites-row");
  }

  /** Enter behind a name: the first of those found. */
  pickFirst(): void {
    this.renderRoot
      .querySelector("yeastar-linkus-suggestions")
      ?.shadowRoot?.querySelector<HTMLElement>(".row")
      ?.click();
  }

  /** Puts the caret behind the last digit; the parent calls it when digits were typed elsewhere in the card. */
  override focus(options?: FocusOptions): void {
    this.renderRoot.querySelector("input")?.focus(options);
  }

  override render() {
    const rich = !this.compact && (this.phone as RichPhone | null)?.directory !== undefined;
    const letters = /\p{L}/u.test(this.value);
    // A notice above the keys takes the room of the favourites and of who has the number.
    const noticed = this.childElementCount > 0;
    const roomy = rich && !noticed;
    const { ready, pressable, desk, label } = callOffer(this.state, this.value, this.asks);
    const words = this.t(label);
    return html`
      <div class="field ${roomy ? "rich" : noticed ? "low" : ""}">
        <input
          type="text"
          inputmode="tel"
          enterkeyhint="go"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          maxlength="80"
          dir=${looksLikeNumber(this.value) ? "ltr" : "auto"}
          placeholder=${this.t("dial.field")}
          aria-label=${this.t("dial.field")}
          .value=${this.value}
          @input=${(event: Event) => this.#set((event.target as HTMLInputElement).value)}
          @paste=${this.#paste}
        />
        ${
          this.value
            ? html`<button
                type="button"
                class="erase"
                aria-label=${this.t("dial.erase")}
                @click=${() => this.#set([...this.value].slice(0, -1).join(""))}
              >
                ${icon(mdiBackspaceOutline)}
              </button>`
            : nothing
        }
        ${
          roomy && !letters && this.value.length > 1
            ? html`<yeastar-linkus-suggestions
                line
                .phone=${this.phone}
                .t=${this.t}
                .query=${this.value}
                @pick=${(event: CustomEvent<string>) => this.#set(cleanNumber(event.detail))}
              ></yeastar-linkus-suggestions>`
            : nothing
        }
      </div>
      <slot></slot>
      ${roomy && !letters ? html`<yeastar-linkus-favourites .phone=${this.phone} .t=${this.t}></yeastar-linkus-favourites>` : nothing}
      ${this.compact ? nothing : rich && letters ? this.#found() : this.#keys(noticed)}
      <div class="actions">
        <button
          type="button"
          class="big call ${ready ? "go" : "idle"}"
          ?disabled=${!pressable}
          aria-label=${words}
          @click=${() => this.tell("call-number")}
        >
          ${icon(desk ? mdiDeskphone : mdiPhone)}${this.compact ? nothing : html`<span>${words}</span>`}
        </button>
      </div>
    `;
  }

  #found() {
    return html`<yeastar-linkus-suggestions
      .phone=${this.phone}
      .t=${this.t}
      .query=${this.value}
      @pick=${(event: CustomEvent<string>) => {
        this.#set("");
        this.tell("dial", { number: event.detail });
      }}
    ></yeastar-linkus-suggestions>`;
  }

  #keys(tight: boolean) {
    return html`<yeastar-linkus-keypad
      class=${tight ? "tight" : ""}
      plus
      .t=${this.t}
      role="group"
      aria-label=${this.t("dial.keypad")}
      @digit=${(event: CustomEvent<string>) => {
        this.tell("key-pressed", event.detail);
        this.#set(appendKey(this.value, event.detail));
      }}
    ></yeastar-linkus-keypad>`;
  }
}

define("yeastar-linkus-dialer", Dialer);
