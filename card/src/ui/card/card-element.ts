import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { english, type Localize, loadLocalize } from "../../localize";
import type { Phone } from "../../state/types";
import { define } from "../parts/phone-element";
import { type CardConfig, cardSize, checkConfig, type GridOptions, gridOptions, layoutOf } from "./layout";
import { watchCard } from "./on-screen";
import "../phone/phone-view";
import { tokens } from "../parts/styles";

/** As much of `hass` as the card looks at. */
export interface CardHass {
  readonly language?: string;
  readonly locale?: { readonly language?: string };
}

type PhoneSource<H> = (hass: H) => Promise<Phone>;
let source: PhoneSource<never> | null = null;

/** What cards ask for seldom, loaded then. */
export interface Seldom<H> {
  /** Hands `use` the phone that is wanted, now and whenever it is another object. Returns what ends it. */
  followPhone(
    hass: H,
    main: Phone,
    wanted: Pick<CardConfig, "phone_id" | "extension">,
    use: (phone: Phone) => void,
  ): () => void;
  cardForm(): Promise<unknown>;
}
let seldom: (() => Promise<Seldom<never>>) | null = null;

/** Tells the cards where their phone comes from; called once by the entry module. */
export function providePhone<H extends CardHass>(from: PhoneSource<H>, more?: () => Promise<Seldom<H>>): void {
  source = from as PhoneSource<never>;
  seldom = (more as typeof seldom) ?? null;
}

/** The texts of the last card that had any: a suggestion is wanted at once. */
let texts: Localize = english;

export class YeastarLinkusCard extends LitElement {
  @property({ attribute: false }) hass: CardHass | undefined;
  @property({ type: Boolean }) preview = false;
  @property() layout: string | undefined;
  @state() private config: CardConfig | undefined;
  @state() private phone: Phone | null = null;
  @state() private t: Localize = english;
  @state() private failed: "reload" | "load" | null = null;
  #asked = false;
  #language: string | undefined;

