import { errorName } from "../../state/problems";

/** The other side's voice: one audio element per call, on the chosen speaker. */
type SinkElement = Omit<HTMLAudioElement, "setSinkId"> & { setSinkId?(id: string): Promise<void> };

export class RemoteAudio {
  readonly #elements = new Map<string, SinkElement>();
  #sink: string | null = null;

  /** `onLocked`: the browser refused to play until somebody touches the page. */
  constructor(private readonly onLocked: (locked: boolean) => void) {}

  attach(id: string, stream: MediaStream | null): void {
    if (!stream) return;
    let audio = this.#elements.get(id);
    if (!audio) {
      audio = new Audio();
      audio.autoplay = true;
      this.#elements.set(id, audio);
      this.#route(audio);
    }
    if (audio.srcObject !== stream) audio.srcObject = stream;
    this.#play(audio);
  }

  detach(id: string): void {
    const audio = this.#elements.get(id);
    if (!audio) return;
    audio.pause();
    audio.srcObject = null;
    this.#elements.delete(id);
  }

  setSink(id: string | null): void {
    this.#sink = id;
    for (const audio of this.#elements.values()) this.#route(audio);
  }

  /** After a touch of the page. */
  resume(): void {
    for (const audio of this.#elements.values()) this.#play(audio);
  }

  clear(): void {
    for (const id of [...this.#elements.keys()]) this.detach(id);
  }

  #route(audio: SinkElement): void {
    // An unplugged device is refused: the system's default goes on.
    void audio.setSinkId?.(this.#sink ?? "").catch(() => audio.setSinkId?.("").catch(() => {}));
  }

  #play(audio: SinkElement): void {
    Promise.resolve(audio.play()).then(
      () => this.onLocked(false),
      // Replacing the stream interrupts a play() with AbortError, which means nothing.
      (error: unknown) => errorName(error) === "NotAllowedError" && this.onLocked(true),
    );
  }
}
