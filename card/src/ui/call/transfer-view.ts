import { css, html, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { callTexts } from "../../localize/sections/call";
import type { Call } from "../../state/types";
import type { RichPhone } from "../data";
import { icon } from "../parts/icon";
import { mdiBackspaceOutline } from "../parts/icons";
import { mdiAccountPlus, mdiArrowLeft, mdiPhoneForward, mdiPhonePlus } from "../parts/more-icons";
import "../dial/keypad";
import { appendKey, cleanNumber, looksLikeNumber } from "../dial/number";
import { partyName } from "../parts/party";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";

interface Choice {
  readonly name: string;
  readonly label: keyof typeof callTexts.en;
  readonly path: string;
  run(phone: RichPhone, id: string, to: string): Promise<void> | undefined;
}

/** Whom to give the call to, at once or after asking; or whom to call besides, apart from this call or into it. */
export class TransferView extends PhonePart {
  @property({ attribute: false }) call: Call | null = null;
  @property() purpose: "transfer" | "add" = "transfer";
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

  get #say() {
    return section(this.t, callTexts);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("preset") && this.preset !== "") this.value = this.preset;
    if ((this.phone as RichPhone | null)?.directory) void import("../dial/suggestions");
  }

  protected override firstUpdated(): void {
    // On a touch screen the field's keyboard would cover the keys.
    if (matchMedia("(hover: hover)").matches) this.renderRoot.querySelector("input")?.focus();
  }

  #go(how: (phone: RichPhone, id: string, to: string) => Promise<void> | undefined): void {
    const call = this.call;
    const to = cleanNumber(this.value);
    if (!call || to === "") return;
    this.tell("panel", "none");
    this.order((phone) => how(phone, call.id, to));
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Enter") this.#go(this.#choices[1].run);
    else if (event.key === "Escape") this.tell("panel", "none");
    else return;
    event.stopPropagation();
    event.preventDefault();
  }

  /** The quick way, where there is one, and the one that Enter takes. */
  get #choices(): readonly [Choice | null, Choice] {
    if (this.purpose === "transfer")
      return [
        {
          name: "now",
          label: "transfer.now",
          path: mdiPhoneForward,
          run: (phone, id, to) => phone.blindTransfer(id, to),
        },
        { name: "ask", label: "transfer.ask_first", path: mdiPhonePlus, run: (phone, id, to) => phone.consult(id, to) },
      ];
    const rich: RichPhone | null = this.phone;
    const invites = rich?.invite && this.call?.pbxId && this.state?.phone?.desk;
    return [
      invites
        ? { name: "into", label: "add.into_call", path: mdiAccountPlus, run: (phone, id, to) => phone.invite?.(id, to) }
        : null,
      {
        name: "hold-call",
        label: "add.hold_call",
        path: mdiPhonePlus,
        run: (phone, _, to) => phone.dial(to, { where: "browser" }),
      },
    ];
  }

  #title(call: Call): string {
    if (this.purpose === "add") return this.#say("add.title");
    return this.#say("transfer.title", { name: `\u2068${partyName(call, this.t)}\u2069` });
  }

  override render() {
    if (!this.call) return null;
    const [quick, usual] = this.#choices;
    const ready = cleanNumber(this.value) !== "";
    return html`
      <div class="top">
        <button type="button" class="back" aria-label=${this.#say("transfer.back")} @click=${() => this.tell("panel", "none")}>
          ${icon(mdiArrowLeft)}
        </button>
        <span class="ellipsis">${this.#title(this.call)}</span>
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
        ${[quick, usual].map(
          (choice) =>
            choice &&
            html`<button
              type="button"
              class="big ${choice === usual ? "filled" : "tonal"} ${choice.name}"
              ?disabled=${!ready}
              @click=${() => this.#go(choice.run)}
            >
              ${icon(choice.path)}<span>${this.#say(choice.label)}</span>
            </button>`,
        )}
      </div>
    `;
  }
}

define("yeastar-linkus-transfer", TransferView);
