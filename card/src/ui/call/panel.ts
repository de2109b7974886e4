/** What is open in a call beside its controls. */
export type Panel = "none" | "keypad" | "transfer" | "add" | "more" | "note";
