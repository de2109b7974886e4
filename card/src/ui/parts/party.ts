import { html, nothing, type TemplateResult } from "lit";
import type { Localize } from "../../localize";
import type { Call } from "../../state/types";
import { icon } from "./icon";
import { mdiAccount } from "./icons";
import { initials, isAnonymous, safePicture, safeText } from "./text";

type Party = Pick<Call, "name" | "number"> & Partial<Pick<Call, "company" | "avatar">>;

/** Who it is in one line, for labels and announcements. */
export function partyName(party: Party, t: Localize): string {
  if (isAnonymous(party.name, party.number)) return t("call.unknown");
  return safeText(party.name) || safeText(party.number, 40);
}

/** The number under the name; "" when the name is the number already. */
export function partyNumber(party: Party): string {
  const number = safeText(party.number, 40);
  return safeText(party.name) && !isAnonymous(party.name, party.number) && safeText(party.name) !== number
    ? number
    : "";
}

/** A name from outside: its own direction, so that it cannot turn the text around it. */
export function name(party: Party, t: Localize): TemplateResult {
  return html`<bdi>${partyName(party, t)}</bdi>`;
}

export function number(value: string): TemplateResult | typeof nothing {
  const text = safeText(value, 40);
  return text ? html`<bdi dir="ltr" class="number">${text}</bdi>` : nothing;
}

export function picture(party: Party): TemplateResult {
  const url = safePicture(party.avatar ?? null);
  const letters = initials(party.name);
  return html`<span class="picture" aria-hidden="true"
    >${url ? html`<img src=${url} alt="" />` : letters ? html`<span>${letters}</span>` : icon(mdiAccount)}</span
  >`;
}
