/// <reference types="vite/client" />
import { describe, expect, it, vi } from "vitest";
import types from "../state/types.ts?raw";
import { de } from "./de";
import { en } from "./en";
import { cleanLanguage, directionOf, english, loadLocalize, localizer } from "./index";
import { noticesTexts } from "./sections/notices";

const notices = noticesTexts.en;
const holes = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();

describe("texts", () => {
  it("exist for every problem of the contract, with what to do", () => {
    const problems = [...(/export type Problem =([\s\S]*?);/.exec(types)?.[1] ?? "").matchAll(/"(\w+)"/g)].map(
      (match) => match[1],
    );
    expect(problems.length).toBeGreaterThan(15);
    for (const problem of problems) {
      expect(notices, `problem.${problem}`).toHaveProperty([`problem.${problem}.why`]);
      expect(notices, `problem.${problem}`).toHaveProperty([`problem.${problem}.do`]);
    }
  });

  it("exist for every reach and method", () => {
    const reach = [...(/export type Reach =([\s\S]*?);\n\n/.exec(types)?.[1] ?? "").matchAll(/state: "(\w+)"/g)].map(
      (match) => match[1],
    );
    expect(reach).toContain("elsewhere");
    for (const state of reach) expect(en).toHaveProperty([`reach.${state}`]);
    for (const method of ["browser", "desk", "ask"]) expect(en).toHaveProperty([`device.${method}`]);
  });

  it("say the same in German: the same keys and the same holes, nothing left in English by mistake", () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) expect(holes(de[key as keyof typeof en]), key).toEqual(holes(text));
  });

  it("never show a word of the protocols", () => {
    for (const [key, text] of Object.entries({ ...en, ...de }))
      expect(text, key).not.toMatch(/WebRTC|\bSIP\b|register|session/i);
  });
});

describe("every outcome and notice the engine can give", () => {
  const sources = import.meta.glob(["../engine/**/*.ts", "../state/*.ts", "!../**/*.test.ts"], {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const code = Object.values(sources).join("\n");

  it("has a text", () => {
    const keys = [...code.matchAll(/(?:new OrderError\(|orderErrorOf\(\w+, |notice: \{ key: )"(\w+)"/g)].map(
      (match) => match[1] as string,
    );
    expect(keys.length).toBeGreaterThan(10);
    for (const key of keys) {
      expect(Object.hasOwn(notices, `notice.${key}`) || Object.hasOwn(notices, `problem.${key}.why`), key).toBe(true);
    }
  });
});

describe("localizer", () => {
  it("fills holes, and leaves what is missing alone", () => {
    expect(english("dial.call_name", { name: "{x}" })).toBe("Call {x}");
    expect(english("dial.call_name", {})).toBe("Call {name}");
    expect(english("dial.call")).toBe("Call");
  });

  it("counts by the language's rules", () => {
    expect(english.plural("overlay.missed", 1)).toBe("1 missed call");
    expect(localizer("de", de).plural("overlay.missed", 1200)).toBe("1.200 verpasste Anrufe");
    expect(localizer("en", {}).plural("nowhere" as never, 1)).toBe("nowhere");
  });

  it("takes keys that arrive as data, never a property of Object", () => {
    expect(english.maybe("outcome.busy", "outcome.unknown")).toBe("Busy");
    expect(english.maybe("outcome.strange", "outcome.unknown")).toBe("Call ended");
    expect(english.maybe("toString", "outcome.unknown")).toBe("Call ended");
  });

  it("shows the key of a text that nobody wrote", () => {
    const t = localizer("en");
    expect(t("written.later" as never)).toBe("written.later");
    expect(t.maybe("strange", "nowhere" as never)).toBe("nowhere");
    expect(localizer("pl", { "overlay.missed_other": "{count} razy" }).plural("overlay.missed", 3)).toBe("3 razy");
    expect(directionOf("")).toBe("ltr");
  });

  it("falls back to English text by text", () => {
    const t = localizer("xx", { "dial.call": "Zvanje" });
    expect(t("dial.call")).toBe("Zvanje");
    expect(t("dial.cancel")).toBe("Cancel");
  });
});

describe("languages", () => {
  it("are loaded on demand", async () => {
    expect((await loadLocalize("de-CH"))("dial.call")).toBe("Anrufen");
    expect((await loadLocalize("DE"))("dial.call")).toBe("Anrufen");
    expect((await loadLocalize("pt_BR"))("dial.call")).toBe("Call");
    expect((await loadLocalize(undefined)).language).toBe("en");
  });

  it("stay English when their chunk cannot be had", async () => {
    vi.doMock("./de", () => {
      throw new Error("gone");
    });
    vi.resetModules();
    const fresh = await import("./index");
    const t = await fresh.loadLocalize("de");
    expect([t.language, t("dial.call")]).toEqual(["en", "Call"]);
    vi.doUnmock("./de");
  });

  it("know their direction and survive nonsense", () => {
    expect(directionOf("he")).toBe("rtl");
    expect(directionOf("ar-EG")).toBe("rtl");
    expect(directionOf("de")).toBe("ltr");
    expect(cleanLanguage("not a language")).toBe("en");
    expect(cleanLanguage(null)).toBe("en");
  });
});
