import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { listsTexts } from "../../localize/sections/lists";
import type { RichPhone, Voicemail } from "../data";
import { icon } from "../parts/icon";
import { mdiPhone, mdiVoicemail } from "../parts/icons";
import { mdiDeleteOutline, mdiPlay, mdiStop } from "../parts/more-icons";
import { name, partyName } from "../parts/party";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { safeText } from "../parts/text";
import { timerText } from "../parts/timer";
import { whenText } from "../parts/when";
import { listStyles } from "./list-styles";
import { ownAddress } from "./sound-player";

/** Messages: play, call back, delete; hearing one marks it. */
export class VoicemailView extends PhonePart {
  @state() private messages: readonly Voicemail[] | null = null;
  @state() private playing: { readonly id: string; readonly address: string } | null = null;
  @state() private removing: string | null = null;
  #stop: (() => void) | null = null;

  static override styles = [
    tokens,
    controls,
    listStyles,
    css`
      .new b::before {
        content: "";
        display: inline-block;
        width: 8px;
        height: 8px;
        margin-inline-end: 8px;
        border-radius: 50%;
        background: var(--yl-accent);
        vertical-align: middle;
        forced-color-adjust: none;
      }
      .sure {
        flex-basis: 100%;
        display: flex;
        justify-content: flex-end;
        align-items: center;
        gap: 8px;
        padding-block-end: 8px;
      }
    `,
  ];

  get #say() {
    return section(this.t, listsTexts);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("phone")) return;
    this.#stop?.();
    this.#stop =
      this.#mailbox?.subscribe((messages) => {
        this.messages = messages;
      }) ?? null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  get #mailbox() {
    return (this.phone as RichPhone | null)?.mailbox;
  }

  async #play(message: Voicemail): Promise<void> {
    if (this.playing?.id === message.id) {
      this.playing = null;
      return;
    }
    this.order(async () => {
      const address = await this.#mailbox?.audio(message.id);
      this.playing = { id: message.id, address: ownAddress(address) };
      if (!message.heard) await this.#mailbox?.setHeard(message.id, true);
    });
  }

  override render() {
    const messages = this.messages ?? [];
    return html`<div class="scroll">
      <ul>
        ${messages.map((message) => this.#row(message))}
      </ul>
      ${
        messages.length === 0
          ? html`<div class="empty">${icon(mdiVoicemail)}${this.#say(this.messages === null ? "loading" : "voicemail.none")}</div>`
          : nothing
      }
    </div>`;
  }

  #row(message: Voicemail): TemplateResult {
    const who = partyName(message, this.t);
    const playing = this.playing?.id === message.id ? this.playing : null;
    const remove = this.#mailbox?.remove;
    return html`<li class=${message.heard ? "" : "new"}>
      <button
        type="button"
        class="row"
        @click=${() => this.#play(message)}
      >
        <span class="kind">${icon(playing ? mdiStop : mdiPlay)}</span>
        <span class="sr">${this.#say(playing ? "voicemail.stop" : "voicemail.play")}${message.heard ? "" : `, ${this.#say("voicemail.new")}`}: </span>
        <span class="words"
          ><b class="ellipsis">${name(message, this.t)}</b
          ><small class="ellipsis"
            >${whenText(message.at, Date.now(), this.t.language)} · ${timerText(message.durationMs)}</small
          ></span
        >
      </button>
      ${
        safeText(message.number)
          ? html`<button
              type="button"
              class="side"
              aria-label=${this.t("dial.call_name", { name: who })}
              @click=${() => this.tell("dial", { number: message.number, name: message.name })}
            >
              ${icon(mdiPhone)}
            </button>`
          : nothing
      }
      ${
        remove
          ? html`<button
              type="button"
              class="side remove"
              aria-label="${this.#say("voicemail.delete")}: ${who}"
              @click=${() => {
                this.removing = message.id;
              }}
            >
              ${icon(mdiDeleteOutline)}
            </button>`
          : nothing
      }
      ${playing ? html`<yeastar-linkus-player .phone=${this.phone} .state=${this.state} .t=${this.t} .address=${playing.address}></yeastar-linkus-player>` : nothing}
      ${
        this.removing === message.id
          ? html`<div class="sure">
              <button
                type="button"
                class="tonal"
                @click=${() => {
                  this.removing = null;
                }}
              >
                ${this.t("dial.cancel")}
              </button>
              <button
                type="button"
                class="stop yes"
                @click=${() => {
                  this.removing = null;
                  this.order(() => remove?.call(this.#mailbox, message.id));
                }}
              >
                ${this.#say("voicemail.delete")}
              </button>
            </div>`
          : nothing
      }
    </li>`;
  }
}

define("yeastar-linkus-voicemail", VoicemailView);
