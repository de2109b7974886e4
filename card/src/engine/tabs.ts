import { OrderError } from "../state/problems";
import type { LineState } from "../state/reach";
import type { Call } from "../state/types";

/** What the tab that carries the phone tells the others. */
export interface LeaderState {
  readonly line: LineState;
  readonly calls: readonly Call[];
  readonly silenced: readonly string[];
  readonly soundLocked: boolean;
  /** Calls with a picture can be made. */
  readonly video?: boolean;
}

export type Message =
  | { readonly kind: "hello" | "bye"; readonly tab: string; readonly visible: boolean }
  | { readonly kind: "state"; readonly tab: string; readonly state: LeaderState }
  | {
      readonly kind: "order";
      readonly tab: string;
      readonly id: number;
      readonly name: string;
      readonly args: unknown[];
    }
  | { readonly kind: "ack"; readonly tab: string; readonly to: string; readonly id: number }
  | {
      readonly kind: "done";
      readonly tab: string;
      readonly to: string;
      readonly id: number;
      readonly error: { readonly key: string; readonly detail: string | undefined } | null;
    };

export interface TabEvents {
  /** This tab carries the phone from now on. */
  lead(): void;
  /** Another tab took that away. */
  lost(): void;
  /** Another tab carries the phone and tells how it is. */
  state(state: LeaderState): void;
  /** Another tab orders something of this one, which carries the phone. */
  order(name: string, args: unknown[]): Promise<void>;
  /** What this tab tells a newcomer while it leads. */
  leaderState(): LeaderState;
  /** Another tab came into sight or went out of it. */
  sight(): void;
}

const ACK_PATIENCE = 3000;
const DONE_PATIENCE = 45_000;

type Pending = { acked: boolean; settle(error: OrderError | null): void };

/**
 * One tab of a browser carries the phone; the others control it. Who carries it is who holds a Web Lock, so that a tab
 * that closes or crashes hands over without a word.
 *
 * Web Locks exist in secure contexts only. Elsewhere no tab can register anyway, and each leads itself.
 */
export class Tabs {
  readonly #me = Math.random().toString(36).slice(2);
  readonly #channel: BroadcastChannel | null;
  readonly #visible = new Map<string, boolean>();
  readonly #pending = new Map<number, Pending>();
  #last = 0;
  #leading = false;
  #closed = false;
  #release: (() => void) | null = null;

  constructor(
    private readonly name: string,
    private readonly events: TabEvents,
    private readonly locks: LockManager | undefined = navigator.locks,
  ) {
    this.#channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name);
    if (this.#channel) this.#channel.onmessage = ({ data }: MessageEvent<Message>) => void this.#receive(data);
    document.addEventListener("visibilitychange", this.#tellSight);
    window.addEventListener("pagehide", this.#tellBye);
    window.addEventListener("pageshow", this.#tellSight);
  }

  /** Stands for the lead; apart from the constructor, because the answer may come at once. */
  start(): void {
    this.#stand(false);
    this.#tellSight();
  }

  /** Takes the phone to this tab, from whichever carries it. */
  take(): void {
    if (!this.#leading) this.#stand(true);
  }

  get leading(): boolean {
    return this.#leading;
  }

  /** Somebody looks at one of the browser's tabs. */
  get inSight(): boolean {
    return document.visibilityState === "visible" || [...this.#visible.values()].some(Boolean);
  }

  /** Tells the other tabs how the phone is. */
  publish(state: LeaderState): void {
    if (this.#leading) this.#send({ kind: "state", tab: this.#me, state });
  }

  /**
   * Has the tab that carries the phone do something. Rejects with its `OrderError`. When it does not answer at all (frozen by
   * the browser), this tab takes the phone over, and the order has to be given again.
   */
  order(name: string, args: unknown[]): Promise<void> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const pending: Pending = {
        acked: false,
        settle: (error) => {
          this.#pending.delete(id);
          error ? reject(error) : resolve();
        },
      };
      this.#pending.set(id, pending);
      this.#send({ kind: "order", tab: this.#me, id, name, args });
      setTimeout(() => {
        if (pending.acked || !this.#pending.has(id)) return;
        this.#stand(true);
        pending.settle(new OrderError("other_tab_silent"));
      }, ACK_PATIENCE);
      setTimeout(() => this.#pending.has(id) && pending.settle(new OrderError("other_tab_silent")), DONE_PATIENCE);
    });
  }

  close(): void {
    this.#closed = true;
    this.#tellBye();
    document.removeEventListener("visibilitychange", this.#tellSight);
    window.removeEventListener("pagehide", this.#tellBye);
    window.removeEventListener("pageshow", this.#tellSight);
    this.#release?.();
    this.#channel?.close();
  }

  /** Waits for the lock, or takes it from who holds it. */
  #stand(steal: boolean): void {
    if (!this.locks) {
      this.#lead(() => {});
      return;
    }
    void this.locks
      .request(this.name, steal ? { steal: true } : {}, () => {
        if (this.#closed) return;
        return new Promise<void>((release) => this.#lead(release));
      })
      .catch(() => {
        // Stolen: this tab was frozen, and another one goes on.
        this.#release = null;
        if (!this.#leading || this.#closed) return;
        this.#leading = false;
        this.events.lost();
        this.#stand(false);
      });
  }

  #lead(release: () => void): void {
    this.#release = release;
    if (this.#leading) return;
    this.#leading = true;
    this.events.lead();
  }

  readonly #tellSight = (): void => {
    this.#send({ kind: "hello", tab: this.#me, visible: document.visibilityState === "visible" });
    this.events.sight();
  };

  readonly #tellBye = (): void => this.#send({ kind: "bye", tab: this.#me, visible: false });

  #send(message: Message): void {
    try {
      this.#channel?.postMessage(message);
    } catch {
      // A closed channel: the page is going.
    }
  }

  async #receive(message: Message): Promise<void> {
    if (message.tab === this.#me || this.#closed) return;
    switch (message.kind) {
      case "hello": {
        const known = this.#visible.has(message.tab);
        this.#visible.set(message.tab, message.visible);
        if (this.#leading) this.publish(this.events.leaderState());
        if (!known) this.#tellSight();
        else this.events.sight();
        break;
      }
      case "bye":
        this.#visible.delete(message.tab);
        this.events.sight();
        break;
      case "state":
        if (!this.#leading) this.events.state(message.state);
        break;
      case "order":
        if (this.#leading) await this.#carryOut(message);
        break;
      case "ack":
        if (message.to === this.#me) {
          const pending = this.#pending.get(message.id);
          if (pending) pending.acked = true;
        }
        break;
      case "done":
        if (message.to === this.#me)
          this.#pending
            .get(message.id)
            ?.settle(message.error ? new OrderError(message.error.key, message.error.detail) : null);
    }
  }

  async #carryOut({ tab, id, name, args }: Extract<Message, { kind: "order" }>): Promise<void> {
    const answer = { tab: this.#me, to: tab, id } as const;
    this.#send({ kind: "ack", ...answer });
    const error = await this.events.order(name, args).then(
      () => null,
      (reason: unknown) =>
        reason instanceof OrderError
          ? { key: reason.key, detail: reason.detail }
          : { key: "call_failed", detail: undefined },
    );
    this.#send({ kind: "done", ...answer, error });
  }
}
