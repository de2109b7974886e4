import { css, html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { section } from "../../localize/section";
import { callTexts } from "../../localize/sections/call";
import type { Call } from "../../state/types";
import { icon } from "../parts/icon";
import { mdiClose, mdiMicrophone, mdiPhone, mdiPhoneHangup } from "../parts/icons";
import { mdiMicrophoneOff, mdiPause, mdiPlay } from "../parts/more-icons";
import { partyName, picture } from "../parts/party";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { Ticker } from "../parts/ticker";
import { callLine } from "./call-words";

/** One call in two lines: who and since when, and the buttons that matter. */
export class CompactCall extends PhonePart {
  @property({ attribute: false }) call: Call | null = null;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: flex;
        flex: 1;
        align-items: center;
        gap: 8px;
        min-width: 0;
      }
      .picture {
        display: grid;
        place-items: center;
        flex: none;
        width: 44px;
        height: 44px;
        border-radius: 50%;
        overflow: hidden;
        background: color-mix(in srgb, var(--yl-accent) 18%, transparent);
        font-weight: 500;
      }
      .picture img {
        width: 100%;
        height: 100%;
        object-fit: cover;
      }
      .words {
        flex: 1;
        min-width: 0;
      }
      .name {
        display: block;
        font-size: 16px;
        line-height: 22px;
        font-weight: 500;
      }
      button {
        flex: none;
        width: 56px;
        height: 56px;
        padding: 0;
        border-radius: 28px;
      }
      button[aria-pressed="true"] {
        background: var(--yl-accent-fill);
        color: #fff;
      }
      .minor {
        width: 48px;
        height: 48px;
      }
      @container (max-width: 340px) {
        .picture {
          display: none;
        }
      }
    `,
  ];

  get #say() {
    return section(this.t, callTexts);
  }

  constructor() {
    super();
    new Ticker(this, () => (this.call?.phase === "talking" ? this.call.answeredAt : null));
  }

  override render() {
    const call = this.call;
    if (!call) return nothing;
    const who = partyName(call, this.t);
    return html`${picture(call)}
      <div class="words"><span class="name ellipsis"><bdi>${who}</bdi></span><span class="dim number">${callLine(call, this.t, Date.now())}</span></div>
      ${call.phase === "ringing" ? this.#ringing(call) : call.phase === "ended" ? this.#ended(call) : this.#live(call)}`;
  }

  #button(kind: string, path: string, label: string, press: () => void, pressed?: boolean): TemplateResult {
    return html`<button type="button" class=${kind} aria-label=${label} title=${label} aria-pressed=${pressed ?? nothing} @click=${press}>
      ${icon(path)}
    </button>`;
  }

  #ringing(call: Call) {
    return html`${call.can.reject ? this.#button("stop", mdiPhoneHangup, this.t("call.reject"), () => this.order((phone) => phone.reject(call.id))) : nothing}
    ${call.can.answer ? this.#button("go answer", mdiPhone, this.#say("answer"), () => this.order((phone) => phone.answer(call.id))) : nothing}`;
  }

  #live(call: Call) {
    return html`${
      call.can.mute && !call.held
        ? this.#button(
            "tonal minor",
            call.muted ? mdiMicrophoneOff : mdiMicrophone,
            this.#say(call.muted ? "unmute" : "mute"),
            () => this.order((phone) => phone.mute(call.id, !call.muted)),
            call.muted,
          )
        : nothing
    }
    ${
      call.can.hold
        ? this.#button(
            "tonal minor",
            call.held ? mdiPlay : mdiPause,
            this.#say(call.held ? "resume" : "hold"),
            () => this.order((phone) => phone.hold(call.id, !call.held)),
            call.held,
          )
        : nothing
    }
    ${call.can.hangUp ? this.#button("stop hang-up", mdiPhoneHangup, this.t("call.hang_up"), () => this.order((phone) => phone.hangUp(call.id))) : nothing}`;
  }

  #ended(call: Call) {
    return html`${this.#button("tonal minor", mdiClose, this.t("call.close"), () => this.tell("ended-seen", call.id))}
    ${this.#button("go", mdiPhone, this.t("call.back"), () => this.tell("dial", { number: call.number, where: call.where }))}`;
  }
}

define("yeastar-linkus-compact-call", CompactCall);