  #stopWatching: (() => void) | null = null;
  #main: Phone | null = null;
  #unfollow: (() => void) | null = null;

  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        height: 100%;
        container-type: inline-size;
      }
      .card {
        display: flex;
        flex-direction: column;
        height: 100%;
        border: var(--ha-card-border-width, 1px) solid var(--yl-line);
        border-radius: var(--yl-radius);
        background: var(--yl-bg);
        box-shadow: var(--ha-card-box-shadow, none);
        backdrop-filter: var(--ha-card-backdrop-filter, none);
        position: relative;
      }
      .failed {
        margin: auto;
        padding: 24px 16px;
        text-align: center;
        color: var(--yl-dim);
      }
      .failed button {
        display: block;
        min-height: 44px;
        margin: 12px auto 0;
        padding: 0 20px;
        border: 0;
        border-radius: 22px;
        background: var(--yl-key);
        color: var(--yl-text);
        font: inherit;
        font-weight: 500;
        cursor: pointer;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    const layout = layoutOf(this.config);
    if (!this.preview && layout !== "call_button" && layout !== "people" && layout !== "recents")
      this.#stopWatching = watchCard(this, () => this.phone);
    if (this.#main) this.#follow(this.#main);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#unfollow?.();
    this.#unfollow = null;
  }

  static getStubConfig(): Omit<CardConfig, "type"> {
    return { layout: "full" };
  }

  static async getConfigForm() {
    return (await seldom?.())?.cardForm();
  }

  setConfig(config: unknown): void {
    this.config = checkConfig(config);
  }

  getCardSize(): number {
    return cardSize(layoutOf(this.config), this.config?.look);
  }

  getGridOptions(): GridOptions {
    return gridOptions(layoutOf(this.config), this.config?.look);
  }

  /** `hass` is a new object at every state change in the house: only its first one and its language matter here. */
  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    if (changed.has("hass")) this.#readHass();
    return changed.size > 1 || !changed.has("hass") || !this.hasUpdated;
  }

  #readHass(): void {
    const hass = this.hass;
    if (!hass) return;
    const language = hass.locale?.language ?? hass.language;
    if (language !== this.#language) {
      this.#language = language;
      void loadLocalize(language).then((t) => {
        if (this.#language === language) this.t = texts = t;
      });
    }
    if (this.preview && !this.phone) {
      void import("./demo").then(({ demoPhone }) => {
        this.phone = demoPhone;
      });
    }
    if (this.#asked || this.preview || !source) return;
    this.#asked = true;
    source(hass as never).then(
      (phone) => {
        this.failed = null;
        this.#main = phone;
        this.#follow(phone);
      },
      (error: unknown) => {
        this.failed = (error as Error | null)?.message === "reload_page" ? "reload" : "load";
        // A chunk that did not load is asked for again at the next sign of life from Home Assistant.
        if (this.failed === "load") {
          setTimeout(() => {
            this.#asked = false;
          }, 10_000);
        }
      },
    );
  }

  /** The page's phone, or the one that this card is for. */
  #follow(main: Phone): void {
    const wanted = this.config;
    if (!seldom || !(wanted?.phone_id || wanted?.extension)) {
      this.phone = main;
      return;
    }
    const hass = this.hass as never;
    void seldom().then(({ followPhone }) => {
      this.#unfollow?.();
      if (!this.isConnected) return;
      this.#unfollow = followPhone(hass, main, wanted, (phone) => {
        this.phone = phone;
      });
    });
  }

  override render() {
    if (!this.config) return nothing;
    const { phone } = this;
    return html`<div class="card" dir=${this.t.direction}>${this.failed && !phone ? this.#failure() : this.#content(phone)}</div>`;
  }

  #failure() {
    return html`<div class="failed">
      ${this.t(this.failed === "reload" ? "load.reload" : "load.failed")}
      <button type="button" @click=${() => location.reload()}>${this.t("load.reload_button")}</button>
    </div>`;
  }

  #content(phone: Phone | null) {
    const layout = layoutOf(this.config);
    if (layout === "call_button") {
      void import("./call-button");
      return html`<yeastar-linkus-call-button
        .phone=${phone}
        .t=${this.t}
        .number=${this.config?.number ?? ""}
        .label=${this.config?.name ?? ""}
        .confirmFirst=${this.config?.confirm ?? true}
      ></yeastar-linkus-call-button>`;
    }
    if (this.config?.look === "linkus" && !this.preview) {
      void import("../linkus/linkus-look");
      return html`<yeastar-linkus-official .phone=${phone} .t=${this.t}></yeastar-linkus-official>`;
    }
    return html`<yeastar-linkus-phone
      .phone=${phone}
      .t=${this.t}
      layout=${layout}
    ></yeastar-linkus-phone>`;
  }
}

/** As much of `hass` as tells whose entity it is. */
interface EntityHass {
  readonly entities?: Readonly<Record<string, { readonly platform?: string } | undefined>>;
}

interface Suggestion {
  readonly label?: string;
  readonly config: CardConfig;
}

/** Offered when somebody starts from an entity of this integration, and from no other. */
export function suggestCards(hass: EntityHass, entityId: string): Suggestion[] | null {
  if (hass.entities?.[entityId]?.platform !== "yeastar_linkus") return null;
  const type = "custom:yeastar-linkus-card";
  return [
    { label: texts("layout.full"), config: { type, layout: "full" } },
    { label: texts("layout.compact"), config: { type, layout: "compact" } },
  ];
}

interface CustomCard {
  type: string;
  name: string;
  description: string;
  preview: boolean;
  documentationURL?: string;
  getEntitySuggestion?(hass: EntityHass, entityId: string): Suggestion[] | null;
}

/** Defines the tag and lists the card in the picker, once per page. */
export function registerCard(): void {
  const tag = "yeastar-linkus-card";
  if (customElements.get(tag)) return;
  define(tag, YeastarLinkusCard);
  const list = window as unknown as { customCards?: CustomCard[] };
  list.customCards ??= [];
  list.customCards.push({
    type: tag,
    name: "Yeastar Linkus phone",
    description: "Call and answer with your PBX extension, in the browser or on your desk phone.",
    preview: true,
    getEntitySuggestion: suggestCards,
  });
}
