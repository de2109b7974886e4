import { html, LitElement } from "lit";
import { property } from "lit/decorators.js";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { mount } from "../testing/page";
import { KeepFocus } from "./keep-focus";

type What = "first" | "disabled" | "hidden" | "none";

/** The buttons are a shadow tree further in, as in the phone. */
class Part extends LitElement {
  @property() what: What = "first";
  override render() {
    if (this.what === "none") return html`<p>Nothing to press</p>`;
    return html`<button ?disabled=${this.what === "disabled"}>First</button><button class="second">Second</button>`;
  }
}
customElements.define("test-keeper-part", Part);

class Keeper extends LitElement {
  @property() what: What = "first";
  constructor() {
    super();
    new KeepFocus(this);
  }
  override render() {
    return html`<test-keeper-part .what=${this.what}></test-keeper-part>`;
  }
}
customElements.define("test-keeper", Keeper);

let within = false;
let keeper: Keeper;
let focused: Element | null = null;
const part = () => keeper.renderRoot.querySelector("test-keeper-part") as Part;
const button = (css = "button") => part().renderRoot.querySelector(css) as HTMLElement;
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** The browser takes the focus from what cannot have it any more; the tests' page does not. */
async function lose(what: Keeper["what"]): Promise<void> {
  keeper.what = what;
  keeper.requestUpdate();
  await keeper.updateComplete;
  await part().updateComplete;
  [within, focused] = [false, null];
  vi.spyOn(document, "activeElement", "get").mockReturnValue(document.body);
  await frame();
}

beforeEach(async () => {
  keeper = await mount<Keeper>(html`<test-keeper></test-keeper>`, "test-keeper");
  const matches = keeper.matches.bind(keeper);
  vi.spyOn(keeper, "matches").mockImplementation((css) => (css === ":focus-within" ? within : matches(css)));
  await part().updateComplete;
  button().checkVisibility = button(".second").checkVisibility = () => keeper.what !== "hidden";
  const inside = (root: ShadowRoot, find: () => Element | null) =>
    vi.spyOn(root, "activeElement", "get").mockImplementation(find);
  inside(keeper.shadowRoot as ShadowRoot, () => focused && part());
  inside(part().shadowRoot as ShadowRoot, () => focused);
  [within, focused] = [true, button()];
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

it("knows where the focus went inside", async () => {
  keeper.requestUpdate();
  await keeper.updateComplete;
  await frame();
  focused = button(".second");
  const focus = vi.spyOn(keeper, "focus");
  await lose("none");
  expect(focus).toHaveBeenCalledWith({ preventScroll: true });
});

it("lets go of who left before something changed", async () => {
  const focus = vi.spyOn(keeper, "focus");
  keeper.requestUpdate();
  await keeper.updateComplete;
  await frame();
  [within, focused] = [false, null];
  await lose("none");
  expect(focus).not.toHaveBeenCalled();
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
  keeper.what = "none";
  await keeper.updateComplete;
  await part().updateComplete;
  within = false;
  vi.spyOn(document, "activeElement", "get").mockReturnValue(document.createElement("input"));
  await frame();
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
