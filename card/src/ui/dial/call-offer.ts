import type { PhoneState } from "../../state/types";
import { dialsFrom } from "../phone/scene";
import { cleanNumber } from "./number";

/** What the Call button offers for what is typed. `asks`: every call asks for its device. */
export function callOffer(state: PhoneState | null, typed: string, asks: boolean) {
  const from = state && dialsFrom(state);
  const asked = asks && Boolean(state?.phone?.browser && state.phone.desk);
  const able = asked || from !== null;
  const ready = able && cleanNumber(typed) !== "";
  const desk = from === "desk" && !asked;
  return {
    /** There is a number to call. */
    ready,
    /** An empty field takes the last number again. */
    pressable: ready || (able && typed === ""),
    desk,
    /** Says that it is the desk phone where nobody chose that. */
    label: desk && state?.method !== "desk" ? ("dial.call_desk" as const) : ("dial.call" as const),
  };
}
