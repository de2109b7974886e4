import type { Call, PhoneState } from "../../state/types";
import { focusCall } from "../phone/scene";

/** Local: this browser shows a small round button at rest. */
export const ROUND_KEY = "yeastar_linkus.round_button";

/** What lies over the page: who rings, and in which form the phone floats. */
export interface OverlayChoice {
  readonly incoming: Call | null;
  readonly floating: "none" | "round" | "pill" | "panel";
}

export interface OverlayWishes {
  /** The user opened the phone (panel) rather than left it small. */
  readonly expanded: boolean;
  /** The user wants a small round button at rest. */
  readonly roundButton: boolean;
  /** An automation wants the phone to be seen, until it is made small again. */
  readonly summoned?: boolean;
  /** A card with the phone is to be seen. */
  readonly cardVisible: boolean;
  /** A card that nothing covers shows the call that rings: it has the same two buttons. */
  readonly cardRings?: boolean;
  /** Ringing calls that were put aside. */
  readonly putAside: ReadonlySet<string>;
}

export function overlayChoice(state: PhoneState | null, wishes: OverlayWishes): OverlayChoice {
  if (!state) return { incoming: null, floating: "none" };
  const focus = focusCall(state.calls);
  // A second call is a banner inside the phone; only a lone ring takes the stage.
  const alone = focus?.phase === "ringing" ? focus : null;
  const incoming = alone && !wishes.putAside.has(alone.id) ? alone : null;
  const live = focus !== null && focus.phase !== "ended";
  if (incoming && wishes.cardRings) return { incoming: null, floating: "none" };
  if (incoming) return { incoming, floating: "none" };
  if (live || focus?.phase === "ended") {
    const secondRings = focus.phase !== "ringing" && state.calls.some((call) => call.phase === "ringing");
    if (wishes.cardVisible && !secondRings) return { incoming, floating: "none" };
    return { incoming, floating: wishes.expanded || secondRings ? "panel" : "pill" };
  }
  const summoned = wishes.summoned ?? false;
  if (state.phone === null || wishes.cardVisible || !(wishes.roundButton || summoned))
    return { incoming, floating: "none" };
  return { incoming, floating: wishes.expanded || summoned ? "panel" : "round" };
}
