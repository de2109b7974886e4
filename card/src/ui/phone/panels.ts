import { css, html, nothing, type TemplateResult } from "lit";
import type { Key, Localize } from "../../localize";
import { en } from "../../localize/en";
import type { Phone, PhoneState, Problem, Where } from "../../state/types";
import { icon } from "../parts/icon";
import {
  mdiAlert,
  mdiClose,
  mdiDeskphone,
  mdiDevices,
  mdiLinkVariantOff,
  mdiMicrophone,
  mdiMonitor,
  mdiPhone,
  mdiRefresh,
  mdiVolumeOff,
} from "../parts/icons";
import { safeText } from "../parts/text";

/** Whole-middle pages that have no state of their own: what is going on, why, and what to do. */
export interface PanelContext {
  readonly t: Localize;
  readonly state: PhoneState;
  order(run: (phone: Phone) => Promise<void> | undefined): void;
  choose(method: "browser" | "desk"): void;
}

export const panelStyles = css`
  .page {
    display: flex;
    flex: 1;
    flex-direction: column;
    justify-content: center;
    gap: 8px;
    min-height: 0;
    padding: 0 8px 8px;
    text-align: center;
  }
  .page h2 {
    margin: 8px 0 0;
    font-size: 20px;
    line-height: 26px;
    font-weight: 500;
    overflow-wrap: anywhere;
  }
  .page p {
    margin: 0 auto;
    max-width: 42ch;
    color: var(--yl-dim);
  }
  .page .emblem {
    display: grid;
    place-items: center;
    align-self: center;
    width: 64px;
    height: 64px;
    border-radius: 50%;
    background: var(--yl-key);
  }
  .page .emblem .icon {
    width: 32px;
    height: 32px;
  }
  .page .buttons {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 8px;
    margin-block-start: 16px;
  }
  .page .buttons > * {
    min-height: 48px;
    padding-inline: 20px;
    border-radius: 24px;
  }
  a.tonal {
    display: inline-flex;
    align-items: center;
    color: inherit;
    text-decoration: none;
  }
  .choices {
    display: grid;
    gap: 8px;
    margin-block-start: 12px;
  }
  .choices button {
    justify-content: flex-start;
    gap: 16px;
    min-height: 72px;
    padding: 8px 16px;
    border: 1px solid var(--yl-line);
    border-radius: var(--yl-radius);
    text-align: start;
  }
  .choices b {
    display: block;
    font-size: 16px;
    font-weight: 500;
  }
  .choices .dim {
    font-size: 13px;
    line-height: 18px;
  }
  .link {
    align-self: center;
    color: var(--yl-dim);
    font-size: 13px;
  }
  .notice {
    display: flex;
    align-items: center;
    gap: 12px;
    flex: none;
    padding: 8px 4px 8px 12px;
    border-radius: var(--yl-radius);
    background: color-mix(in srgb, var(--yl-warn) 16%, var(--card-background-color, #fff));
    font-size: 13px;
    line-height: 18px;
  }
  .notice .words {
    flex: 1;
    min-width: 0;
  }
  .notice b {
    font-weight: 500;
  }
  .notice p {
    display: -webkit-box;
    margin: 0;
    overflow: hidden;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 5;
  }
  .notice > .icon {
    color: color-mix(in srgb, var(--yl-warn) 70%, var(--yl-text));
  }
  .notice button,
  .notice a {
    flex: none;
    padding-inline: 10px;
    font-weight: 500;
  }
  .notice a {
    line-height: 44px;
    color: inherit;
  }
  .over {
    position: absolute;
    z-index: 1;
    inset-inline: 12px;
    inset-block-start: 0;
    background: color-mix(in srgb, var(--yl-warn) 16%, var(--card-background-color, #fff));
    box-shadow: var(--ha-box-shadow-m, 0 4px 12px rgb(0 0 0 / 20%));
  }
  @container (max-width: 420px) {
    .notice .wide,
    .problem > .icon,
    .sound > .icon {
      display: none;
    }
  }
  @media (forced-colors: active) {
    .notice {
      border: 1px solid CanvasText;
    }
  }
`;

