export type PhoneLayout = "full" | "keypad" | "compact" | "floating" | "people" | "recents";

/** Layouts that are a list and nothing else: calls show elsewhere. */
export function isList(layout: PhoneLayout): layout is "people" | "recents" {
  return layout === "people" || layout === "recents";
}
