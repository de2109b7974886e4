import { html, LitElement } from "lit";
import { property } from "lit/decorators.js";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { KeepFocus } from "./keep-focus";
import { mount } from "./testing/page";

class Keeper extends LitElement {
  @property() what: "first" | "disabled" | "hidden" | "none" = "first";
  constructor() {
    super();
    new KeepFocus(this);
  }
  override render() {
    if (this.what === "none") return html`<p>Nothing to press</p>`;
    return html`<button ?disabled=${this.what === "disabled"}>First</button><button class="second">Second</button>`;
  }
}
customElements.define("test-keeper", Keeper);

let within = false;
let keeper: Keeper;
const press = () => keeper.renderRoot.querySelector<HTMLElement>("button") as HTMLElement;
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** The browser takes the focus from what cannot have it any more; the tests' page does not. */
async function lose(what: Keeper["what"]): Promise<void> {
  within = false;
  keeper.what = what;
  keeper.requestUpdate();
  await keeper.updateComplete;
  vi.spyOn(document, "activeElement", "get").mockReturnValue(document.body);
  await frame();
}

beforeEach(async () => {
  keeper = await mount<Keeper>(html`<test-keeper></test-keeper>`, "test-keeper");
  const matches = keeper.matches.bind(keeper);
  vi.spyOn(keeper, "matches").mockImplementation((css) => (css === ":focus-within" ? within : matches(css)));
  press().checkVisibility = () => keeper.what !== "hidden";
  press().dispatchEvent(new Event("focusin", { bubbles: true, composed: true }));
  within = true;
});
afterEach(() => {
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

it.each(["none", "disabled", "hidden"] as const)("takes the focus when its place becomes %s", async (what) => {
  const focus = vi.spyOn(keeper, "focus");
  await lose(what);
  expect(focus).toHaveBeenCalledWith({ preventScroll: true });
});

it("lets go of who leaves", async () => {
  const focus = vi.spyOn(keeper, "focus");
  await lose("first");
  expect(focus).not.toHaveBeenCalled();
  // And takes nothing back for who is gone already.
  await lose("none");
  expect(focus).not.toHaveBeenCalled();
});

it("does not take the focus from elsewhere, nor once it is off the page", async () => {
  const focus = vi.spyOn(keeper, "focus");
  within = false;
  keeper.what = "none";
  await keeper.updateComplete;
  vi.spyOn(document, "activeElement", "get").mockReturnValue(document.createElement("input"));
  await frame();
  keeper.dispatchEvent(new Event("focusin"));
  keeper.requestUpdate();
  await keeper.updateComplete;
  keeper.remove();
  await frame();
  expect(focus).not.toHaveBeenCalled();
});

it("stays still while the focus is inside", async () => {
  const focus = vi.spyOn(keeper, "focus");
  keeper.what = "disabled";
  await keeper.updateComplete;
  await frame();
  expect(focus).not.toHaveBeenCalled();
});
