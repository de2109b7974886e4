/** Tells when the page comes back from where it could not listen: out of sight, another network, asleep. */
const TICK = 10_000;
/** Browsers let a hidden page's timers fire once a minute; a longer silence was sleep or freezing. */
const SLEPT = 90_000;

export class Wakefulness {
  #tick: number;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly woke: (kind: "sight" | "network" | "sleep") => void,
    private readonly now: () => number = Date.now,
  ) {
    this.#tick = now();
    this.#timer = setInterval(() => this.#look(null), TICK);
    document.addEventListener("visibilitychange", this.#sight);
    document.addEventListener("resume", this.#sleep);
    window.addEventListener("pageshow", this.#shown);
    window.addEventListener("online", this.#network);
  }

  close(): void {
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this.#sight);
    document.removeEventListener("resume", this.#sleep);
    window.removeEventListener("pageshow", this.#shown);
    window.removeEventListener("online", this.#network);
  }

  readonly #sight = (): void => {
    if (document.visibilityState === "visible") this.#look("sight");
  };
  readonly #sleep = (): void => this.#look("sleep");
  readonly #network = (): void => this.#look("network");
  readonly #shown = (event: PageTransitionEvent): void => {
    if (event.persisted) this.#look("sleep");
  };

  #look(kind: "sight" | "network" | "sleep" | null): void {
    const now = this.now();
    const slept = now - this.#tick > SLEPT;
    this.#tick = now;
    const woke = slept ? "sleep" : kind;
    if (woke) this.woke(woke);
  }
}
