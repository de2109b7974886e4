import { html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import type { Call } from "../state/types";
import { callStyles } from "./call-styles";
import type { RichPhone } from "./data";
import { icon } from "./icon";
import { mdiCheck, mdiClose, mdiDialpad, mdiMicrophone, mdiPhone, mdiPhoneHangup } from "./icons";
import {
  mdiDotsHorizontal,
  mdiHeadset,
  mdiMicrophoneOff,
  mdiNoteEditOutline,
  mdiParking,
  mdiPause,
  mdiPhoneForward,
  mdiPlay,
  mdiRecordCircleOutline,
  mdiStopCircleOutline,
  mdiSwapHorizontal,
} from "./more-icons";
import "./keypad";
import { name, number, partyName, partyNumber, picture } from "./party";
import { define, PhonePart } from "./phone-element";
import { quality } from "./quality";
import { otherCalls } from "./scene";
import { controls, tokens } from "./styles";
import { safeText } from "./text";
import { Ticker } from "./ticker";
import { spokenDuration, timerText } from "./timer";

export type Panel = "none" | "keypad" | "transfer" | "more" | "note";

/** One call in the middle of the phone: ringing, dialling, talking, over. */
export class CallView extends PhonePart {
  @property({ attribute: false }) call: Call | null = null;
  @property() panel: Panel = "none";
  @property({ attribute: false }) digits = "";
  @property({ attribute: false }) note = "";
  @property({ attribute: false }) transferTo = "";

  static override styles = [tokens, controls, callStyles];

  constructor() {
    super();
    new Ticker(this, () => (this.call?.phase === "talking" ? this.call.answeredAt : null));
  }

  protected override willUpdate(): void {
    this.toggleAttribute("slim", this.panel === "keypad" || this.panel === "note");
  }

  protected override updated(): void {
    if (this.#journal) void import("./screen-pop");
    if (this.panel === "note") void import("./note-view");
    // Fetched when a call is answered, so that it is there when it is wanted.
    if (this.call?.can.transfer) void import("./transfer-view");
  }

  override render() {
    const call = this.call;
    if (!call) return nothing;
    if (call.phase === "ringing") return this.#incoming(call);
    if (call.phase === "ended") return this.#ended(call);
    if (this.panel === "transfer" && call.phase === "talking") {
      return html`<yeastar-linkus-transfer .phone=${this.phone} .state=${this.state} .t=${this.t} .call=${call} .preset=${this.transferTo}></yeastar-linkus-transfer>`;
    }
    return this.#live(call);
  }

  #others(call: Call): readonly Call[] {
    return otherCalls(this.state?.calls ?? [], call);
  }

  get #journal() {
    return (this.phone as RichPhone | null)?.journal;
  }

  /** A large picture while there is room; a small one when other calls take some of it. */
  #who(call: Call, status: unknown, extra: unknown = nothing): TemplateResult {
    const company = safeText(call.company, 60);
    const digits = partyNumber(call);
    return html`<div class="who ${this.#others(call).length > 0 ? "small" : ""}">
      ${picture(call)}
      <h2 class="name ellipsis">${name(call, this.t)}</h2>
      <div class="sub ellipsis">
        ${company ? html`<bdi>${company}</bdi>` : nothing}${company && digits ? " · " : nothing}${digits ? number(digits) : nothing}
      </div>
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
        html`<span>${this.t(desk ? "call.incoming_desk" : "call.incoming")}</span>${
          did ? html`<span class="dim">${this.#for(did)}</span>` : nothing
        }`,
      )}
      <div class="middle">
        ${
          this.#journal
            ? html`<yeastar-linkus-pop .lines=${2} .phone=${this.phone} .t=${this.t} .call=${call}></yeastar-linkus-pop>`
            : nothing
        }<slot name="pop"></slot>
        ${
          call.can.answer && this.state?.microphone === "prompt"
            ? html`<p class="hint dim">${this.t("microphone.answer")}</p>`
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
                ${icon(mdiPhone)}<span>${this.t("call.answer")}</span>
              </button>`
        }
      </div>
    `;
  }

  /** "for 030 1234": the number keeps its own direction inside the sentence. */
  #for(did: string): TemplateResult {
    const [before = "", after = ""] = this.t("call.for", { number: "\u0000" }).split("\u0000");
    return html`${before}${number(did)}${after}`;
  }

  #take(call: Call): TemplateResult | typeof nothing {
    const phone = this.phone as RichPhone | null;
    if (!phone?.take) return nothing;
    return html`<button type="button" class="big go take" @click=${() => this.order(() => phone.take?.(call.id))}>
      ${icon(mdiHeadset)}<span>${this.t("call.take")}</span>
    </button>`;
  }

  #status(call: Call): unknown {
    if (call.phase === "dialing") {
      return html`<span>${this.t(call.where === "desk" ? "call.dialing_desk" : call.alerting ? "call.outgoing" : "call.dialing")}</span>`;
    }
    const time =
      call.answeredAt === null
        ? html`<span>${this.t("call.pending")}</span>`
        : html`<span class="timer number" role="timer" aria-label=${spokenDuration(Date.now() - call.answeredAt, this.t.language)}
            >${timerText(Date.now() - call.answeredAt)}</span
          >`;
    const words = [
      call.held ? html`<span class="tag">${icon(mdiPause)}${this.t("call.on_hold")}</span>` : nothing,
      call.heldByOther ? html`<span class="tag">${icon(mdiPause)}${this.t("call.held_by_other")}</span>` : nothing,
      call.muted ? html`<span class="tag">${icon(mdiMicrophoneOff)}${this.t("call.muted")}</span>` : nothing,
      call.recording === "off"
        ? nothing
        : html`<span class="tag rec">${icon(mdiRecordCircleOutline)}${this.t(call.recording === "on" ? "call.recording" : "call.recording_paused")}</span>`,
      call.where === "desk" ? html`<span class="tag">${this.t("call.talking_desk")}</span>` : nothing,
    ];
    return html`${time}${call.quality && !call.held ? quality(call.quality, this.t) : nothing}${words}`;
  }

  #live(call: Call): TemplateResult {
    const consulted =
      call.consultationFor === null
        ? null
        : (this.state?.calls.find((other) => other.id === call.consultationFor) ?? null);
    const others = this.#others(call);
    const desk = call.where === "desk";
    return html`
      ${this.#who(call, this.#status(call))}
      <div class="middle">
        ${others.map((other) => this.#other(other, consulted?.id === other.id))}
        ${this.panel === "keypad" ? this.#keys(call) : this.panel === "note" ? this.#noteView(call) : this.#controls(call, consulted !== null)}
      </div>
      <div class="actions">
        ${
          consulted && call.phase === "talking"
            ? html`<button type="button" class="big go complete" @click=${() => this.order((phone) => phone.completeTransfer(call.id))}>
                ${icon(mdiCheck)}<span>${this.t("transfer.complete")}</span>
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
          ${icon(mdiPhoneHangup)}<span>${this.t(consulted ? "transfer.cancel" : "call.hang_up")}</span>
        </button>
      </div>
    `;
  }

  #other(other: Call, waits: boolean): TemplateResult {
    const who = partyName(other, this.t);
    return html`<div class="other">
      ${icon(mdiPause)}
      <span class="ellipsis"><bdi>${who}</bdi> <span class="dim">· ${this.t("call.on_hold")}</span></span>
      <button type="button" class="tonal swap" aria-label="${this.t("call.swap")}: ${who}" @click=${() => this.order((phone) => phone.swap(other.id))}>
        ${icon(mdiSwapHorizontal)}<span>${this.t("call.swap")}</span>
      </button>
      ${waits ? html`<span class="sr">${this.t("transfer.waiting", { name: who })}</span>` : nothing}
    </div>`;
  }

  #noteView(call: Call): TemplateResult {
    return html`<yeastar-linkus-note .phone=${this.phone} .t=${this.t} .call=${call} .value=${this.note}></yeastar-linkus-note>
      <button type="button" class="tonal done" @click=${() => this.tell("panel", "none")}>${this.t("note.done")}</button>`;
  }

  #keys(call: Call): TemplateResult {
    return html`<div class="dtmf">
      <div class="digits">
        <span class="sr">${this.t("call.digits")}</span><span class="ellipsis number" dir="ltr">${this.digits}</span>
        <button type="button" aria-label=${this.t("call.close")} @click=${() => this.tell("panel", "none")}>${icon(mdiClose)}</button>
      </div>
      <yeastar-linkus-keypad
        .t=${this.t}
        role="group"
        aria-label=${this.t("call.keypad")}
        ?disabled=${!call.can.dtmf || call.held}
        @digit=${(event: CustomEvent<string>) => this.tell("dtmf", event.detail)}
      ></yeastar-linkus-keypad>
    </div>`;
  }

  #controls(call: Call, consulting: boolean): TemplateResult | typeof nothing {
    const { can } = call;
    const phone = this.phone as RichPhone | null;
    const notes = phone?.journal?.setNote !== undefined;
    if (this.panel === "more") {
      return html`<div class="controls" role="group" aria-label=${this.t("call.more")}>
        ${
          can.record
            ? this.#round(
                call.recording === "on" ? mdiStopCircleOutline : mdiRecordCircleOutline,
                this.t(call.recording === "on" ? "call.record_stop" : "call.record"),
                () => this.order((target) => target.record(call.id, call.recording !== "on")),
                { pressed: call.recording === "on", id: "record" },
              )
            : nothing
        }
        ${phone?.park ? this.#round(mdiParking, this.t("call.park"), () => this.order(() => phone.park?.(call.id))) : nothing}
        ${notes ? this.#round(mdiNoteEditOutline, this.t("call.note"), () => this.tell("panel", "note")) : nothing}
        ${this.#round(mdiClose, this.t("call.close"), () => this.tell("panel", "none"))}
      </div>`;
    }
    // A call on the desk phone that allows nothing from outside has no row of dead buttons.
    if (call.where === "desk" && !can.hold && !can.mute && !can.dtmf && !can.transfer) return nothing;
    return html`<div class="controls ${consulting || this.#others(call).length > 0 ? "dense" : ""}" role="group" aria-label=${this.t("call.talking")}>
      ${this.#round(
        call.muted ? mdiMicrophoneOff : mdiMicrophone,
        this.t(call.muted ? "call.unmute" : "call.mute"),
        () => this.order((target) => target.mute(call.id, !call.muted)),
        { pressed: call.muted, disabled: !can.mute || call.held, hint: "M", id: "mute" },
      )}
      ${this.#round(mdiDialpad, this.t("call.keypad"), () => this.tell("panel", "keypad"), {
        disabled: !can.dtmf || call.held,
        hint: "K",
        id: "keypad",
      })}
      ${this.#round(
        call.held ? mdiPlay : mdiPause,
        this.t(call.held ? "call.resume" : "call.hold"),
        () => this.order((target) => target.hold(call.id, !call.held)),
        { pressed: call.held, disabled: !can.hold, hint: "H", id: "hold" },
      )}
      ${
        consulting
          ? nothing
          : this.#round(mdiPhoneForward, this.t("call.transfer"), () => this.tell("panel", "transfer"), {
              disabled: !can.transfer,
              hint: "T",
              id: "transfer",
            })
      }
      ${
        can.record || phone?.park || notes
          ? this.#round(mdiDotsHorizontal, this.t("call.more"), () => this.tell("panel", "more"), { id: "more" })
          : nothing
      }
    </div>`;
  }

  #round(
    path: string,
    label: string,
    press: () => void,
    options: { pressed?: boolean; disabled?: boolean; hint?: string; id?: string } = {},
  ): TemplateResult {
    return html`<button
      type="button"
      class="round ${options.pressed ? "on" : ""}"
      data-control=${options.id ?? nothing}
      aria-pressed=${options.pressed ?? nothing}
      aria-keyshortcuts=${options.hint ?? nothing}
      title=${options.hint ? `${label} (${options.hint})` : nothing}
      ?disabled=${options.disabled ?? false}
      @click=${press}
    >
      <span class="disc">${icon(path)}</span><span class="label">${label}</span>
    </button>`;
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
                  ${icon(mdiNoteEditOutline)}<span>${this.t("call.note")}</span>
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
