import { type Beep, lengthOf } from "../../state/sounds";

type SinkContext = AudioContext & { setSinkId?(id: string): Promise<void> };

const RISE = 0.008;
/** How long a browser may take to let a context run before it counts as locked, ms. */
const UNLOCK_PATIENCE = 400;

/** Plays generated tones on one output. Nothing is made before the first sound, or before somebody asks whether it may play. */
export class TonePlayer {
  #context: SinkContext | null = null;
  #loop: { stop(): void } | null = null;
  #sink: string | null = null;
  #volume = 1;

  constructor(
    private readonly makeContext: () => AudioContext = () => new AudioContext(),
    private readonly idleAfter = 10_000,
  ) {}

  #idle: ReturnType<typeof setTimeout> | null = null;

  /** May this page make sound? False until somebody has touched it, in most browsers. */
  async unlock(): Promise<boolean> {
    const context = this.#open();
    if (!context) return false;
    if (context.state !== "running")
      await Promise.race([context.resume().catch(() => {}), new Promise((late) => setTimeout(late, UNLOCK_PATIENCE))]);
    const running = context.state === "running";
    this.#rest();
    return running;
  }

  setSink(id: string | null): void {
    this.#sink = id;
    // An unplugged device is refused: the system's default goes on.
    void this.#context?.setSinkId?.(id ?? "").catch(() => this.#context?.setSinkId?.("").catch(() => {}));
  }

  setVolume(volume: number): void {
    this.#volume = volume;
  }

  /** Repeats the pattern until `stop`. Starting stops what is repeated now. */
  loop(pattern: readonly Beep[]): void {
    this.stop();
    const context = this.#open();
    if (!context) return;
    void context.resume().catch(() => {});
    const out = this.#output(context);
    const round = lengthOf(pattern) / 1000;
    let next = context.currentTime + 0.05;
    // Two rounds ahead: a hidden page's timers come late, a gap in the ring would be heard as its end.
    const ahead = () => {
      if (context.state !== "running") next = Math.max(next, context.currentTime + 0.05);
      while (next < context.currentTime + 2 * round) {
        this.#write(context, out, pattern, next);
        next += round;
      }
    };
    ahead();
    const timer = setInterval(ahead, Math.max(250, (round * 1000) / 2));
    this.#loop = {
      stop: () => {
        clearInterval(timer);
        out.disconnect();
      },
    };
  }

  /** Silence, at once, whatever has been written ahead. */
  stop(): void {
    this.#loop?.stop();
    this.#loop = null;
    this.#rest();
  }

  /** Plays the pattern once; what is returned ends it early. */
  once(pattern: readonly Beep[]): () => void {
    const context = this.#open();
    if (!context) return () => {};
    void context.resume().catch(() => {});
    const out = this.#output(context);
    this.#write(context, out, pattern, context.currentTime + 0.02);
    setTimeout(() => {
      out.disconnect();
      this.#rest();
    }, lengthOf(pattern) + 1500);
    return () => out.disconnect();
  }

  close(): void {
    this.stop();
    if (this.#idle !== null) clearTimeout(this.#idle);
    void this.#context?.close().catch(() => {});
    this.#context = null;
  }

  #open(): SinkContext | null {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    try {
      if (!this.#context) {
        this.#context = this.makeContext();
        if (this.#sink) this.setSink(this.#sink);
      }
    } catch {
      return null;
    }
    return this.#context;
  }

  /** A context that runs without playing still costs the machine something. */
  #rest(): void {
    if (this.#loop || !this.#context) return;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#context?.suspend().catch(() => {}), this.idleAfter);
  }

  #output(context: AudioContext): GainNode {
    const out = context.createGain();
    out.gain.value = this.#volume;
    out.connect(context.destination);
    return out;
  }

  #write(context: AudioContext, out: AudioNode, pattern: readonly Beep[], from: number): void {
    let at = from;
    for (const beep of pattern) {
      const until = at + beep.ms / 1000;
      const envelope = context.createGain();
      const level = beep.level / Math.max(1, beep.hz.length);
      envelope.gain.setValueAtTime(0, at);
      envelope.gain.linearRampToValueAtTime(level, at + RISE);
      if (beep.struck) envelope.gain.exponentialRampToValueAtTime(0.0005, until);
      else {
        envelope.gain.setValueAtTime(level, until - RISE);
        envelope.gain.linearRampToValueAtTime(0, until);
      }
      envelope.connect(out);
      for (const [index, hz] of beep.hz.entries()) {
        const voice = context.createOscillator();
        voice.frequency.value = hz;
        if (beep.struck && index) {
          const overtone = context.createGain();
          overtone.gain.value = 0.4 / index;
          voice.connect(overtone).connect(envelope);
        } else voice.connect(envelope);
        voice.start(at);
        voice.stop(until);
      }
      at = until + beep.gap / 1000;
    }
  }
}
