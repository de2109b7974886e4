import { LitElement, type PropertyValues } from "lit";
import { property } from "lit/decorators.js";
import { english, type Localize } from "../../localize";
import type { Phone, PhoneState } from "../../state/types";

/** What an element below `yeastar-linkus-phone` gets from it. */
export class PhonePart extends LitElement {
  @property({ attribute: false }) phone: Phone | null = null;
  @property({ attribute: false }) state: PhoneState | null = null;
  @property({ attribute: false }) t: Localize = english;

  /** Runs an order; the engine tells by `state.notice` what went wrong, and this event says that something did. */
  protected order(run: (phone: Phone) => Promise<void> | undefined): void {
    if (!this.phone) return;
    Promise.resolve(run(this.phone)).catch((error: unknown) => {
      const key = (error as { key?: unknown } | null)?.key;
      this.dispatchEvent(
        new CustomEvent("order-failed", {
          detail: { key: typeof key === "string" ? key : "unknown" },
          bubbles: true,
          composed: true,
        }),
      );
    });
  }

  protected tell<T>(type: string, detail?: T): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

/** An element that follows a phone by itself. It may come and go during a call: it only looks. */
export class PhoneFollower extends PhonePart {
  #unsubscribe: (() => void) | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("phone")) this.#follow();
  }

  #follow(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (!this.phone || !this.isConnected) return;
    this.#unsubscribe = this.phone.subscribe((state) => {
      this.state = state;
    });
  }
}

export function define(tag: string, element: CustomElementConstructor): void {
  // A page shell from before an update may have loaded an older copy: the first one stays.
  if (!customElements.get(tag)) customElements.define(tag, element);
}
