import { css, html, nothing, type PropertyValues } from "lit";
import { property } from "lit/decorators.js";
import { section } from "../../localize/section";
import { videoTexts } from "../../localize/sections/video";
import type { Call } from "../../state/types";
import type { RichPhone } from "../data";
import { icon } from "../parts/icon";
import { mdiFullscreen, mdiVideo, mdiVideoOff } from "../parts/more-icons";
import { partyName } from "../parts/party";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";

/** Both pictures of a call: the other side's, and one's own in its corner. The sound is not made here. */
export class VideoView extends PhonePart {
  @property({ attribute: false }) call: Call | null = null;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: flex;
        flex: 1 1 220px;
        min-height: 120px;
        max-height: 420px;
      }
      .stage {
        position: relative;
        display: grid;
        place-items: center;
        flex: 1;
        min-width: 0;
        border-radius: var(--yl-radius);
        overflow: hidden;
        background: #000;
        color: #fff;
        font-size: 13px;
        text-align: center;
      }
      .stage:fullscreen {
        border-radius: 0;
      }
      .far {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: contain;
      }
      p {
        margin: 0;
        padding: 12px;
      }
      .own {
        position: absolute;
        inset-block-start: 8px;
        inset-inline-end: 8px;
        width: 26%;
        max-width: 160px;
        aspect-ratio: 4 / 3;
        border: 1px solid rgb(255 255 255 / 60%);
        border-radius: 8px;
        object-fit: cover;
        background: #222;
        /* As in a mirror. */
        transform: scaleX(-1);
      }
      .own.off {
        visibility: hidden;
      }
      .buttons {
        position: absolute;
        inset-block-end: 8px;
        inset-inline: 8px;
        display: flex;
        justify-content: space-between;
      }
      .buttons button {
        width: 44px;
        height: 44px;
        padding: 0;
        border-radius: 22px;
        background: rgb(0 0 0 / 60%);
        color: #fff;
      }
      .buttons button:not(:disabled):hover {
        background: rgb(60 60 60 / 80%);
      }
      .buttons button:focus-visible {
        outline: 2px solid #fff;
        outline-offset: 2px;
      }
      .buttons [aria-pressed="true"] {
        background: #fff;
        color: #000;
      }
    `,
  ];

  get #rich(): RichPhone | null {
    return this.phone;
  }

  protected override updated(_changed: PropertyValues<this>): void {
    const pictures = this.call ? (this.#rich?.pictures?.(this.call.id) ?? null) : null;
    this.#show(".far", pictures?.far ?? null);
    this.#show(".own", pictures?.own ?? null);
  }

  #show(selector: string, stream: MediaStream | null): void {
    const picture = this.renderRoot.querySelector<HTMLVideoElement>(selector);
    if (!picture || picture.srcObject === stream) return;
    picture.srcObject = stream;
    // Replacing the stream interrupts the one before, which means nothing.
    if (stream) void Promise.resolve(picture.play()).catch(() => {});
  }

  readonly #larger = (): void => {
    const stage = this.renderRoot.querySelector<HTMLElement>(".stage");
    if (document.fullscreenElement) void document.exitFullscreen();
    else void stage?.requestFullscreen?.().catch(() => {});
  };

  override render() {
    const { call } = this;
    if (!call) return nothing;
    const t = section(this.t, videoTexts);
    const name = partyName(call, this.t);
    const pictures = this.#rich?.pictures?.(call.id) ?? null;
    if (this.state?.tab === "other") return html`<div class="stage"><p>${t("elsewhere")}</p></div>`;
    const camera = t(call.cameraOff ? "camera_on" : "camera_off");
    return html`<div class="stage">
      ${pictures?.far ? nothing : html`<p role="status">${t("none", { name })}</p>`}
      <video class="far" ?hidden=${!pictures?.far} autoplay playsinline .muted=${true} aria-label=${t("far", { name })}></video>
      ${
        pictures?.own
          ? html`<video class="own ${call.cameraOff ? "off" : ""}" autoplay playsinline .muted=${true} aria-label=${t(call.cameraOff ? "own_off" : "own")}></video>`
          : nothing
      }
      <div class="buttons">
        <span>
          ${
            pictures?.own && call.can.video
              ? html`<button
                  type="button"
                  class="camera"
                  aria-pressed=${call.cameraOff}
                  aria-label=${camera}
                  title=${camera}
                  @click=${() => this.order(() => this.#rich?.camera?.(call.id, call.cameraOff))}
                >
                  ${icon(call.cameraOff ? mdiVideoOff : mdiVideo)}
                </button>`
              : nothing
          }
        </span>
        ${
          document.fullscreenEnabled
            ? html`<button type="button" class="larger" aria-label=${t("larger")} title=${t("larger")} @click=${this.#larger}>
                ${icon(mdiFullscreen)}
              </button>`
            : nothing
        }
      </div>
    </div>`;
  }
}

define("yeastar-linkus-video", VideoView);
