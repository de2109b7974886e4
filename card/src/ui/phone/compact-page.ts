import { html, type TemplateResult } from "lit";
import type { Where } from "../../state/types";
import { icon } from "../parts/icon";
import { mdiDeskphone, mdiMonitor } from "../parts/icons";
import type { PanelContext } from "./panels";
import { canAskMicrophone, type Scene } from "./scene";

/** The states without a call, each in one line; null where the number field is meant. */
export function compactPage(
  context: PanelContext,
  scene: Scene,
  asking: string | null,
  dial: (number: string, where: Where) => void,
): TemplateResult | null {
  const { t, state } = context;
  const line = (text: string, label: string, press: () => void) => html`<div class="line">
    <p>${text}</p>
    <button type="button" class="filled" @click=${press}>${label}</button>
  </div>`;
  const either = (text: string, press: (where: Where) => void) => html`<div class="line">
    <p>${text}</p>
    <button type="button" class="tonal browser" aria-label=${t("first.browser")} @click=${() => press("browser")}>${icon(mdiMonitor)}</button>
    <button type="button" class="tonal desk" aria-label=${t("first.desk")} @click=${() => press("desk")}>${icon(mdiDeskphone)}</button>
  </div>`;
  if (scene.kind === "not_mapped") return html`<div class="line"><p>${t("not_mapped.title")}</p></div>`;
  if (scene.kind === "first_use") return either(t("first.title"), context.choose);
  if (asking !== null) return either(t("dial.call_name", { name: asking }), (where) => dial(asking, where));
  if (canAskMicrophone(state)) {
    return line(t("microphone.title"), t("microphone.allow"), () => context.order((phone) => phone.allowMicrophone()));
  }
  if (state.reach.state === "elsewhere" && state.method !== "desk") {
    return line(t("elsewhere.text"), t("elsewhere.take_over"), () => context.order((phone) => phone.takeOver()));
  }
  return null;
}
