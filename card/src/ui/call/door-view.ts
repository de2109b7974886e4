import { css, html, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { doorTexts } from "../../localize/sections/door";
import type { Call } from "../../state/types";
import type { Doors, RichPhone } from "../data";
import { icon } from "../parts/icon";
import { mdiCheck } from "../parts/icons";
import { mdiLockOpen } from "../parts/more-icons";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { safeText } from "../parts/text";

/** How long it says how the opening went, ms. */
const SAYS_FOR = 5000;
/** A camera that gave no picture is asked again after this, ms. */
const AGAIN = 3000;

/** Who stands at the door, and the button that opens it. */
export class DoorView extends PhonePart {
  @property({ attribute: false }) call: Call | null = null;
  @state() private source = "";
  @state() private broken = false;
  @state() private opening: "no" | "opening" | "opened" | "failed" = "no";
  #camera: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: flex;
        flex: 1 1 auto;
        flex-direction: column;
        gap: 8px;
        min-height: 0;
      }
      .camera {
        display: grid;
        place-items: center;
        flex: 1 1 180px;
        min-height: 72px;
        max-height: 240px;
        border-radius: var(--yl-radius);
        overflow: hidden;
        background: #000;
        color: #fff;
        font-size: 13px;
      }
      img {
        width: 100%;
        height: 100%;
        min-height: 0;
        object-fit: contain;
      }
      .open {
        flex: none;
        min-height: 48px;
        border-radius: 24px;
      }
      .opened {
        background-color: var(--yl-go-fill);
        color: #fff;
      }
      .failed {
        background-color: var(--yl-stop-fill);
        color: #fff;
      }
    `,
  ];

  get #say() {
    return section(this.t, doorTexts);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.#camera) void this.#look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    clearTimeout(this.#again);
    // A stream goes on for as long as an image shows it.
    this.source = "";
    const image = this.renderRoot.querySelector("img");
    if (image) image.src = "";
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("call") && !changed.has("phone")) return;
    const camera = this.#doors ? (this.call?.door?.camera ?? null) : null;
    if (camera === this.#camera) return;
    this.#camera = camera;
    this.source = "";
    if (camera) void this.#look();
  }

  get #doors(): Doors | undefined {
    return (this.phone as RichPhone | null)?.doors;
  }

  async #look(): Promise<void> {
    clearTimeout(this.#again);
    const camera = this.#camera;
    try {
      const source = camera && (await this.#doors?.picture(camera));
      if (camera !== this.#camera || !this.isConnected) return;
      this.broken = false;
      this.source = source || "";
    } catch {
      this.#lost();
    }
  }

  readonly #lost = (): void => {
    this.source = "";
    this.broken = true;
    clearTimeout(this.#again);
    if (this.isConnected) this.#again = setTimeout(() => void this.#look(), AGAIN);
  };

  async #open(call: Call): Promise<void> {
    if (this.opening === "opening") return;
    clearTimeout(this.#timer);
    this.opening = "opening";
    this.opening = await Promise.resolve(this.#doors?.open(call.id)).then(
      () => "opened" as const,
      () => "failed" as const,
    );
    this.#timer = setTimeout(() => {
      this.opening = "no";
    }, SAYS_FOR);
  }

  override render() {
    const { call } = this;
    const door = call?.door;
    if (!call || !door || !this.#doors) return nothing;
    // Digits are sent in the call, so it has to talk.
    const opens = door.opensBy === "button" || (door.opensBy === "digits" && call.phase === "talking");
    const said = this.#say(this.opening === "no" ? "open" : this.opening);
    const path = this.opening === "opened" ? mdiCheck : mdiLockOpen;
    return html`
      ${
        door.camera
          ? html`<div class="camera">
              ${
                this.source
                  ? html`<img src=${this.source} alt=${this.#say("picture", { name: safeText(door.name, 60) })} @error=${this.#lost} />`
                  : html`<span role="status">${this.broken ? this.#say("no_picture") : nothing}</span>`
              }
            </div>`
          : nothing
      }
      ${
        opens
          ? html`<button
              type="button"
              class="open tonal ${this.opening}"
              aria-disabled=${this.opening === "opening"}
              @click=${() => this.#open(call)}
            >
              ${icon(path)}<span>${said}</span>
            </button>`
          : nothing
      }
      <span class="sr" role="status">${this.opening === "no" ? nothing : said}</span>
    `;
  }
}

define("yeastar-linkus-door", DoorView);
