import { dialDesk, errorCode } from "../ha/door";
import type { Hass } from "../ha/hass";
import { dialable, outsideText } from "../state/numbers";
import type { OrderError } from "../state/problems";
import { type Route, routeOf } from "../state/reach";
import type { Method, NoticeKey, PhoneInfo, PhoneState, Problem, Where } from "../state/types";
import { untilState } from "./until-state";

/** A dial while the browser phone is still registering waits this long before the desk phone is asked, ms. */
const READY_PATIENCE = 8000;
/** Problems of an order for which the desk phone is the way out. */
const DESK_HELPS: readonly string[] = [
  "microphone_denied",
  "microphone_app",
  "microphone_missing",
  "microphone_busy",
  "microphone_policy",
  "insecure_origin",
  "other_tab_silent",
] satisfies (Problem | NoticeKey)[];

export interface DiallingOptions {
  readonly hass: Hass;
  state(): PhoneState;
  subscribe(listener: (state: PhoneState) => void): () => void;
  method(): Method;
  /** Has the browser phone dial. Rejects with an `OrderError`. */
  inBrowser(number: string, video: boolean): Promise<void>;
  ask(number: string): void;
  notice(key: NoticeKey | Problem, detail?: string): void;
}

/** One Call button: the browser, or the desk phone where the browser cannot, and a word why. */
export class Dialling {
  constructor(private readonly options: DiallingOptions) {}

  async dial(text: string, where?: Where, video = false): Promise<void> {
    const { options } = this;
    const number = dialable(text);
    if (!number) {
      options.notice("number_invalid", outsideText(text, 40));
      return;
    }
    const wanted = where ?? options.method();
    let route = this.#route(wanted);
    if (route.way === "wait") {
      await untilState(options.subscribe, ({ reach }) => reach.state !== "starting", READY_PATIENCE);
      route = this.#route(wanted);
    }
    switch (route.way) {
      case "ask":
        return options.ask(number);
      case "browser":
        return this.#inBrowser(number, video);
      case "desk":
        return this.#onDesk(number, route.instead);
      case "wait":
        return this.#instead(number, "registration_lost");
      case "none":
        options.notice(route.why as NoticeKey);
    }
  }

  #route(wanted: Method): Route {
    const { reach, phone } = this.options.state();
    return routeOf(reach, phone, wanted);
  }

  async #inBrowser(number: string, video: boolean): Promise<void> {
    try {
      await this.options.inBrowser(number, video);
    } catch (error) {
      const { key, detail } = error as OrderError;
      if (DESK_HELPS.includes(key)) await this.#instead(number, key);
      else this.options.notice(key as NoticeKey, detail);
    }
  }

  async #instead(number: string, why: string): Promise<void> {
    if (this.options.state().phone?.desk) await this.#onDesk(number, why);
    else this.options.notice(why as Problem);
  }

  async #onDesk(number: string, instead: string | null): Promise<void> {
    const { hass, state, notice } = this.options;
    try {
      await dialDesk(hass, (state().phone as PhoneInfo).phoneId, number);
      if (instead) notice("used_desk_phone", instead);
    } catch (error) {
      const code = errorCode(error);
      notice(code === "invalid_format" ? "number_invalid" : "desk_failed", code);
    }
  }
}
