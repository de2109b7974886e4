import { loadLocalize } from "../src/localize";
import { providePhone, registerCard } from "../src/ui/card/card-element";
import type { CardConfig } from "../src/ui/card/layout";
import { FakeRichPhone } from "../src/ui/testing/fake-data";
import { FakePhone } from "../src/ui/testing/fake-phone";
import { states } from "./states";

/** `?theme=dark&lang=de&layout=full&only=idle,talking&rich=1&tab=people` */
const query = new URLSearchParams(location.search);
const language = query.get("lang") ?? "en";
document.documentElement.dataset.theme = query.get("theme") ?? "light";
document.documentElement.lang = language;
await loadLocalize(language);

const phones = new WeakMap<object, FakePhone>();
providePhone(async (hass) => phones.get(hass) as FakePhone);
registerCard();

const only = query.get("only")?.split(",");
const tab = query.get("tab");
const grid = document.querySelector("main") as HTMLElement;
for (const [name, state] of Object.entries(states())) {
  if (only && !only.includes(name)) continue;
  const hass = { locale: { language } };
  phones.set(hass, query.has("rich") || tab ? new FakeRichPhone(state) : new FakePhone(state));
  const card = document.createElement("yeastar-linkus-card") as HTMLElement & { hass: unknown; setConfig(config: CardConfig): void };
  card.setConfig({
    type: "custom:yeastar-linkus-card",
    layout: (query.get("layout") ?? "full") as never,
    number: "+49 30 5550 1234",
    name: "Front door",
  });
  card.hass = hass;
  card.dataset.state = name;
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = name;
  figure.append(caption, card);
  grid.append(figure);
}
await new Promise((resume) => setTimeout(resume, 300));
const phoneOf = (card: Element) => card.shadowRoot?.querySelector("yeastar-linkus-phone")?.shadowRoot;
for (const card of document.querySelectorAll("yeastar-linkus-card")) {
  const root = phoneOf(card);
  if (tab) root?.querySelector("yeastar-linkus-tabs")?.dispatchEvent(new CustomEvent("tab", { detail: tab }));
  if (query.has("panel")) root?.querySelector(".body > *")?.dispatchEvent(new CustomEvent("panel", { detail: query.get("panel"), bubbles: true }));
  if (query.has("typed")) root?.querySelector(".body > *")?.dispatchEvent(new CustomEvent("number-changed", { detail: query.get("typed"), bubbles: true }));
  if (query.has("settings") || query.has("menu")) root?.querySelector("yeastar-linkus-header")?.shadowRoot?.querySelector<HTMLElement>(".chip")?.click();
}
await new Promise((resume) => setTimeout(resume, 400));
if (query.has("settings"))
  for (const card of document.querySelectorAll("yeastar-linkus-card"))
    phoneOf(card)?.querySelector("yeastar-linkus-header")?.shadowRoot?.querySelector<HTMLElement>(".settings")?.click();
await new Promise((resume) => setTimeout(resume, query.has("settings") ? 400 : 0));
document.body.dataset.ready = "";
