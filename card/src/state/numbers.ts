/** Numbers as people write them, links carry them, and a PBX takes them. */

const LONGEST = 32;
/** The shortest end by which two spellings of one outside number are told to be the same. */
const ENOUGH_DIGITS = 7;

/**
 * What may be dialled for a text: digits, `*`, `#` and one leading `+`; null when it is no number.
 *
 * The SDK sends whatever it gets, with `@host` and all, so everything that is dialled comes through here.
 */
export function dialable(text: string): string | null {
  let rest = text.normalize("NFKC").trim();
  const scheme = /^(?:tel|sips?|callto):/i.exec(rest);
  if (scheme) {
    rest = rest.slice(scheme[0].length);
    try {
      rest = decodeURIComponent(rest);
    } catch {
      return null;
    }
    rest = rest.replace(/[;?@].*$/s, "").trim();
  }
  // "+49 (0) 30" is written for two kinds of readers; the zero is not dialled behind a country code.
  if (rest.startsWith("+")) rest = rest.replace(/\(0\)/, "");
  const plain = rest.replace(/[\s()[\]./\-\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2060-\u2069]/g, "");
  const latin = plain.replace(/[٠-٩]/g, digitFrom(0x660)).replace(/[۰-۹]/g, digitFrom(0x6f0));
  return /^\+?[0-9*#]+$/.test(latin) && /[0-9*#]/.test(latin) && latin.length <= LONGEST ? latin : null;
}

const digitFrom = (zero: number) => (character: string) => String(character.charCodeAt(0) - zero);

/** Keys that can be sent in a call; everything else is left out. */
export const sendableKeys = (text: string): string => text.replace(/[^0-9*#A-D,]/gi, "").toUpperCase();

const bare = (number: string) => number.replace(/[^0-9*#]/g, "").replace(/^0+(?=\d)/, "");

/** Two spellings of one number: equal, or the same end of an outside number. */
export function sameNumber(one: string, other: string): boolean {
  const [a, b] = [bare(one), bare(other)];
  if (!a || !b) return false;
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= ENOUGH_DIGITS && long.endsWith(short);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters and direction marks are what is taken out
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text from outside, cut to a length that no view has to fear, without marks that turn writing around. */
export function outsideText(text: unknown, longest = 80): string {
  if (typeof text !== "string") return "";
  const seen = text
    .slice(0, longest * 8)
    .replace(UNSEEN, "")
    .trim();
  return [...seen].slice(0, longest).join("");
}
