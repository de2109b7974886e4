/** Numbers as people type, paste and read them. Nothing here knows a country: the PBX's rules decide what is dialled. */

export const MAX_NUMBER = 32;

const DIALLABLE = /[0-9*#+]/;

/** The ASCII digit of any script's decimal digit (Arabic-Indic, fullwidth …), or the character itself. */
function asciiDigit(char: string): string {
  if (!/\p{Nd}/u.test(char)) return char;
  const code = char.codePointAt(0) as number;
  if (code < 128) return char;
  // Decimal digits come in runs of ten; the run's zero is the first of ten consecutive Nd characters.
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}

/** A pasted or typed number as the PBX dials it: digits, `*`, `#` and a leading `+`; "" when nothing can be dialled. */
export function cleanNumber(raw: string): string {
  const text = raw
    .slice(0, 256)
    .normalize("NFKC")
    .replace(/^\s*(?:tel|callto|sips?):(?:\/\/)?/i, "")
    .replace(/[;?@].*$/s, "");
  // "+49 (0)30 …": the zero in brackets is for callers inside the country only.
  const dialled = /^\s*(?:\+|00)/.test(text) ? text.replace(/\(\s*0\s*\)/, "") : text;
  let out = "";
  for (const raw of dialled) {
    const char = asciiDigit(raw);
    if (!DIALLABLE.test(char)) continue;
    if (char === "+" && out !== "") continue;
    out += char;
    if (out.length === MAX_NUMBER) break;
  }
  return out === "+" ? "" : out;
}

/** Whether somebody typed a number rather than a name. */
export function looksLikeNumber(text: string): boolean {
  return !/\p{L}/u.test(text) && cleanNumber(text) !== "";
}

/** Adds a key of the pad to the field; `+` only counts at the start. */
export function appendKey(field: string, key: string): string {
  if (field.length >= MAX_NUMBER) return field;
  return key === "+" && field !== "" ? field : field + key;
}

/** The field after a paste over the selection; null when it is no number and the browser may do it. */
export function pasteNumber(field: string, pasted: string, start: number | null, end: number | null): string | null {
  if (!looksLikeNumber(pasted.replace(/^\s*(?:tel|callto|sips?):/i, ""))) return null;
  const from = start ?? field.length;
  return (field.slice(0, from) + cleanNumber(pasted) + field.slice(end ?? from)).slice(0, MAX_NUMBER);
}
