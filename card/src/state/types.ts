/**
 * The contract between the phone (engine) and its views (card, overlay, floating phone).
 * Views read a PhoneState and call a Phone. Times are Unix milliseconds. Names and numbers are untrusted text.
 */

export type CallDirection = "in" | "out" | "internal";
export type CallPhase = "ringing" | "dialing" | "talking" | "ended";
export type Where = "browser" | "desk";

export interface Call {
  readonly id: string;
  /** Carried by this browser, or by another device of the same extension. */
  readonly where: Where;
  readonly direction: CallDirection;
  readonly number: string;
  readonly name: string;
  readonly company: string;
  readonly avatar: string | null;
  readonly phase: CallPhase;
  /** While dialing: the other side's phone rings. */
  readonly alerting: boolean;
  /** While dialing: the other side already sends sound (an announcement, its own ringback). */
  readonly earlyMedia: boolean;
  /** Held by me / by the other side. */
  readonly held: boolean;
  readonly heldByOther: boolean;
  readonly muted: boolean;
  readonly recording: "off" | "on" | "paused";
  /** It has a picture, or the caller offers one. `pictures` is another number whenever there is something else to see. */
  readonly picture: boolean;
  readonly pictures: number;
  readonly cameraOff: boolean;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  /** answered, missed, rejected, busy, no_answer, failed, cancelled … ; null while it lives. */
  readonly outcome: string | null;
  readonly did: string;
  /** The call this one is a consultation for (attended transfer). */
  readonly consultationFor: string | null;
  readonly quality: CallQuality | null;
  /** Who was called into this conversation from here, by name or number. */
  readonly invited: readonly string[];
  /** The other side is a door phone. */
  readonly door: DoorStation | null;
  /** The PBX's own id of this call, as in Home Assistant's events; null until both are known to be one call. */
  readonly pbxId: string | null;
  /** What can be done with it here; views show these and no others. */
  readonly can: CallAbilities;
}

export interface CallAbilities {
  readonly answer: boolean;
  readonly reject: boolean;
  readonly hangUp: boolean;
  readonly hold: boolean;
  readonly mute: boolean;
  readonly dtmf: boolean;
  readonly transfer: boolean;
  readonly record: boolean;
  /** While it rings: answer with the camera. While it talks: switch the own picture off and on. */
  readonly video: boolean;
}

export interface CallQuality {
  /** What arrives here. */
  readonly lossPercent: number;
  readonly jitterMs: number;
  /** From here to the PBX and back. */
  readonly roundTripMs: number | null;
  /** What the PBX says of the sound that it gets from here; null while it says nothing. */
  readonly sentLossPercent: number | null;
  /** 1 … 5, as people read it: the worse of both directions. */
  readonly score: number;
  /** Where a poor sound comes from, as far as can be seen from here; null while it is not poor. */
  readonly side: QualitySide | null;
}

/** "own": between this browser and the PBX. "far": beyond the PBX, for the way to it is good. */
export type QualitySide = "own" | "far";

export interface DoorStation {
  readonly name: string;
  /** The camera to show, an entity of Home Assistant. */
  readonly camera: string | null;
  /** It can be opened: by a button of Home Assistant, or by digits in a call of this browser. */
  readonly opensBy: "button" | "digits" | null;
}

/** One line for the eyes: am I reachable? `key` is a translation key, the same word in docs and tests. */
export type Reach =
  | { readonly state: "off" } // nothing wanted here
  | { readonly state: "starting" }
  | { readonly state: "ready" }
  | { readonly state: "desk_only" } // the user's choice
  | { readonly state: "elsewhere"; readonly by: string; readonly since: number; readonly inCall?: boolean }
  | { readonly state: "problem"; readonly problem: Problem };

/** Why this browser cannot talk. Every one has a text that says what to do. */
export type Problem =
  | "no_phone"
  | "calling_disabled"
  | "extension_missing"
  | "no_sdk_credentials"
  | "sdk_missing"
  /** The SDK's file is there but does not run here (content blocker, policy). */
  | "sdk_blocked"
  /** The PBX answers, but not to pages of this origin (CORS). */
  | "origin_refused"
  | "insecure_origin"
  | "microphone_denied"
  /** Home Assistant's app has no permission for the microphone. */
  | "microphone_app"
  | "microphone_policy"
  | "microphone_missing"
  | "microphone_busy"
  | "pbx_unreachable"
  | "certificate"
  | "login_refused"
  | "plan_missing"
  | "web_client_disabled"
  | "logged_in_elsewhere"
  | "registration_lost"
  | "home_assistant_lost"
  | "unknown";

export type Method = "ask" | Where;

export interface PhoneInfo {
  readonly phoneId: string;
  readonly extension: string;
  readonly name: string;
  readonly pbx: string;
  readonly pbxUrl: string;
  readonly browser: boolean;
  readonly desk: boolean;
}

