import { css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { section } from "../../localize/section";
import { listsTexts } from "../../localize/sections/lists";
import { recordingTexts } from "../../localize/sections/recording";
import { qualityBars, qualityStyles } from "../call/quality";
import { qualityFigures, qualityWords } from "../call/quality-words";
import type { CallRecord, RichPhone } from "../data";
import { icon } from "../parts/icon";
import { mdiHistory } from "../parts/icons";
import { mdiPhoneIncoming, mdiPhoneMissed, mdiPhoneOutgoing, mdiPlay, mdiStop } from "../parts/more-icons";
import { name, partyName } from "../parts/party";
import { define, PhonePart } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { safeText } from "../parts/text";
import { timerText } from "../parts/timer";
import { byDay, clockText } from "../parts/when";
import { listStyles } from "./list-styles";
import { ownAddress } from "./sound-player";

const MISSED = new Set(["missed", "abandoned", "voicemail"]);

export function isMissed(record: CallRecord): boolean {
  return (record.direction === "in" || record.direction === "internal_in") && MISSED.has(record.outcome);
}

/** The last calls by day, all or the missed ones; a tap calls back. */
export class RecentsView extends PhonePart {
  @state() private records: readonly CallRecord[] | null = null;
  @state() private missedOnly = false;
  @state() private failed = false;
  @state() private playing: { readonly id: string; readonly address: string } | null = null;
  #next: string | null = null;
  #loading = 0;
  #stop: (() => void) | null = null;

  static override styles = [
    tokens,
    controls,
    listStyles,
    qualityStyles,
    css`
      .row > .quality {
        flex: none;
        margin-inline-start: auto;
      }
      .missed .kind {
        background: color-mix(in srgb, var(--yl-stop) 18%, transparent);
      }
      .missed .kind .icon {
        color: color-mix(in srgb, var(--yl-stop) 75%, var(--yl-text));
      }
      .note {
        flex-basis: 100%;
        margin: -4px 8px 8px 60px;
        color: var(--yl-dim);
        font-size: 13px;
        line-height: 18px;
        overflow-wrap: anywhere;
      }
      .note:dir(rtl) {
        margin: -4px 60px 8px 8px;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#stop = null;
  }

  get #say() {
    return section(this.t, listsTexts);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("phone")) return;
    this.#stop?.();
    this.#stop = this.#journal?.onChange(() => void this.#load(true)) ?? null;
    this.phone?.clearMissed();
    void this.#load(true);
  }

  get #journal() {
    return (this.phone as RichPhone | null)?.journal;
  }

  async #load(fresh: boolean): Promise<void> {
    const journal = this.#journal;
    if (!journal) return;
    this.#loading += 1;
    const turn = this.#loading;
    try {
      const page = await journal.page({ missedOnly: this.missedOnly, after: fresh ? null : this.#next });
      // An answer to an older question would mix two lists.
      if (turn !== this.#loading) return;
      this.records = fresh ? page.records : [...(this.records ?? []), ...page.records];
      this.#next = page.next;
      this.failed = false;
    } catch {
      if (turn === this.#loading) this.failed = true;
    }
  }

  #play(record: CallRecord): void {
    if (this.playing?.id === record.id) {
      this.playing = null;
      return;
    }
    this.order(async () => {
      this.playing = { id: record.id, address: ownAddress(await this.#journal?.recording?.(record)) };
    });
  }

  #filter(missedOnly: boolean): void {
    if (this.missedOnly === missedOnly) return;
    this.missedOnly = missedOnly;
    this.records = null;
    void this.#load(true);
  }

  #scroll(event: Event): void {
    const box = event.target as HTMLElement;
    if (this.#next === null || box.scrollTop + box.clientHeight < box.scrollHeight - 200) return;
    const next = this.#next;
    void this.#load(false);
    if (this.#next === next) this.#next = null;
  }

  override render() {
    const chip = (missedOnly: boolean, label: string) => html`<button
      type="button"
      class="tonal"
      aria-pressed=${this.missedOnly === missedOnly}
      @click=${() => this.#filter(missedOnly)}
    >
      ${label}
    </button>`;
    const groups = byDay(this.records ?? [], (record) => record.startedAt, Date.now(), this.t.language);
    return html`
      <div class="chips">${chip(false, this.#say("recents.all"))} ${chip(true, this.#say("recents.missed"))}</div>
      <div class="scroll" @scroll=${this.#scroll}>
        ${groups.map(
          ({ day, items }) => html`<h3>${day}</h3>
            <ul>
              ${items.map((record) => this.#row(record))}
            </ul>`,
        )}
        ${groups.length === 0 || this.failed ? this.#empty() : nothing}
      </div>
    `;
  }

  #empty(): TemplateResult {
    if (this.failed) {
      return html`<div class="empty">
        ${this.#say("failed")}
        <button type="button" class="tonal" @click=${() => this.#load(true)}>${this.#say("retry")}</button>
      </div>`;
    }
    return html`<div class="empty">
      ${icon(mdiHistory)} ${this.records === null ? this.#say("loading") : this.#say(this.missedOnly ? "recents.none_missed" : "recents.none")}
    </div>`;
  }

  #row(record: CallRecord): TemplateResult {
    const out = record.direction === "out" || record.direction === "internal_out";
    const missed = isMissed(record);
    const words =
      record.answeredBy && record.outcome === "answered_elsewhere"
        ? this.t("outcome.answered_by", { name: safeText(record.answeredBy, 60) })
        : this.t.maybe(`outcome.${record.outcome}`, "outcome.unknown");
    const note = safeText(record.note, 300);
    const detail = record.durationMs > 0 ? timerText(record.durationMs) : record.outcome === "answered" ? "" : words;
    const callable = safeText(record.number) !== "";
    const sound = record.quality ? qualityWords(record.quality, this.t) : "";
    return html`<li class=${missed ? "missed" : ""}>
      <button
        type="button"
        class="row"
        ?disabled=${!callable}
        title=${record.quality ? `${sound} – ${qualityFigures(record.quality, this.t)}` : nothing}
        @click=${() => this.tell("dial", { number: record.number, name: record.name })}
      >
        <span class="kind">${icon(missed ? mdiPhoneMissed : out ? mdiPhoneOutgoing : mdiPhoneIncoming)}</span>
        <span class="words"
          ><b class="ellipsis">${name(record, this.t)}</b
          ><small class="ellipsis">${clockText(record.startedAt, this.t.language)}${detail ? ` · ${detail}` : nothing}</small></span
        ><span class="sr">, ${this.#say(out ? "recents.outgoing" : "recents.incoming")}, ${words}${sound ? `, ${sound}` : nothing}. ${this.t("call.back")}</span
        >${record.quality ? qualityBars(record.quality.score) : nothing}
      </button>
      ${record.recorded && this.#journal?.recording ? this.#recording(record) : nothing}
      ${note ? html`<p class="note"><bdi>${note}</bdi></p>` : nothing}
    </li>`;
  }

  #recording(record: CallRecord): TemplateResult {
    const playing = this.playing?.id === record.id ? this.playing : null;
    const label = section(this.t, recordingTexts)(playing ? "stop" : "play", { name: partyName(record, this.t) });
    return html`<button
        type="button"
        class="side play"
        aria-label=${label}
        title=${label}
        @click=${() => this.#play(record)}
      >
        ${icon(playing ? mdiStop : mdiPlay)}
      </button>
      ${
        playing
          ? html`<yeastar-linkus-player .phone=${this.phone} .state=${this.state} .t=${this.t} .address=${playing.address}></yeastar-linkus-player>`
          : nothing
      }`;
  }
}

define("yeastar-linkus-recents", RecentsView);
