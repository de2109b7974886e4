import { css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { cleanNumber } from "../dial/number";
import { icon } from "../parts/icon";
import { mdiPhone, mdiPhoneHangup } from "../parts/icons";
import { define, PhoneFollower } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { safeText } from "../parts/text";
import { Ticker } from "../parts/ticker";
import { timerText } from "../parts/timer";
import { dialsFrom } from "../phone/scene";

/** One number as a tile: a tap calls it (after a yes, unless told otherwise); in that call it shows the time and hangs up. */
export class CallButton extends PhoneFollower {
  @property() number = "";
  @property() label = "";
  @property({ attribute: false }) confirmFirst = true;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: flex;
        height: 100%;
        min-height: 56px;
      }
      button {
        flex: 1;
        justify-content: flex-start;
        gap: 10px;
        min-width: 0;
        padding: 0 10px;
        border-radius: var(--yl-radius);
        text-align: start;
      }
      .disc {
        display: grid;
        place-items: center;
        flex: none;
        width: 36px;
        height: 36px;
        border-radius: 18px;
        background: color-mix(in srgb, var(--yl-go) 20%, transparent);
        color: color-mix(in srgb, var(--yl-go) 65%, var(--yl-text));
      }
      .busy .disc {
        background: var(--yl-stop-fill);
        color: #fff;
      }
      .words {
        min-width: 0;
      }
      .words b,
      .words small {
        display: block;
      }
      .words b {
        font-weight: 500;
      }
      .words small {
        font-size: 12px;
        line-height: 16px;
        color: var(--yl-dim);
      }
    `,
  ];

  constructor() {
    super();
    new Ticker(this, () => this.#call?.answeredAt ?? null);
  }

  get #call() {
    const wanted = cleanNumber(this.number);
    return (
      this.state?.calls.find(
        (call) => call.phase !== "ended" && call.phase !== "ringing" && cleanNumber(call.number) === wanted,
      ) ?? null
    );
  }

  #press(): void {
    const call = this.#call;
    const number = cleanNumber(this.number);
    if (call) {
      this.order((phone) => phone.hangUp(call.id));
      return;
    }
    const where = this.state && dialsFrom(this.state);
    if (this.confirmFirst) this.phone?.ask(number, this.label);
    else this.order((phone) => phone.dial(number, where ? { where } : {}));
  }

  override render() {
    const call = this.#call;
    const name = safeText(this.label, 60) || safeText(this.number, 40);
    const usable = this.state !== null && this.state.phone !== null && cleanNumber(this.number) !== "";
    const detail = call
      ? call.answeredAt === null
        ? this.t("call.outgoing")
        : timerText(Date.now() - call.answeredAt)
      : this.label
        ? safeText(this.number, 40)
        : this.t("dial.call");
    return html`<button type="button" class=${call ? "busy" : ""} ?disabled=${!usable} @click=${this.#press}>
      <span class="disc">${icon(call ? mdiPhoneHangup : mdiPhone)}</span>
      <span class="words"
        ><b class="ellipsis"><bdi>${name}</bdi></b><small class="ellipsis number">${detail || nothing}</small></span
      >${call || this.label ? html`<span class="sr">. ${this.t(call ? "call.hang_up" : "dial.call")}</span>` : nothing}
    </button>`;
  }
}

define("yeastar-linkus-call-button", CallButton);
