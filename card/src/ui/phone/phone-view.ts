import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { Call, PhoneState, Where } from "../../state/types";
import type { Panel } from "../call/panel";
import { secondCall } from "../call/second-call";
import type { RichPhone } from "../data";
import type { Dialer } from "../dial/dialer";
import "../dial/dialer";
import { appendKey, cleanNumber } from "../dial/number";
import { define, PhoneFollower } from "../parts/phone-element";
import { controls, tokens } from "../parts/styles";
import { announcement } from "./announce";
import { asksEachCall, rememberAsking } from "./ask-each-call";
import { CallStage } from "./call-stage";
import { KeepFocus } from "./keep-focus";
import { actInCall, type KeyAction, keyAction, phaseOf } from "./keys";
import { listView, loadList } from "./lists";
import "./phone-header";
import { isList, type PhoneLayout } from "./phone-layout";
import { phoneStyles } from "./phone-styles";
import { dialsFrom, type Scene, sceneOf, waitingCall } from "./scene";
import "./tab-bar";
import { type List, needsRoomForTabs, type Tab, tabsOf } from "./tabs";
import { type Notice, noticeAbove, pageOf } from "./what-to-say";

/** The whole phone: header, middle, tabs. The card and the floating phone both show it. */
export class PhoneView extends PhoneFollower {
  @property({ reflect: true }) layout: PhoneLayout = "full";
  @state() private number = "";
  @state() private tab: Tab = "keypad";
  @state() private failed: string | null = null;
  /** A number that waits for its device. */
  @state() private asking: string | null = null;
  @state() private askEachCall = asksEachCall();
  @state() private live = "";
  @state() private unheard = 0;
  /** The question for the microphone was put off. */
  @state() private later = false;
  readonly #stage = new CallStage(() => this.requestUpdate());
  #lastDialled = "";
  #stopMailbox: (() => void) | null = null;

  static override styles = [tokens, controls, phoneStyles];

  constructor() {
    super();
    new KeepFocus(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("keydown", this.#key);
    this.addEventListener("order-failed", this.#refused);
    // Not needed for the first picture, and there long before a call or an answer of the PBX is.
    void import("./notice");
    void import("./pages");
    void import("../call/call-view");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener("keydown", this.#key);
    this.removeEventListener("order-failed", this.#refused);
    this.#stopMailbox?.();
    this.#stopMailbox = null;
  }

  /** The middle, so that the next key means this phone. The host itself must not be focusable: Tab would pass all that is in it. */
  override focus(options?: FocusOptions): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(".body")?.focus(options));
  }

  #refused = (event: Event): void => {
    this.failed = (event as CustomEvent<{ key: string }>).detail.key;
    event.stopPropagation();
  };

  get #rich(): RichPhone | null {
    return this.phone;
  }

  get #calls(): readonly Call[] {
    return this.#stage.shown(this.state?.calls ?? []);
  }

  get #scene(): Scene {
    return sceneOf(this.state && { ...this.state, calls: this.#calls });
  }

  get #tabs(): Tab[] {
    return this.state?.phone ? tabsOf(this.#rich, this.layout) : [];
  }

  /** The list that this card is, or that is chosen; null for the keys and the call. */
  get #list(): List | null {
    if (isList(this.layout)) return this.layout;
    return this.tab === "keypad" || !this.#tabs.includes(this.tab) ? null : this.tab;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has("phone") || changed.has("layout"))
      this.toggleAttribute("tabbed", needsRoomForTabs(this.#rich) && this.layout === "full");
    if (changed.has("layout") && this.layout === "compact") void import("../call/compact-call");
    if (changed.has("phone")) this.#followMailbox();
    if (this.#list) void loadList(this.#list);
    if (!changed.has("state")) return;
    // A new call takes the stage from whatever list was open.
    if (this.#stage.follow(this.#scene)) this.tab = "keypad";
    this.live =
      announcement((changed.get("state") as PhoneState | null | undefined) ?? null, this.state, this.t) || this.live;
  }

  #followMailbox(): void {
    this.#stopMailbox?.();
    this.#stopMailbox =
      this.#rich?.mailbox?.subscribe((messages) => {
        this.unheard = messages.filter((message) => !message.heard).length;
      }) ?? null;
  }

  /** Asking at every call keeps this browser reachable: only the way out is open. */
  #setAsk(ask: boolean): void {
    if (ask) this.phone?.chooseMethod("browser");
    this.askEachCall = ask;
    rememberAsking(ask);
  }

