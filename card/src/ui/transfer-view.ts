import { css, html, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import type { Call } from "../state/types";
import type { RichPhone } from "./data";
import { icon } from "./icon";
import { mdiBackspaceOutline } from "./icons";
import { mdiArrowLeft, mdiPhoneForward, mdiPhonePlus } from "./more-icons";
import "./keypad";
import { appendKey, cleanNumber, looksLikeNumber } from "./number";
import { partyName } from "./party";
import { define, PhonePart } from "./phone-element";
import { controls, tokens } from "./styles";

/** Whom to give the call to, and how: at once, or after asking. */
export class TransferView extends PhonePart {
  @property({ attribute: false }) call: Call | null = null;
  /** A number picked elsewhere. */
  @property() preset = "";
  @state() private value = "";

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
      .top {
        display: flex;
        align-items: center;
        gap: 4px;
        font-weight: 500;
      }
      .top button {
        padding: 0;
      }
      .field {
        position: relative;
      }
      input {
        width: 100%;
        height: 48px;
        padding-inline: 16px 48px;
        border: 0;
        border-radius: 24px;
        background: var(--yl-key);
        font-size: 18px;
      }
      input::placeholder {
        color: var(--yl-dim);
        opacity: 1;
      }
      .erase {
        position: absolute;
        inset-block-start: 2px;
        inset-inline-end: 2px;
        padding: 0;
        color: var(--yl-dim);
      }
      yeastar-linkus-keypad {
        flex: 1;
        min-height: 0;
        gap: 6px;
      }
      .actions {
        gap: 8px;
        margin-block-start: 4px;
      }
      .big {
        min-width: 0;
        padding-inline: 8px;
        font-size: 15px;
      }
      :host(:dir(rtl)) .top .icon {
        transform: scaleX(-1);
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("preset") && this.preset !== "") this.value = this.preset;
    if ((this.phone as RichPhone | null)?.directory) void import("./suggestions");
  }

  protected override firstUpdated(): void {
    // On a touch screen the field's keyboard would cover the keys.
    if (matchMedia("(hover: hover)").matches) this.renderRoot.querySelector("input")?.focus();
  }

  #go(ask: boolean): void {
    const call = this.call;
    const to = cleanNumber(this.value);
    if (!call || to === "") return;
    this.tell("panel", "none");
    this.order((phone) => (ask ? phone.consult(call.id, to) : phone.blindTransfer(call.id, to)));
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Enter") this.#go(true);
    else if (event.key === "Escape") this.tell("panel", "none");
    else return;
    event.stopPropagation();
    event.preventDefault();
  }

  override render() {
    if (!this.call) return null;
    const ready = cleanNumber(this.value) !== "";
    return html`
      <div class="top">
        <button type="button" class="back" aria-label=${this.t("transfer.back")} @click=${() => this.tell("panel", "none")}>
          ${icon(mdiArrowLeft)}
        </button>
        <span class="ellipsis">${this.t("transfer.title", { name: `\u2068${partyName(this.call, this.t)}\u2069` })}</span>
      </div>
      <div class="field">
        <input
          type="text"
          inputmode="tel"
          autocomplete="off"
          spellcheck="false"
          maxlength="80"
          dir=${looksLikeNumber(this.value) ? "ltr" : "auto"}
          placeholder=${this.t("dial.field")}
          aria-label=${this.t("dial.field")}
          .value=${this.value}
          @input=${(event: Event) => {
            this.value = (event.target as HTMLInputElement).value;
          }}
          @keydown=${this.#key}
        />
        ${
          this.value
            ? html`<button
                type="button"
                class="erase"
                aria-label=${this.t("dial.erase")}
                @click=${() => {
                  this.value = [...this.value].slice(0, -1).join("");
                }}
              >
                ${icon(mdiBackspaceOutline)}
              </button>`
            : null
        }
      </div>
      ${
        (this.phone as RichPhone | null)?.directory && /\p{L}/u.test(this.value)
          ? html`<yeastar-linkus-suggestions
              .phone=${this.phone}
              .t=${this.t}
              .query=${this.value}
              @pick=${(event: CustomEvent<string>) => {
                this.value = cleanNumber(event.detail);
              }}
            ></yeastar-linkus-suggestions>`
          : html`<yeastar-linkus-keypad
              .t=${this.t}
              @digit=${(event: CustomEvent<string>) => {
                this.value = appendKey(this.value, event.detail);
              }}
            ></yeastar-linkus-keypad>`
      }
      <div class="actions">
        <button type="button" class="big tonal now" ?disabled=${!ready} @click=${() => this.#go(false)}>
          ${icon(mdiPhoneForward)}<span>${this.t("transfer.now")}</span>
        </button>
        <button type="button" class="big filled ask" ?disabled=${!ready} @click=${() => this.#go(true)}>
          ${icon(mdiPhonePlus)}<span>${this.t("transfer.ask_first")}</span>
        </button>
      </div>
    `;
  }
}

define("yeastar-linkus-transfer", TransferView);
