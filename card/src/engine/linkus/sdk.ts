/** The part of the Linkus SDK for Web (ys-webrtc-sdk-core 1.0.15) that is used, as it behaves. */

export interface Sdk {
  init(options: SdkOptions): Promise<SdkOperator>;
}

export interface SdkOptions {
  readonly username: string;
  readonly secret: string;
  readonly pbxURL: string;
  readonly enableLog: boolean;
  readonly userAgent: "WebClient";
  readonly disableCallWaiting: boolean;
  readonly deviceIds?: SdkDevices;
}

export interface SdkDevices {
  microphoneId?: string;
  cameraId?: string;
}

/** The official UI (ys-webrtc-sdk-ui 1.1.0): it holds a core of its own, and starts its phone itself. */
export interface SdkUi {
  init(container: HTMLElement, options: SdkUiOptions): Promise<SdkOperator>;
}

export interface SdkUiOptions
  extends Pick<SdkOptions, "username" | "secret" | "pbxURL" | "enableLog" | "disableCallWaiting"> {
  /** Read in place of the documented `deviceIds`. */
  readonly deviceInfo?: { microphoneId?: string; speakerId?: string; volume?: number };
  readonly dialPanelOption?: { hideVideoBtn?: boolean; style?: Record<string, string>; class?: string };
  readonly intl?: { local: string; messages: Readonly<Record<string, string>> };
}

export interface SdkOperator {
  readonly phone: SdkPhone;
  readonly pbx: SdkPbx;
  destroy(): void;
}

export interface SdkPbx {
  readonly isInited: boolean;
  emit(event: string, ...args: unknown[]): boolean;
  logout(): Promise<unknown>;
}

type Listener = (...args: never[]) => void;

export interface SdkPhone {
  /** Never twice on one operator: every event would come twice. */
  start(): unknown;
  on(event: string, listener: Listener): unknown;
  deviceIds: SdkDevices;
  /** "connected": calls may have pictures. */
  readonly videoPlan?: string;
  readonly isRegistered: boolean;
  /** 0: not allowed, 1: pause and resume, 2: also start. */
  readonly recordPermissions?: number;
  /** Rejects with `{code}`, or resolves with it: only `code === 200` is success. */
  call(
    number: string,
    options?: { video?: boolean; offerToReceiveVideo?: boolean },
    parentCallId?: string,
  ): Promise<{ code: number }>;
  answer(callId: string, options?: { video?: boolean }): Promise<{ code: number }>;
  reject(callId: string): boolean;
  hangup(callId: string): boolean;
  hold(callId: string): boolean;
  unhold(callId: string): boolean;
  mute(callId: string): boolean;
  unmute(callId: string): boolean;
  dtmf(callId: string, keys: string): boolean;
  startRecord(callId: string): boolean;
  pauseRecord(callId: string): boolean;
  blindTransfer(callId: string, number: string): boolean;
  /** Only on the consultation call. */
  attendedTransfer(callId: string, number: string): boolean;
  setCurrentSession(callId: string): boolean;
}

export interface SdkSession {
  /** Another object after every change of the remote audio. */
  readonly remoteStream: MediaStream | null;
  /** The own camera's picture, from when the call talks; without tracks in a call that has only sound. */
  readonly localStream?: MediaStream | null;
  readonly status: SdkStatus;
  emit(event: string, ...args: unknown[]): boolean;
  on(event: string, listener: Listener): unknown;
}

export interface SdkStatus {
  readonly callId: string;
  readonly communicationType: "inbound" | "outbound";
  readonly number: string;
  readonly name: string;
  readonly avatar: string;
  readonly company: string;
  readonly callStatus: string;
  readonly isRing: boolean;
  readonly isHold: boolean;
  readonly isMute: boolean;
  /** While it rings: the caller offers a picture. */
  readonly isVideo?: boolean;
  readonly recordStatus: "stop" | "recording" | "pause";
  readonly isTransfer?: boolean;
  readonly transferParent?: { readonly callId: string };
}

export interface SdkSessionEvent {
  readonly callId: string;
  readonly session: SdkSession;
}
