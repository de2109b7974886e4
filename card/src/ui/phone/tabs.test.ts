import { afterEach, expect, it } from "vitest";
import { FakeRichPhone } from "../testing/fake-data";
import { FakePhone } from "../testing/fake-phone";
import { asksEachCall, rememberAsking } from "./ask-each-call";
import { isList } from "./phone-layout";
import { needsRoomForTabs, tabsOf } from "./tabs";

afterEach(() => localStorage.clear());

it("are what the phone offers, where there is more than the keys and room for it", () => {
  const rich = new FakeRichPhone();
  expect(tabsOf(rich, "full")).toEqual(["keypad", "people", "recents", "voicemail"]);
  expect(tabsOf(rich, "floating")).toHaveLength(4);
  expect(tabsOf(rich, "keypad")).toEqual([]);
  expect(tabsOf(new FakePhone(), "full")).toEqual([]);
  expect(tabsOf(null, "full")).toEqual([]);
});

it("have their room before the phone is there, when they had it the last time", () => {
  expect(needsRoomForTabs(null)).toBe(false);
  expect(needsRoomForTabs(new FakeRichPhone())).toBe(true);
  expect(needsRoomForTabs(null)).toBe(true);
  expect(needsRoomForTabs(new FakePhone())).toBe(false);
  expect(needsRoomForTabs(null)).toBe(false);
});

it("remembers in this browser that every call is asked for", () => {
  expect(asksEachCall()).toBe(false);
  rememberAsking(true);
  expect(asksEachCall()).toBe(true);
  rememberAsking(false);
  expect(asksEachCall()).toBe(false);
});

it("knows the layouts that are a list", () => {
  expect((["full", "keypad", "compact", "floating", "people", "recents"] as const).filter(isList)).toEqual([
    "people",
    "recents",
  ]);
});
