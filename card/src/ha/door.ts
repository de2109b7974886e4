/** The browser door: the WebSocket commands of the integration, as docs/architecture.md has them. */
import type { ReportedDoor } from "../state/all-calls";
import type { Hass, Unsubscribe } from "./hass";

export interface InfoPhone {
  readonly phone_id: string;
  readonly entry_id: string;
  readonly pbx: string;
  readonly pbx_url: string;
  readonly extension: string;
  readonly name: string;
  readonly browser: boolean;
  readonly desk: boolean;
  readonly entity_id: string | null;
  readonly problem: string | null;
}

export interface Info {
  readonly version: string;
  readonly card: string;
  readonly enabled: boolean;
  readonly default_method: "ask" | "browser" | "desk";
  readonly is_admin: boolean;
  readonly country: string | null;
  readonly sdk: {
    readonly available: boolean;
    readonly url: string | null;
    /** The official UI's script and style sheet. */
    readonly ui_url?: string | null;
    readonly ui_css_url?: string | null;
    /** By address: the hash that the file's bytes must have, as in an `integrity` attribute. */
    readonly integrity?: Readonly<Record<string, string>>;
    readonly version: string | null;
    readonly problem: string | null;
  };
  readonly phones: readonly InfoPhone[];
}

/** Where one of the SDK's files is, and what its bytes must be; both empty when it is not here. */
export function sdkFile(sdk: Info["sdk"], which: "url" | "ui_url" | "ui_css_url"): { url: string; integrity: string } {
  const url = sdk[which] ?? "";
  return { url, integrity: sdk.integrity?.[url] ?? "" };
}

export interface Signature {
  readonly username: string;
  readonly secret: string;
  readonly pbx_url: string;
  readonly expires_at: number | null;
}

/** A call as the PBX reports it: the desk phone's, and the PBX's view of the browser's. */
export interface DoorCall {
  readonly id: string;
  readonly direction: "in" | "out" | "internal";
  readonly number: string;
  readonly name: string;
  readonly company?: string;
  readonly avatar?: string | null;
  readonly state: "ringing" | "dialing" | "talking" | "on_hold" | "ended";
  readonly started_at: number;
  readonly answered_at: number | null;
  readonly ended_at: number | null;
  readonly outcome: string | null;
  readonly did: string | null;
  readonly trunk: string | null;
  readonly channel_id: string | null;
  readonly door?: ReportedDoor | null;
}

export interface PhoneEvent {
  readonly kind: "snapshot" | "update" | "show";
  readonly available?: boolean;
  readonly state?: string;
  readonly calls?: readonly DoorCall[];
  readonly missed?: number;
  /** Which browser is registered for the extension, and what it said last of itself. */
  readonly lease?: { readonly browser_id: string | null; readonly state: string | null };
}

export type LeaseEvent =
  | { readonly kind: "granted" }
  | { readonly kind: "held"; readonly by: string; readonly since: number }
  | { readonly kind: "lost"; readonly by: string }
  /** An action of Home Assistant, for whichever browser has the lease. */
  | { readonly kind: "order"; readonly order: RemoteOrder; readonly on?: boolean };

export type RemoteOrder = "answer" | "hang_up" | "mute" | "hold";

export type BrowserState = "ready" | "in_call" | "connecting" | "not_reachable" | "off";

/** How a call's audio arrived in the browser that carried it, once it is over. */
export interface DoorQuality {
  readonly loss_percent: number;
  readonly jitter_ms: number;
  readonly round_trip_ms: number | null;
  /** 1 (bad) … 5 (excellent). */
  readonly score: number;
  /** Whose network the faults point to; null for nobody's, or when that cannot be told. */
  readonly side: "own" | "far" | null;
}

/** The error of a command as Home Assistant sends it. */
export interface DoorError {
  readonly code: string;
  readonly message: string;
}

export const errorCode = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "unknown_error";

const send = <T>(hass: Hass, command: string, data: object = {}): Promise<T> =>
  hass.connection.sendMessagePromise<T>({ type: `yeastar_linkus/${command}`, ...data });

export const askInfo = (hass: Hass): Promise<Info> => send(hass, "info");

export const askSignature = (hass: Hass, phone_id: string, browser_id: string): Promise<Signature> =>
  send(hass, "phone/signature", { phone_id, browser_id });

/** Not resubscribed by itself after a reconnect: Home Assistant may not know the command yet, and that would be the end. */
export const followPhone = (
  hass: Hass,
  phone_id: string,
  callback: (event: PhoneEvent) => void,
): Promise<Unsubscribe> =>
  hass.connection.subscribeMessage(
    callback,
    { type: "yeastar_linkus/phone/subscribe", phone_id },
    { resubscribe: false },
  );

/** Not resubscribed by itself after a reconnect: who asks must know that the lease was gone in between. */
export const followLease = (
  hass: Hass,
  lease: { phone_id: string; browser_id: string; browser_name: string; take_over: boolean },
  callback: (event: LeaseEvent) => void,
): Promise<Unsubscribe> =>
  hass.connection.subscribeMessage(callback, { type: "yeastar_linkus/phone/lease", ...lease }, { resubscribe: false });

export const report = (
  hass: Hass,
  phone_id: string,
  browser_id: string,
  state: BrowserState,
  reason: string | null,
): Promise<unknown> => send(hass, "phone/report", { phone_id, browser_id, state, reason });

export const dialDesk = (
  hass: Hass,
  phone_id: string,
  number: string,
  auto_answer = false,
): Promise<{ call_id: string }> => send(hass, "phone/dial", { phone_id, number, auto_answer });

export const hangUpDesk = (hass: Hass, phone_id: string, call_id: string): Promise<unknown> =>
  send(hass, "phone/hangup", { phone_id, call_id });

export const clearMissed = (hass: Hass, phone_id: string): Promise<unknown> =>
  send(hass, "phone/clear_missed", { phone_id });

/** `call_id` is the PBX's (`Call.pbxId`). Takes calls that ended within the last minute. */
export const reportQuality = (hass: Hass, phone_id: string, call_id: string, quality: DoorQuality): Promise<unknown> =>
  send(hass, "call_quality", { phone_id, call_id, quality });