export function firstUse(context: PanelContext, askEachTime: () => void): TemplateResult {
  const { t } = context;
  const choice = (
    method: "browser" | "desk",
    path: string,
  ) => html`<button type="button" class=${method} @click=${() => context.choose(method)}>
    ${icon(path)}<span><b>${t(`first.${method}`)}</b><span class="dim">${t(`first.${method}_text`)}</span></span>
  </button>`;
  return html`<div class="page">
    <h2>${t("first.title")}</h2>
    <p>${t("first.text")}</p>
    <div class="choices">${choice("browser", mdiMonitor)} ${choice("desk", mdiDeskphone)}</div>
    <button type="button" class="link ask" @click=${askEachTime}>${t("first.ask")}</button>
  </div>`;
}

export function microphonePage(context: PanelContext, later: () => void): TemplateResult {
  const { t, state } = context;
  return html`<div class="page">
    <span class="emblem">${icon(mdiMicrophone)}</span>
    <h2>${t("microphone.title")}</h2>
    <p>${t("microphone.text")}</p>
    <div class="buttons">
      <button type="button" class="filled allow" @click=${() => context.order((phone) => phone.allowMicrophone())}>${t("microphone.allow")}</button>
      ${
        state.phone?.desk
          ? html`<button type="button" class="tonal" @click=${() => context.choose("desk")}>${t("problem.use_desk")}</button>`
          : nothing
      }
    </div>
    <button type="button" class="link later" @click=${later}>${t("microphone.later")}</button>
  </div>`;
}

export function elsewherePage(context: PanelContext): TemplateResult {
  const { t, state } = context;
  const { reach } = state;
  const by = reach.state === "elsewhere" ? safeText(reach.by, 40) : "";
  const inCall = reach.state === "elsewhere" && reach.inCall === true;
  return html`<div class="page">
    <span class="emblem">${icon(mdiDevices)}</span>
    <h2>${t("elsewhere.title", { by: `\u2068${by}\u2069` })}</h2>
    <p role=${inCall ? "alert" : nothing}>${t(inCall ? "elsewhere.in_call" : "elsewhere.text")}</p>
    <div class="buttons">
      <button type="button" class="${inCall ? "stop" : "filled"} take-over" @click=${() => context.order((phone) => phone.takeOver())}>
        ${t(inCall ? "elsewhere.take_over_anyway" : "elsewhere.take_over")}
      </button>
      ${
        state.phone?.desk
          ? html`<button type="button" class="tonal" @click=${() => context.choose("desk")}>${t("problem.use_desk")}</button>`
          : nothing
      }
    </div>
  </div>`;
}

export function notMappedPage(t: Localize, isAdmin: boolean): TemplateResult {
  return html`<div class="page">
    <span class="emblem">${icon(mdiLinkVariantOff)}</span>
    <h2>${t("not_mapped.title")}</h2>
    <p>${t(isAdmin ? "not_mapped.admin" : "not_mapped.text")}</p>
    ${
      isAdmin
        ? html`<div class="buttons"><a class="tonal" href="/config/integrations/integration/yeastar_linkus">${t("not_mapped.link")}</a></div>`
        : nothing
    }
  </div>`;
}

/** Trying again in this page cannot help: an administrator or another address has to. */
const NO_RETRY: ReadonlySet<Problem> = new Set([
  "no_phone",
  "calling_disabled",
  "extension_missing",
  "no_sdk_credentials",
  "insecure_origin",
  "plan_missing",
  "microphone_policy",
]);

