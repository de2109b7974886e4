/** Durations as a clock face and as spoken words. */

/** `m:ss`, from one hour `h:mm:ss`; never negative. */
export function timerText(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const seconds = two(total % 60);
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${seconds}` : `${minutes}:${seconds}`;
}

/** `2 minutes, 5 seconds` in the reader's language; seconds are left out from one hour. */
export function spokenDuration(milliseconds: number, language: string): string {
  const total = Math.max(0, Math.round(milliseconds / 1000));
  const parts: [number, string][] = [
    [Math.floor(total / 3600), "hour"],
    [Math.floor(total / 60) % 60, "minute"],
    [total >= 3600 ? 0 : total % 60, "second"],
  ];
  const shown = parts.filter(([value]) => value > 0);
  const words = (shown.length > 0 ? shown : [[0, "second"] as [number, string]]).map(([value, unit]) =>
    new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(value),
  );
  return new Intl.ListFormat(language, { style: "narrow", type: "unit" }).format(words);
}
