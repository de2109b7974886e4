import { css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { settingsTexts } from "../../localize/sections/settings";
import { videoTexts } from "../../localize/sections/video";
import { RING_TONES } from "../../state/sounds";
import type { Devices, RingTone } from "../../state/types";
import { icon } from "../parts/icon";
import { mdiMicrophone } from "../parts/icons";
import { mdiStop, mdiVolumeHigh } from "../parts/more-icons";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { fieldStyles } from "./field-styles";

/** Hearing and being heard, tried before a call needs it: the ring tone, the speaker, the microphone. */
export class SoundSettings extends PhonePart {
  /** How loud the microphone is, 0 … 1; null: nobody listens to it. */
  @state() private level: number | null = null;
  @state() private unheard = false;
  #stop: (() => void) | null = null;

  static override styles = [
    tokens,
    controls,
    fieldStyles,
    css`
      :host {
        display: grid;
        gap: 16px;
      }
      .tries {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .meter {
        height: 12px;
        border-radius: 6px;
        background: var(--yl-key);
        overflow: hidden;
        forced-color-adjust: none;
      }
      .meter i {
        display: block;
        height: 100%;
        border-radius: 6px;
        background: var(--yl-go-fill);
        transition: width 80ms linear;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.rest();
  }

  /** Lets go of the microphone. */
  rest(): void {
    this.#stop?.();
    this.#stop = null;
    this.level = null;
  }

  #listen(): void {
    this.rest();
    this.unheard = false;
    this.level = 0;
    this.#stop =
      this.phone?.watchMicrophone((level) => {
        this.unheard = level === null;
        this.level = level;
        if (level === null) this.#stop = null;
      }) ?? null;
  }

  #choose(tone: RingTone): void {
    this.phone?.setRingTone(tone);
    this.order((phone) => phone.testRing());
  }

  /** For the next call. */
  #camera({ cameras, camera }: Devices) {
    const own = section(this.t, settingsTexts);
    const gone = camera !== null && !cameras.some(({ id }) => id === camera);
    return html`<label
      >${section(this.t, videoTexts)("camera")}
      <select class="camera" @change=${(event: Event) => this.phone?.chooseDevices({ camera: (event.target as HTMLSelectElement).value || null })}>
        <option value="" ?selected=${camera === null}>${own("default")}</option>
        ${cameras.map(
          ({ id, label }, at) =>
            html`<option value=${id} ?selected=${id === camera}>${label || own("unnamed", { count: at + 1 })}</option>`,
        )}
        ${gone ? html`<option value=${camera} selected>${own("unplugged")}</option>` : nothing}
      </select>
    </label>`;
  }

  override render() {
    const { state } = this;
    if (!state) return nothing;
    const say = section(this.t, settingsTexts);
    const percent = this.level === null ? null : Math.round(this.level * 100);
    return html`
      <label
        >${say("ring_tone")}
        <select class="tone" @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value as RingTone)}>
          ${Object.keys(RING_TONES).map(
            (tone) =>
              html`<option value=${tone} ?selected=${tone === state.ringTone}>${say(`tone.${tone as RingTone}`)}</option>`,
          )}
        </select>
      </label>
      ${state.video && state.devices.cameras.length > 0 ? this.#camera(state.devices) : nothing}
      <div class="tries">
        <button type="button" class="tonal speaker" @click=${() => this.order((phone) => phone.testSpeaker())}>
          ${icon(mdiVolumeHigh)}${say("test_speaker")}
        </button>
        ${
          percent === null
            ? html`<button type="button" class="tonal microphone" @click=${() => this.#listen()}>
                ${icon(mdiMicrophone)}${say("try_microphone")}
              </button>`
            : html`<button type="button" class="tonal stop-microphone" @click=${() => this.rest()}>
                ${icon(mdiStop)}${say("stop_microphone")}
              </button>`
        }
      </div>
      ${
        percent === null
          ? nothing
          : html`<div
              class="meter"
              role="meter"
              aria-label=${say("level")}
              aria-valuemin="0"
              aria-valuemax="100"
              aria-valuenow=${percent}
            >
              <i style="width:${percent}%"></i>
            </div>`
      }
      ${this.unheard ? html`<p role="alert">${say("level_none")}</p>` : nothing}
    `;
  }
}

define("yeastar-linkus-sound-settings", SoundSettings);
