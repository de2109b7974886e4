import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";
import type { Call } from "../state/types";
import { icon } from "./icon";
import { mdiChevronDown, mdiPhone, mdiPhoneHangup } from "./icons";
import { mdiDrag, mdiPause } from "./more-icons";
import { partyName } from "./party";
import { define, PhonePart } from "./phone-element";
import "./phone-view";
import { cornerOf, type Place, placeOf, readPlace } from "./place";
import { focusCall } from "./scene";
import { controls, tokens } from "./styles";
import { Ticker } from "./ticker";
import { timerText } from "./timer";
import { TopLayer } from "./top-layer";

const PLACE_KEY = "yeastar_linkus.place";
const STEP = 24;
const DRAG_FROM = 6;

/** The phone over the page: a round button, a pill with the call, or the whole phone; it stands where it was put. */
export class FloatingPhone extends PhonePart {
  @property({ reflect: true }) form: "none" | "round" | "pill" | "panel" = "none";
  @query("dialog") private box!: HTMLDialogElement;
  #layer: TopLayer | null = null;
  #place: Place = readPlace(localStorage.getItem(PLACE_KEY));
  #grab: { id: number; dx: number; dy: number; x: number; y: number; moved: boolean } | null = null;
  #dragged = false;
  /** The form that goes away had the focus. */
  #focused = false;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: contents;
      }
      dialog {
        position: fixed;
        inset: auto;
        margin: 0;
        padding: 0;
        border: 1px solid var(--yl-line);
        max-width: calc(100vw - 16px);
        max-height: calc(100dvh - 16px);
        color: inherit;
        background: var(--card-background-color, #fff);
        box-shadow: 0 8px 28px rgb(0 0 0 / 28%);
        overflow: hidden;
      }
      dialog:focus {
        outline: none;
      }
      dialog::backdrop {
        background: none;
      }
      :host([form="panel"]) dialog {
        width: 360px;
        height: 584px;
        border-radius: 20px;
      }
      :host([form="pill"]) dialog {
        border-radius: 32px;
      }
      :host([form="round"]) dialog {
        border-radius: 32px;
        overflow: visible;
      }
      .pill {
        display: flex;
        align-items: center;
        gap: 4px;
        padding: 4px;
        touch-action: none;
        cursor: grab;
      }
      .open {
        max-width: min(260px, calc(100vw - 140px));
        min-height: 52px;
        padding-inline: 16px 12px;
        border-radius: 26px;
        touch-action: none;
        gap: 10px;
      }
      .open b {
        font-weight: 500;
      }
      .pill .stop {
        width: 52px;
        height: 52px;
        padding: 0;
        border-radius: 26px;
      }
      .round {
        width: 60px;
        height: 60px;
        border-radius: 30px;
        padding: 0;
        touch-action: none;
        position: relative;
      }
      .badge {
        position: absolute;
        inset-block-start: -4px;
        inset-inline-end: -4px;
        min-width: 22px;
        height: 22px;
        padding: 0 6px;
        border-radius: 11px;
        background: var(--yl-stop-fill);
        color: #fff;
        font-size: 12px;
        line-height: 22px;
        font-weight: 500;
      }
      .tools {
        display: flex;
        margin-inline-start: -8px;
      }
      .handle {
        cursor: grab;
        touch-action: none;
        color: var(--yl-dim);
      }
      .tools button {
        padding: 0;
      }
      .dragging,
      .dragging * {
        cursor: grabbing !important;
      }
      @media (max-width: 599px) {
        :host([form="panel"]) dialog {
          inset: auto 0 0 0 !important;
          width: 100vw;
          max-width: none;
          height: min(620px, 100dvh);
          max-height: 100dvh;
          border-width: 1px 0 0;
          border-radius: 24px 24px 0 0;
          padding-block-end: env(safe-area-inset-bottom, 0);
        }
        .handle {
          display: none;
        }
      }
      @media (forced-colors: active) {
        dialog {
          border: 2px solid CanvasText;
        }
      }
    `,
  ];

  constructor() {
    super();
    new Ticker(this, () => (this.form === "pill" ? (this.#call?.answeredAt ?? null) : null));
  }

  get #call(): Call | null {
    return focusCall(this.state?.calls ?? []);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("resize", this.#settle);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("resize", this.#settle);
    this.#layer?.hide();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("form")) this.#focused = this.box?.matches(":focus-within") ?? false;
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.#layer ??= new TopLayer(this.box);
    if (this.form === "none") this.#layer.hide();
    else this.#layer.show();
    if (changed.has("form") && this.#focused) this.focus();
    if (changed.has("form") || changed.has("state")) this.#settle();
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>(".open, .round, yeastar-linkus-phone")?.focus();
  }

  #settle = (): void => {
    if (this.form === "none" || this.#grab?.moved) return;
    this.#put(cornerOf(this.#place, this.#size(), this.#view()));
  };

  #size() {
    return { width: this.box.offsetWidth, height: this.box.offsetHeight };
  }

  #view() {
    return { width: window.innerWidth, height: window.innerHeight };
  }

  #put({ left, top }: { left: number; top: number }): void {
    this.box.style.left = `${left}px`;
    this.box.style.top = `${top}px`;
  }

  #remember(place: Place): void {
    this.#place = place;
    localStorage.setItem(PLACE_KEY, JSON.stringify(place));
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { left, top } = this.box.getBoundingClientRect();
    this.#dragged = false;
    this.#grab = {
      id: event.pointerId,
      dx: event.clientX - left,
      dy: event.clientY - top,
      x: event.clientX,
      y: event.clientY,
      moved: false,
    };
  }

  #move(event: PointerEvent): void {
    const grab = this.#grab;
    if (grab?.id !== event.pointerId) return;
    if (!grab.moved) {
      // A finger is never quite still: only a real pull moves the phone, everything else is a press.
      if (Math.hypot(event.clientX - grab.x, event.clientY - grab.y) < DRAG_FROM) return;
      grab.moved = true;
      (event.currentTarget as Element).setPointerCapture?.(event.pointerId);
    }
    const place = placeOf({ left: event.clientX - grab.dx, top: event.clientY - grab.dy }, this.#size(), this.#view());
    this.#place = place;
    this.#put(cornerOf(place, this.#size(), this.#view()));
  }

  #up(): void {
    if (this.#grab?.moved) {
      this.#dragged = true;
      this.#remember(this.#place);
      // The click that ends a pull comes right after, if it comes at all.
      setTimeout(() => {
        this.#dragged = false;
      });
    }
    this.#grab = null;
  }

  #press(action: () => void): () => void {
    return () => {
      if (!this.#dragged) action();
    };
  }

  #arrow(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const { left, top } = this.box.getBoundingClientRect();
    this.#remember(placeOf({ left: left + step[0], top: top + step[1] }, this.#size(), this.#view()));
    this.#settle();
  }

  override render() {
    return html`<dialog popover="manual" aria-label=${this.t("overlay.label")} dir=${this.t.direction} tabindex="-1">
      ${this.form === "panel" ? this.#panel() : this.form === "pill" ? this.#pill() : this.form === "round" ? this.#round() : nothing}
    </dialog>`;
  }

  #panel(): TemplateResult {
    return html`<yeastar-linkus-phone
      .phone=${this.phone}
      .t=${this.t}
      layout="floating"
      @escape=${() => this.tell("expand", false)}
      ><span slot="header" class="tools">
        <button
          type="button"
          class="handle"
          aria-label=${this.t("overlay.move")}
          @pointerdown=${this.#down}
          @pointermove=${this.#move}
          @pointerup=${this.#up}
          @pointercancel=${this.#up}
          @keydown=${this.#arrow}
        >
          ${icon(mdiDrag)}
        </button>
        <button type="button" class="minimise" aria-label=${this.t("overlay.minimise")} @click=${() => this.tell("expand", false)}>
          ${icon(mdiChevronDown)}
        </button> </span
    ></yeastar-linkus-phone>`;
  }

  #pill(): TemplateResult | typeof nothing {
    const call = this.#call;
    if (!call) return nothing;
    const status =
      call.phase === "ended"
        ? this.t.maybe(`outcome.${call.outcome ?? "unknown"}`, "outcome.unknown")
        : call.phase === "ringing"
          ? this.t("call.incoming")
          : call.answeredAt === null
            ? this.t("call.outgoing")
            : timerText(Date.now() - call.answeredAt);
    const who = partyName(call, this.t);
    return html`<div class="pill" @pointerdown=${this.#down} @pointermove=${this.#move} @pointerup=${this.#up} @pointercancel=${this.#up}>
      <button
        type="button"
        class="open"
        @click=${this.#press(() => this.tell("expand", true))}
        @keydown=${this.#arrow}
      >
        ${call.held ? icon(mdiPause) : nothing}<b class="ellipsis"><bdi>${who}</bdi></b><span class="number dim">${status}</span
        ><span class="sr">. ${this.t("overlay.expand")}</span>
      </button>
      ${
        call.can.hangUp
          ? html`<button
              type="button"
              class="stop"
              aria-label="${this.t("call.hang_up")}: ${who}"
              @click=${this.#press(() => this.order((phone) => phone.hangUp(call.id)))}
            >
              ${icon(mdiPhoneHangup)}
            </button>`
          : nothing
      }
    </div>`;
  }

  #round(): TemplateResult {
    const missed = this.state?.missed ?? 0;
    return html`<button
      type="button"
      class="round"
      @pointerdown=${this.#down}
      @pointermove=${this.#move}
      @pointerup=${this.#up}
      @pointercancel=${this.#up}
      @keydown=${this.#arrow}
      @click=${this.#press(() => this.tell("expand", true))}
    >
      ${icon(mdiPhone)}${missed > 0 ? html`<span class="badge" aria-hidden="true">${Math.min(missed, 99)}</span>` : nothing}<span class="sr"
        >${this.t("overlay.expand")}${missed > 0 ? `, ${this.t.plural("overlay.missed", missed)}` : ""}</span
      >
    </button>`;
  }
}

define("yeastar-linkus-floating", FloatingPhone);
