import { html, nothing, type TemplateResult } from "lit";
import type { Localize } from "../../localize";
import type { Call, Phone } from "../../state/types";
import { icon } from "../parts/icon";
import { mdiPhone, mdiPhoneHangup } from "../parts/icons";
import { partyName } from "../parts/party";

type Order = (run: (phone: Phone) => Promise<void> | undefined) => void;

/** A second call rings into the one being talked in: hold this and take that, or not. */
export function secondCall(call: Call, current: Call, t: Localize, order: Order): TemplateResult {
  const who = partyName(call, t);
  const take = () =>
    order(async (phone) => {
      if (current.phase === "talking" && !current.held && current.can.hold) await phone.hold(current.id, true);
      await phone.answer(call.id);
    });
  return html`<div class="banner" role="group" aria-label="${t("call.second")}: ${who}">
    <div class="words ellipsis"><b><bdi>${who}</bdi></b> <span class="dim">· ${t("call.second")}</span></div>
    <button type="button" class="stop reject-second" aria-label="${t("call.reject")}: ${who}" @click=${() => order((phone) => phone.reject(call.id))}>
      ${icon(mdiPhoneHangup)}<span>${t("call.reject")}</span>
    </button>
    ${
      call.can.answer
        ? html`<button type="button" class="go answer-second" @click=${take}>${icon(mdiPhone)}<span>${t("call.hold_answer")}</span></button>`
        : nothing
    }
  </div>`;
}
