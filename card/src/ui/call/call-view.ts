import { html, nothing, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { callTexts } from "../../localize/sections/call";
import { videoTexts } from "../../localize/sections/video";
import { mergePlan } from "../../state/three-way";
import type { Call } from "../../state/types";
import type { RichPhone } from "../data";
import { icon } from "../parts/icon";
import { mdiCheck, mdiClose, mdiPhone, mdiPhoneHangup, mdiVoicemail } from "../parts/icons";
import {
  mdiCallMerge,
  mdiHeadset,
  mdiNoteEditOutline,
  mdiPause,
  mdiSwapHorizontal,
  mdiVideo,
} from "../parts/more-icons";
import { callControls } from "./call-controls";
import { hasDoor, isWordy } from "./call-facts";
import { callStatus } from "./call-status";
import { callStyles } from "./call-styles";
import "../dial/keypad";
import { name, number, partyName, partyNumber, picture } from "../parts/party";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { safeText } from "../parts/text";
import { Ticker } from "../parts/ticker";
import { timerText } from "../parts/timer";
import { otherCalls } from "../phone/scene";
import type { Panel } from "./panel";
import { qualityStyles } from "./quality";

/** One call in the middle of the phone: ringing, dialling, talking, over. */
export class CallView extends PhonePart {
  @property({ attribute: false }) call: Call | null = null;
  @property() panel: Panel = "none";
  @property({ attribute: false }) digits = "";
  @property({ attribute: false }) note = "";
  @property({ attribute: false }) transferTo = "";
  /** The figures of the sound are shown. */
  @state() private detailed = false;

  static override styles = [tokens, controls, callStyles, qualityStyles];

  get #say() {
    return section(this.t, callTexts);
  }

  constructor() {
    super();
    new Ticker(this, () => (this.call?.phase === "talking" ? this.call.answeredAt : null));
  }

  protected override willUpdate(): void {
    this.toggleAttribute(
      "slim",
      this.panel === "keypad" || this.panel === "note" || this.#door(this.call) || this.#seen(this.call),
    );
  }

  protected override updated(): void {
    if (this.#journal) void import("./screen-pop");
    if (this.#door(this.call)) void import("./door-view");
    if (this.#seen(this.call)) void import("./video-view");
    if (this.panel === "note") void import("./note-view");
    // Fetched when a call is answered, so that it is there when it is wanted.
    if (this.call?.can.transfer) void import("./transfer-view");
  }

  override render() {
    const call = this.call;
    if (!call) return nothing;
    if (call.phase === "ringing") return this.#incoming(call);
    if (call.phase === "ended") return this.#ended(call);
    if ((this.panel === "transfer" || this.panel === "add") && call.phase === "talking") {
      return html`<yeastar-linkus-transfer purpose=${this.panel} .phone=${this.phone} .state=${this.state} .t=${this.t} .call=${call} .preset=${this.transferTo}></yeastar-linkus-transfer>`;
    }
    return this.#live(call);
  }

  #others(call: Call): readonly Call[] {
    return otherCalls(this.state?.calls ?? [], call);
  }

  get #rich(): RichPhone | null {
    return this.phone;
  }

  get #journal() {
    return this.#rich?.journal;
  }

  #door(call: Call | null): boolean {
    return Boolean(call && this.#rich?.doors && hasDoor(call));
  }

  #doorView(call: Call): TemplateResult | typeof nothing {
    if (!this.#door(call)) return nothing;
    return html`<yeastar-linkus-door .phone=${this.phone} .t=${this.t} .call=${call}></yeastar-linkus-door>`;
  }

  /** There is a picture to look at. */
  #seen(call: Call | null): boolean {
    return Boolean(call?.picture && call.phase === "talking" && this.panel === "none" && this.#rich?.pictures);
  }

  /** A large picture while there is room; a small one when other calls take some of it. */
  #who(call: Call, status: unknown, extra: unknown = nothing): TemplateResult {
    const company = safeText(call.company, 60);
    const digits = partyNumber(call);
    return html`<div class="who ${this.#others(call).length > 0 || isWordy(call, this.detailed) ? "small" : ""}">
      ${picture(call)}
      <h2 class="name ellipsis">${name(call, this.t)}</h2>
      ${
        company || digits
          ? html`<div class="sub ellipsis">
              ${company ? html`<bdi>${company}</bdi>` : nothing}${company && digits ? html`<span class="between"> · </span>` : nothing}${digits ? number(digits) : nothing}
            </div>`
          : nothing
      }
      <div class="status">${status}</div>
      ${extra}
    </div>`;
  }

  #incoming(call: Call): TemplateResult {
    const desk = call.where === "desk";
    const did = safeText(call.did, 40);
    return html`
      ${this.#who(
        call,
        html`<span>${desk ? this.#say("incoming_desk") : this.t("call.incoming")}</span>${
          did ? html`<span class="dim">${this.#for(did)}</span>` : nothing
        }`,
      )}
      <div class="middle">
        ${this.#doorView(call)}
        ${
          this.#journal && !this.#door(call)
            ? html`<yeastar-linkus-pop .lines=${2} .phone=${this.phone} .t=${this.t} .call=${call}></yeastar-linkus-pop>`
            : nothing
        }<slot name="pop"></slot>
        ${
          call.can.answer && this.state?.microphone === "prompt"
            ? html`<p class="hint dim">${this.#say("microphone.answer")}</p>`
            : nothing
        }
        ${
          call.can.video
            ? html`<button type="button" class="tonal with-video" @click=${() => this.order((phone) => phone.answer(call.id, { video: true }))}>
                ${icon(mdiVideo)}<span>${section(this.t, videoTexts)("answer")}</span>
              </button>`
            : nothing
        }
        ${
          this.#rich?.toVoicemail && call.pbxId && this.state?.phone?.desk && !call.door
            ? html`<button type="button" class="aside to-voicemail" @click=${() => this.order(() => this.#rich?.toVoicemail?.(call.id))}>
                ${icon(mdiVoicemail)}<span>${this.#say("to_voicemail")}</span>
              </button>`
            : nothing
        }
      </div>
      <div class="actions answering">
        <button type="button" class="big stop reject" ?disabled=${!call.can.reject} @click=${() => this.order((phone) => phone.reject(call.id))}>
          ${icon(mdiPhoneHangup)}<span>${this.t("call.reject")}</span>
        </button>
        ${
          !call.can.answer
            ? this.#take(call)
            : html`<button type="button" class="big go answer" @click=${() => this.order((phone) => phone.answer(call.id))}>
                ${icon(mdiPhone)}<span>${this.#say("answer")}</span>
              </button>`
        }
      </div>
    `;
  }

  /** "for 030 1234": the number keeps its own direction inside the sentence. */
  #for(did: string): TemplateResult {
    const [before = "", after = ""] = this.#say("for", { number: "\u0000" }).split("\u0000");
    return html`${before}${number(did)}${after}`;
  }

  #take(call: Call): TemplateResult | typeof nothing {
    if (!this.#rich?.take) return nothing;
    return html`<button type="button" class="big go take" @click=${() => this.order(() => this.#rich?.take?.(call.id))}>
      ${icon(mdiHeadset)}<span>${this.#say("take")}</span>
    </button>`;
  }

  #live(call: Call): TemplateResult {
    const consulted =
      call.consultationFor === null
        ? null
        : (this.state?.calls.find((other) => other.id === call.consultationFor) ?? null);
    const others = this.#others(call);
    const desk = call.where === "desk";
    return html`
      ${this.#who(
        call,
        callStatus(call, this.state?.reach, this.t, this.detailed, () => {
          this.detailed = !this.detailed;
        }),
      )}
      <div class="middle">
        ${others.map((other) => this.#other(other, consulted?.id === other.id))}
        ${this.panel === "none" ? this.#doorView(call) : nothing}
        ${this.#seen(call) ? html`<yeastar-linkus-video .phone=${this.phone} .state=${this.state} .t=${this.t} .call=${call}></yeastar-linkus-video>` : nothing}
        ${this.panel === "keypad" ? this.#keys(call) : this.panel === "note" ? this.#noteView(call) : this.#controls(call, consulted !== null)}
      </div>
      <div class="actions">
        ${
          consulted && call.phase === "talking"
            ? html`<button type="button" class="big go complete" @click=${() => this.order((phone) => phone.completeTransfer(call.id))}>
                ${icon(mdiCheck)}<span>${this.#say("transfer.complete")}</span>
              </button>`
            : desk
              ? this.#take(call)
              : nothing
        }
        <button
          type="button"
          class="big stop hang-up"
          ?disabled=${!call.can.hangUp}
          @click=${() => this.order((phone) => (consulted ? phone.cancelTransfer(call.id) : phone.hangUp(call.id)))}
        >
          ${icon(mdiPhoneHangup)}<span>${consulted ? this.#say("transfer.cancel") : this.t("call.hang_up")}</span>
        </button>
      </div>
    `;
  }

  #other(other: Call, waits: boolean): TemplateResult {
    const who = partyName(other, this.t);
    return html`<div class="other">
      ${icon(mdiPause)}
      <span class="ellipsis"><bdi>${who}</bdi> <span class="dim">· ${this.t("call.on_hold")}</span></span>
      <button type="button" class="tonal swap" aria-label="${this.#say("swap")}: ${who}" @click=${() => this.order((phone) => phone.swap(other.id))}>
        ${icon(mdiSwapHorizontal)}<span>${this.#say("swap")}</span>
      </button>
      ${
        this.#rich?.merge && this.state?.phone?.desk && mergePlan(this.state.calls)
          ? html`<button type="button" class="tonal merge" @click=${() => this.order(() => this.#rich?.merge?.())}>
              ${icon(mdiCallMerge)}<span>${this.#say("merge")}</span>
            </button>`
          : nothing
      }
      ${waits ? html`<span class="sr">${this.#say("transfer.waiting", { name: who })}</span>` : nothing}
    </div>`;
  }

  #noteView(call: Call): TemplateResult {
    return html`<yeastar-linkus-note .phone=${this.phone} .t=${this.t} .call=${call} .value=${this.note}></yeastar-linkus-note>
      <button type="button" class="tonal done" @click=${() => this.tell("panel", "none")}>${this.#say("note.done")}</button>`;
  }

  #keys(call: Call): TemplateResult {
    return html`<div class="dtmf">
      <div class="digits">
        <span class="sr">${this.#say("digits")}</span><span class="ellipsis number" dir="ltr">${this.digits}</span>
        <button type="button" aria-label=${this.t("call.close")} @click=${() => this.tell("panel", "none")}>${icon(mdiClose)}</button>
      </div>
      <yeastar-linkus-keypad
        .t=${this.t}
        role="group"
        aria-label=${this.#say("keypad")}
        ?disabled=${!call.can.dtmf || call.held}
        @digit=${(event: CustomEvent<string>) => this.tell("dtmf", event.detail)}
      ></yeastar-linkus-keypad>
    </div>`;
  }

  #controls(call: Call, consulting: boolean): TemplateResult | typeof nothing {
    return callControls({
      call,
      consulting,
      phone: this.#rich,
      state: this.state,
      t: this.t,
      panel: this.panel,
      others: this.#others(call),
      order: (run) => this.order(run),
      open: (panel) => this.tell("panel", panel),
    });
  }

  #ended(call: Call): TemplateResult {
    const talked = call.answeredAt !== null && call.endedAt !== null ? call.endedAt - call.answeredAt : 0;
    const callable = safeText(call.number) !== "";
    return html`
      ${this.#who(
        call,
        html`<span>${this.t.maybe(`outcome.${call.outcome ?? "unknown"}`, "outcome.unknown")}</span>${
          talked > 0 ? html`<span class="dim number">${timerText(talked)}</span>` : nothing
        }`,
      )}
      <div class="middle">
        ${
          this.panel === "note"
            ? this.#noteView(call)
            : this.#journal?.setNote
              ? html`<button type="button" class="tonal add-note" @click=${() => this.tell("panel", "note")}>
                  ${icon(mdiNoteEditOutline)}<span>${this.#say("note")}</span>
                </button>`
              : nothing
        }
      </div>
      <div class="actions">
        ${
          callable
            ? html`<button type="button" class="big go call-back" @click=${() => this.tell("dial", { number: call.number, where: call.where })}>
                ${icon(mdiPhone)}<span>${this.t("call.back")}</span>
              </button>`
            : nothing
        }
        <button type="button" class="big tonal close" @click=${() => this.tell("ended-seen", call.id)}>
          ${icon(mdiClose)}<span>${this.t("call.close")}</span>
        </button>
      </div>
    `;
  }
}

define("yeastar-linkus-call", CallView);
