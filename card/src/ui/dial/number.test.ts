import { describe, expect, it } from "vitest";
import { appendKey, cleanNumber, looksLikeNumber, MAX_NUMBER, pasteNumber } from "./number";

describe("cleanNumber", () => {
  it.each([
    ["1001", "1001"],
    ["+49 (0)30 / 5550-12.34", "+493055501234"],
    ["0049 (0) 30 1", "0049301"],
    ["(030) 555", "030555"],
    ["tel:+49-30-1;ext=5", "+49301"],
    ["sip:1001@pbx.example", "1001"],
    ["TEL://030 1", "0301"],
    ["٠٣٠١٢٣", "030123"],
    ["０３０", "030"],
    ["*97#", "*97#"],
    ["1+2", "12"],
    ["+", ""],
    ["Anna", ""],
    ["", ""],
  ])("%j becomes %j", (raw, clean) => expect(cleanNumber(raw)).toBe(clean));

  it("cuts to what a PBX takes, however long the paste", () => {
    expect(cleanNumber("1".repeat(10_000))).toHaveLength(MAX_NUMBER);
  });
});

describe("looksLikeNumber", () => {
  it("tells numbers from names", () => {
    expect(looksLikeNumber("+49 30")).toBe(true);
    expect(looksLikeNumber("anna 1")).toBe(false);
    expect(looksLikeNumber("")).toBe(false);
  });
});

describe("appendKey", () => {
  it("appends, keeps + at the start and stops at the longest number", () => {
    expect(appendKey("1", "2")).toBe("12");
    expect(appendKey("", "+")).toBe("+");
    expect(appendKey("1", "+")).toBe("1");
    expect(appendKey("1".repeat(MAX_NUMBER), "2")).toHaveLength(MAX_NUMBER);
  });
});

it("pastes numbers clean, over what is selected, and leaves names to the browser", () => {
  expect(pasteNumber("12", "tel:+49 (30) 5", null, null)).toBe("12+49305");
  expect(pasteNumber("1289", "0-0", 1, 3)).toBe("1009");
  expect(pasteNumber("", "Anna 7", 0, 0)).toBeNull();
  expect(pasteNumber("1".repeat(30), "234567", null, null)).toHaveLength(MAX_NUMBER);
});
