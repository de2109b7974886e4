import type { Phone } from "../state/types";
import { takeCalled } from "./call-address";
import { askInfo, type Info } from "./door";
import { type Hass, pageHass } from "./hass";

/**
 * What the page shares between all copies of this code in it. A page shell from before an update may load an older page
 * module beside a newer card: whoever comes first makes the phone, and everybody else uses it.
 */
interface Shared {
  /** Raised when an older card cannot work with a newer phone, or the reverse. */
  readonly contract: number;
  readonly build: string;
  phone: Promise<Phone> | null;
  /** Phones beside the page's own, by id: cards that are for another one. */
  others?: Map<string, Promise<SidePhone>>;
}

interface SidePhone extends Phone {
  close(): Promise<void>;
}

export const CONTRACT = 1;
const KEY = Symbol.for("yeastar_linkus");

const page = window as unknown as Record<symbol, Shared | undefined>;
page[KEY] ??= { contract: CONTRACT, build: __BUILD__, phone: null };
const shared = page[KEY];

/**
 * The phone of this page: one, made by whoever asks first, kept until the page goes.
 *
 * Never fails because of what the user has or has not got: that is in `state.reach`. Fails when the engine's files
 * cannot be loaded (the integration was updated under an open page: reload) or when a copy of another contract runs.
 */
export function getPhone(hass: Hass, info?: Info): Promise<Phone> {
  if (shared.contract !== CONTRACT) return Promise.reject(new Error("reload_page"));
  shared.phone ??= import("../engine/engine")
    .then(({ startPhone }) => startPhone(hass, info ?? null))
    .catch((error: unknown) => {
      shared.phone = null;
      throw error;
    });
  return shared.phone;
}

/** The phone with this id, beside the page's own; made once. Fails like `getPhone`. */
export function getSidePhone(hass: Hass, phoneId: string): Promise<Phone> {
  shared.others ??= new Map();
  const { others } = shared;
  let phone = others.get(phoneId);
  if (!phone) {
    phone = import("../engine/engine").then(({ startPhone }) => startPhone(hass, null, phoneId));
    others.set(phoneId, phone);
    phone.catch(() => others.delete(phoneId));
  }
  return phone;
}

/** The page's own phone is that one now. */
export function dropSidePhone(phoneId: string): void {
  const phone = shared.others?.get(phoneId);
  shared.others?.delete(phoneId);
  void phone?.then((one) => one.close()).catch(() => {});
}

const pause = (ms: number) => new Promise((resume) => setTimeout(resume, ms));

/** Waits before each question, ms. */
const PATIENCE = [0, 5000, 15_000, 40_000];

const has = (info: Info | null): info is Info => Boolean(info?.enabled && info.phones.length);

/** Read at once, because the frontend goes on to another address. */
let called = shared.build === __BUILD__ ? takeCalled() : null;

async function start(): Promise<void> {
  await customElements.whenDefined("home-assistant");
  let hass = pageHass();
  for (let wait = 50; !hass; wait = Math.min(wait * 2, 2000)) {
    await pause(wait);
    hass = pageHass();
  }
  let info: Info | null = null;
  // Home Assistant answers pages before it has set its integrations up.
  for (const wait of PATIENCE) {
    await pause(wait);
    info = await askInfo(hass).catch(() => null);
    if (has(info)) break;
  }
  if (!has(info)) {
    // Asked again after the next reconnect only: the integration may be set up by then.
    const { connection } = hass;
    const again = () => {
      connection.removeEventListener("ready", again);
      void start();
    };
    connection.addEventListener("ready", again);
    return;
  }
  const phone = await getPhone(hass, info);
  const { mountOverlay } = await import("../ui/overlay/overlay");
  mountOverlay(phone, hass);
  // Whoever made the address need not be the user: it is asked.
  if (called) phone.ask(called);
  called = null;
}

if (shared.build === __BUILD__) void start().catch((error: unknown) => console.warn("yeastar_linkus:", error));
