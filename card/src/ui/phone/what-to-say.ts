import type { PhoneState, Problem } from "../../state/types";
import { canAskMicrophone, problemOf, type Scene } from "./scene";

/** A whole middle without number field or call: what is going on, why, and what to do. */
export type Page =
  | { readonly kind: "not_mapped" | "first_use" | "microphone" | "elsewhere" }
  | { readonly kind: "which_device"; readonly number: string };

/** The page to show, if any. `asking`: a number that waits for its device. */
export function pageOf(
  scene: Scene,
  state: PhoneState,
  now: {
    readonly asking: string | null;
    /** The question for the microphone was put off. */
    readonly later: boolean;
    /** A list was opened; it goes before what is no question. */
    readonly listed: boolean;
  },
): Page | null {
  if (scene.kind === "not_mapped" || scene.kind === "first_use") return { kind: scene.kind };
  if (now.asking !== null) return { kind: "which_device", number: now.asking };
  if (now.listed) return null;
  if (canAskMicrophone(state) && !now.later) return { kind: "microphone" };
  return state.reach.state === "elsewhere" && state.method !== "desk" ? { kind: "elsewhere" } : null;
}

/** Taking over would end a call. */
export function elsewhereInCall(state: PhoneState | null): boolean {
  return state?.reach.state === "elsewhere" && state.reach.inCall === true;
}

export type Notice =
  | { readonly kind: "problem"; readonly problem: Problem }
  | { readonly kind: "order"; readonly key: string; readonly detail?: string | undefined }
  | { readonly kind: "sound" | "outdated" };

/** What is said above the number field, the worst first. */
export function noticeAbove(state: PhoneState): Notice | null {
  const problem = state.method === "desk" ? null : problemOf(state);
  if (problem) return { kind: "problem", problem };
  if (state.outdated) return { kind: "outdated" };
  return state.soundLocked && state.reach.state === "ready" ? { kind: "sound" } : null;
}
