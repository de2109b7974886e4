import type { EngineFrame } from "./frame-contract";

/** Changes the microphone of calls that talk, which the SDK cannot do. */
export class CallMicrophones {
  readonly #own = new Set<MediaStreamTrack>();

  constructor(private readonly engine: EngineFrame) {}

  /**
   * Puts the chosen microphone (null: the system's default) into every connection that sends one, or only into those whose
   * own was unplugged.
   */
  async change(deviceId: string | null, onlyLost = false): Promise<void> {
    for (const peer of this.engine.peers) {
      if (peer.connectionState === "closed") continue;
      for (const sender of peer.getSenders()) {
        const old = sender.track;
        if (old?.kind !== "audio" || (onlyLost && old.readyState !== "ended")) continue;
        const stream = await this.engine
          .getMicrophone(deviceId)
          // The chosen one is unplugged.
          .catch(() => this.engine.getMicrophone(null));
        const track = stream.getAudioTracks()[0];
        if (!track) continue;
        // Muted and held calls stay silent.
        track.enabled = old.enabled;
        await sender.replaceTrack(track);
        this.#own.add(track);
        this.#own.delete(old);
        old.stop();
      }
    }
  }

  /** Lets go of the microphones that the SDK does not know of. */
  release(): void {
    for (const track of this.#own) track.stop();
    this.#own.clear();
  }
}
