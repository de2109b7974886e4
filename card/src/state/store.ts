import type { PhoneState } from "./types";

/** One value, and who follows it. A listener that fails does not keep the others from hearing. */
export class Store {
  readonly #listeners = new Set<(state: PhoneState) => void>();
  #state: PhoneState;

  constructor(
    first: PhoneState,
    private readonly now: () => number = Date.now,
  ) {
    this.#state = first;
  }

  get state(): PhoneState {
    return this.#state;
  }

  subscribe(listener: (state: PhoneState) => void): () => void {
    this.#listeners.add(listener);
    tell(listener, this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Takes what differs; parts that are equal keep their identity, so that views can compare by `===`. */
  set(change: Partial<PhoneState>): void {
    const changed: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(change))
      if (!same(value, this.#state[key as keyof PhoneState])) changed[key] = value;
    if (!Object.keys(changed).length) return;
    const reach = changed.reach as PhoneState["reach"] | undefined;
    if (reach && reach.state !== this.#state.reach.state) changed.reachSince = this.now();
    this.#state = { ...this.#state, ...changed };
    for (const listener of [...this.#listeners]) tell(listener, this.#state);
  }
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

function tell(listener: (state: PhoneState) => void, state: PhoneState): void {
  try {
    listener(state);
  } catch (error) {
    console.error("yeastar_linkus:", error);
  }
}

export const EMPTY: PhoneState = {
  phone: null,
  phones: [],
  reach: { state: "starting" },
  reachSince: 0,
  method: "ask",
  calls: [],
  missed: 0,
  video: false,
  microphone: "unknown",
  notifications: "default",
  soundLocked: false,
  tab: "here",
  devices: {
    microphones: [],
    cameras: [],
    camera: null,
    speakers: [],
    microphone: null,
    speaker: null,
    ringer: null,
    canChooseOutput: false,
  },
  ringVolume: 0.8,
  ringTone: "chimes",
  autoAnswer: [],
  outdated: false,
  ringing: false,
  asked: null,
  notice: null,
  isAdmin: false,
};
