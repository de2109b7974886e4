import { dialable } from "./numbers";
import type { Call } from "./types";

/**
 * How two calls become one conversation. The PBX knows no order for that, only one that calls a number into a
 * conversation: so one side is called again. That can only be somebody who was called from here; who called from
 * outside stays on the line. Null where both called, or where one cannot be told to the PBX.
 */
export function mergePlan(calls: readonly Call[]): { readonly keep: Call; readonly again: Call } | null {
  const mine = calls.filter((call) => call.where === "browser" && call.phase !== "ended");
  if (mine.length !== 2 || mine.some((call) => call.phase !== "talking")) return null;
  const again = mine.findLast((call) => call.direction !== "in" && dialable(call.number) !== null);
  const keep = mine.find((call) => call !== again);
  return again && keep?.pbxId ? { keep, again } : null;
}
