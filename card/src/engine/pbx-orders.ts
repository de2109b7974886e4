import type { PhoneBook } from "../ha/people";
import { dialable } from "../state/numbers";
import { mergePlan } from "../state/three-way";
import type { Call, NoticeKey, PhoneState } from "../state/types";
import type { Order } from "./browser-phone";

/** A browser that takes the registration over is ready within this time, or not at all, ms. */
const READY_PATIENCE = 15_000;

export interface PbxOrdersOptions {
  readonly book: Pick<PhoneBook, "park" | "take" | "invite" | "toVoicemail">;
  state(): PhoneState;
  subscribe(listener: (state: PhoneState) => void): () => void;
  /** Has the browser phone do something. Rejects with an `OrderError`. */
  order(name: Order, ...args: unknown[]): Promise<void>;
  notice(key: NoticeKey, detail?: string): void;
}

/** What the PBX does with a call, whichever device carries it; it says what went wrong instead of failing. */
export class PbxOrders {
  /** Who was called into which call. */
  readonly #invited = new Map<string, readonly string[]>();

  constructor(private readonly options: PbxOrdersOptions) {}

  invitedTo(id: string): readonly string[] {
    return this.#invited.get(id) ?? [];
  }

  /** The calls of these ids are all that there are. */
  keep(ids: readonly string[]): void {
    for (const id of this.#invited.keys()) if (!ids.includes(id)) this.#invited.delete(id);
  }

  async park(id: string): Promise<void> {
    await this.#do(id, "park_failed", async (pbxId) => {
      this.options.notice("parked", await this.options.book.park(pbxId));
    });
  }

  /** From the desk phone, or from another browser, whose registration this one takes over once the call is parked. */
  async take(id: string): Promise<void> {
    const { options } = this;
    const from = options.state().reach.state;
    if (from !== "ready" && from !== "elsewhere") return options.notice("take_failed");
    await this.#do(id, "take_failed", async (pbxId) => {
      const slot = await options.book.take(pbxId);
      try {
        if (from === "elsewhere") {
          await options.order("takeOver");
          await this.#ready();
        }
        await options.order("dial", slot);
      } catch {
        options.notice("parked", slot);
      }
    });
  }

  /** Resolves when the browser phone can call, rejects when that takes too long. */
  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      let stop = () => {};
      const timer = setTimeout(() => {
        stop();
        reject(new Error("not ready"));
      }, READY_PATIENCE);
      stop = this.options.subscribe((state) => {
        if (state.reach.state !== "ready") return;
        clearTimeout(timer);
        // `stop` is not known yet when this is called at once.
        queueMicrotask(() => stop());
        resolve();
      });
    });
  }

  async toVoicemail(id: string): Promise<void> {
    await this.#do(id, "voicemail_failed", (pbxId) => this.options.book.toVoicemail(pbxId));
  }

  async invite(id: string, text: string, name = ""): Promise<void> {
    const number = dialable(text);
    if (!number) return this.options.notice("number_invalid", text.slice(0, 40));
    await this.#do(id, "invite_failed", async (pbxId) => {
      await this.options.book.invite(pbxId, number);
      this.#invited.set(id, [...this.invitedTo(id), name || number]);
    });
  }

  async merge(): Promise<void> {
    const { options } = this;
    const plan = mergePlan(options.state().calls);
    if (!plan) return options.notice("call_gone");
    const { keep, again } = plan;
    try {
      await options.order("hangUp", again.id);
      await options.order("hold", keep.id, false);
    } catch {
      return options.notice("invite_failed", again.number);
    }
    await this.invite(keep.id, again.number, again.name);
  }

  async #do(id: string, failed: NoticeKey, run: (pbxId: string) => Promise<void>): Promise<void> {
    const { options } = this;
    const call: Call | undefined = options.state().calls.find((one) => one.id === id);
    if (!options.state().phone?.desk || !call?.pbxId) return options.notice("call_gone");
    await run(call.pbxId).catch(() => options.notice(failed));
  }
}
