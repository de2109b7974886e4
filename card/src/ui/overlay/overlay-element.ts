import { css, html, nothing, type PropertyValues } from "lit";
import { property, query, state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { overlayTexts } from "../../localize/sections/overlay";
import type { Where } from "../../state/types";
import "../call/call-view";
import "./floating-phone";
import { cardOnScreen, cardUncovered, onScreenChange } from "../card/on-screen";
import { cleanNumber } from "../dial/number";
import { icon } from "../parts/icon";
import { mdiClose, mdiDeskphone, mdiMonitor, mdiPhone } from "../parts/icons";
import { mdiBellOff } from "../parts/more-icons";
import { number, partyName, partyNumber } from "../parts/party";
import { define, PhoneFollower } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import "../phone/notice";
import { dialsFrom } from "../phone/scene";
import type { Notice } from "../phone/what-to-say";
import type { FloatingPhone } from "./floating-phone";
import { type OverlayChoice, overlayChoice, ROUND_KEY } from "./overlay-choice";
import { TopLayer } from "./top-layer";

/** ms between two looks at what covers a ringing card. */
const LOOK_AGAIN = 400;
const EXPANDED_KEY = "yeastar_linkus.expanded";

/** Over every page: the call that rings, a number that waits for a yes, and the floating phone. */
export class Overlay extends PhoneFollower {
  /** The id of a phone beside the page's own; empty for that one. */
  @property() side = "";
  @state() private expanded = localStorage.getItem(EXPANDED_KEY) !== "0";
  @state() private putAside: ReadonlySet<string> = new Set();
  @state() private summoned = false;
  @query(".incoming") private box!: HTMLDialogElement;
  @query(".asked") private askedBox!: HTMLDialogElement;
  @query(".toast") private toastBox!: HTMLDialogElement;
  @query("yeastar-linkus-floating") private floating!: FloatingPhone;
  /** The box with the ringing call has the focus. */
  #focused = false;
  #layer: TopLayer | null = null;
  #toast: TopLayer | null = null;
  #stopWatching: (() => void) | null = null;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: contents;
      }
      dialog {
        color: inherit;
        border: 1px solid var(--yl-line);
        background: var(--card-background-color, #fff);
        box-shadow: 0 12px 40px rgb(0 0 0 / 36%);
      }
      .incoming {
        position: fixed;
        inset: 24px auto auto 50%;
        display: none;
        flex-direction: column;
        width: 400px;
        max-width: calc(100vw - 32px);
        max-height: calc(100dvh - 48px);
        min-height: 340px;
        margin: 0;
        padding: 16px;
        border-radius: 28px;
        transform: translateX(-50%);
        overflow: auto;
      }
      .incoming:popover-open,
      .incoming[open] {
        display: flex;
      }
      .incoming:focus {
        outline: none;
      }
      .incoming::backdrop {
        background: none;
      }
      .corner {
        display: flex;
        justify-content: space-between;
        position: absolute;
        inset: 8px 8px auto;
        z-index: 1;
        pointer-events: none;
      }
      .corner button {
        padding: 0;
        color: var(--yl-dim);
        pointer-events: auto;
      }
      .toast {
        position: fixed;
        inset: auto auto 24px 50%;
        width: 420px;
        max-width: calc(100vw - 32px);
        margin: 0;
        padding: 0;
        border-radius: 16px;
        transform: translateX(-50%);
      }
      .asked {
        width: 340px;
        max-width: calc(100vw - 32px);
        padding: 24px;
        border-radius: 28px;
      }
      .asked::backdrop {
        background: rgb(0 0 0 / 40%);
      }
      .asked h2 {
        margin: 0 0 4px;
        font-size: 22px;
        line-height: 28px;
        font-weight: 500;
        overflow-wrap: anywhere;
      }
      .asked .actions {
        margin-block-start: 24px;
      }
      .asked .either {
        flex-direction: column;
        gap: 8px;
      }
      .either + .actions {
        margin-block-start: 8px;
      }
      .either .big {
        flex: none;
      }
      @media (max-width: 599px) {
        .incoming {
          inset: auto 0 0 0;
          width: 100vw;
          max-width: none;
          min-height: 380px;
          border-width: 1px 0 0;
          border-radius: 28px 28px 0 0;
          padding-block-end: calc(24px + env(safe-area-inset-bottom, 0px));
          transform: none;
        }
      }
      @media (forced-colors: active) {
        dialog {
          border: 2px solid CanvasText;
        }
      }
    `,
  ];

  get #say() {
    return section(this.t, overlayTexts);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const redraw = () => this.requestUpdate();
    const stop = onScreenChange(redraw);
    const summon = (event: Event) => {
      const wanted = (event as CustomEvent<{ phoneId?: string } | null>).detail?.phoneId;
      if (wanted === undefined ? this.side === "" : wanted === this.state?.phone?.phoneId)
        this.summoned = this.expanded = true;
    };
    // Nobody tells when something is laid over a card, or taken away.
    const look = setInterval(() => this.#rings && redraw(), LOOK_AGAIN);
    window.addEventListener("yeastar-linkus-round-button", redraw);
    window.addEventListener("yeastar-linkus-show", summon);
    this.#stopWatching = () => {
      clearInterval(look);
      stop();
      window.removeEventListener("yeastar-linkus-round-button", redraw);
      window.removeEventListener("yeastar-linkus-show", summon);
    };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopWatching?.();
    this.#layer?.hide();
    this.#toast?.hide();
  }

  get #rings(): boolean {
    return this.state?.calls.some((call) => call.phase === "ringing") ?? false;
  }

  get #choice(): OverlayChoice {
    return overlayChoice(this.state, {
      expanded: this.expanded,
      roundButton: this.side === "" && localStorage.getItem(ROUND_KEY) === "1",
      cardVisible: cardOnScreen(this.phone),
      cardRings: this.#rings && cardUncovered(this.phone),
      summoned: this.summoned,
      putAside: this.putAside,
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.#focused = this.box?.matches(":focus-within") ?? false;
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    this.#layer ??= new TopLayer(this.box);
    if (this.#choice.incoming) this.#layer.show();
    else {
      // Who answered with a key goes on with keys.
      if (this.#focused) void this.floating.updateComplete.then(() => this.floating.focus());
      this.#layer.hide();
    }
    this.#toast ??= new TopLayer(this.toastBox);
    if (this.toastBox.querySelector("yeastar-linkus-notice")) this.#toast.show();
    else this.#toast.hide();
    const asked = this.state?.asked ?? null;
    if (asked && !this.askedBox.open) this.askedBox.showModal();
    if (!asked && this.askedBox.open) this.askedBox.close();
  }

  #expand(expanded: boolean): void {
    this.expanded = expanded;
    if (!expanded) this.summoned = false;
    localStorage.setItem(EXPANDED_KEY, expanded ? "1" : "0");
  }

  override render() {
    const choice = this.#choice;
    return html`${this.#incoming(choice)} ${this.#asked()} ${this.#notice(choice)}
      <yeastar-linkus-floating
        .phone=${this.phone}
        .state=${this.state}
        .t=${this.t}
        form=${choice.floating}
        @expand=${(event: CustomEvent<boolean>) => this.#expand(event.detail)}
      ></yeastar-linkus-floating>`;
  }

  #incoming({ incoming: call }: OverlayChoice) {
    const who = call ? partyName(call, this.t) : "";
    return html`<dialog
      popover="manual"
      class="incoming"
      role="alertdialog"
      dir=${this.t.direction}
      tabindex="-1"
      aria-label=${this.t("overlay.incoming_label", { name: who })}
      @cancel=${(event: Event) => event.preventDefault()}
    >
      ${
        call
          ? html`<div class="corner">
                ${
                  this.state?.ringing
                    ? html`<button type="button" class="silence" aria-label=${this.#say("silence")} @click=${() => this.phone?.silence()}>
                        ${icon(mdiBellOff)}
                      </button>`
                    : html`<span></span>`
                }
                <button type="button" class="aside" aria-label=${this.#say("minimise")} @click=${() => this.#aside(call.id)}>
                  ${icon(mdiClose)}
                </button>
              </div>
              <yeastar-linkus-call large .phone=${this.phone} .state=${this.state} .t=${this.t} .call=${call}>
                <div slot="pop">${this.state?.soundLocked ? this.#noticeLine({ kind: "sound" }) : nothing}</div>
              </yeastar-linkus-call>
              <div class="sr" role="alert">${this.t("overlay.incoming_label", { name: who })}</div>`
          : nothing
      }
    </dialog>`;
  }

  #aside(callId: string): void {
    this.putAside = new Set([callId]);
    this.expanded = false;
  }

  #asked() {
    const asked = this.state?.asked ?? null;
    const dialled = asked ? cleanNumber(asked.number) : "";
    const dismiss = () => this.phone?.dismissAsked();
    const choose = this.state?.method === "ask" && this.state.phone?.browser && this.state.phone.desk;
    const where = this.state && dialsFrom(this.state);
    const call = (from: Where | null) => {
      dismiss();
      // A browser that was never chosen is not registered: choosing it here is meant to last.
      if (choose && from) this.phone?.chooseMethod(from);
      this.order((phone) => phone.dial(dialled, from ? { where: from } : {}));
    };
    const button = (kind: string, path: string, label: string, from: Where | null) => html`<button
      type="button"
      class="big ${kind}"
      ?disabled=${dialled === ""}
      @click=${() => call(from)}
    >
      ${icon(path)}<span>${label}</span>
    </button>`;
    return html`<dialog
      class="asked"
      dir=${this.t.direction}
      @close=${() => this.state?.asked && dismiss()}
      aria-labelledby="question"
    >
      ${
        asked
          ? html`<h2 id="question">${this.#say("confirm", { name: `\u2068${partyName(asked, this.t)}\u2069` })}</h2>
              <div class="dim">${partyNumber(asked) ? number(partyNumber(asked)) : nothing}</div>
              ${
                choose
                  ? html`<div class="actions either">
                      ${button("tonal", mdiMonitor, this.t("device.browser"), "browser")}
                      ${button("tonal", mdiDeskphone, this.t("device.desk"), "desk")}
                    </div>`
                  : nothing
              }
              <div class="actions">
                <button type="button" class="big tonal cancel" @click=${dismiss}>${this.t("dial.cancel")}</button>
                ${choose ? nothing : button("go", mdiPhone, this.t("dial.call"), where)}
              </div>`
          : nothing
      }
    </dialog>`;
  }

  #noticeLine(notice: Notice) {
    return html`<yeastar-linkus-notice .phone=${this.phone} .state=${this.state} .t=${this.t} .notice=${notice}></yeastar-linkus-notice>`;
  }

  /** What went wrong, where no phone is to be seen that would say it. */
  #notice({ incoming, floating }: OverlayChoice) {
    const notice = this.state?.notice ?? null;
    const shown =
      notice !== null &&
      incoming === null &&
      (floating === "none" || floating === "round" || floating === "pill") &&
      !cardOnScreen(this.phone);
    return html`<dialog popover="manual" class="toast" @dismissed=${() => this.phone?.dismissNotice()} dir=${this.t.direction}>
      ${shown ? this.#noticeLine({ kind: "order", ...notice }) : nothing}
    </dialog>`;
  }
}

define("yeastar-linkus-overlay", Overlay);
