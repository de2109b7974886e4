import { RING_TONES } from "../../state/sounds";
import type { Method, RingTone } from "../../state/types";

/** What this browser remembers. Nothing secret: everybody who uses the browser can read it. */
export interface Settings {
  /** Names this browser to Home Assistant; made once. */
  readonly browserId: string;
  /** null: never chosen, Home Assistant's default counts. */
  readonly method: Method | null;
  readonly phoneId: string | null;
  readonly microphone: string | null;
  readonly camera: string | null;
  readonly speaker: string | null;
  readonly ringer: string | null;
  readonly ringVolume: number;
  readonly ringTone: RingTone;
  readonly autoAnswer: readonly string[];
}

const KEY = "yeastar_linkus";

const text = (value: unknown): string | null => (typeof value === "string" && value.length < 300 ? value : null);

/** Whatever is stored, made into settings: another version or a person may have written it. */
export function settingsFrom(stored: string | null, newId: () => string): Settings {
  let found: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(stored ?? "{}");
    if (typeof parsed === "object" && parsed !== null) found = parsed as Record<string, unknown>;
  } catch {}
  const { method, ringVolume, ringTone, autoAnswer } = found;
  const id = text(found.browserId);
  return {
    browserId: id && /^[\w-]{8,64}$/.test(id) ? id : newId(),
    method: method === "browser" || method === "desk" || method === "ask" ? method : null,
    phoneId: text(found.phoneId),
    microphone: text(found.microphone),
    camera: text(found.camera),
    speaker: text(found.speaker),
    ringer: text(found.ringer),
    ringVolume: typeof ringVolume === "number" && ringVolume >= 0 && ringVolume <= 1 ? ringVolume : 0.8,
    ringTone: typeof ringTone === "string" && Object.hasOwn(RING_TONES, ringTone) ? (ringTone as RingTone) : "chimes",
    autoAnswer: Array.isArray(autoAnswer)
      ? autoAnswer.filter((number): number is string => text(number) !== null).slice(0, 50)
      : [],
  };
}

const randomId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Settings in localStorage, the same in all tabs; in memory where the browser has none. */
export class SettingsStore {
  #settings: Settings;

  constructor(private readonly changed: (settings: Settings) => void) {
    this.#settings = settingsFrom(this.#read(), randomId);
    this.#write();
    window.addEventListener("storage", this.#onStorage);
  }

  get now(): Settings {
    return this.#settings;
  }

  set(change: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...change };
    this.#write();
    this.changed(this.#settings);
  }

  close(): void {
    window.removeEventListener("storage", this.#onStorage);
  }

  readonly #onStorage = (event: StorageEvent): void => {
    if (event.key !== KEY) return;
    this.#settings = settingsFrom(event.newValue, () => this.#settings.browserId);
    this.changed(this.#settings);
  };

  #read(): string | null {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  #write(): void {
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#settings));
    } catch {}
  }
}

/** "Chrome, Android": how other browsers' users are told where the phone is in use. */
export function browserName(agent = navigator.userAgent): string {
  const found = (table: readonly (readonly [RegExp, string])[]) => table.find(([pattern]) => pattern.test(agent))?.[1];
  const browser = found([
    [/Home ?Assistant/i, "Home Assistant app"],
    [/Edg\w*\//, "Edge"],
    [/OPR\//, "Opera"],
    [/SamsungBrowser\//, "Samsung Internet"],
    [/Firefox\/|FxiOS\//, "Firefox"],
    [/Chrome\/|CriOS\//, "Chrome"],
    [/Safari\//, "Safari"],
  ]);
  const system = found([
    [/iPad/, "iPad"],
    [/iPhone/, "iPhone"],
    [/Android/, "Android"],
    [/CrOS/, "ChromeOS"],
    [/Windows/, "Windows"],
    [/Mac OS X|Macintosh/, "Mac"],
    [/Linux/, "Linux"],
  ]);
  return [browser ?? "Browser", system].filter(Boolean).join(", ");
}
