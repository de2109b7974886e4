/** Points in time as people say them. */

const DAY = 86_400_000;

function dayNumber(at: number): number {
  const date = new Date(at);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY);
}

/** "Today", "Yesterday", the weekday within a week, else the date; the year only where it is another one. */
export function dayText(at: number, now: number, language: string): string {
  const days = dayNumber(at) - dayNumber(now);
  if (days === 0 || days === -1) {
    const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
    return words.charAt(0).toLocaleUpperCase(language) + words.slice(1);
  }
  if (days < 0 && days > -7) return new Intl.DateTimeFormat(language, { weekday: "long" }).format(at);
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(language, {
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(at);
}

export function clockText(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(at);
}

/** The clock alone for today, with the day before it for every other day. */
export function whenText(at: number, now: number, language: string): string {
  const clock = clockText(at, language);
  return dayNumber(at) === dayNumber(now) ? clock : `${dayText(at, now, language)}, ${clock}`;
}

/** Groups of neighbours of the same day, in the order given. */
export function byDay<T>(
  items: readonly T[],
  at: (item: T) => number,
  now: number,
  language: string,
): { readonly day: string; readonly items: T[] }[] {
  const groups: { day: string; items: T[] }[] = [];
  for (const item of items) {
    const day = dayText(at(item), now, language);
    const last = groups[groups.length - 1];
    if (last?.day === day) last.items.push(item);
    else groups.push({ day, items: [item] });
  }
  return groups;
}
