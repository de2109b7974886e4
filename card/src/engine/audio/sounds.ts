import { type Beep, keyTone, type Loop, loopFor, onceFor, RING_TONES, TONES } from "../../state/sounds";
import type { Call, RingTone } from "../../state/types";
import { RemoteAudio } from "./remote-audio";
import { TonePlayer } from "./tone-player";

/** Everything that this tab makes heard. The ringer's output and loudness are apart from the call's. */
export class Sounds {
  readonly remote = new RemoteAudio((locked) => this.#lock({ voice: locked }));
  readonly #ringer: TonePlayer;
  readonly #speaker: TonePlayer;
  #loop: Loop | null = null;
  #before: readonly Call[] = [];
  #ring: readonly Beep[] = RING_TONES.chimes;
  #endTest: () => void = () => {};
  #locked = { tones: false, voice: false };

  constructor(
    private readonly onLocked: (locked: boolean) => void,
    players: { ringer: TonePlayer; speaker: TonePlayer } = { ringer: new TonePlayer(), speaker: new TonePlayer() },
  ) {
    this.#ringer = players.ringer;
    this.#speaker = players.speaker;
  }

  get loop(): Loop | null {
    return this.#loop;
  }

  /** Makes heard what these calls ask for; `audible` is false where another tab does that. */
  follow(calls: readonly Call[], silenced: ReadonlySet<string>, audible: boolean): void {
    const wanted = audible ? loopFor(calls, silenced) : null;
    if (wanted !== this.#loop) {
      this.#ringer.stop();
      this.#speaker.stop();
      this.#loop = wanted;
      if (wanted) {
        if (wanted === "ring") this.#ringer.loop(this.#ring);
        else this.#speaker.loop(TONES[wanted]);
        void this.check();
      }
    }
    const once = audible && !wanted ? onceFor(this.#before, calls) : null;
    if (once) this.#speaker.once(TONES[once]);
    this.#before = calls;
  }

  key(key: string): void {
    const tone = keyTone(key);
    if (tone) this.#speaker.once([tone]);
  }

  /** Says in the room that somebody is being let in. */
  announce(): void {
    this.#ringer.once(TONES.announce);
  }

  async test(): Promise<void> {
    await this.check();
    this.#endTest();
    this.#endTest = this.#ringer.once(this.#ring);
  }

  async testSpeaker(): Promise<void> {
    await this.check();
    this.#endTest();
    this.#endTest = this.#speaker.once(RING_TONES.marimba);
  }

  /** Finds out whether the browser lets this page make sound. */
  async check(): Promise<boolean> {
    const open = (await this.#ringer.unlock()) && (await this.#speaker.unlock());
    this.#lock({ tones: !open });
    return open;
  }

  /** To be called from within a touch of the page. */
  async unlock(): Promise<boolean> {
    this.remote.resume();
    return this.check();
  }

  setDevices(speaker: string | null, ringer: string | null): void {
    this.remote.setSink(speaker);
    this.#speaker.setSink(speaker);
    this.#ringer.setSink(ringer);
  }

  setRingVolume(volume: number): void {
    this.#ringer.setVolume(volume);
    this.#ringAgain();
  }

  setRingTone(tone: RingTone): void {
    this.#ring = RING_TONES[tone];
    this.#ringAgain();
  }

  #ringAgain(): void {
    if (this.#loop === "ring") this.#ringer.loop(this.#ring);
  }

  close(): void {
    this.remote.clear();
    this.#ringer.close();
    this.#speaker.close();
    this.#loop = null;
  }

  #lock(change: Partial<{ tones: boolean; voice: boolean }>): void {
    this.#locked = { ...this.#locked, ...change };
    this.onLocked(this.#locked.tones || this.#locked.voice);
  }
}
