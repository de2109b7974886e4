import type { Call } from "../../state/types";
import type { Panel } from "../call/panel";
import type { Scene } from "./scene";

const MAX_DIGITS = 40;

/** What is open beside the call that the eyes belong to, and which ended calls were put away. It lives as long as the view. */
export class CallStage {
  #panel: Panel = "none";
  #transferTo = "";
  #digits = "";
  #note: { readonly call: Call; readonly text: string } | null = null;
  #seen: ReadonlySet<string> = new Set();
  #callId: string | null = null;

  constructor(private readonly changed: () => void) {}

  get panel(): Panel {
    return this.#panel;
  }

  /** A number that was picked elsewhere for this call. */
  get transferTo(): string {
    return this.#transferTo;
  }

  get digits(): string {
    return this.#digits;
  }

  get note(): string {
    return this.#note?.text ?? "";
  }

  /** The calls to show. One that somebody is writing a note on stays until they are done. */
  shown(calls: readonly Call[]): readonly Call[] {
    const left = calls.filter((call) => call.phase !== "ended" || !this.#seen.has(call.id));
    const noted = this.#panel === "note" ? this.#note : null;
    return noted && left.length === 0 ? [{ ...noted.call, phase: "ended" }] : left;
  }

  /** Follows the scene; true when another call has come on the stage. */
  follow(scene: Scene): boolean {
    const call = "call" in scene ? scene.call : null;
    const another = (call?.id ?? null) !== this.#callId;
    if (another) {
      this.#callId = call?.id ?? null;
      this.#panel = "none";
      this.#digits = "";
      this.#note = null;
    }
    if (call && call.phase !== "talking" && this.#panel !== "note") this.#panel = "none";
    if (call && this.#panel === "note" && this.#note) this.#note = { ...this.#note, call };
    return another && call !== null;
  }

  open(panel: Panel, scene: Scene): void {
    if (panel !== "transfer" && panel !== "add") this.#transferTo = "";
    if (panel === "note" && "call" in scene && this.#note?.call.id !== scene.call.id)
      this.#note = { call: scene.call, text: "" };
    this.#panel = panel;
    this.changed();
  }

  /** Somebody was picked for this call: to be given it, unless they are wanted besides. */
  pick(number: string): void {
    this.#transferTo = number;
    if (this.#panel !== "add") this.#panel = "transfer";
    this.changed();
  }

  press(digit: string): void {
    this.#digits = (this.#digits + digit).slice(-MAX_DIGITS);
    this.changed();
  }

  write(text: string): void {
    if (!this.#note) return;
    this.#note = { ...this.#note, text };
    this.changed();
  }

  /** Closes what is open; false when nothing was. */
  back(): boolean {
    if (this.#panel === "none") return false;
    this.#panel = "none";
    this.changed();
    return true;
  }

  /** An ended call was looked at. */
  putAway(callId: string): void {
    this.#panel = "none";
    this.#seen = new Set([...this.#seen, callId]);
    this.changed();
  }
}
