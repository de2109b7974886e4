import { css, html, nothing, type TemplateResult } from "lit";
import { query } from "lit/decorators.js";
import { setTextNumbers, TEXT_NUMBERS, type TextNumbers, textNumbers } from "../../engine/text-numbers";
import { handlerAddress } from "../../ha/call-address";
import { section } from "../../localize/section";
import { settingsTexts } from "../../localize/sections/settings";
import type { Device, Devices, PhoneState } from "../../state/types";
import { cleanNumber } from "../dial/number";
import { ROUND_KEY } from "../overlay/overlay-choice";
import { icon } from "../parts/icon";
import { mdiClose } from "../parts/icons";
import { mdiVolumeHigh } from "../parts/more-icons";
import { define, PhonePart } from "../parts/phone-element";
import "./sound-settings";
import { controls, tokens } from "../parts/styles";
import { safeText } from "../parts/text";
import { fieldStyles } from "./field-styles";
import type { SoundSettings } from "./sound-settings";

type Choice = "microphone" | "speaker" | "ringer";

/** Which devices, how loud, who is answered by itself, and how the phone calls for attention. */
export class SettingsDialog extends PhonePart {
  @query("dialog") private box!: HTMLDialogElement;
  @query("yeastar-linkus-sound-settings") private sound!: SoundSettings | null;

  static override styles = [
    tokens,
    controls,
    fieldStyles,
    css`
      dialog {
        width: 420px;
        max-width: calc(100vw - 32px);
        max-height: calc(100dvh - 32px);
        padding: 0;
        border: 1px solid var(--yl-line);
        border-radius: 28px;
        background: var(--card-background-color, #fff);
        color: inherit;
        box-shadow: 0 12px 40px rgb(0 0 0 / 36%);
        overflow: auto;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 40%);
      }
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        position: sticky;
        inset-block-start: 0;
        z-index: 1;
        padding: 12px 12px 8px 24px;
        background: inherit;
      }
      header:dir(rtl) {
        padding: 12px 24px 8px 12px;
      }
      header button {
        padding: 0;
      }
      h2 {
        flex: 1;
        margin: 0;
        font-size: 20px;
        line-height: 28px;
        font-weight: 500;
      }
      form {
        display: grid;
        gap: 16px;
        padding: 4px 24px 24px;
      }
      .ring {
        display: flex;
        align-items: center;
        gap: 12px;
      }
      input[type="range"] {
        flex: 1;
        height: 44px;
        min-width: 0;
        accent-color: var(--yl-accent);
      }
      .check {
        display: flex;
        align-items: center;
        gap: 12px;
        min-height: 44px;
        color: var(--yl-text);
        font-size: 15px;
      }
      .check input {
        width: 20px;
        height: 20px;
        margin: 0;
        accent-color: var(--yl-accent);
      }
    `,
  ];

