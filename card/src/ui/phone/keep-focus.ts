import type { ReactiveController, ReactiveControllerHost } from "lit";

/**
 * Takes the focus back when what had it inside went away or can no longer be pressed, so that the next key still means
 * this phone and Tab goes on from here. Whoever leaves on their own is let go.
 */
export class KeepFocus implements ReactiveController {
  #at: Element | null = null;

  constructor(private readonly host: ReactiveControllerHost & HTMLElement) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#at = null;
  }

  // Asked for, not followed by `focusin`: that event stays inside when the focus moves within one shadow tree.
  hostUpdate(): void {
    const at = focusedIn(this.host);
    if (at) this.#at = at;
    else if (this.#at && canHaveFocus(this.#at)) this.#at = null;
  }

  hostUpdated(): void {
    // The parts below render after this one.
    if (this.#at) requestAnimationFrame(() => this.#look());
  }

  #look(): void {
    const at = this.#at;
    if (!at || this.host.matches(":focus-within")) return;
    this.#at = null;
    if (!canHaveFocus(at) && document.activeElement === document.body) this.host.focus({ preventScroll: true });
  }
}

function focusedIn(host: Element): Element | null {
  let at = host.shadowRoot?.activeElement ?? null;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at;
}

function canHaveFocus(element: Element): boolean {
  return element.isConnected && !element.matches(":disabled") && element.checkVisibility();
}
