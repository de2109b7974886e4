import { css, html, nothing, type PropertyValues } from "lit";
import { property } from "lit/decorators.js";
import { define, PhonePart } from "../parts/phone-element";

/** Only this Home Assistant may be asked for sound. */
export function ownAddress(address: string | undefined): string {
  if (!address || !/^(?:\/(?!\/)|blob:)/.test(address)) throw new Error("address");
  return address;
}

type Player = HTMLAudioElement & { setSinkId?(id: string): Promise<void> };

/** Plays a message or a recording on the speaker for calls, and is quiet as soon as there is a call. */
export class SoundPlayer extends PhonePart {
  @property() address = "";

  static override styles = css`
    :host {
      display: block;
      flex-basis: 100%;
    }
    audio {
      display: block;
      width: 100%;
      height: 44px;
      margin-block: 4px 8px;
    }
  `;

  get #calls(): boolean {
    return this.state?.calls.some((call) => call.where === "browser" && call.phase !== "ended") ?? false;
  }

  override render() {
    if (!this.address) return nothing;
    return html`<audio controls autoplay src=${this.address} @play=${this.#heard}></audio>`;
  }

  protected override updated(_changed: PropertyValues<this>): void {
    const player = this.renderRoot.querySelector<Player>("audio");
    if (!player) return;
    if (this.#calls) player.pause();
    const speaker = this.state?.devices.speaker ?? "";
    // An unplugged device is refused: the system's default goes on.
    if (player.dataset.speaker !== speaker) void player.setSinkId?.(speaker).catch(() => {});
    player.dataset.speaker = speaker;
  }

  /** One at a time, and none into a call. */
  #heard(event: Event): void {
    const player = event.target as Player;
    if (playing !== player) playing?.pause();
    playing = player;
    if (this.#calls) player.pause();
  }
}

let playing: Player | null = null;

define("yeastar-linkus-player", SoundPlayer);
