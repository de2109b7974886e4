import { quality, type Reception, reception } from "../../state/quality";
import type { CallQuality } from "../../state/types";

const EVERY = 3000;

/** Measures the calls that are talking, every three seconds, from the connections that carry them. */
export class QualityWatch {
  readonly #before = new Map<string, Reception>();
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(
    /** The talking calls and the connection of each. */
    private readonly talking: () => Iterable<readonly [id: string, peer: RTCPeerConnection | null]>,
    private readonly onQuality: (id: string, quality: CallQuality) => void,
  ) {}

  start(): void {
    this.#timer ??= setInterval(() => void this.look(), EVERY);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#before.clear();
  }

  async look(): Promise<void> {
    const talking = new Map(this.talking());
    for (const id of this.#before.keys()) if (!talking.has(id)) this.#before.delete(id);
    for (const [id, peer] of talking) {
      const now = await peer?.getStats().then(
        (report) => reception(report as unknown as Iterable<readonly [string, unknown]>),
        () => null,
      );
      if (!now) continue;
      const seen = quality(this.#before.get(id) ?? null, now);
      this.#before.set(id, now);
      if (seen) this.onQuality(id, seen);
    }
  }
}

/** The connection whose receiver feeds this stream. */
export function peerOf(peers: Iterable<RTCPeerConnection>, stream: MediaStream | null): RTCPeerConnection | null {
  const ids = new Set(stream?.getAudioTracks().map((track) => track.id));
  if (!ids.size) return null;
  for (const peer of peers)
    if (peer.connectionState !== "closed" && peer.getReceivers().some(({ track }) => ids.has(track.id))) return peer;
  return null;
}
