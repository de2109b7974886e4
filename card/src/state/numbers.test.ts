import { describe, expect, it } from "vitest";
import { dialable, outsideText, sameNumber, sendableKeys } from "./numbers";

describe("dialable", () => {
  it.each([
    ["1002", "1002"],
    [" +49 (0) 30 / 123-456 ", "+4930123456"],
    ["(030) 123 456", "030123456"],
    ["*97", "*97"],
    ["#9*1", "#9*1"],
    ["tel:+49-30-123456", "+4930123456"],
    ["tel:+49%2030%20123456;ext=12", "+4930123456"],
    ["sip:1002@other.host", "1002"],
    ["callto:1002?subject=x", "1002"],
    ["１００２", "1002"],
    ["٠١٢٣", "0123"],
    ["۰۱۲۳", "0123"],
    ["\u202a+49 30 1\u202c", "+49301"],
  ])("cleans %j to %j", (text, number) => expect(dialable(text)).toBe(number));

  it.each([
    "",
    " ",
    "+",
    "Anna",
    "1002@other.host",
    "0800 FLOWERS",
    "1+2",
    "tel:%E0%A4%A",
    "1".repeat(33),
    "javascript:1",
  ])("takes %j for no number", (text) => expect(dialable(text)).toBeNull());
});

it("keeps the keys that can be sent", () => expect(sendableKeys("1 2a,x#*é")).toBe("12A,#*"));

describe("sameNumber", () => {
  it.each([
    ["1002", "1002"],
    ["+49 30 123456", "030123456"],
    ["004930123456", "+4930123456"],
    ["30123456", "+4930123456"],
  ])("%j is %j", (a, b) => expect(sameNumber(a, b)).toBe(true));

  it.each([
    ["", ""],
    ["1002", "2"],
    ["1002", "301002"],
    ["anonymous", "anonymous"],
    ["030123456", "030123457"],
  ])("%j is not %j", (a, b) => expect(sameNumber(a, b)).toBe(false));
});

describe("outsideText", () => {
  it("takes out what cannot be seen and turns writing around", () =>
    expect(outsideText("\u202eAn\u0007na\u200b ")).toBe("Anna"));
  it("cuts by characters, not by halves of them", () => expect(outsideText("😀😀😀", 2)).toBe("😀😀"));
  it("makes nothing of what is no text", () => expect(outsideText({ toString: () => "x" })).toBe(""));
});