export interface PhoneState {
  readonly phone: PhoneInfo | null;
  readonly phones: readonly PhoneInfo[];
  readonly reach: Reach;
  /** This browser's choice; "ask" until chosen. */
  readonly method: Method;
  /** Live calls first by age; the last ended one stays a few seconds. */
  readonly calls: readonly Call[];
  readonly missed: number;
  /** Calls with a picture can be made from this browser. */
  readonly video: boolean;
  readonly microphone: "unknown" | "granted" | "prompt" | "denied";
  readonly notifications: "unsupported" | "default" | "granted" | "denied";
  /** The browser refused to play sound until somebody touches the page. */
  readonly soundLocked: boolean;
  /** When `reach` took its present state. */
  readonly reachSince: number;
  /** The browser phone runs in this tab, or in another tab that this one controls. */
  readonly tab: "here" | "other";
  readonly devices: Devices;
  /** 0 … 1 */
  readonly ringVolume: number;
  readonly ringTone: RingTone;
  /** Numbers whose calls are taken by themselves after a short tone, as typed. */
  readonly autoAnswer: readonly string[];
  /** Home Assistant serves another card than the one that runs: offer a reload when no call is live. */
  readonly outdated: boolean;
  /** Something is ringing and has not been silenced. */
  readonly ringing: boolean;
  /** A number from a link or a page that waits for a yes before it is dialled. */
  readonly asked: AskedNumber | null;
  /** The last thing that went wrong with an order (dial, answer, hold …), until dismissed. */
  readonly notice: Notice | null;
  readonly isAdmin: boolean;
}

export type RingTone = "chimes" | "bells" | "marimba" | "classic" | "pulse";

export interface Device {
  readonly id: string;
  /** Empty until the microphone has been allowed once. */
  readonly label: string;
}

export interface Devices {
  readonly microphones: readonly Device[];
  readonly speakers: readonly Device[];
  readonly cameras: readonly Device[];
  /** The chosen ids; null is the system's default. A chosen one that is unplugged stays chosen, and the default is used. */
  readonly camera: string | null;
  readonly microphone: string | null;
  readonly speaker: string | null;
  readonly ringer: string | null;
  /** False where the browser has no choice of outputs. */
  readonly canChooseOutput: boolean;
}

export interface AskedNumber {
  readonly number: string;
  readonly name: string;
}

export interface Notice {
  readonly key: NoticeKey | Problem;
  /** What the text has in its gap: a number, a name, the problem's key for `used_desk_phone`. */
  readonly detail?: string;
}

export type NoticeKey =
  | "number_invalid"
  /** Two calls already. */
  | "call_limit"
  /** A call is being set up or rings: finish that first. */
  | "call_in_progress"
  | "call_gone"
  | "call_failed"
  | "answer_failed"
  | "hold_failed"
  | "transfer_failed"
  | "keys_not_possible"
  /** No camera, not allowed, or in use: it goes with sound only. */
  | "camera_failed"
  | "record_not_allowed"
  | "record_failed"
  /** The desk phone rings first, because this browser cannot talk; `detail` is the problem's key. */
  | "used_desk_phone"
  | "desk_failed"
  | "no_way_to_call"
  /** No failure: the call waits in the slot that `detail` names. */
  | "parked"
  | "park_failed"
  | "take_failed"
  | "invite_failed"
  | "voicemail_failed"
  /** The tab that carries the phone does not answer. */
  | "other_tab_silent"
  | "reload_page";

export interface Phone {
  readonly state: PhoneState;
  /** Calls back at once and after every change; returns the unsubscriber. */
  subscribe(listener: (state: PhoneState) => void): () => void;
  /** `video`: with a picture, where `state.video` says so. */
  dial(number: string, options?: { where?: Where; video?: boolean }): Promise<void>;
  answer(callId: string, options?: { video?: boolean }): Promise<void>;
  reject(callId: string): Promise<void>;
  hangUp(callId: string): Promise<void>;
  hold(callId: string, held: boolean): Promise<void>;
  mute(callId: string, muted: boolean): Promise<void>;
  sendDtmf(callId: string, digits: string): Promise<void>;
  /** The tone of a key of the dial pad, on the call's speaker. */
  keyTone(key: string): void;
  blindTransfer(callId: string, number: string): Promise<void>;
  /** Starts a consultation; complete with completeTransfer(id of the consultation). */
  consult(callId: string, number: string): Promise<void>;
  completeTransfer(consultationId: string): Promise<void>;
  /** Ends the consultation and goes back to the call it was for. */
  cancelTransfer(consultationId: string): Promise<void>;
  /** Makes this held call the one that talks; the other one is held. */
  swap(callId: string): Promise<void>;
  record(callId: string, on: boolean): Promise<void>;
  /** Stops the ring tone here without refusing the call. */
  silence(): void;
  chooseMethod(method: Method): void;
  choosePhone(phoneId: string): void;
  /** Take the registration over from another browser. */
  takeOver(): Promise<void>;
  /** Ask for the microphone (needs a gesture); then register. */
  allowMicrophone(): Promise<void>;
  allowNotifications(): Promise<void>;
  unlockSound(): Promise<void>;
  chooseDevices(choice: Partial<Pick<Devices, "microphone" | "camera" | "speaker" | "ringer">>): void;
  setRingVolume(volume: number): void;
  setRingTone(tone: RingTone): void;
  /** One round of the ring tone on the chosen ringer. */
  testRing(): Promise<void>;
  /** A short melody on the chosen speaker. */
  testSpeaker(): Promise<void>;
  /** Listens to the chosen microphone and tells how loud it is, 0 … 1, or null when it cannot be heard, until the returned function is called. */
  watchMicrophone(listener: (level: number | null) => void): () => void;
  setAutoAnswer(numbers: readonly string[]): void;
  /** Try again now: after a problem that somebody has put right. */
  retry(): Promise<void>;
  /** Puts a number up for a yes (`asked`); dial it or dismiss it. */
  ask(number: string, name?: string): void;
  dismissAsked(): void;
  clearMissed(): void;
  dismissNotice(): void;
}
