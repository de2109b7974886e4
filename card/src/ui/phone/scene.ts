import type { Call, PhoneState, Problem } from "../../state/types";

/** What the middle of the phone shows; one answer for every state. */
export type Scene =
  | { readonly kind: "loading" }
  | { readonly kind: "not_mapped" }
  | { readonly kind: "first_use" }
  | { readonly kind: "idle" }
  | { readonly kind: "incoming" | "outgoing" | "talking" | "ended"; readonly call: Call };

export function isIncoming(call: Call): boolean {
  return call.phase === "ringing";
}

/** The call that the eyes belong to: the one being talked in, then the one being dialled, a held one, a ringing one. */
export function focusCall(calls: readonly Call[]): Call | null {
  const rank = (call: Call): number => {
    if (call.phase === "ended") return 0;
    if (call.phase === "ringing") return 1;
    if (call.phase === "dialing") return 4;
    return call.held ? 2 : 3;
  };
  let best: Call | null = null;
  // A later call of the same rank wins: it is the one just made.
  for (const call of calls) if (best === null || rank(call) >= rank(best)) best = call;
  return best;
}

export function sceneOf(state: PhoneState | null): Scene {
  if (state === null) return { kind: "loading" };
  const call = focusCall(state.calls);
  if (call && call.phase !== "ended") {
    if (call.phase === "ringing") return { kind: "incoming", call };
    return { kind: call.phase === "dialing" ? "outgoing" : "talking", call };
  }
  if (state.phone === null) {
    return state.reach.state === "starting" ? { kind: "loading" } : { kind: "not_mapped" };
  }
  if (call) return { kind: "ended", call };
  if (state.method === "ask" && state.phone.browser && state.phone.desk) return { kind: "first_use" };
  return { kind: "idle" };
}

/** A ringing call beside the one the eyes belong to: the banner. */
export function waitingCall(calls: readonly Call[], focus: Call | null): Call | null {
  return calls.find((call) => call.phase === "ringing" && call.id !== focus?.id) ?? null;
}

/** The other live calls (held, or the one asked in a transfer), without the ringing ones. */
export function otherCalls(calls: readonly Call[], focus: Call | null): readonly Call[] {
  return calls.filter((call) => call.id !== focus?.id && (call.phase === "talking" || call.phase === "dialing"));
}

/** The reason to show, if any. */
export function problemOf(state: PhoneState): Problem | null {
  return state.reach.state === "problem" ? state.reach.problem : null;
}

/** Where the Call button would carry the call now; null when nowhere. */
export function dialsFrom(state: PhoneState): "browser" | "desk" | null {
  const phone = state.phone;
  if (phone === null) return null;
  if (state.method === "desk") return phone.desk ? "desk" : null;
  // Starting counts: the engine waits a little before it takes the desk phone instead.
  const ready = (state.reach.state === "ready" || state.reach.state === "starting") && phone.browser;
  if (ready) return "browser";
  return phone.desk ? "desk" : null;
}

/** The browser has not been asked for the microphone yet: say why before it asks. */
export function canAskMicrophone(state: PhoneState): boolean {
  const { reach } = state;
  return (
    state.phone?.browser === true &&
    state.method === "browser" &&
    state.microphone === "prompt" &&
    (reach.state === "ready" || reach.state === "off" || problemOf(state) === "microphone_denied")
  );
}
