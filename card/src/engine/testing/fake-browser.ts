/** What the tabs of one browser share, for tests. */

/** Web Locks of one browser. */
export class FakeLocks {
  #queue: { run: () => unknown; reject: (error: unknown) => void }[] = [];
  #held: { reject: (error: unknown) => void } | null = null;

  readonly #single = new Set<string>();

  request(name: string, options: { steal?: boolean; ifAvailable?: boolean }, run: (lock: object | null) => unknown) {
    if (options.ifAvailable) {
      if (this.#single.has(name)) return Promise.resolve(run(null));
      this.#single.add(name);
      return Promise.resolve(run({})).finally(() => this.#single.delete(name));
    }
    return this.#wait(options, () => run({}));
  }

  #wait(options: { steal?: boolean }, run: () => unknown): Promise<unknown> {
    return new Promise((_, reject) => {
      const wish = { run, reject };
      if (options.steal) {
        this.#held?.reject(new DOMException("stolen", "AbortError"));
        this.#held = null;
        this.#queue.unshift(wish);
      } else this.#queue.push(wish);
      this.#next();
    });
  }

  #next(): void {
    if (this.#held) return;
    const wish = this.#queue.shift();
    if (!wish) return;
    this.#held = wish;
    void Promise.resolve(wish.run()).then(() => {
      if (this.#held !== wish) return;
      this.#held = null;
      this.#next();
    });
  }
}

/** BroadcastChannel of one browser, with messages at once. */
export class FakeChannel {
  static all = new Set<FakeChannel>();
  onmessage: ((event: { data: unknown }) => void) | null = null;
  deaf = false;
  constructor() {
    FakeChannel.all.add(this);
  }
  postMessage(data: unknown): void {
    for (const other of FakeChannel.all)
      if (other !== this && !other.deaf) other.onmessage?.({ data: structuredClone(data) });
  }
  close(): void {
    FakeChannel.all.delete(this);
  }
}
