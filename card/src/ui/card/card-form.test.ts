import { expect, it } from "vitest";
import { cardForm } from "./card-form";

const names = (form: ReturnType<typeof cardForm>) => form.schema.map(({ name }) => name);

it("asks in the user's language", () => {
  const german = cardForm("de-AT");
  expect(german.schema.map((field) => german.computeLabel(field))).toEqual([
    "Darstellung",
    "Aussehen",
    "Nummer",
    "Name auf der Taste",
    "Vor dem Anrufen fragen",
  ]);
  const other = cardForm("pt");
  expect(other.computeLabel({ name: "layout", selector: {} })).toBe("Layout");
  expect(other.computeHelper({ name: "number", selector: {} })).toContain("Call button");
  expect(other.computeHelper({ name: "name", selector: {} })).toBeUndefined();
  expect(cardForm(undefined).computeLabel({ name: "look", selector: {} })).toBe("Look");
});

it("offers the user's phones where there are several", () => {
  expect(names(cardForm("en", [{ id: "a", label: "Anna · 1001 (Office)" }]))).not.toContain("phone_id");
  const form = cardForm("en", [
    { id: "a", label: "Anna · 1001 (Office)" },
    { id: "b", label: "Anna · 2001 (Home)" },
  ]);
  expect(names(form)).toContain("phone_id");
  expect(JSON.stringify(form.schema)).toContain("Anna · 2001 (Home)");
});

it("refuses what the card would refuse", () => {
  expect(() => cardForm("en").assertConfig({ layout: "x" })).toThrow("Unknown layout");
  expect(() => cardForm("en").assertConfig({ look: "linkus", layout: "compact" })).toThrow("full");
});
