/** Text from strangers: shown as text, one line, cut to length, without characters that reorder or hide what is read. */

export const MAX_NAME = 80;

/** Bidi overrides and isolates, zero-width and other invisible controls, line breaks, tag characters. */
const UNSAFE =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]+/gu;

/** One readable line of at most `max` characters (grapheme-safe enough: never half a surrogate pair). */
export function safeText(raw: unknown, max = MAX_NAME): string {
  if (typeof raw !== "string") return "";
  const line = raw
    .slice(0, max * 8)
    .replace(UNSAFE, " ")
    .replace(/\s+/g, " ")
    .trim();
  const chars = [...line];
  return chars.length > max
    ? `${chars
        .slice(0, max - 1)
        .join("")
        .trimEnd()}…`
    : line;
}

const ANONYMOUS = new Set(["", "anonymous", "unknown", "restricted", "private", "unavailable"]);

/** Whether the caller hid who they are. */
export function isAnonymous(name: string, number: string): boolean {
  return ANONYMOUS.has(safeText(name).toLowerCase()) && ANONYMOUS.has(safeText(number).toLowerCase());
}

/** One or two letters for the round picture; "" when the name has no letter (a picture of a person is shown then). */
export function initials(name: string): string {
  const words = safeText(name)
    .split(/[\s,.;:()/_-]+/u)
    .filter((word) => /^\p{L}/u.test(word));
  const first = words[0];
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return [first, last]
    .map((word) => (word ? ([...word][0] as string) : ""))
    .join("")
    .toLocaleUpperCase();
}

/** Only pictures that cannot call a third party: inline images and this Home Assistant's own paths. */
export function safePicture(url: string | null): string | null {
  if (url === null || url.length > 200_000) return null;
  if (/^data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=]+$/i.test(url)) return url;
  return /^\/(?![/\\])[^\s"'<>\\]*$/.test(url) ? url : null;
}
