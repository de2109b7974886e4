import { css, html, nothing, type PropertyValues } from "lit";
import { property, query, state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { linkusTexts, vendorTexts } from "../../localize/sections/linkus";
import type { RichPhone } from "../data";
import { icon } from "../parts/icon";
import { mdiClose } from "../parts/icons";
import { define, PhoneFollower } from "../parts/phone-element";
import { stageSize, themeOf } from "./linkus-theme";
import "../phone/phone-header";
import "../phone/phone-view";
import { controls, tokens } from "../parts/styles";

/** The vendor's own UI below our header; our own look wherever that one cannot be. */
export class LinkusLook extends PhoneFollower {
  @property() layout = "full";
  @state() private on = false;
  @state() private failed = false;
  @state() private dismissed = false;
  @query(".place") private place!: HTMLElement;
  @query(".room") private room!: HTMLElement;
  #take: (() => void) | null = null;
  #size: ResizeObserver | null = null;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: flex;
        flex-direction: column;
        position: relative;
        height: 100%;
        min-height: 560px;
      }
      .room {
        position: relative;
        flex: 1;
        overflow: hidden;
        border-radius: 0 0 var(--yl-radius) var(--yl-radius);
      }
      .room[data-off] {
        position: absolute;
        inset: 60px 0 0;
        visibility: hidden;
        pointer-events: none;
      }
      .place {
        position: absolute;
        top: 0;
        left: 0;
        transform-origin: 0 0;
      }
      yeastar-linkus-phone {
        flex: 1;
        min-height: 0;
      }
      .said {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 8px 4px 8px 16px;
        border-bottom: 1px solid var(--yl-line);
        font-size: 13px;
      }
      .said p {
        flex: 1;
        margin: 0;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("focus", this.#again);
    document.addEventListener("visibilitychange", this.#again);
    // Where the card was moved to, the frame begins anew.
    if (this.hasUpdated) this.requestUpdate("phone");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("focus", this.#again);
    document.removeEventListener("visibilitychange", this.#again);
    this.#end();
    this.#size?.disconnect();
    this.#size = null;
  }

  get #rich(): RichPhone | null {
    return this.phone;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!this.isConnected) return;
    this.#size ??= this.#watchSize();
    if (changed.has("phone")) this.#end();
    const wanted = this.state?.method === "browser" && this.#rich?.linkus?.available && !this.failed;
    if (wanted && !this.#take) this.#begin();
    if (!wanted && this.#take) this.#end();
  }

  #watchSize(): ResizeObserver {
    const observer = new ResizeObserver(() => {
      const { width, height, scale } = stageSize(this.room.clientWidth, this.room.clientHeight);
      Object.assign(this.place.style, { width: `${width}px`, height: `${height}px`, transform: `scale(${scale})` });
    });
    observer.observe(this.room);
    return observer;
  }

  #begin(): void {
    const { language } = this.t;
    this.#take =
      this.#rich?.linkus?.show({
        place: this.place,
        language,
        texts: vendorTexts[language.toLowerCase().split("-")[0] as string] ?? {},
        style: themeOf(getComputedStyle(this)),
        shown: (on) => {
          this.on = on;
        },
        failed: () => {
          this.#take = null;
          this.failed = true;
        },
      }) ?? null;
  }

  #end(): void {
    this.#take?.();
    this.#take = null;
    this.on = false;
  }

  /** Somebody came to this page, while another one shows it. */
  readonly #again = (): void => {
    if (!this.#take || this.on || this.state?.tab !== "other" || document.visibilityState !== "visible") return;
    this.#end();
    this.#begin();
  };

  override render() {
    return html`
      ${
        this.on
          ? html`<yeastar-linkus-header
              .phone=${this.phone}
              .state=${this.state}
              .t=${this.t}
            ></yeastar-linkus-header>`
          : html`${this.#said()}<yeastar-linkus-phone .phone=${this.phone} .t=${this.t} layout=${this.layout}></yeastar-linkus-phone>`
      }
      <div class="room" ?data-off=${!this.on}><div class="place"></div></div>
    `;
  }

  /** Why our own look is shown. */
  #said() {
    const say = section(this.t, linkusTexts);
    const rich = this.#rich?.linkus;
    const other = this.state?.method === "browser" && this.state.tab === "other";
    const why = rich && !rich.available ? say("missing") : this.failed ? say("failed") : other ? say("elsewhere") : "";
    if (!why || this.dismissed) return nothing;
    return html`<div class="said" role="status">
      <p>${why}</p>
      ${
        other && rich?.available
          ? html`<button type="button" class="tonal" @click=${this.#again}>${say("here")}</button>`
          : html`<button
              type="button"
              aria-label=${say("dismiss")}
              @click=${() => {
                this.dismissed = true;
              }}
            >
              ${icon(mdiClose)}
            </button>`
      }
    </div>`;
  }
}

define("yeastar-linkus-official", LinkusLook);
