import { describe, expect, it } from "vitest";
import { localizer } from "./index";
import { section } from "./section";

const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();
const texts = { en: { a: "A {n}" }, de: { a: "Ä {n}" } } as const;

it("speaks the language it has, else English, and fills holes", () => {
  expect(section(localizer("de-CH"), texts)("a", { n: 1 })).toBe("Ä 1");
  expect(section(localizer("fr"), texts)("a", { n: 1 })).toBe("A 1");
  expect(section({ language: "en" }, texts)("a")).toBe("A {n}");
});

it("falls back text by text, and to the key of what nobody wrote", () => {
  const say = section({ language: "de" }, { en: { a: "A", b: "B" }, de: { a: "Ä" } });
  expect([say("a"), say("b"), say("c" as never)]).toEqual(["Ä", "B", "c"]);
});

describe("every section", () => {
  const sections = import.meta.glob<Record<string, Record<string, Record<string, string>>>>("./sections/*.ts", {
    eager: true,
  });

  it.each(Object.keys(sections))("says the same in German: %s", (path) => {
    const inside = Object.values(sections[path] ?? {}).filter((one) => "en" in one);
    expect(inside.length).toBeGreaterThan(0);
    for (const { en = {}, de = {} } of inside) {
      expect(Object.keys(de)).toEqual(Object.keys(en));
      for (const [key, text] of Object.entries(en)) expect(holes(de[key] ?? ""), key).toEqual(holes(text));
      for (const text of [...Object.values(en), ...Object.values(de)])
        expect(text).not.toMatch(/WebRTC|\bSIP\b|register|session/i);
    }
  });
});
