import { en, type Key, type Texts } from "./en";

export type { Key, Texts } from "./en";

/** Every other language is a chunk of its own; a missing text falls back to English. */
const LANGUAGES: Readonly<Record<string, () => Promise<Partial<Texts>>>> = {
  de: () => import("./de").then((module) => module.de),
};

const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi"]);

export interface Localize {
  (key: Key, values?: Readonly<Record<string, string | number>>): string;
  /** `base_one`, `base_other` … by the language's plural rules; `{count}` is the number. */
  plural(base: "overlay.missed" | "tab.messages", count: number): string;
  /** For keys that arrive as data (outcomes, notices): the text, or that of `fallback`. */
  maybe(key: string, fallback: Key): string;
  readonly language: string;
  readonly direction: "ltr" | "rtl";
}

export function directionOf(language: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has((language.toLowerCase().split(/[-_]/)[0] as string) || "en") ? "rtl" : "ltr";
}

export function fill(text: string, values: Readonly<Record<string, string | number>> | undefined): string {
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function localizer(language: string, texts: Partial<Texts> = en): Localize {
  const find = (key: string): string | undefined =>
    (Object.hasOwn(texts, key) ? texts[key as Key] : undefined) ??
    (Object.hasOwn(en, key) ? en[key as Key] : undefined);
  const rules = new Intl.PluralRules(language);
  return Object.assign(
    (key: Key, values?: Readonly<Record<string, string | number>>) => fill(find(key) ?? key, values),
    {
      plural: (base: string, count: number) =>
        fill(find(`${base}_${rules.select(count)}`) ?? find(`${base}_other`) ?? base, {
          count: new Intl.NumberFormat(language).format(count),
        }),
      maybe: (key: string, fallback: Key) => find(key) ?? find(fallback) ?? fallback,
      language,
      direction: directionOf(language),
    },
  );
}

/** A language tag Intl accepts; English for anything it does not. */
export function cleanLanguage(language: string | null | undefined): string {
  try {
    return Intl.getCanonicalLocales((language ?? "").replace("_", "-"))[0] as string;
  } catch {
    return "en";
  }
}

/** English at once; the wanted language when its chunk has arrived. A chunk that cannot be loaded leaves English. */
export async function loadLocalize(wanted: string | null | undefined): Promise<Localize> {
  const language = cleanLanguage(wanted);
  const load = LANGUAGES[language.toLowerCase()] ?? LANGUAGES[language.toLowerCase().split("-")[0] as string];
  if (!load) return localizer(language);
  try {
    return localizer(language, await load());
  } catch {
    return localizer("en");
  }
}

export const english: Localize = localizer("en");
