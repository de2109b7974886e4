/** What the hidden frame offers to the page. */
import type { VendorFile } from "./frame-policy";
import type { Sdk, SdkUi } from "./sdk";

/** Longest wait for a name or a picture of a caller, ms. */
export const SLOW_LOOKUP = 1500;

export interface EngineFrame {
  /** Connections of the SDK that are not closed. */
  readonly peers: ReadonlySet<RTCPeerConnection>;
  /** The name of the last error of the microphone; null after a success. */
  mediaError(): string | null;
  /**
   * Keeps the frame from reaching anything but the PBX, then loads the SDK's UMD file. Rejects when it cannot be fetched, does
   * not have the bytes of its hash, or leaves no `YSWebRTC`.
   */
  load(script: VendorFile, pbx: string): Promise<Sdk>;
  /**
   * The same for the official UI's script and style, and `style` behind them. Resolves with its entry and the element it draws in.
   * Rejects as `load` does, or when it leaves no `YSWebRTCUI`.
   */
  loadUi(
    script: VendorFile,
    sheet: VendorFile,
    style: string,
    pbx: string,
  ): Promise<{ ui: SdkUi; container: HTMLElement }>;
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
