import { html, nothing, type TemplateResult } from "lit";
import type { Localize } from "../../localize";
import { section } from "../../localize/section";
import { callTexts } from "../../localize/sections/call";
import type { Call, Reach } from "../../state/types";
import { icon } from "../parts/icon";
import { mdiMicrophoneOff, mdiPause, mdiRecordCircleOutline } from "../parts/more-icons";
import { safeText } from "../parts/text";
import { spokenDuration, timerText } from "../parts/timer";
import { deviceWords, dialingWords } from "./call-words";
import { quality } from "./quality";

/** The line under the name of a call that goes on: how far it is, how it sounds, what is special about it. */
export function callStatus(
  call: Call,
  reach: Reach | undefined,
  t: Localize,
  detailed: boolean,
  toggle: () => void,
): TemplateResult {
  if (call.phase === "dialing") return html`<span>${dialingWords(call, t)}</span>`;
  const say = section(t, callTexts);
  const since = call.answeredAt === null ? null : Date.now() - call.answeredAt;
  const time =
    since === null
      ? html`<span>${say("pending")}</span>`
      : html`<span class="timer number" role="timer" aria-label=${spokenDuration(since, t.language)}>${timerText(since)}</span>`;
  const tag = (word: string, path?: string, kind = "") =>
    html`<span class="tag ${kind}">${path ? icon(path) : nothing}${word}</span>`;
  const names = call.invited.map((name) => `\u2068${safeText(name, 40)}\u2069`).join(", ");
  const tags = [
    names ? tag(say("three_way", { names })) : nothing,
    call.held ? tag(t("call.on_hold"), mdiPause) : nothing,
    call.heldByOther ? tag(t("call.held_by_other"), mdiPause) : nothing,
    call.muted ? tag(t("call.muted"), mdiMicrophoneOff) : nothing,
    call.recording === "off"
      ? nothing
      : tag(say(call.recording === "on" ? "recording" : "recording_paused"), mdiRecordCircleOutline, "rec"),
    call.where === "desk" ? tag(deviceWords(reach, t)) : nothing,
  ].filter((one) => one !== nothing);
  return html`${time}${call.quality && !call.held ? quality(call.quality, t, detailed, toggle) : nothing}${
    tags.length > 0 ? html`<span class="tags">${tags}</span>` : nothing
  }`;
}