/** What a tap can do about a problem here and now. */
function remedy(context: PanelContext, problem: Problem): TemplateResult | typeof nothing {
  const { t } = context;
  if (problem === "logged_in_elsewhere") {
    return html`<button type="button" class="remedy" @click=${() => context.order((phone) => phone.takeOver())}>${t("elsewhere.take_over")}</button>`;
  }
  if (problem === "certificate" && /^https:/.test(context.state.phone?.pbxUrl ?? ""))
    // Only a page of its own lets somebody accept it; the phone tries again by itself.
    return html`<a class="remedy" href=${context.state.phone?.pbxUrl} target="_blank" rel="noopener noreferrer">${t("problem.certificate.open")}</a>`;
  if (NO_RETRY.has(problem)) return nothing;
  const again = problem.startsWith("microphone_")
    ? (phone: Phone) => phone.allowMicrophone()
    : (phone: Phone) => phone.retry();
  return html`<button type="button" class="remedy" aria-label=${t("problem.retry")} @click=${() => context.order(again)}>
    ${icon(mdiRefresh)}<span class="wide">${t("problem.retry")}</span>
  </button>`;
}

/** The amber line above the keys: the cause and the remedy; Call goes on working by the desk phone. */
export function problemNotice(context: PanelContext, problem: Problem): TemplateResult {
  const { t } = context;
  return html`<div class="notice problem" role="status">
    ${icon(mdiAlert)}
    <div class="words"><p><b>${t(`problem.${problem}.why`)}</b> ${t(`problem.${problem}.do`)}</p></div>
    ${remedy(context, problem)}
  </div>`;
}

/** Why an order failed: a text of its own, or that of the problem behind it. */
export function noticeText(t: Localize, key: string, detail?: string): string {
  if (key === "used_desk_phone") {
    const why = detail && Object.hasOwn(en, `problem.${detail}.why`) ? t(`problem.${detail}.why` as Key) : "";
    return t("notice.used_desk_phone", { why }).trim();
  }
  if (key === "parked") return t("notice.parked", { slot: safeText(detail, 20) });
  return t.maybe(
    `notice.${key}`,
    Object.hasOwn(en, `problem.${key}.why`) ? (`problem.${key}.why` as Key) : "notice.unknown",
  );
}

export function orderNotice(t: Localize, key: string, detail: string | undefined, dismiss: () => void): TemplateResult {
  // Only these carry a word from outside; elsewhere the detail is for the log.
  const more = key === "number_invalid" || key === "call_failed" ? safeText(detail, 60) : "";
  return html`<div class="notice over" role="alert">
    ${icon(key === "parked" ? mdiPhone : mdiAlert)}
    <div class="words"><p>${noticeText(t, key, detail)}${more ? html` <bdi class="dim">${more}</bdi>` : nothing}</p></div>
    <button type="button" class="dismiss" aria-label=${t("notice.dismiss")} @click=${dismiss}>${icon(mdiClose)}</button>
  </div>`;
}

export function soundNotice(context: PanelContext): TemplateResult {
  const { t } = context;
  return html`<div class="notice sound" role="status">
    ${icon(mdiVolumeOff)}
    <div class="words"><p>${t("sound.locked")}</p></div>
    <button type="button" class="unlock" @click=${() => context.order((phone) => phone.unlockSound())}>${t("sound.unlock")}</button>
  </div>`;
}

/** The user wants to be asked at every call: with what? */
export function whichDevice(
  t: Localize,
  number: string,
  pick: (where: Where) => void,
  cancel: () => void,
): TemplateResult {
  const choice = (where: Where, path: string) => html`<button type="button" class=${where} @click=${() => pick(where)}>
    ${icon(path)}<b>${t(`first.${where}`)}</b>
  </button>`;
  return html`<div class="page" role="group" aria-label=${t("device.title")}>
    <h2>${t("dial.call_name", { name: number })}</h2>
    <p>${t("device.title")}</p>
    <div class="choices">${choice("browser", mdiMonitor)} ${choice("desk", mdiDeskphone)}</div>
    <button type="button" class="link cancel" @click=${cancel}>${t("dial.cancel")}</button>
  </div>`;
}

/** Shown only where no call is: a reload would end it. */
export function outdatedNotice(t: Localize): TemplateResult {
  return html`<div class="notice outdated" role="status">
    <div class="words"><p>${t("load.outdated")}</p></div>
    <button type="button" class="reload" @click=${() => location.reload()}>${t("load.reload_button")}</button>
  </div>`;
}
