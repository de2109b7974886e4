import { fill, type Localize } from "./index";

/** Texts that nobody reads at the first sight: loaded with what shows them, in all languages, a missing text in English. */
export function section<const K extends string>(
  t: Pick<Localize, "language">,
  texts: { readonly en: Readonly<Record<K, string>> } & Readonly<Record<string, Readonly<Partial<Record<K, string>>>>>,
): (key: K, values?: Readonly<Record<string, string | number>>) => string {
  const own = texts[t.language.toLowerCase().split("-")[0] as string] ?? texts.en;
  // A key that came as data may be none of ours.
  return (key, values) => fill(own[key] ?? texts.en[key] ?? key, values);
}
