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

  hostConnected(): void {
    this.host.addEventListener("focusin", this.#came);
  }

  hostDisconnected(): void {
    this.host.removeEventListener("focusin", this.#came);
    this.#at = null;
  }

  hostUpdated(): void {
    // The parts below render after this one.
    if (this.#at) requestAnimationFrame(() => this.#look());
  }

  #came = (event: Event): void => {
    this.#at = event.composedPath()[0] as Element;
  };

  #look(): void {
    const at = this.#at;
    if (!at || this.host.matches(":focus-within")) return;
    this.#at = null;
    const lost = !at.isConnected || at.matches(":disabled") || !at.checkVisibility();
    if (lost && document.activeElement === document.body) this.host.focus({ preventScroll: true });
  }
}
