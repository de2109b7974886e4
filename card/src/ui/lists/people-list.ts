import { html, nothing, type TemplateResult } from "lit";
import type { Localize } from "../../localize";
import { section } from "../../localize/section";
import { listsTexts } from "../../localize/sections/lists";
import { videoTexts } from "../../localize/sections/video";
import type { Person } from "../data";
import { icon } from "../parts/icon";
import { mdiChevronDown, mdiPhone } from "../parts/icons";
import { mdiChevronUp, mdiStar, mdiStarOff, mdiVideo } from "../parts/more-icons";
import { number, partyName, picture } from "../parts/party";
import { safeText } from "../parts/text";
import { personState } from "./person-state";

export interface PersonRow {
  readonly t: Localize;
  readonly open?: boolean;
  /** The number that is shown and called. */
  readonly number: string;
  pick(number: string): void;
  toggle?(): void;
  /** Calls with a picture, where that is possible. */
  video?(): void;
  /** Keeps the person among the favourites, or drops it. */
  favour?(favourite: boolean): void;
}

export function personRow(person: Person, options: PersonRow): TemplateResult {
  const { t } = options;
  const say = section(t, listsTexts);
  const who = partyName({ name: person.name, number: options.number }, t);
  const state = personState(person, t);
  const company = safeText(person.company, 60);
  return html`<li>
    <button type="button" class="row" @click=${() => options.pick(options.number)}>
      <span class="face">${picture({ name: person.name, number: options.number, avatar: person.avatar })}${state.mark ? html`<i class="mark ${state.mark}"></i>` : nothing}</span>
      <span class="words"
        ><b class="ellipsis"><bdi>${who}</bdi></b
        ><small class="ellipsis"
          >${number(options.number)}${state.words ? ` · ${state.words}` : nothing}${company ? html` · <bdi>${company}</bdi>` : nothing}</small
        ></span
      ><span class="sr">. ${t("dial.call")}</span>
    </button>
    ${
      (person.numbers.length > 1 || options.favour || options.video) && options.toggle
        ? html`<button type="button" class="side" aria-expanded=${options.open ?? false} aria-label=${say(options.favour ? "people.details" : "people.numbers", { name: who })} @click=${options.toggle}>
            ${icon(options.open ? mdiChevronUp : mdiChevronDown)}
          </button>`
        : nothing
    }
    ${
      options.open
        ? html`<div class="numbers">
            ${person.numbers.map(
              (each) => html`<button type="button" class="row" @click=${() => options.pick(each.number)}>
                ${icon(mdiPhone)}<span class="words">${number(each.number)}</span><span class="end">${say(`number.${each.kind}`)}</span>
              </button>`,
            )}
            ${
              options.video
                ? html`<button type="button" class="row video-call" @click=${options.video}>
                    ${icon(mdiVideo)}<span class="words">${section(t, videoTexts)("call")}</span>
                  </button>`
                : nothing
            }
            ${
              options.favour
                ? html`<button type="button" class="row" @click=${() => options.favour?.(!person.favourite)}>
                    ${icon(person.favourite ? mdiStarOff : mdiStar)}<span class="words"
                      >${say(person.favourite ? "people.favourite_drop" : "people.favourite_add")}</span
                    >
                  </button>`
                : nothing
            }
          </div>`
        : nothing
    }
  </li>`;
}
