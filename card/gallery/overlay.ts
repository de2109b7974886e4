import { loadLocalize } from "../src/localize";
import { mountOverlay } from "../src/ui/overlay/overlay";
import { FakePhone, fakeCall } from "../src/ui/testing/fake-phone";
import { overlayStates, states } from "./states";

/** One state over a page: `?only=incoming&form=panel|pill|round`. */
const query = new URLSearchParams(location.search);
const language = query.get("lang") ?? "en";
document.documentElement.dataset.theme = query.get("theme") ?? "light";
document.documentElement.lang = language;
localStorage.setItem("yeastar_linkus.expanded", query.get("form") === "panel" ? "1" : "0");
localStorage.setItem("yeastar_linkus.round_button", query.get("form") === "round" || query.get("form") === "panel" ? "1" : "0");
await loadLocalize(language);
const phone = new FakePhone({ ...states(), ...overlayStates() }[query.get("only") ?? "incoming"]);
mountOverlay(phone, { locale: { language } });
Object.assign(window, { phone, fakeCall });
setTimeout(() => {
  document.body.dataset.ready = "";
}, 100);
