import { css, html, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { listsTexts } from "../../localize/sections/lists";
import type { Person, RichPhone } from "../data";
import { listStyles } from "../lists/list-styles";
import { personRow } from "../lists/people-list";
import { bestNumber, searchPeople } from "../lists/people-search";
import { peopleStyles } from "../lists/people-styles";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { safeText } from "../parts/text";

/** Who could be meant by what is in the number field: a list, or (`line`) the best one in a line. Fires `pick` with a number. */
export class Suggestions extends PhonePart {
  @property() query = "";
  @property({ type: Boolean, reflect: true }) line = false;
  @state() private people: readonly Person[] = [];
  #stop: (() => void) | null = null;

  static override styles = [
    tokens,
    controls,
    listStyles,
    peopleStyles,
    css`
      :host([line]) {
        display: block;
        flex: none;
      }
      .one {
        display: block;
        width: 100%;
        min-height: 0;
        padding: 0 12px;
        font-size: 13px;
        line-height: 20px;
        color: var(--yl-dim);
        text-align: center;
        border-radius: 8px;
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
        this.people = people;
      }) ?? null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  override render() {
    const found =
      this.query.trim() === "" ? [] : searchPeople(this.people, this.query, this.line ? 1 : 20, this.t.language);
    if (this.line) {
      const [person] = found;
      if (!person) return nothing;
      const number = bestNumber(person, this.query);
      return html`<button type="button" class="one ellipsis" @click=${() => this.tell("pick", number)}>
        <bdi>${safeText(person.name, 40)}</bdi> · <bdi dir="ltr">${safeText(number, 30)}</bdi>
      </button>`;
    }
    return html`<div class="scroll">
      <ul>
        ${found.map((person) =>
          personRow(person, {
            t: this.t,
            number: bestNumber(person, this.query),
            pick: (number) => this.tell("pick", number),
          }),
        )}
      </ul>
      ${found.length === 0 ? html`<div class="empty">${this.#say("people.none_found")}</div>` : nothing}
    </div>`;
  }
}

define("yeastar-linkus-suggestions", Suggestions);