  #call(text = this.number): void {
    const state = this.state;
    if (!state) return;
    if (/\p{L}/u.test(text)) {
      this.renderRoot.querySelector<Dialer>("yeastar-linkus-dialer")?.pickFirst();
      return;
    }
    const number = cleanNumber(text);
    if (number === "") {
      if (text === "") this.#startNumber();
      return;
    }
    if (this.askEachCall && state.phone?.browser && state.phone.desk) {
      this.asking = number;
      this.tab = "keypad";
      return;
    }
    const where = dialsFrom(state);
    if (where) this.#dial(number, where);
  }

  /** Call on an empty field brings the last number back, as phones do; the first time it asks for one. */
  #startNumber(): void {
    this.number = this.#lastDialled;
    if (this.number === "") this.renderRoot.querySelector<Dialer>("yeastar-linkus-dialer")?.focus();
  }

  #dial(number: string, where: Where): void {
    this.asking = null;
    this.#lastDialled = number;
    this.number = "";
    this.order((phone) => phone.dial(number, { where }));
  }

  /** Somebody was picked in a list: a call; in a call, whom to give it to. */
  #picked(number: string): void {
    const scene = this.#scene;
    if (scene.kind === "talking" && scene.call.can.transfer && !isList(this.layout)) {
      this.#stage.pick(cleanNumber(number));
      this.tab = "keypad";
      return;
    }
    this.#call(cleanNumber(number));
  }

  #dtmf(digit: string): void {
    const scene = this.#scene;
    if (scene.kind !== "talking" || scene.call.held || !scene.call.can.dtmf) return;
    this.#open("keypad");
    this.#stage.press(digit);
    this.phone?.keyTone(digit);
    this.order((phone) => phone.sendDtmf(scene.call.id, digit));
  }

  #open(panel: Panel): void {
    this.tab = "keypad";
    this.#stage.open(panel, this.#scene);
  }

  #key = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const scene = this.#scene;
    const origin = event.composedPath()[0];
    const phase = phaseOf(scene.kind);
    if (!phase || !(origin instanceof HTMLElement)) return;
    const action = keyAction(event, {
      typing: origin.matches("input, textarea, select, [contenteditable]"),
      onControl: origin.matches("button, a, summary, audio"),
      phase,
    });
    if (!action) return;
    if (action.kind === "escape" && !this.#back()) {
      // Nothing to close in here: whoever is around (the floating phone) may minimise.
      this.tell("escape");
      return;
    }
    this.#act(action, scene);
    event.preventDefault();
    event.stopPropagation();
  };

  #back(): boolean {
    if (this.#stage.back()) return true;
    if (this.asking !== null) this.asking = null;
    else if (this.tab !== "keypad") this.tab = "keypad";
    else return false;
    return true;
  }

  #act(action: KeyAction, scene: Scene): void {
    if (scene.kind === "talking") {
      actInCall(action, scene.call, {
        panel: this.#stage.panel,
        open: (panel) => this.#open(panel),
        press: (digit) => this.#dtmf(digit),
        order: (run) => this.order(run),
      });
    } else if (action.kind === "digit") {
      this.tab = "keypad";
      this.number = appendKey(this.number, action.digit);
    } else if (action.kind === "erase") this.number = [...this.number].slice(0, -1).join("");
    else if (action.kind === "call") this.#call();
  }

  override render() {
    const tabs = this.#tabs;
    const scene = this.#scene;
    return html`
      <yeastar-linkus-header
        ?narrow=${this.layout === "floating" || this.layout === "compact"}
        .phone=${this.phone}
        .state=${this.state}
        .t=${this.t}
        ?asks=${this.askEachCall}
        @ask-each-call=${(event: CustomEvent<boolean>) => this.#setAsk(event.detail)}
        ><slot name="header"></slot
      ></yeastar-linkus-header>
      <div
        class="body"
        tabindex="-1"
        @number-changed=${(event: CustomEvent<string>) => {
          this.number = event.detail;
        }}
        @key-pressed=${(event: CustomEvent<string>) => this.phone?.keyTone(event.detail)}
        @call-number=${() => this.#call()}
        @dial=${(event: CustomEvent<{ number: string }>) => this.#picked(event.detail.number)}
        @panel=${(event: CustomEvent<Panel>) => this.#open(event.detail)}
        @dtmf=${(event: CustomEvent<string>) => this.#dtmf(event.detail)}
        @note-changed=${(event: CustomEvent<string>) => this.#stage.write(event.detail)}
        @ended-seen=${(event: CustomEvent<string>) => this.#stage.putAway(event.detail)}
        @choose=${(event: CustomEvent<Where>) => this.#chosen(event.detail)}
        @ask-each-call=${(event: CustomEvent<boolean>) => this.#setAsk(event.detail)}
        @put-off=${this.#putOff}
        @dismissed=${this.#dismissed}
      >
        ${this.#notice()} ${this.#middle(scene)}
      </div>
      ${tabs.length > 0 ? this.#tabBar(tabs, scene) : nothing}
      <div class="sr" role="status" aria-live="assertive">${this.live}</div>
    `;
  }

  #tabBar(tabs: readonly Tab[], scene: Scene): TemplateResult {
    return html`<yeastar-linkus-tabs
      .t=${this.t}
      .tabs=${tabs}
      .tab=${this.tab}
      ?incall=${"call" in scene && scene.kind !== "ended"}
      .badges=${{ recents: this.state?.missed ?? 0, voicemail: this.unheard }}
      @tab=${(event: CustomEvent<Tab>) => {
        this.tab = event.detail;
      }}
    ></yeastar-linkus-tabs>`;
  }

  /** A device was chosen, for one call or for all. */
  #chosen(where: Where): void {
    if (this.asking !== null) {
      this.#dial(this.asking, where);
      return;
    }
    this.#setAsk(false);
    this.phone?.chooseMethod(where);
  }

  #putOff(): void {
    if (this.asking !== null) this.asking = null;
    else this.later = true;
  }

  #dismissed(): void {
    this.failed = null;
    if (this.state?.notice) this.phone?.dismissNotice();
  }

  #notice(): TemplateResult | typeof nothing {
    const notice = this.state?.notice;
    const key = notice?.key ?? this.failed;
    return key === null ? nothing : this.#noticeLine({ kind: "order", key, detail: notice?.detail }, true);
  }

  #noticeLine(notice: Notice, over = false): TemplateResult {
    return html`<yeastar-linkus-notice
      ?over=${over}
      ?compact=${this.layout === "compact" && !over}
      .phone=${this.phone}
      .state=${this.state}
      .t=${this.t}
      .notice=${notice}
    ></yeastar-linkus-notice>`;
  }

  #middle(scene: Scene): TemplateResult {
    const { state, t } = this;
    if (!state || scene.kind === "loading") return html`<div class="loading">${t("loading.text")}</div>`;
    const list = this.#list;
    if ("call" in scene && !isList(this.layout)) {
      const waiting = waitingCall(this.#calls, scene.call);
      const banner = waiting ? secondCall(waiting, scene.call, t, (run) => this.order(run)) : nothing;
      return html`${banner}${list ? listView(list, this) : this.#callView(scene.call, state)}`;
    }
    const page = pageOf(scene, state, { asking: this.asking, later: this.later, listed: list !== null });
    if (page)
      return html`<yeastar-linkus-page
        ?compact=${this.layout === "compact"}
        .phone=${this.phone}
        .state=${state}
        .t=${t}
        .page=${page}
      ></yeastar-linkus-page>`;
    return list ? listView(list, this) : this.#dialer(state);
  }

  #callView(call: Call, state: PhoneState): TemplateResult {
    if (this.layout === "compact") {
      return html`<yeastar-linkus-compact-call .phone=${this.phone} .t=${this.t} .call=${call}></yeastar-linkus-compact-call>`;
    }
    return html`<yeastar-linkus-call
      .phone=${this.phone}
      .state=${state}
      .t=${this.t}
      .call=${call}
      .digits=${this.#stage.digits}
      .note=${this.#stage.note}
      .transferTo=${this.#stage.transferTo}
      ?large=${call.phase === "ringing"}
      panel=${this.#stage.panel}
    ></yeastar-linkus-call>`;
  }

  #dialer(state: PhoneState): TemplateResult {
    const compact = this.layout === "compact";
    const notice = noticeAbove(state);
    const cause = compact && notice?.kind === "problem";
    return html`<yeastar-linkus-dialer
        ?compact=${compact}
        ?asks=${this.askEachCall}
        .phone=${this.phone}
        .state=${state}
        .t=${this.t}
        .value=${this.number}
      >
        ${notice && !compact ? this.#noticeLine(notice) : nothing}
      </yeastar-linkus-dialer>
      ${notice && cause ? this.#noticeLine(notice) : nothing}`;
  }
}

define("yeastar-linkus-phone", PhoneView);
