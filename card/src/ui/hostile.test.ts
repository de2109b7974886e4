import { html } from "lit";
import { afterEach, describe, expect, it } from "vitest";
import type { Call } from "../state/types";
import "./call/call-view";
import "./overlay/overlay-element";
import "./phone/notice";
import "./phone/pages";
import "./phone/phone-view";
import { FakePhone, fakeCall } from "./testing/fake-phone";
import { deep, mount, reading } from "./testing/page";

const NAMES: Record<string, string> = {
  markup: '<img src=x onerror="globalThis.hacked=1"><script>globalThis.hacked=1</script>',
  long: "A".repeat(10_000),
  override: "\u202Egnp.exe\u202C",
  emoji: "🧨".repeat(2000),
  newline: "Anna\n\n\nPolice",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what an attacker would write
  lit: "${alert(1)}<!--?lit$123$-->",
};

afterEach(() => {
  document.body.replaceChildren();
});

describe.each(Object.entries(NAMES))("a caller named %s", (_, text) => {
  it.each(["ringing", "dialing", "talking", "ended"] as Call["phase"][])("stays text while %s", async (phase) => {
    const call = fakeCall({ name: text, number: text, company: text, did: text, avatar: text, phase, outcome: text });
    const phone = new FakePhone({ calls: [call], notice: { key: "number_invalid", detail: text } });
    const view = await mount(
      html`<yeastar-linkus-phone .phone=${phone}></yeastar-linkus-phone>`,
      "yeastar-linkus-phone",
    );
    const overlay = await mount(
      html`<yeastar-linkus-overlay .phone=${phone}></yeastar-linkus-overlay>`,
      "yeastar-linkus-overlay",
    );
    for (const root of [view, overlay]) {
      expect(deep(root, "img, script, iframe")).toHaveLength(0);
      const text = reading(root);
      expect(text).not.toMatch(/[\u202a-\u202e]/);
      expect(text.length).toBeLessThan(2500);
      for (const element of deep(root, "[aria-label]"))
        expect(element.getAttribute("aria-label")?.length).toBeLessThan(200);
    }
    expect((globalThis as Record<string, unknown>).hacked).toBeUndefined();
  });
});

it("isolates names, so that right-to-left ones do not turn the line", async () => {
  const phone = new FakePhone({ calls: [fakeCall({ name: "محمد" })] });
  const view = await mount(html`<yeastar-linkus-phone .phone=${phone}></yeastar-linkus-phone>`, "yeastar-linkus-phone");
  expect(deep(view, "bdi").map((element) => element.textContent)).toContain("محمد");
});

it("has words for a caller without name and number", async () => {
  const phone = new FakePhone({ calls: [fakeCall({ name: "", number: "anonymous", company: "" })] });
  const view = await mount(html`<yeastar-linkus-phone .phone=${phone}></yeastar-linkus-phone>`, "yeastar-linkus-phone");
  expect(reading(view)).toContain("Hidden number");
});
