import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, query } from "lit/decorators.js";
import { section } from "../../localize/section";
import { overlayTexts } from "../../localize/sections/overlay";
import type { Call } from "../../state/types";
import { icon } from "../parts/icon";
import { mdiChevronDown, mdiPhone, mdiPhoneHangup } from "../parts/icons";
import { mdiDrag, mdiPause } from "../parts/more-icons";
import { partyName } from "../parts/party";
import { define, PhonePart } from "../parts/phone-element";
import { floatingStyles } from "./floating-styles";
import "../phone/phone-view";
import { controls, tokens } from "../parts/styles";
import { Ticker } from "../parts/ticker";
import { timerText } from "../parts/timer";
import { focusCall } from "../phone/scene";
import { cornerOf, type Place, placeOf, readPlace } from "./place";
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
  #grab: { id: number; dx: number; dy: number; x: number; y: number; moved: boolean; from: Element } | null = null;
  #dragged = false;
  /** The form that goes away had the focus. */
  #focused = false;

  static override styles = [tokens, controls, floatingStyles];

  get #say() {
    return section(this.t, overlayTexts);
  }

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
    this.#letGo();
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

  #down = (event: PointerEvent): void => {
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
      from: event.currentTarget as Element,
    };
    // Not on the element: a quick pull has left it before its first move is told.
    for (const [type, react] of this.#pull) window.addEventListener(type, react);
  };

  #move = (event: PointerEvent): void => {
    const grab = this.#grab;
    if (grab?.id !== event.pointerId) return;
    if (!grab.moved) {
      // A finger is never quite still: only a real pull moves the phone, everything else is a press.
      if (Math.hypot(event.clientX - grab.x, event.clientY - grab.y) < DRAG_FROM) return;
      grab.moved = true;
      // Over a frame of another page nothing would be told.
      grab.from.setPointerCapture?.(event.pointerId);
    }
    const place = placeOf({ left: event.clientX - grab.dx, top: event.clientY - grab.dy }, this.#size(), this.#view());
    this.#place = place;
    this.#put(cornerOf(place, this.#size(), this.#view()));
  };

  #up = (event: PointerEvent): void => {
    if (this.#grab?.id !== event.pointerId) return;
    if (this.#grab?.moved) {
      this.#dragged = true;
      this.#remember(this.#place);
      // The click that ends a pull comes right after, if it comes at all.
      setTimeout(() => {
        this.#dragged = false;
      });
    }
    this.#letGo();
  };

  readonly #pull = [
    ["pointermove", this.#move],
    ["pointerup", this.#up],
    ["pointercancel", this.#up],
  ] as const;

  #letGo(): void {
    this.#grab = null;
    for (const [type, react] of this.#pull) window.removeEventListener(type, react);
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
          aria-label=${this.#say("move")}
          @pointerdown=${this.#down}
          @keydown=${this.#arrow}
        >
          ${icon(mdiDrag)}
        </button>
        <button type="button" class="minimise" aria-label=${this.#say("minimise")} @click=${() => this.tell("expand", false)}>
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
    return html`<div class="pill" @pointerdown=${this.#down}>
      <button
        type="button"
        class="open"
        @click=${this.#press(() => this.tell("expand", true))}
        @keydown=${this.#arrow}
      >
        ${call.held ? icon(mdiPause) : nothing}<b class="ellipsis"><bdi>${who}</bdi></b><span class="number dim">${status}</span
        ><span class="sr">. ${this.#say("expand")}</span>
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
      @keydown=${this.#arrow}
      @click=${this.#press(() => this.tell("expand", true))}
    >
      ${icon(mdiPhone)}${missed > 0 ? html`<span class="badge" aria-hidden="true">${Math.min(missed, 99)}</span>` : nothing}<span class="sr"
        >${this.#say("expand")}${missed > 0 ? `, ${this.t.plural("overlay.missed", missed)}` : ""}</span
      >
    </button>`;
  }
}

define("yeastar-linkus-floating", FloatingPhone);
