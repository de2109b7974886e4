import type { Person } from "../data";

/** Finding people by letters (the start of any word of the name or company) and by digits (numbers, and names on the keys). */

const KEYS: Readonly<Record<string, string>> = Object.fromEntries(
  ["abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz"].flatMap((letters, index) =>
    [...letters].map((letter) => [letter, String(index + 2)]),
  ),
);
const ALONE: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", ø: "o", œ: "oe", ł: "l", đ: "d", ı: "i", þ: "th" };

/** Lower case without marks, so that "Jürgen", "jurgen" and "JÜRGEN" are one. */
export function fold(text: string): string {
  return text
    .slice(0, 200)
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[ßæøœłđıþ]/g, (letter) => ALONE[letter] as string);
}

/** A folded word as it is typed on the keys; letters that no key carries make it untypable ("" then). */
export function onKeys(word: string): string {
  let digits = "";
  for (const letter of word) {
    const digit = /[0-9]/.test(letter) ? letter : KEYS[letter];
    if (!digit) return "";
    digits += digit;
  }
  return digits;
}

const words = (text: string) =>
  fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

/** 0 when it does not match; more is better. */
export function score(person: Person, query: string): number {
  const wanted = words(query);
  if (wanted.length === 0) return 0;
  if (/\p{L}/u.test(query)) {
    const name = words(person.name);
    const company = words(person.company);
    let total = 0;
    for (const part of wanted) {
      const at = name.findIndex((word) => word.startsWith(part));
      if (at >= 0) total += at === 0 ? 30 : 20;
      else if (company.some((word) => word.startsWith(part))) total += 10;
      else return 0;
    }
    return total / wanted.length;
  }
  const digits = query.replace(/\D/g, "");
  let best = 0;
  for (const { number } of person.numbers) {
    const own = number.replace(/\D/g, "");
    if (own === digits) best = Math.max(best, 100);
    else if (own.startsWith(digits)) best = Math.max(best, 80);
    else if (digits.length >= 3 && own.includes(digits)) best = Math.max(best, 40);
  }
  if (digits.length >= 2 && words(person.name).some((word) => onKeys(word).startsWith(digits)))
    best = Math.max(best, 60);
  return best;
}

/** The best first; equals by favourite, then by name. An empty query gives everybody, favourites first. */
export function searchPeople(
  people: readonly Person[],
  query: string,
  limit: number,
  language: string,
): readonly Person[] {
  const collator = new Intl.Collator(language, { sensitivity: "base" });
  const all = query.trim() === "";
  return people
    .map((person) => ({ person, points: all ? 1 : score(person, query) }))
    .filter(({ points }) => points > 0)
    .sort(
      (a, b) =>
        b.points - a.points ||
        Number(b.person.favourite) - Number(a.person.favourite) ||
        collator.compare(a.person.name, b.person.name),
    )
    .slice(0, limit)
    .map(({ person }) => person);
}

/** The number that a search by digits meant, else the first. */
export function bestNumber(person: Person, query: string): string {
  const digits = query.replace(/\D/g, "");
  const meant =
    digits && !/\p{L}/u.test(query)
      ? person.numbers.find(({ number }) => number.replace(/\D/g, "").includes(digits))
      : undefined;
  return (meant ?? person.numbers[0])?.number ?? "";
}
