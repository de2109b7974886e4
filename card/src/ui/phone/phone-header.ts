import { css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { Method, PhoneState } from "../../state/types";
import { icon } from "../parts/icon";
import { mdiCheck, mdiChevronDown, mdiCog, mdiDeskphone, mdiHelpCircleOutline, mdiMonitor } from "../parts/icons";
import { number } from "../parts/party";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { safeText } from "../parts/text";

const METHOD_ICON: Readonly<Record<Method, string>> = {
  browser: mdiMonitor,
  desk: mdiDeskphone,
  ask: mdiHelpCircleOutline,
};

/** One line: am I reachable, who am I, with what do I call. */
export class PhoneHeader extends PhonePart {
  /** The chip shows its icon only. */
  @property({ type: Boolean }) narrow = false;
  /** Every call asks for its device. */
  @property({ type: Boolean }) asks = false;
  @state() private open = false;
  @state() private settings = false;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 12px;
        min-height: 60px;
        padding: 8px 8px 8px 16px;
        position: relative;
        z-index: 2;
      }
      :host(:dir(rtl)) {
        padding: 8px 16px 8px 8px;
      }
      yeastar-linkus-settings {
        position: absolute;
      }
      .who {
        flex: 1;
        min-width: 0;
      }
      .me {
        font-size: 16px;
        line-height: 22px;
        font-weight: 500;
      }
      .nowrap {
        flex: none;
      }
      .reach {
        display: flex;
        align-items: center;
        gap: 6px;
        font-size: 12px;
        line-height: 16px;
        color: var(--yl-dim);
      }
      .dot {
        flex: none;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: var(--yl-dim);
        forced-color-adjust: none;
      }
      .ready .dot,
      .desk_only .dot {
        background: var(--yl-go);
      }
      .problem .dot,
      .elsewhere .dot {
        border-radius: 2px;
        background: var(--yl-warn);
      }
      .starting .dot,
      .off .dot {
        background: none;
        box-shadow: inset 0 0 0 2px var(--yl-dim);
      }
      .chip {
        gap: 6px;
        padding: 0 8px 0 12px;
        font-size: 13px;
      }
      .chip .icon {
        width: 20px;
        height: 20px;
      }
      @container (max-width: 400px) {
        .chip span {
          display: none;
        }
      }
      .menu {
        position: absolute;
        inset-block-start: 56px;
        inset-inline-end: 8px;
        width: max-content;
        min-width: 220px;
        max-width: calc(100% - 16px);
        margin: 0;
        padding: 8px;
        border: 1px solid var(--yl-line);
        border-radius: var(--yl-radius);
        background: var(--card-background-color, var(--yl-bg));
        box-shadow: var(--ha-box-shadow-l, 0 8px 24px rgb(0 0 0 / 22%));
      }
      .title {
        padding: 6px 8px 4px;
        font-size: 12px;
        line-height: 16px;
        font-weight: 500;
        color: var(--yl-dim);
      }
      .menu button {
        display: flex;
        width: 100%;
        justify-content: flex-start;
        gap: 12px;
        padding: 0 8px;
        border-radius: 8px;
        text-align: start;
      }
      .menu hr {
        height: 0;
        margin: 8px;
        border: 0;
        border-top: 1px solid var(--yl-line);
      }
      .menu .label {
        flex: 1;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("pointerdown", this.#outside, true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("pointerdown", this.#outside, true);
  }

  #outside = (event: Event): void => {
    if (this.open && !event.composedPath().includes(this)) this.open = false;
  };

  #reachText(state: PhoneState | null): string {
    const reach = state?.reach;
    if (!reach) return this.t("reach.starting");
    if (reach.state === "elsewhere") return this.t("elsewhere.title", { by: safeText(reach.by, 40) });
    return this.t(`reach.${reach.state}`);
  }

  #choose(method: Method): void {
    this.open = false;
    this.tell("ask-each-call", method === "ask");
    if (method !== "ask") this.phone?.chooseMethod(method);
    this.#focusChip();
  }

  #focusChip(): void {
    this.renderRoot.querySelector<HTMLElement>(".chip")?.focus();
  }

  #menuKey(event: KeyboardEvent): void {
    if (!["ArrowDown", "ArrowUp", "Home", "End", "Escape", "Tab"].includes(event.key)) return;
    event.stopPropagation();
    if (event.key === "Escape" || event.key === "Tab") {
      this.open = false;
      this.#focusChip();
      return;
    }
    event.preventDefault();
    const items = [...this.renderRoot.querySelectorAll<HTMLElement>(".menu button")];
    const at = items.indexOf((this.renderRoot as ShadowRoot).activeElement as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key] as number;
    items[(next + items.length) % items.length]?.focus();
  }

  async #toggle(): Promise<void> {
    this.open = !this.open;
    await this.updateComplete;
    if (this.open) this.renderRoot.querySelector<HTMLElement>('.menu [aria-checked="true"], .menu button')?.focus();
  }

  override render() {
    const state = this.state;
    const phone = state?.phone ?? null;
    const reach = state?.reach.state ?? "starting";
    const methods: Method[] = phone?.browser && phone.desk ? ["browser", "desk", "ask"] : [];
    const chosen: Method = this.asks && methods.length > 0 ? "ask" : (state?.method ?? "ask");
    const phones = (state?.phones.length ?? 0) > 1 ? (state?.phones ?? []) : [];
    return html`
      <div class="who">
        <div class="me ellipsis">
          ${phone ? html`<bdi>${safeText(phone.name, 40) || safeText(phone.pbx, 40)}</bdi>` : this.t("overlay.label")}
        </div>
        <div class="reach ${reach}">
          <span class="dot"></span><span class="ellipsis">${this.#reachText(state)}</span>${
            phone ? html`<span class="nowrap">· ${number(phone.extension)}</span>` : nothing
          }
        </div>
      </div>
      ${
        state && phone
          ? html`<button
              type="button"
              class="chip tonal"
              aria-haspopup="menu"
              aria-expanded=${this.open}
              aria-label="${this.t("device.title")}: ${this.t(`device.${chosen}`)}"
              @click=${this.#toggle}
            >
              ${icon(METHOD_ICON[chosen])}${this.narrow ? nothing : html`<span>${this.t(`device.${chosen}`)}</span>`}${icon(mdiChevronDown)}
            </button>`
          : nothing
      }
      <slot></slot>
      ${
        this.open
          ? html`<div class="menu" role="menu" @keydown=${this.#menuKey}>
              ${this.#group(
                this.t("device.title"),
                methods.map((method) =>
                  this.#item(
                    chosen === method,
                    this.t(method === "ask" ? "device.ask_long" : `device.${method}`),
                    METHOD_ICON[method],
                    () => this.#choose(method),
                  ),
                ),
              )}
              ${this.#group(
                this.t("device.phones"),
                phones.map((item) =>
                  this.#item(
                    item.phoneId === phone?.phoneId,
                    `${safeText(item.name, 40)} · ${safeText(item.extension, 20)}`,
                    null,
                    () => {
                      this.open = false;
                      this.phone?.choosePhone(item.phoneId);
                      this.#focusChip();
                    },
                  ),
                ),
              )}
              ${methods.length > 0 || phones.length > 0 ? html`<hr />` : nothing}
              <button
                type="button"
                role="menuitem"
                class="settings"
                @click=${() => {
                  this.open = false;
                  this.#focusChip();
                  void this.#openSettings();
                }}
              >
                ${icon(mdiCog)}<span class="label ellipsis">${this.t("settings.title")}</span>
              </button>
            </div>`
          : nothing
      }
      ${
        this.settings
          ? html`<yeastar-linkus-settings
              .phone=${this.phone}
              .state=${state}
              .t=${this.t}
              @settings-closed=${() => {
                this.settings = false;
              }}
            ></yeastar-linkus-settings>`
          : nothing
      }
    `;
  }

  async #openSettings(): Promise<void> {
    const { SettingsDialog } = await import("../settings/settings-dialog");
    this.settings = true;
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector("yeastar-linkus-settings");
    if (dialog instanceof SettingsDialog) await dialog.open();
  }

  /** A menu may hold groups and items, and no heading. */
  #group(title: string, items: readonly unknown[]) {
    return items.length > 0
      ? html`<div role="group" aria-label=${title}>
          <div class="title" aria-hidden="true">${title}</div>
          ${items}
        </div>`
      : nothing;
  }

  #item(checked: boolean, label: string, path: string | null, choose: () => void) {
    return html`<button type="button" role="menuitemradio" aria-checked=${checked} @click=${choose}>
      ${path ? icon(path) : nothing}<span class="label ellipsis"><bdi>${label}</bdi></span>${checked ? icon(mdiCheck) : nothing}
    </button>`;
  }
}

define("yeastar-linkus-header", PhoneHeader);
