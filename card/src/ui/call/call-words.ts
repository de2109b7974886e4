import type { Localize } from "../../localize";
import { section } from "../../localize/section";
import { callTexts } from "../../localize/sections/call";
import type { Call, Reach } from "../../state/types";
import { safeText } from "../parts/text";
import { timerText } from "../parts/timer";

/** How far a call out is. */
export function dialingWords(call: Pick<Call, "where" | "alerting">, t: Localize): string {
  const say = section(t, callTexts);
  if (call.where === "desk") return say("dialing_desk");
  return call.alerting ? t("call.outgoing") : say("dialing");
}

/** Which other device has the call: another browser says of itself that it is in one, else it can only be the desk phone. */
export function deviceWords(reach: Reach | undefined, t: Localize): string {
  const say = section(t, callTexts);
  if (reach?.state !== "elsewhere" || !reach.inCall) return say("talking_desk");
  return say("talking_elsewhere", { by: `\u2068${safeText(reach.by, 40)}\u2069` });
}

/** A whole call in a line; what is to be known of it goes before the time where there is no room for both. */
export function callLine(call: Call, t: Localize, now: number): string {
  const say = section(t, callTexts);
  if (call.phase === "ringing") return call.where === "desk" ? say("incoming_desk") : t("call.incoming");
  if (call.phase === "dialing") return dialingWords(call, t);
  if (call.phase === "ended") return t.maybe(`outcome.${call.outcome ?? "unknown"}`, "outcome.unknown");
  if (call.heldByOther && !call.held) return t("call.held_by_other");
  const time = call.answeredAt === null ? say("pending") : timerText(now - call.answeredAt);
  return [time, call.held && t("call.on_hold"), call.muted && t("call.muted")].filter(Boolean).join(" · ");
}
