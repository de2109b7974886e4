import type { RichPhone } from "../data";
import type { PhoneLayout } from "./phone-layout";

export type Tab = "keypad" | "people" | "recents" | "voicemail";
/** The tabs that are lists. */
export type List = Exclude<Tab, "keypad">;

const TABBED_KEY = "yeastar_linkus.tabbed";

/** What a phone has beside the keypad. */
export function listsOf(phone: RichPhone): List[] {
  const lists: List[] = [];
  if (phone.directory) lists.push("people");
  if (phone.journal) lists.push("recents");
  if (phone.mailbox) lists.push("voicemail");
  return lists;
}

/** The tabs of a layout; none where there would be one only. */
export function tabsOf(phone: RichPhone | null, layout: PhoneLayout): Tab[] {
  const lists = phone && (layout === "full" || layout === "floating") ? listsOf(phone) : [];
  return lists.length > 0 ? ["keypad", ...lists] : [];
}

/** Room for tabs from the first picture on, when the last time there were some: nothing jumps. */
export function needsRoomForTabs(phone: RichPhone | null): boolean {
  if (!phone) return localStorage.getItem(TABBED_KEY) === "1";
  const tabbed = listsOf(phone).length > 0;
  localStorage.setItem(TABBED_KEY, tabbed ? "1" : "0");
  return tabbed;
}
