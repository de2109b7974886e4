import { html, nothing, type PropertyValues } from "lit";
import { state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { listsTexts } from "../../localize/sections/lists";
import type { Person, RichPhone } from "../data";
import { icon } from "../parts/icon";
import { mdiAccountGroup } from "../parts/icons";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { listStyles } from "./list-styles";
import { personRow } from "./people-list";
import { bestNumber, searchPeople } from "./people-search";
import { peopleStyles } from "./people-styles";

const PAGE = 60;
const PAUSE_MS = 250;

/** Everybody who can be called: favourites, colleagues with what they do now, the phone book. */
export class PeopleView extends PhonePart {
  @state() private people: readonly Person[] | null = null;
  @state() private further: readonly Person[] = [];
  @state() private query = "";
  @state() private open: string | null = null;
  @state() private limit = PAGE;
  #stop: (() => void) | null = null;
  #wait: ReturnType<typeof setTimeout> | undefined;

  static override styles = [tokens, controls, listStyles, peopleStyles];

  get #say() {
    return section(this.t, listsTexts);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("phone")) this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#stop = null;
    clearTimeout(this.#wait);
  }

  get #directory() {
    return (this.phone as RichPhone | null)?.directory;
  }

  #follow(): void {
    this.#stop?.();
    this.#stop =
      this.#directory?.subscribe((people) => {
        this.people = people;
      }) ?? null;
  }

  /** Whom a call with a picture can be made to: a colleague, while there is no call. */
  #pictured(person: Person): string | undefined {
    if (!this.state?.video || this.state.calls.some((call) => call.phase !== "ended")) return undefined;
    return person.numbers.find(({ kind }) => kind === "extension")?.number;
  }

  #search(query: string): void {
    this.query = query;
    this.limit = PAGE;
    this.further = [];
    clearTimeout(this.#wait);
    const search = this.#directory?.search;
    if (!search || query.trim().length < 2) return;
    this.#wait = setTimeout(() => {
      search.call(this.#directory, query.trim(), PAGE).then(
        (found) => {
          if (this.query === query) this.further = found;
        },
        () => {}, // What is here already is still shown.
      );
    }, PAUSE_MS);
  }

  #scroll(event: Event): void {
    const box = event.target as HTMLElement;
    if (box.scrollTop + box.clientHeight > box.scrollHeight - 200) this.limit += PAGE;
  }

  override render() {
    const known = this.people ?? [];
    const ids = new Set(known.map((person) => person.id));
    const all = [...known, ...this.further.filter((person) => !ids.has(person.id))];
    const found = searchPeople(all, this.query, this.limit, this.t.language);
    const favourites = this.query.trim() === "" ? found.filter((person) => person.favourite) : [];
    const rest = favourites.length > 0 ? found.filter((person) => !person.favourite) : found;
    return html`
      <input
        class="search"
        type="search"
        autocomplete="off"
        spellcheck="false"
        maxlength="80"
        placeholder=${this.#say("people.search")}
        aria-label=${this.#say("people.search")}
        .value=${this.query}
        @input=${(event: Event) => this.#search((event.target as HTMLInputElement).value)}
      />
      <div class="scroll" @scroll=${this.#scroll}>
        ${favourites.length > 0 ? html`<h3>${this.#say("people.favourites")}</h3>${this.#list(favourites)}` : nothing}
        ${favourites.length > 0 && rest.length > 0 ? html`<h3>${this.#say("people.everyone")}</h3>` : nothing} ${this.#list(rest)}
        ${
          found.length === 0
            ? html`<div class="empty">
                ${icon(mdiAccountGroup)}
                ${this.people === null ? this.#say("loading") : this.#say(this.query.trim() ? "people.none_found" : "people.none")}
              </div>`
            : nothing
        }
      </div>
    `;
  }

  #list(people: readonly Person[]) {
    return html`<ul>
      ${people.map((person) =>
        personRow(person, {
          t: this.t,
          number: bestNumber(person, this.query),
          open: this.open === person.id,
          pick: (number) => this.tell("dial", { number, name: person.name }),
          ...(this.#pictured(person) && {
            video: () => this.order((phone) => phone.dial(this.#pictured(person) ?? "", { video: true })),
          }),
          ...(this.#directory?.setFavourite && {
            favour: (favourite: boolean) => {
              this.open = null;
              this.order(() => this.#directory?.setFavourite?.(person.id, favourite));
            },
          }),
          toggle: () => {
            this.open = this.open === person.id ? null : person.id;
          },
        }),
      )}
    </ul>`;
  }
}

define("yeastar-linkus-people", PeopleView);
