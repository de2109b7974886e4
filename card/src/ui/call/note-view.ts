import { css, html } from "lit";
import { property, state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { callTexts } from "../../localize/sections/call";
import type { Call } from "../../state/types";
import type { RichPhone } from "../data";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";

const LONGEST = 2000;
const PAUSE_MS = 800;

/** A note on the call, kept while it is written. */
export class NoteView extends PhonePart {
  @property({ attribute: false }) call: Call | null = null;
  @property() value = "";
  @state() private kept: "no" | "yes" | "failed" = "no";
  #wait: ReturnType<typeof setTimeout> | undefined;
  #unsaved: { id: string; text: string } | null = null;

  static override styles = [
    tokens,
    controls,
    css`
      :host {
        display: flex;
        flex: 1;
        flex-direction: column;
        gap: 4px;
        min-height: 96px;
        width: 100%;
      }
      textarea {
        flex: 1;
        min-height: 72px;
        padding: 12px;
        border: 1px solid var(--yl-line);
        border-radius: var(--yl-radius);
        background: none;
        font-size: 15px;
        line-height: 20px;
        resize: none;
      }
      small {
        min-height: 16px;
        font-size: 12px;
        line-height: 16px;
        color: var(--yl-dim);
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#keep();
  }

  get #say() {
    return section(this.t, callTexts);
  }

  #write(text: string): void {
    const call = this.call;
    if (!call) return;
    this.kept = "no";
    this.#unsaved = { id: call.pbxId ?? call.id, text: text.slice(0, LONGEST) };
    this.tell("note-changed", text);
    clearTimeout(this.#wait);
    this.#wait = setTimeout(() => this.#keep(), PAUSE_MS);
  }

  #keep(): void {
    clearTimeout(this.#wait);
    const note = this.#unsaved;
    if (!note) return;
    this.#unsaved = null;
    (this.phone as RichPhone | null)?.journal?.setNote?.(note.id, note.text).then(
      () => {
        this.kept = "yes";
      },
      () => {
        this.kept = "failed";
      },
    );
  }

  override render() {
    return html`<textarea
        dir="auto"
        maxlength=${LONGEST}
        aria-label=${this.#say("note")}
        placeholder=${this.#say("note.placeholder")}
        .value=${this.value}
        @input=${(event: Event) => this.#write((event.target as HTMLTextAreaElement).value)}
        @blur=${() => this.#keep()}
      ></textarea>
      <small role="status">${this.kept === "yes" ? this.#say("note.kept") : this.kept === "failed" ? this.#say("note.failed") : ""}</small>`;
  }
}

define("yeastar-linkus-note", NoteView);
