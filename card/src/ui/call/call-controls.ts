import { html, nothing, type TemplateResult } from "lit";
import type { Localize } from "../../localize";
import { section } from "../../localize/section";
import { callTexts } from "../../localize/sections/call";
import type { Call, Phone, PhoneState } from "../../state/types";
import type { RichPhone } from "../data";
import { icon } from "../parts/icon";
import { mdiClose, mdiDialpad, mdiMicrophone } from "../parts/icons";
import {
  mdiDotsHorizontal,
  mdiMicrophoneOff,
  mdiNoteEditOutline,
  mdiParking,
  mdiPause,
  mdiPhoneForward,
  mdiPhonePlus,
  mdiPlay,
  mdiRecordCircleOutline,
  mdiStopCircleOutline,
} from "../parts/more-icons";
import { canAdd } from "./call-facts";
import type { Panel } from "./panel";

export interface ControlsContext {
  readonly call: Call;
  readonly phone: RichPhone | null;
  readonly state: PhoneState | null;
  readonly t: Localize;
  readonly panel: Panel;
  /** Live calls beside this one. */
  readonly others: readonly Call[];
  readonly consulting: boolean;
  order(run: (phone: Phone) => Promise<void> | undefined): void;
  open(panel: Panel): void;
}

interface RoundOptions {
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly key?: string;
}

function round(id: string, path: string, label: string, press: () => void, options: RoundOptions = {}): TemplateResult {
  const { pressed, disabled, key } = options;
  return html`<button
    type="button"
    class="round ${pressed ? "on" : ""}"
    data-control=${id}
    aria-pressed=${pressed ?? nothing}
    aria-keyshortcuts=${key ?? nothing}
    title=${key ? `${label} (${key})` : nothing}
    ?disabled=${disabled ?? false}
    @click=${press}
  >
    <span class="disc">${icon(path)}</span><span class="label">${label}</span>
  </button>`;
}

/** The round buttons of a call that goes on; nothing where it allows none of them. */
export function callControls(context: ControlsContext): TemplateResult | typeof nothing {
  const { call, t, panel, others, consulting } = context;
  if (panel === "more") return group(section(t, callTexts)("more"), more(context));
  // A call on the desk phone that allows nothing from outside has no row of dead buttons.
  const { can } = call;
  if (call.where === "desk" && !can.hold && !can.mute && !can.dtmf && !can.transfer) return nothing;
  return group(t("call.talking"), main(context), consulting || others.length > 0 || Boolean(call.door) || call.picture);
}

/** Up to four in one row, five and six in two of three; beside another call, a door or a picture always in one. */
function group(label: string, buttons: readonly TemplateResult[], dense = false): TemplateResult {
  const kind = dense ? "dense" : buttons.length === 4 ? "four" : buttons.length > 4 ? "rows" : "";
  return html`<div class="controls ${kind}" role="group" aria-label=${label}>${buttons}</div>`;
}

function main(context: ControlsContext): TemplateResult[] {
  const { call, order, open, consulting } = context;
  const say = section(context.t, callTexts);
  const { can } = call;
  const buttons = [
    round(
      "mute",
      call.muted ? mdiMicrophoneOff : mdiMicrophone,
      say(call.muted ? "unmute" : "mute"),
      () => order((phone) => phone.mute(call.id, !call.muted)),
      { pressed: call.muted, disabled: !can.mute || call.held, key: "M" },
    ),
    round("keypad", mdiDialpad, say("keypad"), () => open("keypad"), { disabled: !can.dtmf || call.held, key: "K" }),
    round(
      "hold",
      call.held ? mdiPlay : mdiPause,
      say(call.held ? "resume" : "hold"),
      () => order((phone) => phone.hold(call.id, !call.held)),
      { pressed: call.held, disabled: !can.hold, key: "H" },
    ),
  ];
  if (!consulting)
    buttons.push(
      round("transfer", mdiPhoneForward, say("transfer"), () => open("transfer"), {
        disabled: !can.transfer,
        key: "T",
      }),
    );
  if (canAdd(context.call, context)) buttons.push(round("add", mdiPhonePlus, say("add"), () => open("add")));
  const rest = more(context).slice(0, -1);
  // One thing more needs no page of its own.
  if (rest.length === 1) buttons.push(rest[0] as TemplateResult);
  if (rest.length > 1) buttons.push(round("more", mdiDotsHorizontal, say("more"), () => open("more")));
  return buttons;
}

/** What is wanted less often, and the way back. */
function more({ call, phone, t, order, open }: ControlsContext): TemplateResult[] {
  const say = section(t, callTexts);
  const buttons: TemplateResult[] = [];
  const on = call.recording === "on";
  if (call.can.record)
    buttons.push(
      round(
        "record",
        on ? mdiStopCircleOutline : mdiRecordCircleOutline,
        say(on ? "record_stop" : "record"),
        () => order((target) => target.record(call.id, !on)),
        { pressed: on },
      ),
    );
  if (phone?.park && call.phase === "talking")
    buttons.push(round("park", mdiParking, say("park"), () => order(() => phone.park?.(call.id))));
  if (phone?.journal?.setNote) buttons.push(round("note", mdiNoteEditOutline, say("note"), () => open("note")));
  buttons.push(round("close", mdiClose, t("call.close"), () => open("none")));
  return buttons;
}
