import { css, html, nothing, type PropertyValues } from "lit";
import { state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { listsTexts } from "../../localize/sections/lists";
import type { Person, RichPhone } from "../data";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { safeText } from "../parts/text";

/** As many as anybody finds at a glance. */
const MOST = 12;

/** The user's favourites above the keys: one press calls. Takes no room where there are none. Fires `dial`. */
export class FavouritesRow extends PhonePart {
  @state() private people: readonly Person[] = [];
  #stop: (() => void) | null = null;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: block;
        flex: none;
        min-width: 0;
      }
      ul {
        display: flex;
        gap: 8px;
        margin: 0;
        padding: 2px;
        overflow-x: auto;
        list-style: none;
        scrollbar-width: none;
        scroll-snap-type: x proximity;
      }
      li {
        flex: none;
        max-width: 60%;
        scroll-snap-align: start;
      }
      li:first-child {
        margin-inline-start: auto;
      }
      li:last-child {
        margin-inline-end: auto;
      }
      button {
        gap: 6px;
        max-width: 100%;
        padding: 0 14px;
        font-size: 13px;
      }
      i {
        flex: none;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: var(--yl-go);
      }
      .talking,
      .ringing {
        border-radius: 2px;
        background: var(--yl-stop);
      }
      .unreachable,
      .unknown {
        background: none;
        box-shadow: inset 0 0 0 2px var(--yl-dim);
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
      (this.phone as RichPhone | null)?.directory?.subscribe((people) => {
        this.people = people.filter(({ favourite, numbers }) => favourite && numbers.length > 0).slice(0, MOST);
      }) ?? null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#stop = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate("phone");
  }

  override render() {
    if (this.people.length === 0) return nothing;
    return html`<ul aria-label=${this.#say("people.favourites")}>
      ${this.people.map((person) => {
        const line = person.line ?? null;
        const said = line && line !== "idle" && line !== "unknown" ? `, ${this.#say(`line.${line}`)}` : "";
        const name = safeText(person.name, 40);
        return html`<li>
          <button
            type="button"
            class="tonal"
            aria-label="${this.t("dial.call_name", { name })}${said}"
            @click=${() => this.tell("dial", { number: person.numbers[0]?.number ?? "" })}
          >
            ${line ? html`<i class=${line}></i>` : nothing}<bdi class="ellipsis">${name}</bdi>
          </button>
        </li>`;
      })}
    </ul>`;
  }
}

define("yeastar-linkus-favourites", FavouritesRow);
