import type { Call, Phone, PhoneState } from "../state/types";

/** An automation wants the user to see the phone: the overlay opens it, where somebody looks at the page. */
export function showPhone(phoneId: string, target: EventTarget = window): void {
  if (document.visibilityState !== "visible") return;
  target.dispatchEvent(new CustomEvent("yeastar-linkus-show", { detail: { phoneId } }));
}

/**
 * Tells the page, for other cards and scripts: `yeastar-linkus-incoming`, `-connected`, `-ended` (`detail`: the call) and
 * `-disconnected` (`detail`: the reach) on `window`. Returns what ends it.
 */
export function tellPage(phone: Pick<Phone, "subscribe">, target: EventTarget = window): () => void {
  const tell = (what: string, detail: Call | PhoneState["reach"]) =>
    target.dispatchEvent(new CustomEvent(`yeastar-linkus-${what}`, { detail }));
  let phases = new Map<string, Call["phase"]>();
  let reach: PhoneState["reach"]["state"] = "off";
  return phone.subscribe((state) => {
    const before = phases;
    const was = reach;
    phases = new Map(state.calls.map((call) => [call.id, call.phase]));
    reach = state.reach.state;
    for (const call of state.calls) {
      const phase = before.get(call.id);
      if (phase === call.phase) continue;
      if (call.phase === "ringing") tell("incoming", call);
      if (call.phase === "talking") tell("connected", call);
      // What had ended before this page looked is no news.
      if (call.phase === "ended" && phase !== undefined) tell("ended", call);
    }
    if (was === "ready" && reach !== "ready") tell("disconnected", state.reach);
  });
}
