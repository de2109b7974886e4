import type { Localize } from "../../localize";
import { section } from "../../localize/section";
import { noticesTexts } from "../../localize/sections/notices";
import type { Problem } from "../../state/types";
import { safeText } from "../parts/text";

type Key = keyof typeof noticesTexts.en;

const known = (key: string): Key | null => (Object.hasOwn(noticesTexts.en, key) ? (key as Key) : null);

/** Why an order failed: a text of its own, or that of the problem behind it. */
export function noticeText(t: Pick<Localize, "language">, key: string, detail?: string): string {
  const say = section(t, noticesTexts);
  if (key === "used_desk_phone") {
    const why = known(`problem.${detail}.why`);
    return say("notice.used_desk_phone", { why: why ? say(why) : "" }).trim();
  }
  if (key === "parked") return say("notice.parked", { slot: safeText(detail, 20) });
  return say(known(`notice.${key}`) ?? known(`problem.${key}.why`) ?? "notice.unknown");
}

/** The word from outside that a notice carries; of the others the detail is for the log. */
export function noticeDetail(key: string, detail?: string): string {
  return key === "number_invalid" || key === "call_failed" ? safeText(detail, 60) : "";
}

/** Trying again in this page cannot help: an administrator or another address has to. */
const NO_RETRY: ReadonlySet<Problem> = new Set([
  "no_phone",
  "calling_disabled",
  "extension_missing",
  "no_sdk_credentials",
  "insecure_origin",
  "plan_missing",
  "microphone_policy",
]);

export type Remedy = "take_over" | "allow_microphone" | "retry" | { readonly open: string } | null;

/** What a tap can do about a problem here and now. */
export function remedyOf(problem: Problem, pbxUrl: string | undefined): Remedy {
  if (problem === "logged_in_elsewhere") return "take_over";
  // Only a page of its own lets somebody accept it; the phone tries again by itself.
  if (problem === "certificate" && pbxUrl && /^https:/.test(pbxUrl)) return { open: pbxUrl };
  if (NO_RETRY.has(problem)) return null;
  return problem.startsWith("microphone_") ? "allow_microphone" : "retry";
}
