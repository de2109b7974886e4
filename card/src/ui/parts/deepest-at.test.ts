import { beforeEach, expect, it } from "vitest";
import { deepestAt } from "./deepest-at";

let host: HTMLElement;
let inside: ShadowRoot;

beforeEach(() => {
  host = document.createElement("div");
  inside = host.attachShadow({ mode: "open" });
  inside.innerHTML = "<button></button>";
  document.elementFromPoint = () => host;
});

it("looks through open shadow roots", () => {
  const button = inside.querySelector("button");
  inside.elementFromPoint = () => button;
  expect(deepestAt(document, 1, 1)).toBe(button);
});

it("ends at an element in which nothing lies, and at none", () => {
  inside.elementFromPoint = () => null;
  expect(deepestAt(document, 1, 1)).toBe(host);
  inside.elementFromPoint = () => host;
  expect(deepestAt(document, 1, 1)).toBe(host);
  document.elementFromPoint = () => null;
  expect(deepestAt(document, 1, 1)).toBeNull();
});
