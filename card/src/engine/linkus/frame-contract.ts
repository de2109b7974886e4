/** What the hidden frame offers to the page. */
import type { Sdk, SdkUi } from "./sdk";

/** Longest wait for a name or a picture of a caller, ms. */
export const SLOW_LOOKUP = 1500;

export interface EngineFrame {
  /** Connections of the SDK that are not closed. */
  readonly peers: ReadonlySet<RTCPeerConnection>;
  /** The name of the last error of the microphone; null after a success. */
  mediaError(): string | null;
  /** Loads the SDK's UMD file. Rejects when it cannot be fetched or leaves no `YSWebRTC`. */
  load(url: string): Promise<Sdk>;
  /**
   * Loads the official UI's script and style, and `style` behind them. Resolves with its entry and the element it draws in.
   * Rejects when one of them cannot be fetched or leaves no `YSWebRTCUI`.
   */
  loadUi(script: string, sheet: string, style: string): Promise<{ ui: SdkUi; container: HTMLElement }>;
  getMicrophone(deviceId: string | null): Promise<MediaStream>;
  /** Has the SDK believe that its SIP socket broke: it opens another one and registers. */
  reconnect(): void;
  /** Resolves when the SDK has closed its sockets, at the latest after `patience` ms. */
  closed(patience: number): Promise<void>;
  /** Does the PBX answer within `patience` ms on the socket that answers heartbeats? */
  probe(patience: number): Promise<boolean>;
}

export interface FrameWindow extends Window {
  ms?: (value: unknown) => string;
  YSWebRTC?: Sdk;
  YSWebRTCUI?: SdkUi;
  RTCPeerConnection: typeof RTCPeerConnection;
  WebSocket: typeof WebSocket;
  yeastarEngine?: EngineFrame;
}
