/** The card's configuration: what is allowed, what is meant, how much room it takes. */

export const LAYOUTS = ["full", "compact", "keypad", "people", "recents", "call_button"] as const;
export type Layout = (typeof LAYOUTS)[number];

/** Who draws the full phone: we, or the vendor's own UI. */
export const LOOKS = ["standard", "linkus"] as const;
export type Look = (typeof LOOKS)[number];

export interface CardConfig {
  type: string;
  layout?: Layout;
  look?: Look;
  /** Which of the user's phones, where several: by its id, or by its extension. */
  phone_id?: string;
  extension?: string;
  /** call_button: what it calls, what it says, whether it asks first. */
  number?: string;
  name?: string;
  confirm?: boolean;
}

export interface GridOptions {
  columns: number;
  rows: number | "auto";
  min_columns: number;
  min_rows?: number;
}

/** Throws with a sentence for the person at the editor. */
export function checkConfig(config: unknown): CardConfig {
  if (typeof config !== "object" || config === null) throw new Error("The card needs a configuration.");
  const given = config as Record<string, unknown>;
  if (given.layout !== undefined && !LAYOUTS.includes(given.layout as Layout)) {
    throw new Error(`Unknown layout "${String(given.layout)}". Choose one of: ${LAYOUTS.join(", ")}.`);
  }
  if (given.look !== undefined && !LOOKS.includes(given.look as Look))
    throw new Error(`Unknown look "${String(given.look)}". Choose one of: ${LOOKS.join(", ")}.`);
  if (given.look === "linkus" && (given.layout ?? "full") !== "full")
    throw new Error('The look "linkus" is for the layout "full" only.');
  for (const key of ["number", "name", "phone_id", "extension"]) {
    const value = given[key];
    // YAML reads 1001 as a number; it is meant as text.
    if (value !== undefined && typeof value !== "string" && typeof value !== "number") {
      throw new Error(`"${key}" must be text.`);
    }
  }
  if (given.confirm !== undefined && typeof given.confirm !== "boolean")
    throw new Error('"confirm" must be true or false.');
  if (given.layout === "call_button" && !String(given.number ?? "")) {
    throw new Error('The layout "call_button" needs a "number" to call.');
  }
  const text = (key: string) => (given[key] === undefined ? {} : { [key]: String(given[key]) });
  return {
    ...(given as unknown as CardConfig),
    ...text("number"),
    ...text("name"),
    ...text("phone_id"),
    ...text("extension"),
  };
}

export function layoutOf(config: CardConfig | undefined): Layout {
  return config?.layout ?? "full";
}

const GRID: Readonly<Record<Layout, GridOptions>> = {
  full: { columns: 12, rows: "auto", min_columns: 6 },
  keypad: { columns: 12, rows: "auto", min_columns: 6 },
  people: { columns: 12, rows: 8, min_columns: 6, min_rows: 4 },
  recents: { columns: 12, rows: 8, min_columns: 6, min_rows: 4 },
  compact: { columns: 12, rows: 3, min_columns: 6, min_rows: 3 },
  call_button: { columns: 6, rows: 1, min_columns: 3, min_rows: 1 },
};

/** The vendor's UI needs room for its call window. */
const LINKUS_GRID: GridOptions = { columns: 12, rows: 11, min_columns: 9, min_rows: 9 };

export function gridOptions(layout: Layout, look?: Look): GridOptions {
  return { ...(look === "linkus" ? LINKUS_GRID : GRID[layout]) };
}

/** Height in units of 50 px, for the masonry view. */
export function cardSize(layout: Layout, look?: Look): number {
  if (look === "linkus") return 13;
  return { full: 10, keypad: 10, people: 10, recents: 10, compact: 4, call_button: 1 }[layout];
}
