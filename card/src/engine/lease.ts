import { followLease, type LeaseEvent, type RemoteOrder, report } from "../ha/door";
import type { Hass, Unsubscribe } from "../ha/hass";

export interface LeaseOptions {
  hass(): Hass;
  phone(): { readonly phone_id: string };
  readonly browserId: string;
  readonly browserName: string;
  /** It was given to this browser later, or taken from it `by` another one. */
  changed(held: boolean, by: string): void;
  /** An action of Home Assistant for this browser. */
  onOrder?(order: RemoteOrder, on: boolean): void;
}

/** The one browser's right to register an extension, given by Home Assistant for as long as its connection lives. */
export class Lease {
  #held = false;
  #unsubscribe: Unsubscribe | null = null;
  #reported = "";

  constructor(private readonly options: LeaseOptions) {}

  get held(): boolean {
    return this.#held;
  }

  /** True when this browser may register. False: `elsewhere` is told where, and this browser waits for its turn. */
  async ask(takeOver: boolean, elsewhere: (by: string, since: number) => void): Promise<boolean> {
    if (this.#held && !takeOver) return true;
    await this.release();
    const { hass, phone, browserId, browserName, onOrder } = this.options;
    let answer: ((granted: boolean) => void) | null = null;
    const first = new Promise<boolean>((resolve) => {
      answer = resolve;
    });
    const { phone_id } = phone();
    const wish = { phone_id, browser_id: browserId, browser_name: browserName, take_over: takeOver };
    this.#unsubscribe = await followLease(hass(), wish, (event) => {
      if (event.kind === "order") return onOrder?.(event.order, event.on ?? true);
      if (!answer) return this.#changed(event);
      this.#held = event.kind === "granted";
      if (event.kind === "held") elsewhere(event.by, event.since);
      answer(this.#held);
      answer = null;
    });
    return first;
  }

  async release(): Promise<void> {
    const unsubscribe = this.#unsubscribe;
    this.#held = false;
    this.#unsubscribe = null;
    await Promise.resolve(unsubscribe?.()).catch(() => {});
  }

  /** The connection is gone, and the lease with it: there is nothing to give back. */
  forget(): void {
    this.#held = false;
    this.#unsubscribe = null;
    this.#reported = "";
  }

  /** Tells how this browser can be reached, while it has the lease and once for each change. */
  report(state: Parameters<typeof report>[3], reason: string | null): void {
    const key = `${state} ${reason}`;
    if (!this.#held || key === this.#reported) return;
    this.#reported = key;
    const { hass, phone, browserId } = this.options;
    report(hass(), phone().phone_id, browserId, state, reason).catch(() => {
      this.#reported = "";
    });
  }

  #changed(event: Exclude<LeaseEvent, { kind: "order" }>): void {
    const had = this.#held;
    this.#held = event.kind === "granted";
    if (this.#held !== had) this.options.changed(this.#held, event.kind === "granted" ? "" : event.by);
  }
}
