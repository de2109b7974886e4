import { html, type TemplateResult } from "lit";
import type { PhonePart } from "../parts/phone-element";
import type { List } from "./tabs";

/** Each list is fetched when it is opened. */
export function loadList(list: List): Promise<unknown> {
  if (list === "people") return import("../lists/people-view");
  return list === "recents" ? import("../lists/recents-view") : import("../lists/voicemail-view");
}

export function listView(list: List, { phone, state, t }: Pick<PhonePart, "phone" | "state" | "t">): TemplateResult {
  if (list === "people")
    return html`<yeastar-linkus-people .phone=${phone} .state=${state} .t=${t}></yeastar-linkus-people>`;
  if (list === "recents")
    return html`<yeastar-linkus-recents .phone=${phone} .state=${state} .t=${t}></yeastar-linkus-recents>`;
  return html`<yeastar-linkus-voicemail .phone=${phone} .state=${state} .t=${t}></yeastar-linkus-voicemail>`;
}
