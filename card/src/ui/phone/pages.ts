import { css, html, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { section } from "../../localize/section";
import { pagesTexts } from "../../localize/sections/pages";
import type { PhoneState, Where } from "../../state/types";
import { icon } from "../parts/icon";
import { mdiDeskphone, mdiDevices, mdiLinkVariantOff, mdiMicrophone, mdiMonitor } from "../parts/icons";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { safeText } from "../parts/text";
import { elsewhereInCall, type Page } from "./what-to-say";

/** A whole middle, or one line of it. Fires `choose` (a `Where`), `ask-each-call` and `put-off`. */
export class PhonePage extends PhonePart {
  @property({ attribute: false }) page: Page | null = null;
  /** Room for one line. */
  @property({ type: Boolean }) compact = false;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: flex;
        flex: 1;
        flex-direction: column;
        min-height: 0;
      }
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
      h2 {
        margin: 8px 0 0;
        font-size: 20px;
        line-height: 26px;
        font-weight: 500;
        overflow-wrap: anywhere;
        text-wrap: balance;
      }
      .page p {
        margin: 0 auto;
        max-width: 42ch;
        text-wrap: balance;
        color: var(--yl-dim);
      }
      .emblem {
        display: grid;
        place-items: center;
        align-self: center;
        width: 64px;
        height: 64px;
        border-radius: 50%;
        background: var(--yl-key);
      }
      .emblem .icon {
        width: 32px;
        height: 32px;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 8px;
        margin-block-start: 16px;
      }
      .buttons > * {
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
      .line {
        display: flex;
        flex: 1;
        align-items: center;
        gap: 12px;
        min-height: 0;
      }
      .line p {
        display: -webkit-box;
        flex: 1;
        min-width: 0;
        margin: 0;
        overflow: hidden;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 3;
      }
    `,
  ];

  get #say() {
    return section(this.t, pagesTexts);
  }

  override render() {
    const { page, state } = this;
    if (page === null || state === null) return nothing;
    if (this.compact) return this.#line(page);
    if (page.kind === "not_mapped") return this.#notMapped(state.isAdmin);
    if (page.kind === "first_use") return this.#firstUse();
    if (page.kind === "which_device") return this.#whichDevice(page.number);
    return page.kind === "microphone" ? this.#microphone(state) : this.#elsewhere(state);
  }

  #choose(where: Where): void {
    this.tell("choose", where);
  }

  #firstUse(): TemplateResult {
    const say = this.#say;
    const choice = (
      where: Where,
      path: string,
    ) => html`<button type="button" class=${where} @click=${() => this.#choose(where)}>
      ${icon(path)}<span><b>${say(`first.${where}`)}</b><span class="dim">${say(`first.${where}_text`)}</span></span>
    </button>`;
    return html`<div class="page">
      <h2>${say("first.title")}</h2>
      <p>${say("first.text")}</p>
      <div class="choices">${choice("browser", mdiMonitor)} ${choice("desk", mdiDeskphone)}</div>
      <button type="button" class="link ask" @click=${() => this.tell("ask-each-call", true)}>${say("first.ask")}</button>
    </div>`;
  }

  /** The user wants to be asked at every call: with what? */
  #whichDevice(number: string): TemplateResult {
    const choice = (
      where: Where,
      path: string,
    ) => html`<button type="button" class=${where} @click=${() => this.#choose(where)}>
      ${icon(path)}<b>${this.#say(`first.${where}`)}</b>
    </button>`;
    return html`<div class="page" role="group" aria-label=${this.t("device.title")}>
      <h2>${this.t("dial.call_name", { name: number })}</h2>
      <p>${this.t("device.title")}</p>
      <div class="choices">${choice("browser", mdiMonitor)} ${choice("desk", mdiDeskphone)}</div>
      <button type="button" class="link cancel" @click=${() => this.tell("put-off")}>${this.t("dial.cancel")}</button>
    </div>`;
  }

  #microphone(state: PhoneState): TemplateResult {
    const say = this.#say;
    return html`<div class="page">
      <span class="emblem">${icon(mdiMicrophone)}</span>
      <h2>${say("microphone.title")}</h2>
      <p>${say("microphone.text")}</p>
      <div class="buttons">
        <button type="button" class="filled allow" @click=${() => this.order((phone) => phone.allowMicrophone())}>${say("microphone.allow")}</button>
        ${this.#useDesk(state)}
      </div>
      <button type="button" class="link later" @click=${() => this.tell("put-off")}>${say("microphone.later")}</button>
    </div>`;
  }

  #elsewhere({ reach, phone }: PhoneState): TemplateResult {
    const say = this.#say;
    const by = reach.state === "elsewhere" ? safeText(reach.by, 40) : "";
    const inCall = elsewhereInCall(this.state);
    return html`<div class="page">
      <span class="emblem">${icon(mdiDevices)}</span>
      <h2>${this.t("elsewhere.title", { by: `\u2068${by}\u2069` })}</h2>
      <p role=${inCall ? "alert" : nothing}>${say(inCall ? "elsewhere.in_call" : "elsewhere.text")}</p>
      <div class="buttons">
        <button type="button" class="${inCall ? "stop" : "filled"} take-over" @click=${this.#takeOver}>
          ${say(inCall ? "elsewhere.take_over_anyway" : "elsewhere.take_over")}
        </button>
        ${this.#useDesk({ phone })}
      </div>
    </div>`;
  }

  #takeOver = (): void => this.order((phone) => phone.takeOver());

  #useDesk({ phone }: Pick<PhoneState, "phone">): TemplateResult | typeof nothing {
    if (!phone?.desk) return nothing;
    return html`<button type="button" class="tonal desk" @click=${() => this.#choose("desk")}>${this.#say("use_desk")}</button>`;
  }

  #notMapped(isAdmin: boolean): TemplateResult {
    const say = this.#say;
    return html`<div class="page">
      <span class="emblem">${icon(mdiLinkVariantOff)}</span>
      <h2>${say("not_mapped.title")}</h2>
      <p>${say(isAdmin ? "not_mapped.admin" : "not_mapped.text")}</p>
      ${
        isAdmin
          ? html`<div class="buttons"><a class="tonal" href="/config/integrations/integration/yeastar_linkus">${say("not_mapped.link")}</a></div>`
          : nothing
      }
    </div>`;
  }

  #line(page: Page): TemplateResult {
    const say = this.#say;
    const line = (text: string, buttons: TemplateResult | typeof nothing = nothing) =>
      html`<div class="line"><p>${text}</p>${buttons}</div>`;
    const press = (label: string, run: () => void, kind = "filled") =>
      html`<button type="button" class=${kind} @click=${run}>${label}</button>`;
    const either = (["browser", "desk"] as const).map(
      (
        where,
      ) => html`<button type="button" class="tonal ${where}" aria-label=${say(`first.${where}`)} @click=${() => this.#choose(where)}>
        ${icon(where === "browser" ? mdiMonitor : mdiDeskphone)}
      </button>`,
    );
    if (page.kind === "not_mapped") return line(say("not_mapped.title"));
    if (page.kind === "first_use") return line(say("first.title"), html`${either}`);
    if (page.kind === "which_device") return line(this.t("dial.call_name", { name: page.number }), html`${either}`);
    if (page.kind === "elsewhere") {
      const inCall = elsewhereInCall(this.state);
      const button = press(say("elsewhere.take_over"), this.#takeOver, inCall ? "stop" : "filled");
      return line(say(inCall ? "elsewhere.in_call" : "elsewhere.short"), button);
    }
    return line(
      say("microphone.title"),
      press(say("microphone.allow"), () => this.order((phone) => phone.allowMicrophone())),
    );
  }
}

define("yeastar-linkus-page", PhonePage);
