import type { Device } from "../../state/types";

export interface FoundDevices {
  readonly microphones: readonly Device[];
  readonly speakers: readonly Device[];
  readonly cameras: readonly Device[];
}

export const canChooseOutput = (): boolean =>
  typeof HTMLMediaElement !== "undefined" && "setSinkId" in HTMLMediaElement.prototype;

/** The devices now. Without permission browsers name none and give no ids: those are left out. */
export async function findDevices(): Promise<FoundDevices> {
  const all = await navigator.mediaDevices?.enumerateDevices().catch(() => []);
  const of = (kind: MediaDeviceKind) =>
    (all ?? [])
      .filter((device) => device.kind === kind && device.deviceId && device.deviceId !== "default")
      .map(({ deviceId, label }) => ({ id: deviceId, label: label.slice(0, 120) }));
  return { microphones: of("audioinput"), speakers: of("audiooutput"), cameras: of("videoinput") };
}

/** Tells when something was plugged in or out; returns the unsubscriber. */
export function followDevices(changed: () => void): () => void {
  navigator.mediaDevices?.addEventListener("devicechange", changed);
  return () => navigator.mediaDevices?.removeEventListener("devicechange", changed);
}
