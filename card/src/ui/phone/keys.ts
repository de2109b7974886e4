import type { Call, Phone } from "../../state/types";
import type { Panel } from "../call/panel";
import type { Scene } from "./scene";

/** What a key press means to the phone. Pure: the caller tells where the focus is and what goes on. */

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat?: boolean;
  readonly isComposing?: boolean;
}

export interface KeyContext {
  /** The focus is in a text field (it then keeps its letters and digits). */
  readonly typing: boolean;
  /** The focus is on a button or a link (Enter and Space are its own). */
  readonly onControl: boolean;
  readonly phase: "idle" | "ringing" | "dialing" | "talking";
}

const PHASES: Readonly<Record<Scene["kind"], KeyContext["phase"] | null>> = {
  loading: null,
  not_mapped: null,
  first_use: null,
  idle: "idle",
  ended: "idle",
  incoming: "ringing",
  outgoing: "dialing",
  talking: "talking",
};

/** What keys are about in a scene; null where they mean nothing to the phone. */
export function phaseOf(scene: Scene["kind"]): KeyContext["phase"] | null {
  return PHASES[scene];
}

export type KeyAction =
  | { readonly kind: "digit"; readonly digit: string }
  | { readonly kind: "erase" | "call" | "mute" | "hold" | "keypad" | "transfer" | "escape" };

const DIGIT = /^[0-9*#]$/;
const LETTERS: Readonly<Record<string, "mute" | "hold" | "keypad" | "transfer">> = {
  m: "mute",
  h: "hold",
  k: "keypad",
  t: "transfer",
};

export function keyAction(press: KeyPress, context: KeyContext): KeyAction | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.isComposing) return null;
  if (press.key === "Escape") return { kind: "escape" };
  // A key that is held on after hanging up must not call again.
  const enter = press.key === "Enter" && !press.repeat && context.phase === "idle";
  if (context.typing) return enter ? { kind: "call" } : null;
  if (DIGIT.test(press.key) || (press.key === "+" && context.phase === "idle")) {
    return context.phase === "idle" || context.phase === "talking" ? { kind: "digit", digit: press.key } : null;
  }
  if (context.phase === "idle") {
    if (press.key === "Backspace") return { kind: "erase" };
    return enter && !context.onControl ? { kind: "call" } : null;
  }
  if (context.phase === "talking" && !press.repeat) {
    const kind = LETTERS[press.key.toLowerCase()];
    return kind ? { kind } : null;
  }
  return null;
}

/** What a key does in a call that talks. */
export function actInCall(
  action: KeyAction,
  call: Call,
  on: {
    readonly panel: Panel;
    open(panel: Panel): void;
    press(digit: string): void;
    order(run: (phone: Phone) => Promise<void> | undefined): void;
  },
): void {
  const flip = (panel: Panel) => on.open(on.panel === panel ? "none" : panel);
  const { can } = call;
  if (action.kind === "digit") on.press(action.digit);
  if (action.kind === "mute" && can.mute && !call.held) on.order((phone) => phone.mute(call.id, !call.muted));
  if (action.kind === "hold" && can.hold) on.order((phone) => phone.hold(call.id, !call.held));
  if (action.kind === "keypad" && can.dtmf && !call.held) flip("keypad");
  if (action.kind === "transfer" && can.transfer) flip("transfer");
}
