import { noAbilities } from "./browser-calls";
import { outsideText, sameNumber } from "./numbers";
import type { Call, DoorStation } from "./types";

/** A call as Home Assistant reports it for the extension, whatever device carries it. */
export interface ReportedCall {
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
  readonly did?: string | null;
  readonly role?: "caller" | "callee" | null;
  readonly door?: ReportedDoor | null;
}

export interface ReportedDoor {
  readonly name: string;
  readonly camera_entity: string | null;
  readonly unlock_entity: string | null;
  readonly unlock_digits: string | null;
}

/** Two clocks and a PBX that reports late: starts this far apart may still be one call. */
const CLOCKS_APART = 20_000;
/** A new call is not shown as a desk phone's before the browser had this long to announce it. */
export const BROWSER_FIRST = 1500;
/** An ended call stays this long. */
export const LINGER = 6000;
/** The PBX may report a call of the browser's as alive for this long after the browser knows better. */
const LATE = 3000;

/** What one look at the calls has to know of the looks before; made by the caller, changed here. */
export interface Memory {
  /** The browser's id → the PBX's id of the same call. */
  readonly pairs: Map<string, string>;
  /** When a PBX's call was first seen, by this browser's clock. */
  readonly seen: Map<string, number>;
}

const live = (call: Call) => call.phase !== "ended";
const alive = (call: ReportedCall) => call.state !== "ended";

function matches(call: Call, reported: ReportedCall): boolean {
  if (call.pbxId) return call.pbxId === reported.id;
  if (reported.direction !== "internal" && reported.direction !== call.direction) return false;
  if (!sameNumber(call.number, reported.number)) return false;
  return Math.abs(call.startedAt - reported.started_at) <= CLOCKS_APART;
}

function doorOf(door: ReportedDoor | null | undefined, where: Call["where"]): DoorStation | null {
  if (!door) return null;
  const { unlock_entity, unlock_digits } = door;
  // Only the device that has the call can send digits in it.
  const opensBy = unlock_entity ? "button" : unlock_digits && where === "browser" ? "digits" : null;
  return { name: outsideText(door.name), camera: door.camera_entity, opensBy };
}

function deskCall(reported: ReportedCall): Call {
  const talking = reported.state === "talking" || reported.state === "on_hold";
  return {
    id: `pbx:${reported.id}`,
    where: "desk",
    direction: reported.direction,
    number: outsideText(reported.number, 40),
    name: outsideText(reported.name),
    company: outsideText(reported.company),
    avatar: reported.avatar ?? null,
    phase: talking ? "talking" : (reported.state as Call["phase"]),
    alerting: reported.state === "dialing",
    earlyMedia: false,
    held: reported.state === "on_hold",
    heldByOther: false,
    muted: false,
    recording: "off",
    picture: false,
    pictures: 0,
    cameraOff: false,
    startedAt: reported.started_at,
    answeredAt: reported.answered_at,
    endedAt: reported.ended_at,
    outcome: reported.outcome,
    did: outsideText(reported.did, 40),
    consultationFor: null,
    quality: null,
    invited: [],
    door: doorOf(reported.door, "desk"),
    pbxId: reported.id,
    can: noAbilities({ hangUp: alive(reported) }),
  };
}

/** What a browser takes for a missed call may have gone on without it. */
function outcomeOfBoth(mine: string | null, reported: string | null, elsewhere: boolean): string | null {
  if (mine !== "missed") return mine;
  if (elsewhere) return "answered_elsewhere";
  return reported === "voicemail" ? reported : mine;
}

export interface Merged {
  readonly calls: readonly Call[];
  /** When to look again although nothing happens; null: not needed. */
  readonly again: number | null;
}

/**
 * One list from the browser's calls and what the PBX reports of the extension. The PBX reports the browser's calls too:
 * those two are one call, the browser's, with the PBX's id and the number that was called.
 */
export function mergeCalls(
  browser: readonly Call[],
  reported: readonly ReportedCall[],
  now: number,
  browserReady: boolean,
  memory: Memory,
): Merged {
  const taken = new Set<string>();
  let again: number | null = null;
  const lookAt = (at: number) => {
    again = again === null ? at : Math.min(again, at);
  };

  const merged: Call[] = browser.map((call) => {
    const paired = { ...call, pbxId: memory.pairs.get(call.id) ?? null };
    const twin = reported.find((one) => !taken.has(one.id) && matches(paired, one));
    if (!twin) return paired;
    memory.pairs.set(call.id, twin.id);
    // The browser's part is over and the PBX's is not: another device of the extension has it now, unless the report is late.
    const over = call.endedAt !== null && alive(twin);
    const late = over && call.outcome !== "missed" && call.outcome !== "rejected" && now < call.endedAt + LATE;
    if (late) lookAt(call.endedAt + LATE);
    const elsewhere = over && !late;
    if (!elsewhere) taken.add(twin.id);
    return {
      ...paired,
      pbxId: twin.id,
      direction: twin.direction === "internal" ? ("internal" as const) : call.direction,
      // The PBX tells browsers a number where it knows no name.
      name: (call.name !== call.number && call.name) || outsideText(twin.name) || call.name,
      company: call.company || outsideText(twin.company),
      avatar: call.avatar ?? twin.avatar ?? null,
      did: outsideText(twin.did, 40),
      door: doorOf(twin.door, "browser"),
      outcome: outcomeOfBoth(call.outcome, twin.outcome, elsewhere),
    };
  });

  for (const one of reported) {
    const seen = memory.seen.get(one.id) ?? now;
    memory.seen.set(one.id, seen);
    if (taken.has(one.id)) continue;
    const fresh = one.state === "ringing" || one.state === "dialing";
    if (browserReady && fresh && now - seen < BROWSER_FIRST) {
      lookAt(seen + BROWSER_FIRST);
      continue;
    }
    merged.push(deskCall(one));
  }

  const shown = merged.filter((call) => {
    if (live(call)) return true;
    const until = (call.endedAt ?? now) + LINGER;
    if (until <= now) return false;
    lookAt(until);
    return true;
  });
  const ended = shown.filter((call) => !live(call)).sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0));
  const calls = [...shown.filter(live).sort((a, b) => a.startedAt - b.startedAt), ...ended.slice(0, 1)];
  for (const id of memory.pairs.keys()) if (!browser.some((call) => call.id === id)) memory.pairs.delete(id);
  for (const id of memory.seen.keys()) if (!reported.some((call) => call.id === id)) memory.seen.delete(id);
  return { calls, again };
}
