import type { Localize } from "../../localize";
import { section } from "../../localize/section";
import { listsTexts } from "../../localize/sections/lists";
import type { Person } from "../data";

/** What a colleague does now, in one word; the line says more than the status somebody set by hand. */
export function personState(
  person: Person,
  t: Localize,
): { readonly words: string; readonly mark: "free" | "away" | "busy" | "gone" | null } {
  const say = section(t, listsTexts);
  if (person.line === "talking") return { words: say("line.talking"), mark: "busy" };
  if (person.line === "ringing") return { words: say("line.ringing"), mark: "busy" };
  if (person.presence && person.presence !== "available" && person.presence !== "unknown") {
    return {
      words: say(`presence.${person.presence}`),
      mark: person.presence === "do_not_disturb" ? "busy" : "away",
    };
  }
  if (person.line === "unreachable") return { words: say("line.unreachable"), mark: "gone" };
  if (person.presence === "available") return { words: say("presence.available"), mark: "free" };
  return { words: "", mark: null };
}
