import type { Call, PhoneState } from "../../state/types";

/** A second call is made from this browser, so from a call that is here, and only while it is the only one. */
export function canAdd(
  call: Call,
  beside: { readonly others: readonly Call[]; readonly consulting: boolean; readonly state: PhoneState | null },
): boolean {
  const waiting = beside.state?.calls.some((other) => other.id !== call.id && other.phase === "ringing") ?? false;
  const alone = !beside.consulting && beside.others.length === 0 && !waiting && !call.door;
  return alone && call.where === "browser" && call.phase === "talking";
}

/** There is a door to see or to open. */
export function hasDoor({ door, phase }: Call): boolean {
  return Boolean(door && (door.camera || door.opensBy) && phase !== "ended");
}

/** What is said of the call takes more than a line. `detailed`: with its figures. */
export function isWordy(
  { phase, muted, held, heldByOther, recording, invited, quality }: Call,
  detailed: boolean,
): boolean {
  if (phase !== "talking") return false;
  const words = [muted, held, heldByOther, recording !== "off", (quality?.score ?? 5) < 2.5];
  return detailed || invited.length > 0 || words.filter(Boolean).length > 1;
}
