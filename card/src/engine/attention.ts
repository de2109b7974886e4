import { attentionTexts } from "../localize/sections/attention";
import type { Call, PhoneState } from "../state/types";

/** What the page does besides showing: title, notification, vibration, wake lock, guard against leaving, media keys. */
export interface AttentionOptions {
  /** This tab carries the phone. */
  leading(): boolean;
  /** Somebody looks at one of the browser's tabs. */
  inSight(): boolean;
  readonly orders: {
    hangUp(callId: string): Promise<void>;
    mute(callId: string, muted: boolean): Promise<void>;
    answer(callId: string): Promise<void>;
  };
}

const MARK = "☎ ";
/** Between two looks at the title and two rounds of vibration, ms. */
const EVERY = 2000;
const VIBRATION = [400, 200, 400];

const nameOf = (call: Call) => call.name || call.number;
const live = (calls: readonly Call[]) => calls.filter((call) => call.where === "browser" && call.phase !== "ended");

export class Attention {
  #title: ReturnType<typeof setInterval> | null = null;
  #ringing: Call | null = null;
  #notification: Notification | null = null;
  /** The call that it is about, while it rings and when it was missed. */
  #notified: string | null = null;
  #missed: string | null = null;
  #answers = false;
  #wakeLock: WakeLockSentinel | null = null;
  #wantsWake = false;
  #guarding = false;
  #vibrates = false;
  #muted = false;
  #keysFor: string | null = null;

  constructor(private readonly options: AttentionOptions) {
    document.addEventListener("visibilitychange", this.#seen);
  }

  follow(state: PhoneState): void {
    const calls = live(state.calls);
    const ringing = calls.find((call) => call.phase === "ringing") ?? null;
    const talking = calls.find((call) => call.phase !== "ringing") ?? null;
    const leading = this.options.leading();
    this.#follow(ringing);
    // A click is taken for an answer only where the microphone need not be asked for first.
    this.#answers = state.microphone === "granted";
    if (leading && ringing) this.#notify(ringing);
    if (!ringing) this.#over(state.calls);
    this.#vibrates = leading && state.ringing;
    this.#wake(Boolean(ringing || talking));
    this.#guard(leading && talking !== null);
    this.#mediaKeys(leading ? talking : null);
  }

  close(): void {
    document.removeEventListener("visibilitychange", this.#seen);
    this.#follow(null);
    this.#closeNotification();
    this.#wake(false);
    this.#guard(false);
    this.#mediaKeys(null);
  }

  /** The frontend writes the title at every navigation, so the mark is put back for as long as it rings. */
  #follow(ringing: Call | null): void {
    this.#ringing = ringing;
    if (ringing && this.#title === null) {
      this.#title = setInterval(() => this.#tick(), EVERY);
      this.#tick();
    } else if (!ringing && this.#title !== null) {
      clearInterval(this.#title);
      this.#title = null;
      document.title = document.title.replace(/^☎ .*? · /, "");
    }
  }

  #tick(): void {
    // Refused, with a message in the console, before anybody has touched the page.
    if (this.#vibrates && navigator.userActivation?.hasBeenActive) navigator.vibrate?.(VIBRATION);
    if (!this.#ringing || document.title.startsWith(MARK)) return;
    document.title = `${MARK}${nameOf(this.#ringing).replaceAll(" · ", " ")} · ${document.title}`;
  }

  #notify(call: Call): void {
    if (this.options.inSight() || this.#notified === call.id) return;
    const number = call.name ? call.number : call.did;
    const body = [number, this.#answers && this.#words.answer].filter(Boolean).join(" · ");
    if (!this.#show(`${MARK}${nameOf(call)}`, { body, requireInteraction: true }, () => this.#answer(call.id))) return;
    this.#notified = call.id;
  }

  #answer(id: string): void {
    if (this.#answers && this.#ringing?.id === id) void this.options.orders.answer(id);
  }

  /** Not by `section`: what fills holes in texts would become a file of its own before the first paint. */
  get #words() {
    return attentionTexts[document.documentElement.lang.slice(0, 2) as "de"] ?? attentionTexts.en;
  }

  #show(title: string, options: NotificationOptions, clicked: () => void): boolean {
    if (typeof Notification === "undefined" || Notification.permission !== "granted") return false;
    this.#closeNotification();
    try {
      const notification = new Notification(title, { tag: "yeastar-linkus-call", silent: true, ...options });
      notification.onclick = () => {
        window.focus();
        notification.close();
        clicked();
      };
      this.#notification = notification;
      return true;
    } catch {
      // Chrome on Android has notifications only through a service worker, which is Home Assistant's.
      return false;
    }
  }

  /** It rings no longer. Who called in vain is said until somebody looks. */
  #over(calls: readonly Call[]): void {
    // That somebody took it at another phone may be known a moment later.
    if (calls.some((one) => one.id === this.#missed && one.outcome !== "missed")) this.#closeNotification();
    const id = this.#notified;
    if (id === null) return;
    this.#closeNotification();
    const call = calls.find((one) => one.id === id);
    if (call?.outcome !== "missed") return;
    const body = call.name ? call.number : call.did;
    if (this.#show(`${this.#words.missed}: ${nameOf(call)}`, { body }, () => {})) this.#missed = id;
  }

  #closeNotification(): void {
    this.#notification?.close();
    this.#notification = null;
    this.#notified = this.#missed = null;
  }

  #wake(wanted: boolean): void {
    this.#wantsWake = wanted;
    if (!wanted) {
      void this.#wakeLock?.release().catch(() => {});
      this.#wakeLock = null;
    } else if (!this.#wakeLock && document.visibilityState === "visible") {
      navigator.wakeLock?.request("screen").then(
        (lock) => {
          if (!this.#wantsWake || this.#wakeLock) return void lock.release();
          this.#wakeLock = lock;
          // The browser takes it back when the page goes out of sight.
          lock.addEventListener("release", () => {
            if (this.#wakeLock === lock) this.#wakeLock = null;
          });
        },
        () => {},
      );
    }
  }

  readonly #seen = (): void => {
    if (document.visibilityState !== "visible") return;
    this.#closeNotification();
    this.#wake(this.#wantsWake);
  };

  #guard(on: boolean): void {
    if (on === this.#guarding) return;
    this.#guarding = on;
    if (on) window.addEventListener("beforeunload", stay);
    else window.removeEventListener("beforeunload", stay);
  }

  #mediaKeys(call: Call | null): void {
    const session = navigator.mediaSession as (MediaSession & { setMicrophoneActive?(on: boolean): void }) | undefined;
    if (!session) return;
    if (call?.id !== this.#keysFor) {
      this.#keysFor = call?.id ?? null;
      const handle = (action: string, handler: (() => void) | null) => {
        try {
          session.setActionHandler(action as MediaSessionAction, handler);
        } catch {
          // This browser does not know the action.
        }
      };
      const id = call?.id;
      handle("hangup", id ? () => void this.options.orders.hangUp(id) : null);
      handle("togglemicrophone", id ? () => void this.options.orders.mute(id, !this.#muted) : null);
    }
    if (call) {
      this.#muted = call.muted;
      session.setMicrophoneActive?.(!call.muted);
    }
  }
}

const stay = (event: BeforeUnloadEvent): void => event.preventDefault();
