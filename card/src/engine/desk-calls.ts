import { type DoorCall, followPhone, type PhoneEvent } from "../ha/door";
import type { Hass, Unsubscribe } from "../ha/hass";
import { backOff } from "../state/problems";

/** What Home Assistant reports of the extension, for as long as this lives, whatever comes between. */
export class DeskCalls {
  calls: readonly DoorCall[] = [];
  available = true;
  missed = 0;
  /** What the browser that is registered for the extension says of itself. */
  leaseState: string | null = null;
  #unsubscribe: Unsubscribe | null = null;
  #attempts = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(
    private readonly hass: Hass,
    private readonly phoneId: string,
    private readonly events: {
      changed(): void;
      /** Home Assistant has the PBX: at first, or `again`. */
      available(again: boolean): void;
      /** An automation wants the user to see the phone. */
      show(): void;
    },
  ) {
    hass.connection.addEventListener("ready", this.#reconnected);
    void this.#follow();
  }

  close(): void {
    this.#closed = true;
    this.hass.connection.removeEventListener("ready", this.#reconnected);
    if (this.#timer !== null) clearTimeout(this.#timer);
    void Promise.resolve(this.#unsubscribe?.()).catch(() => {});
    this.#unsubscribe = null;
  }

  readonly #reconnected = (): void => {
    this.#attempts = 0;
    void this.#follow();
  };

  async #follow(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    try {
      const unsubscribe = await followPhone(this.hass, this.phoneId, (event) => this.#take(event));
      if (this.#closed) await unsubscribe();
      else this.#unsubscribe = unsubscribe;
    } catch {
      // Without a connection the next one begins it again.
      if (!this.#closed && this.hass.connection.connected)
        this.#timer = setTimeout(() => void this.#follow(), backOff(this.#attempts++));
    }
  }

  #take({ kind, calls, available, missed, lease }: PhoneEvent): void {
    if (this.#closed) return;
    if (kind === "show") {
      this.events.show();
      return;
    }
    if (calls) this.calls = calls;
    if (lease) this.leaseState = lease.browser_id === null ? null : lease.state;
    if (missed !== undefined) this.missed = missed;
    const again = available === true && !this.available;
    if (available !== undefined) this.available = available;
    this.events.changed();
    if (available) this.events.available(again);
  }
}
