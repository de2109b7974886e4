import { css, html, LitElement } from "lit";
import { property } from "lit/decorators.js";
import { english, type Localize } from "../../localize";
import { define } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";

const KEYS: readonly (readonly [string, string])[] = [
  ["1", ""],
  ["2", "abc"],
  ["3", "def"],
  ["4", "ghi"],
  ["5", "jkl"],
  ["6", "mno"],
  ["7", "pqrs"],
  ["8", "tuv"],
  ["9", "wxyz"],
  ["*", ""],
  ["0", "+"],
  ["#", ""],
];
const LONG_PRESS_MS = 500;

/** Twelve keys. Fires `digit` with the key; with `plus`, holding 0 fires `+`. */
export class Keypad extends LitElement {
  @property({ attribute: false }) t: Localize = english;
  @property({ type: Boolean }) plus = false;
  @property({ type: Boolean }) disabled = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #held = false;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        grid-auto-rows: minmax(44px, 1fr);
        gap: 8px;
        /* The order of the keys is the same everywhere in the world. */
        direction: ltr;
      }
      button {
        flex-direction: column;
        gap: 0;
        min-width: 0;
        padding: 0;
        border-radius: var(--yl-radius);
        background-color: var(--yl-key);
      }
      button:not(:disabled):hover {
        background-color: var(--yl-key-hover);
      }
      button:not(:disabled):active {
        background-color: var(--yl-key-active);
      }
      .digit {
        font-size: 22px;
        line-height: 26px;
        font-variant-numeric: tabular-nums;
      }
      .letters {
        height: 14px;
        font-size: 11px;
        line-height: 14px;
        letter-spacing: 0.1em;
        text-transform: uppercase;
        color: var(--yl-dim);
      }
      .letters:empty {
        display: none;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  #press(key: string): void {
    if (this.#held) {
      this.#held = false;
      return;
    }
    this.#fire(key);
  }

  #down(key: string): void {
    clearTimeout(this.#timer);
    this.#held = false;
    if (key !== "0" || !this.plus || this.disabled) return;
    this.#timer = setTimeout(() => {
      this.#held = true;
      this.#fire("+");
    }, LONG_PRESS_MS);
  }

  #up(): void {
    clearTimeout(this.#timer);
  }

  #fire(key: string): void {
    this.dispatchEvent(new CustomEvent("digit", { detail: key }));
  }

  override render() {
    return KEYS.map(
      ([key, letters]) => html`<button
        type="button"
        data-key=${key}
        ?disabled=${this.disabled}
        @click=${() => this.#press(key)}
        @pointerdown=${() => this.#down(key)}
        @pointerup=${this.#up}
        @pointerleave=${this.#up}
        @pointercancel=${this.#up}
        @contextmenu=${(event: Event) => event.preventDefault()}
      >
        ${
          key === "0" && this.plus
            ? html`<span class="sr">${this.t("dial.hold_zero", { key })}</span><span class="digit" aria-hidden="true">0</span>`
            : html`<span class="digit">${key}</span>`
        }<span class="letters" aria-hidden="true">${letters === "+" && !this.plus ? "" : letters}</span>
      </button>`,
    );
  }
}

define("yeastar-linkus-keypad", Keypad);
