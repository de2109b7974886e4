import { describe, expect, it } from "vitest";
import { initials, isAnonymous, MAX_NAME, safePicture, safeText } from "./text";

describe("safeText", () => {
  it("cuts 10 kB names and never half a character", () => {
    expect([...safeText("A".repeat(10_000))]).toHaveLength(MAX_NAME);
    expect([...safeText("🧨".repeat(5000), 10)]).toEqual([..."🧨🧨🧨🧨🧨🧨🧨🧨🧨…"]);
  });

  it("takes out overrides, invisible and control characters, and makes one line", () => {
    expect(safeText("\u202Eevil\u202C\u2066x\u2069\u200b y\n\tz\u0000\u{e0041}")).toBe("evil x y z");
  });

  it("leaves scripts and emoji as they are", () => {
    expect(safeText("محمد Ünsal 🎉")).toBe("محمد Ünsal 🎉");
  });

  it("is empty for what is not text", () => {
    expect(safeText(undefined)).toBe("");
    expect(safeText({ toString: () => "x" })).toBe("");
  });
});

describe("isAnonymous", () => {
  it("needs both to be hidden", () => {
    expect(isAnonymous("Anonymous", "anonymous")).toBe(true);
    expect(isAnonymous("", "")).toBe(true);
    expect(isAnonymous("", "030")).toBe(false);
    expect(isAnonymous("Anna", "")).toBe(false);
  });
});

describe("initials", () => {
  it.each([
    ["Jonas Berger", "JB"],
    ["anna maria weber", "AW"],
    ["Mia", "M"],
    ["Müller, Öde", "MÖ"],
    ["030 555", ""],
    ["", ""],
  ])("%j gives %j", (name, letters) => expect(initials(name)).toBe(letters));
});

describe("safePicture", () => {
  it.each([
    ["/api/image/serve/1/512x512", true],
    ["data:image/png;base64,AAAA", true],
    ["//evil.example/x.png", false],
    ["/\\evil.example/x.png", false],
    ["https://evil.example/x.png", false],
    ["javascript:alert(1)", false],
    ["data:image/svg+xml;base64,AAAA", false],
    ["data:text/html;base64,AAAA", false],
    [`data:image/png;base64,${"A".repeat(300_000)}`, false],
    [null, false],
  ])("%s", (url, allowed) => expect(safePicture(url)).toBe(allowed ? url : null));
});
