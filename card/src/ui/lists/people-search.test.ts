import { describe, expect, it } from "vitest";
import { PEOPLE } from "../testing/fake-data";
import { bestNumber, fold, onKeys, score, searchPeople } from "./people-search";

const find = (query: string, limit = 10) => searchPeople(PEOPLE, query, limit, "en").map((person) => person.name);

describe("folding", () => {
  it("makes one of marks, cases and special letters", () => {
    expect(fold("JÜRGEN Groß Łódź")).toBe("jurgen gross lodz");
    expect(fold("x".repeat(5000))).toHaveLength(200);
  });

  it("knows the keys, and what no key carries", () => {
    expect(onKeys("jonas")).toBe("56627");
    expect(onKeys("z9")).toBe("99");
    expect(onKeys("محمد")).toBe("");
  });
});

describe("searching", () => {
  it("finds by the start of any word, whatever the marks", () => {
    expect(find("jur")).toEqual(["Jürgen Groß"]);
    expect(find("GROSS")).toEqual(["Jürgen Groß"]);
    expect(find("zoe")).toEqual(["Zoë Ahrens"]);
    expect(find("som mia")).toEqual(["Mia Sommer"]);
    expect(find("ommer")).toEqual([]);
    expect(find("mia x")).toEqual([]);
    expect(find("محمد")).toEqual(["محمد الفاسي"]);
  });

  it("puts names before companies", () => {
    expect(find("heiz")).toEqual(["Berger Heizungsbau"]);
    expect(score(PEOPLE[6] as never, "heizung")).toBeGreaterThan(0);
    const other = { ...(PEOPLE[0] as (typeof PEOPLE)[number]), name: "Anna", company: "Berger" };
    expect(score(other, "berger")).toBeLessThan(score(PEOPLE[6] as never, "berger"));
  });

  it("finds by number: whole, start, inside, and by the name on the keys", () => {
    expect(find("1002")[0]).toBe("Jürgen Groß");
    expect(find("100")).toHaveLength(6);
    expect(find("1715550")).toEqual(["Jürgen Groß"]);
    expect(find("642")).toContain("Mia Sommer");
    expect(find("9")).toEqual([]);
  });

  it("gives everybody for nothing, favourites first, then by name, up to the limit", () => {
    expect(find("").slice(0, 3)).toEqual(["Jürgen Groß", "Mia Sommer", "Ben Okafor"]);
    expect(find("", 2)).toHaveLength(2);
    expect(find("  !? ")).toEqual([]);
  });

  it("chooses the number that was meant", () => {
    const person = PEOPLE[1] as (typeof PEOPLE)[number];
    expect(bestNumber(person, "")).toBe("1002");
    expect(bestNumber(person, "171")).toBe("+49 171 5550123");
    expect(bestNumber(person, "jur 171")).toBe("1002");
    expect(bestNumber({ ...person, numbers: [] }, "1")).toBe("");
  });
});
