import type { Phone, PhoneState } from "../state/types";

/** Resolves with true as soon as the phone's state passes, with false when it has not after `patience` ms. */
export function untilState(
  subscribe: Phone["subscribe"],
  passes: (state: PhoneState) => boolean,
  patience: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (passed: boolean) => {
      clearTimeout(timer);
      // The state is told once before there is anything to unsubscribe with.
      queueMicrotask(() => stop());
      resolve(passed);
    };
    const timer = setTimeout(() => finish(false), patience);
    const stop = subscribe((state) => passes(state) && finish(true));
  });
}
