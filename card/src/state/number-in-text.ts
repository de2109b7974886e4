/**
 * Telephone numbers in running text. Text is full of numbers that are none (dates, addresses, readings, ids), so only what is
 * written like a telephone number counts; a bare row of digits does where a word before it says so.
 */
import { dialable } from "./numbers";

export interface FoundNumber {
  /** Where it stands in the text: from `start` up to, not including, `end`. */
  readonly start: number;
  readonly end: number;
  /** What to dial. */
  readonly number: string;
}

/** Longer texts are no running text; only their beginning is looked at. */
const LONGEST = 5000;
/** Characters before a number in which a word may say what it is. */
const BEFORE = 24;

const GAP = "[ \\u00a0\\u202f\\-\\u2010-\\u2013]";
const SHAPES = [
  // +49 30 1234567, +1 (415) 555-2671, +49 (0) 30/123456
  `\\+[1-9]\\d{0,3}(?:(?:${GAP}|/){0,2}(?:\\(0?\\d{0,4}\\)|\\d+)){1,7}`,
  // (030) 123456, 030/1234567, 0151-23456789, 0049 30 123456
  `(?:\\(0\\d{1,5}\\)|0\\d{2,5})(?:(?:${GAP}|/){1,3}\\d{2,}){1,5}`,
  // 01 23 45 67 89, 01.23.45.67.89
  "0[1-9](?: \\d\\d){4}|0[1-9](?:\\.\\d\\d){4}",
  // 06-12345678, 02 9876 5432
  `0[1-9]${GAP}(?:\\d{7,8}|\\d{4}${GAP}\\d{4})`,
  // (415) 555-2671, 1-800-555-0199
  `\\([2-9]\\d\\d\\) ?[2-9]\\d\\d${GAP}\\d{4}|(?:1-)?[2-9]\\d\\d-[2-9]\\d\\d-\\d{4}`,
  // a bare row of digits
  "\\d{5,15}",
].join("|");
const CANDIDATE = new RegExp(`(?<![\\p{L}\\d_+@#=&%$€£.,/:-])(?:${SHAPES})(?![\\p{L}_@=%$€£]|[.,:/-]?\\d)`, "gu");
/** Directly behind a colon only with a word before it, so that "Tel:030 …" is found and "12:030 …" is not. */
const LABELLED = new RegExp(`(?<=\\p{L}:)(?:${SHAPES})(?![\\p{L}_@=%$€£]|[.,:/-]?\\d)`, "gu");

const SAYS_PHONE =
  /(?:\btel(?:efon|ephone)?\b|\bphone\b|\bfon\b|\bmobil[e]?\b|\bcell\b|\bhandy\b|\bfax\b|\bcall\b|\bdial\b|\bring\b|\brufnummer\b|\bdurchwahl\b|\banrufen?\b|☎|📞|📱|✆)[\s.:\-–]*(?:no|nr|number|nummer|unter|at|us)?[\s.:]*$/iu;
const SAYS_OTHER =
  /(?:\b(?:id|no|nr|ref|sn|s\/n|iban|bic|isbn|ean|vat|pin|puk|order|invoice|serial|account|customer|part|case|ticket|version|plz|zip|konto|kontonummer|rechnung|rechnungsnummer|bestellung|bestellnummer|kunde|kundennummer|vertrag|vertragsnummer|seriennummer|zähler|zählernummer|zählerstand|steuernummer|artikel|artikelnummer|date|datum|code|mac|imei|uid|uuid|key)|#|№)[\s.:\-–#]*(?:no|nr|number|nummer|is|ist)?[\s.:#]*$/iu;
/** "+12 345 678 kWh" is a reading. */
const UNIT =
  /^\s?(?:[kMGTmµ]?(?:Wh?|VA?(?:rh?)?|A|Hz|B|bit|bps|Pa|bar|g|m|l|L|s|K|lx|lm|ppm|ppb|J)\b|(?:min|mm|cm|km|ms|kg|dB|dBm|rpm|EUR|USD|CHF|GBP|px|items|steps|Uhr|hrs?)\b|[°%€$£²³])/u;
const DATE =
  /^(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|0?\d{1,2}[/-](?:19|20)\d\d)(?!\.?\d)|^0\d{3}\s?[-–]\s?[012]\d[0-5]\d$/u;

/** All telephone numbers in a text, in order. */
export function numbersIn(text: string): FoundNumber[] {
  const seen = text.slice(0, LONGEST);
  // Most text has no row of digits at all.
  if (!/\d{2}/.test(seen)) return [];
  const found = [...seen.matchAll(CANDIDATE), ...seen.matchAll(LABELLED)];
  return found
    .map((match) => judge(seen, match[0], match.index))
    .filter((one) => one !== null)
    .sort((a, b) => a.start - b.start);
}

function judge(text: string, written: string, start: number): FoundNumber | null {
  const before = text.slice(Math.max(0, start - BEFORE), start);
  const after = text.slice(start + written.length);
  const number = dialable(written);
  const labelled = SAYS_PHONE.test(before);
  const bare = /^\d+$/.test(written);
  if (!number || DATE.test(written) || UNIT.test(after)) return null;
  const digits = number.replace("+", "");
  // A part of a longer row: an account, a card, a table.
  if (/\d[ \u00a0-]$/.test(before) || /^[ \u00a0]\d/.test(after)) return null;
  // Short ones are extensions, which only a word tells.
  if (bare && !labelled) return null;
  if (!bare && (digits.length < 8 || digits.length > 15)) return null;
  if (!labelled && SAYS_OTHER.test(before)) return null;
  // An area code and too little behind it is a time table or a code; three zeros are no prefix.
  if (!bare && number.startsWith("0")) {
    const local = written.replace(/^\(?0\d*\)?/, "").replace(/\D/g, "");
    if (/^000/.test(number) || local.length < 5) return null;
  }
  return { start, end: start + written.length, number };
}
