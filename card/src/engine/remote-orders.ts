import type { RemoteOrder } from "../ha/door";
import type { Call } from "../state/types";
import type { Order } from "./browser-phone";

/** The SDK announces a call only after looking its caller up; an order that comes before waits this long for it, ms. */
export const ORDER_PATIENCE = 4000;

/** Which call Home Assistant can only mean, and what to do with it; null while no call fits. */
export function orderFor(
  order: RemoteOrder,
  calls: readonly Call[],
): { readonly name: Order; readonly id: string } | null {
  const live = calls.filter((call) => call.phase !== "ended");
  const talking = live.find((call) => call.phase === "talking" && !call.held) ?? live.find((call) => call.answeredAt);
  const call = order === "answer" ? live.find(({ can }) => can.answer) : (talking ?? live[0]);
  if (!call) return null;
  if (order === "hang_up") return { name: call.can.reject ? "reject" : "hangUp", id: call.id };
  return call.can[order] ? { name: order, id: call.id } : null;
}

/** Home Assistant's orders for this browser. One that comes before its call is kept for a moment; a newer one replaces it. */
export class RemoteOrders {
  #kept: { readonly order: RemoteOrder; readonly on: boolean } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly calls: () => readonly Call[],
    private readonly carryOut: (name: Order, args: unknown[]) => Promise<void>,
  ) {}

  obey(order: RemoteOrder, on: boolean): void {
    this.forget();
    this.#kept = { order, on };
    this.#timer = setTimeout(() => this.forget(), ORDER_PATIENCE);
    this.look();
  }

  /** The calls changed: perhaps the one that was meant is there now. */
  look(): void {
    const kept = this.#kept;
    const found = kept && orderFor(kept.order, this.calls());
    if (!found) return;
    this.forget();
    void this.carryOut(found.name, [found.id, kept.on]).catch(() => {});
  }

  forget(): void {
    clearTimeout(this.#timer);
    this.#kept = null;
  }
}
