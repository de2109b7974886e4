import type { Localize } from "../../localize";
import type { Call, PhoneState } from "../../state/types";
import { partyName } from "../parts/party";

/** What a screen reader says about the step from one state to the next; "" when nothing a listener would care for changed. */
export function announcement(before: PhoneState | null, after: PhoneState | null, t: Localize): string {
  if (!after) return "";
  const old = new Map((before?.calls ?? []).map((call) => [call.id, call]));
  const said: string[] = [];
  for (const call of after.calls) {
    const words = callNews(old.get(call.id) ?? null, call, t);
    if (words) said.push(words);
  }
  if (said.length === 0 && before && before.reach.state !== after.reach.state) {
    said.push(t(`reach.${after.reach.state}`));
  }
  return said.join(". ");
}

function callNews(before: Call | null, call: Call, t: Localize): string {
  const who = partyName(call, t);
  if (before?.phase !== call.phase) {
    if (call.phase === "ringing") return t("overlay.incoming_label", { name: who });
    if (call.phase === "dialing") return `${who}: ${t("call.outgoing")}`;
    if (call.phase === "talking") return `${t("call.talking")}: ${who}`;
    return before ? t.maybe(`outcome.${call.outcome ?? "unknown"}`, "outcome.unknown") : "";
  }
  if (before.held !== call.held) return t(call.held ? "call.on_hold" : "call.talking");
  if (before.heldByOther !== call.heldByOther) return t(call.heldByOther ? "call.held_by_other" : "call.talking");
  if (before.muted !== call.muted) return t(call.muted ? "call.muted" : "call.unmuted");
  return "";
}
