import type { ReactiveController, ReactiveControllerHost } from "lit";

/** Redraws its element at every full second of a call while there is one; at rest it has no timer. */
export class Ticker implements ReactiveController {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #host: ReactiveControllerHost;
  #since: () => number | null;

  constructor(host: ReactiveControllerHost, since: () => number | null) {
    this.#host = host;
    this.#since = since;
    host.addController(this);
  }

  hostUpdated(): void {
    clearTimeout(this.#timer);
    const since = this.#since();
    if (since === null) return;
    const passed = Math.max(0, Date.now() - since);
    this.#timer = setTimeout(() => this.#host.requestUpdate(), 1000 - (passed % 1000));
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }
}
