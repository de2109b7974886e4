import { PhoneProblem } from "../../state/problems";
import type { Store } from "../../state/store";
import type { Problem } from "../../state/types";
import { findDevices, followDevices } from "./devices";
import { askForMicrophone, followMicrophonePermission, microphonePermission } from "./microphone";

export interface PermissionsOptions {
  /** Something was plugged in or out. */
  devicesChanged(): void;
  /** What stood in the browser phone's way may be gone. */
  retry(): Promise<void>;
  notice(problem: Problem): void;
}

/** What this browser lets the page do and has to do it with; keeps that in the state. */
export class Permissions {
  constructor(
    private readonly store: Store,
    private readonly options: PermissionsOptions,
  ) {
    followDevices(() => {
      options.devicesChanged();
      void this.#devices();
    });
    followMicrophonePermission(() => {
      void this.#allowed();
      this.#retry();
    });
  }

  async look(): Promise<void> {
    void this.#devices();
    await this.#allowed();
  }

  /** Asks for the microphone; needs a gesture. */
  async allowMicrophone(): Promise<void> {
    try {
      await askForMicrophone();
    } catch (error) {
      this.options.notice(error instanceof PhoneProblem ? error.problem : "unknown");
    }
    await this.look();
    this.#retry();
  }

  async allowNotifications(): Promise<void> {
    if (typeof Notification !== "undefined") await Notification.requestPermission().catch(() => {});
    await this.#allowed();
  }

  #retry(): void {
    void this.options.retry().catch(() => {});
  }

  async #devices(): Promise<void> {
    const found = await findDevices();
    const { devices, reach } = this.store.state;
    this.store.set({ devices: { ...devices, ...found } });
    if (reach.state === "problem" && reach.problem === "microphone_missing") this.#retry();
  }

  async #allowed(): Promise<void> {
    this.store.set({
      microphone: await microphonePermission(),
      notifications: typeof Notification === "undefined" ? "unsupported" : Notification.permission,
    });
  }
}
