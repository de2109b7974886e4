import type { QualitySummary } from "../state/quality-log";
import type { Phone } from "../state/types";

/**
 * What the phone can do beyond calling. Every part is optional: views show only what is there, so that the engine can
 * grow it piece by piece. Times are Unix milliseconds. Names, numbers and notes are untrusted text.
 */
export interface RichPhone extends Phone {
  readonly directory?: Directory | undefined;
  readonly journal?: Journal | undefined;
  readonly mailbox?: Mailbox | undefined;
  park?(callId: string): Promise<void>;
  /** Fetch a call of the desk phone into this browser. */
  take?(callId: string): Promise<void>;
  /** The vendor's own UI in place of ours, where this browser is the phone. */
  readonly linkus?: Linkus | undefined;
  /** Calls somebody into this conversation: all three hear each other. */
  invite?(callId: string, number: string, name?: string): Promise<void>;
  /** Makes one conversation of the two calls of this browser (see `mergePlan`). */
  merge?(): Promise<void>;
  /** Sends a ringing call to the mailbox of the extension. */
  toVoicemail?(callId: string): Promise<void>;
  readonly doors?: Doors | undefined;
  /** What is to be seen of a call; null in a tab that does not carry it. Look again when `Call.pictures` changes. */
  pictures?(callId: string): Pictures | null;
  /** Shows the own picture in a call, or keeps it from the other side. */
  camera?(callId: string, on: boolean): Promise<void>;
}

export interface Pictures {
  readonly far: MediaStream | null;
  readonly own: MediaStream | null;
}

export interface Linkus {
  /** Home Assistant has the files of the official UI. */
  readonly available: boolean;
  /**
   * Shows it on this stage, in place of whatever shows it now; another tab that carries the phone hands it over unless it is in
   * a call. Returns what takes it away, with the call it is in.
   */
  show(stage: LinkusStage): () => void;
}

export interface LinkusStage {
  /** An element in the page whose padding box it fills. Taken out of the page, it ends. */
  readonly place: HTMLElement;
  readonly language: string;
  /** All its texts by the vendor's keys; empty for its own English. */
  readonly texts: Readonly<Record<string, string>>;
  /** Style sheet behind its own. */
  readonly style: string;
  /** It is logged in and can be used, or no longer. */
  shown(on: boolean): void;
  /** Its files cannot be loaded; our own look has to do. */
  failed(): void;
}

/** What can be done at a door whose phone calls. */
export interface Doors {
  /** An address of this Home Assistant that shows the camera to this user for a while. */
  picture(camera: string): Promise<string>;
  /** Opens the door of this call. Rejects when that was refused. */
  open(callId: string): Promise<void>;
}

export type Presence = "available" | "away" | "do_not_disturb" | "lunch" | "business_trip" | "off_work" | "unknown";
export type Line = "idle" | "ringing" | "talking" | "unreachable" | "unknown";

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly company: string;
  readonly avatar: string | null;
  readonly favourite: boolean;
  /** The first is called by a tap on the person. */
  readonly numbers: readonly PersonNumber[];
  /** Only for colleagues; null for everybody else. */
  readonly presence: Presence | null;
  readonly line: Line | null;
}

export interface PersonNumber {
  readonly number: string;
  readonly kind: "extension" | "mobile" | "business" | "home" | "other";
}

export interface Directory {
  /** Calls back at once with what is known, and after every change of a name, a presence or a line. */
  subscribe(listener: (people: readonly Person[]) => void): () => void;
  /** Looks further than `subscribe` gave (a phone book too big to send); at most `limit`. */
  search?(query: string, limit: number): Promise<readonly Person[]>;
  setFavourite?(personId: string, favourite: boolean): Promise<void>;
}

export interface CallRecord {
  readonly id: string;
  readonly direction: "in" | "out" | "internal_in" | "internal_out";
  readonly name: string;
  readonly number: string;
  readonly company: string;
  readonly startedAt: number;
  readonly durationMs: number;
  /** The same words as `Call.outcome`. */
  readonly outcome: string;
  /** Who took the call at another phone; empty otherwise. */
  readonly answeredBy: string;
  readonly did: string;
  readonly note: string;
  /** There is a recording of this extension's part of it. */
  readonly recorded?: boolean;
  /** How it sounded, if a browser carried it and told. `side`: whose network the faults point to. */
  readonly quality?: QualitySummary | null;
}

export interface JournalPage {
  readonly records: readonly CallRecord[];
  /** Pass to `page` for the next, older page; null at the end. */
  readonly next: string | null;
}

export interface Journal {
  page(options: {
    readonly missedOnly?: boolean;
    readonly number?: string;
    readonly after?: string | null;
  }): Promise<JournalPage>;
  /** Called whenever the newest page would be another one. */
  onChange(listener: () => void): () => void;
  /** A note on a call, live or ended; at most 2,000 characters. */
  setNote?(callId: string, note: string): Promise<void>;
  /** An address of this Home Assistant that plays the recording of a call to this user. */
  recording?(record: CallRecord): Promise<string>;
}

export interface Voicemail {
  readonly id: string;
  readonly name: string;
  readonly number: string;
  readonly at: number;
  readonly durationMs: number;
  readonly heard: boolean;
}

export interface Mailbox {
  subscribe(listener: (messages: readonly Voicemail[]) => void): () => void;
  /** An address of this Home Assistant that plays the message to this user. */
  audio(id: string): Promise<string>;
  setHeard(id: string, heard: boolean): Promise<void>;
  remove?(id: string): Promise<void>;
}