  get #say() {
    return section(this.t, settingsTexts);
  }

  async open(): Promise<void> {
    await this.updateComplete;
    if (!this.box.open) this.box.showModal();
  }

  override render() {
    const { state, t } = this;
    return html`<dialog
      dir=${t.direction}
      aria-labelledby="title"
      @click=${(event: Event) => {
        // A click beside the box closes it.
        if (event.target === this.box) this.box.close();
      }}
      @keydown=${(event: Event) => event.stopPropagation()}
      @close=${() => {
        this.sound?.rest();
        this.tell("settings-closed");
      }}
    >
      <header>
        <h2 id="title">${t("settings.title")}</h2>
        <button type="button" class="close" aria-label=${t("call.close")} @click=${() => this.box.close()}>${icon(mdiClose)}</button>
      </header>
      ${state ? this.#form(state) : nothing}
    </dialog>`;
  }

  #form(state: PhoneState): TemplateResult {
    const { devices } = state;
    return html`<form @submit=${(event: Event) => event.preventDefault()}>
      ${this.#device("microphone", devices.microphones, devices)}
      ${
        devices.canChooseOutput
          ? html`${this.#device("speaker", devices.speakers, devices)} ${this.#device("ringer", devices.speakers, devices)}`
          : html`<p>${this.#say("no_output_choice")}</p>`
      }
      ${devices.microphones.some((device) => device.label) ? nothing : html`<p>${this.#say("no_labels")}</p>`}
      <label
        >${this.#say("ring_volume")}
        <span class="ring"
          ><input
            type="range"
            min="0"
            max="100"
            step="5"
            .value=${String(Math.round(state.ringVolume * 100))}
            @change=${(event: Event) => this.phone?.setRingVolume(Number((event.target as HTMLInputElement).value) / 100)}
          /><button type="button" class="tonal test" @click=${() => this.order((phone) => phone.testRing())}>
            ${icon(mdiVolumeHigh)}${this.#say("test_ring")}
          </button></span
        >
      </label>
      <yeastar-linkus-sound-settings .phone=${this.phone} .state=${state} .t=${this.t}></yeastar-linkus-sound-settings>
      <label
        >${this.#say("auto_answer")}
        <input
          type="text"
          dir="ltr"
          inputmode="tel"
          maxlength="400"
          .value=${state.autoAnswer.join(", ")}
          placeholder="1001, 1002"
          @change=${(event: Event) => this.#autoAnswer((event.target as HTMLInputElement).value)}
        />
      </label>
      <p>${this.#say("auto_answer_help")}</p>
      <label class="check"
        ><input
          type="checkbox"
          .checked=${localStorage.getItem(ROUND_KEY) === "1"}
          @change=${(event: Event) => this.#round((event.target as HTMLInputElement).checked)}
        />${this.#say("round_button")}</label
      >
      ${this.#pageNumbers()}
      ${
        state.notifications === "default"
          ? html`<button type="button" class="tonal notify" @click=${() => this.order((phone) => phone.allowNotifications())}>
              ${this.#say("notifications")}
            </button>`
          : state.notifications === "denied"
            ? html`<p>${this.#say("notifications_denied")}</p>`
            : nothing
      }
    </form>`;
  }

  #pageNumbers(): TemplateResult {
    const now = textNumbers();
    return html`<label
        >${this.#say("numbers")}
        <select class="text-numbers" @change=${(event: Event) => setTextNumbers((event.target as HTMLSelectElement).value as TextNumbers)}>
          ${TEXT_NUMBERS.map((choice) => html`<option value=${choice} ?selected=${choice === now}>${this.#say(`numbers_${choice}`)}</option>`)}
        </select>
      </label>
      ${
        "registerProtocolHandler" in navigator
          ? html`<button
              type="button"
              class="tonal handler"
              @click=${() => navigator.registerProtocolHandler("tel", handlerAddress())}
            >
              ${this.#say("handler")}
            </button>`
          : nothing
      }`;
  }

  #device(kind: Choice, list: readonly Device[], devices: Devices): TemplateResult {
    const chosen = devices[kind];
    const gone = chosen !== null && !list.some((device) => device.id === chosen);
    const choose = (event: Event) =>
      this.phone?.chooseDevices({ [kind]: (event.target as HTMLSelectElement).value || null });
    return html`<label
      >${this.#say(kind)}
      <select class=${kind} @change=${choose}>
        <option value="" ?selected=${chosen === null}>${this.#say("default")}</option>
        ${list.map(
          (device, index) => html`<option value=${device.id} ?selected=${device.id === chosen}>
            ${safeText(device.label, 60) || this.#say("unnamed", { count: index + 1 })}
          </option>`,
        )}
        ${gone ? html`<option value=${chosen} selected>${this.#say("unplugged")}</option>` : nothing}
      </select>
    </label>`;
  }

  #autoAnswer(text: string): void {
    const numbers = text.split(/[,;\n]/).map((part) => cleanNumber(part));
    this.phone?.setAutoAnswer([...new Set(numbers.filter(Boolean))].slice(0, 20));
  }

  #round(on: boolean): void {
    if (on) localStorage.setItem(ROUND_KEY, "1");
    else localStorage.removeItem(ROUND_KEY);
    window.dispatchEvent(new CustomEvent("yeastar-linkus-round-button"));
  }
}

define("yeastar-linkus-settings", SettingsDialog);
