import { sameNumber } from "../state/numbers";
import type { Call } from "../state/types";
import type { MicrophonePermission } from "./browser/microphone";

/** Before a call is taken by itself: long enough to be heard and refused, ms. */
export const AUTO_ANSWER_AFTER = 1500;

export interface AutoAnswerOptions {
  calls(): readonly Call[];
  /** The numbers whose calls are taken, as typed. */
  chosen(): readonly string[];
  silenced(id: string): boolean;
  microphone(): Promise<MicrophonePermission>;
  /** Whether this page may make sound. */
  audible(): Promise<boolean>;
  announce(): void;
  answer(id: string): Promise<void>;
}

/**
 * Takes calls of chosen callers by itself, as an intercom does. Never unheard: without the microphone granted or without
 * sound it only rings, so that nobody is listened to who was not told.
 */
export class AutoAnswer {
  constructor(private readonly options: AutoAnswerOptions) {}

  /** A call began to ring. */
  consider(call: Call): void {
    if (this.options.chosen().some((number) => sameNumber(number, call.number)))
      setTimeout(() => void this.#take(call.id), AUTO_ANSWER_AFTER);
  }

  async #take(id: string): Promise<void> {
    const { options } = this;
    if ((await options.microphone()) !== "granted" || !(await options.audible())) return;
    const calls = options.calls();
    const ringing = calls.find((one) => one.id === id)?.phase === "ringing";
    const alone = calls.every((one) => one.id === id || one.phase === "ended");
    if (!ringing || !alone || options.silenced(id)) return;
    options.announce();
    await options.answer(id).catch(() => {});
  }
}
