import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import type { Call, PhoneState, Where } from "../state/types";
import { announcement } from "./announce";
import type { Panel } from "./call-view";
import { compactPage } from "./compact-page";
import type { RichPhone } from "./data";
import "./dialer";
import type { Dialer } from "./dialer";
import { KeepFocus } from "./keep-focus";
import { actInCall, type KeyAction, type KeyContext, keyAction } from "./keys";
import { type List, listView, loadList } from "./lists";
import { appendKey, cleanNumber } from "./number";
import {
  elsewherePage,
  firstUse,
  microphonePage,
  notMappedPage,
  orderNotice,
  outdatedNotice,
  type PanelContext,
  panelStyles,
  problemNotice,
  soundNotice,
  whichDevice,
} from "./panels";
import { define, PhoneFollower } from "./phone-element";
import "./phone-header";
import { phoneStyles } from "./phone-styles";
import { canAskMicrophone, dialsFrom, problemOf, type Scene, sceneOf, waitingCall } from "./scene";
import { secondCall } from "./second-call";
import { controls, tokens } from "./styles";
import type { Tab } from "./tab-bar";
import "./tab-bar";

export type PhoneLayout = "full" | "keypad" | "compact" | "floating" | "people" | "recents";

const ASK_KEY = "yeastar_linkus.ask_each_call";
const TABBED_KEY = "yeastar_linkus.tabbed";
const PHASES: Readonly<Record<string, KeyContext["phase"]>> = {
  idle: "idle",
  ended: "idle",
  incoming: "ringing",
  outgoing: "dialing",
  talking: "talking",
};

/** The whole phone: header, middle, tabs. The card and the floating phone both show it. */
export class PhoneView extends PhoneFollower {
  @property({ reflect: true }) layout: PhoneLayout = "full";
  @state() private number = "";
  @state() private tab: Tab = "keypad";
  @state() private panel: Panel = "none";
  @state() private transferTo = "";
  @state() private digits = "";
  @state() private note: { readonly call: Call; readonly text: string } | null = null;
  @state() private failed: string | null = null;
  @state() private asking: string | null = null;
  @state() private askEachCall = localStorage.getItem(ASK_KEY) === "1";
  @state() private seen: ReadonlySet<string> = new Set();
  @state() private live = "";
  @state() private unheard = 0;
  @state() private settings = false;
  /** The question for the microphone was put off. */
  @state() private later = false;
  #lastDialled = "";
  #lastCall: string | null = null;
  #stopMailbox: (() => void) | null = null;

  static override styles = [tokens, controls, panelStyles, phoneStyles];

  constructor() {
    super();
    new KeepFocus(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("keydown", this.#key);
    this.addEventListener("order-failed", this.#refused);
    // Not needed for the first picture, and there long before a call is.
    void import("./call-view");
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
    const calls = (this.state?.calls ?? []).filter((call) => call.phase !== "ended" || !this.seen.has(call.id));
    // A call that somebody is writing a note on stays until they are done.
    const noted = this.panel === "note" && this.note && !calls.some((call) => call.id === this.note?.call.id);
    return noted && calls.length === 0 && this.note ? [{ ...this.note.call, phase: "ended" }] : calls;
  }

  get #scene(): Scene {
    return sceneOf(this.state && { ...this.state, calls: this.#calls });
  }

  /** The list that this card is, or that is chosen; null for the keys and the call. */
  get #list(): List | null {
    if (this.layout === "people" || this.layout === "recents") return this.layout;
    return this.tab === "keypad" || !this.#tabs.includes(this.tab) ? null : this.tab;
  }

  get #tabs(): Tab[] {
    const rich = this.#rich;
    if (!rich || (this.layout !== "full" && this.layout !== "floating") || !this.state?.phone) return [];
    const tabs: Tab[] = ["keypad"];
    if (rich.directory) tabs.push("people");
    if (rich.journal) tabs.push("recents");
    if (rich.mailbox) tabs.push("voicemail");
    return tabs.length > 1 ? tabs : [];
  }

  /** Room for the tabs from the first picture on, when the last time there were some: nothing jumps. */
  #makeRoom(): void {
    const rich = this.#rich;
    const tabbed = rich
      ? Boolean(rich.directory ?? rich.journal ?? rich.mailbox)
      : localStorage.getItem(TABBED_KEY) === "1";
    if (rich) localStorage.setItem(TABBED_KEY, tabbed ? "1" : "0");
    this.toggleAttribute("tabbed", tabbed && this.layout === "full");
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has("phone") || changed.has("layout")) this.#makeRoom();
    if (changed.has("layout") && this.layout === "compact") void import("./compact-call");
    if (changed.has("phone")) {
      this.#stopMailbox?.();
      this.#stopMailbox =
        this.#rich?.mailbox?.subscribe((messages) => {
          this.unheard = messages.filter((message) => !message.heard).length;
        }) ?? null;
    }
    if (this.#list) void loadList(this.#list);
    if (!changed.has("state")) return;
    const scene = this.#scene;
    const id = "call" in scene ? scene.call.id : null;
    if (id !== this.#lastCall) {
      this.#lastCall = id;
      this.panel = "none";
      this.digits = "";
      this.note = null;
      // A new call takes the stage from whatever list was open.
      if (id !== null) this.tab = "keypad";
    }
    if ("call" in scene && scene.call.phase !== "talking" && this.panel !== "note") this.panel = "none";
    if (this.panel === "note" && this.note && "call" in scene) this.note = { ...this.note, call: scene.call };
    this.live =
      announcement((changed.get("state") as PhoneState | null | undefined) ?? null, this.state, this.t) || this.live;
  }

  #context(state: PhoneState): PanelContext {
    return {
      t: this.t,
      state,
      order: (run) => this.order(run),
      choose: (method) => {
        this.#setAsk(false);
        this.phone?.chooseMethod(method);
      },
    };
  }

  /** Asking at every call keeps this browser reachable: only the way out is open. */
  #setAsk(ask: boolean): void {
    if (ask) this.phone?.chooseMethod("browser");
    this.askEachCall = ask;
    if (ask) localStorage.setItem(ASK_KEY, "1");
    else localStorage.removeItem(ASK_KEY);
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
      // Call on an empty field brings the last number back, as phones do.
      if (text === "") this.number = this.#lastDialled;
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

  #dial(number: string, where: Where): void {
    this.asking = null;
    this.#lastDialled = number;
    this.number = "";
    this.order((phone) => phone.dial(number, { where }));
  }

  /** Somebody was picked in a list: a call; in a call, whom to give it to. */
  #picked(number: string): void {
    const scene = this.#scene;
    if (scene.kind === "talking" && scene.call.can.transfer && this.layout !== "people" && this.layout !== "recents") {
      this.transferTo = cleanNumber(number);
      if (this.panel !== "add") this.panel = "transfer";
      this.tab = "keypad";
      return;
    }
    this.#call(cleanNumber(number));
  }

  #dtmf(digit: string): void {
    const scene = this.#scene;
    if (scene.kind !== "talking" || scene.call.held || !scene.call.can.dtmf) return;
    this.#open("keypad");
    this.digits = (this.digits + digit).slice(-40);
    this.phone?.keyTone(digit);
    this.order((phone) => phone.sendDtmf(scene.call.id, digit));
  }

  #open(panel: Panel): void {
    const scene = this.#scene;
    this.tab = "keypad";
    if (panel !== "transfer" && panel !== "add") this.transferTo = "";
    if (panel === "note" && "call" in scene && this.note?.call.id !== scene.call.id)
      this.note = { call: scene.call, text: "" };
    this.panel = panel;
  }

  #key = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const scene = this.#scene;
    const origin = event.composedPath()[0];
    const phase = PHASES[scene.kind];
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
    if (this.panel !== "none") this.panel = "none";
    else if (this.asking !== null) this.asking = null;
    else if (this.tab !== "keypad") this.tab = "keypad";
    else return false;
    return true;
  }

  #act(action: KeyAction, scene: Scene): void {
    if (scene.kind === "talking") {
      actInCall(action, scene.call, {
        panel: this.panel,
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
    const tabs = this.layout === "keypad" || this.layout === "compact" ? [] : this.#tabs;
    const scene = this.#scene;
    return html`
      <yeastar-linkus-header
        ?narrow=${this.layout === "floating" || this.layout === "compact"}
        .phone=${this.phone}
        .state=${this.state}
        .t=${this.t}
        ?asks=${this.askEachCall}
        @ask-each-call=${(event: CustomEvent<boolean>) => this.#setAsk(event.detail)}
        @open-settings=${this.#openSettings}
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
        @note-changed=${(event: CustomEvent<string>) => {
          if (this.note) this.note = { ...this.note, text: event.detail };
        }}
        @ended-seen=${(event: CustomEvent<string>) => {
          this.panel = "none";
          this.seen = new Set([...this.seen, event.detail]);
        }}
      >
        ${this.#notice()} ${this.#middle(scene)}
      </div>
      ${
        tabs.length > 0
          ? html`<yeastar-linkus-tabs
              .t=${this.t}
              .tabs=${tabs}
              .tab=${this.tab}
              ?incall=${"call" in scene && scene.kind !== "ended"}
              .badges=${{ recents: this.state?.missed ?? 0, voicemail: this.unheard }}
              @tab=${(event: CustomEvent<Tab>) => {
                this.tab = event.detail;
              }}
            ></yeastar-linkus-tabs>`
          : nothing
      }
      ${
        this.settings
          ? html`<yeastar-linkus-settings
              .phone=${this.phone}
              .state=${this.state}
              .t=${this.t}
              @settings-closed=${() => {
                this.settings = false;
              }}
            ></yeastar-linkus-settings>`
          : nothing
      }
      <div class="sr" role="status" aria-live="assertive">${this.live}</div>
    `;
  }

  async #openSettings(): Promise<void> {
    const { SettingsDialog } = await import("./settings-dialog");
    this.settings = true;
    await this.updateComplete;
    const dialog = this.renderRoot.querySelector("yeastar-linkus-settings");
    if (dialog instanceof SettingsDialog) await dialog.open();
  }

  #notice(): TemplateResult | typeof nothing {
    const notice = this.state?.notice;
    const key = notice?.key ?? this.failed;
    if (key === null) return nothing;
    return orderNotice(this.t, key, notice?.detail, () => {
      this.failed = null;
      if (notice) this.phone?.dismissNotice();
    });
  }

  #middle(scene: Scene): TemplateResult {
    const { state, t } = this;
    if (!state || scene.kind === "loading") return html`<div class="loading">${t("loading.text")}</div>`;
    const context = this.#context(state);
    const list = this.#list;
    if ("call" in scene && this.layout !== "people" && this.layout !== "recents") {
      const waiting = waitingCall(this.#calls, scene.call);
      const banner = waiting ? secondCall(waiting, scene.call, t, (run) => this.order(run)) : nothing;
      return html`${banner}${list ? listView(list, this) : this.#callView(scene.call, state)}`;
    }
    if (this.layout === "compact")
      return (
        compactPage(context, scene, this.asking, (number, where) => this.#dial(number, where)) ?? this.#dialer(context)
      );
    if (scene.kind === "not_mapped") return notMappedPage(t, state.isAdmin);
    if (scene.kind === "first_use") return firstUse(context, () => this.#setAsk(true));
    if (this.asking !== null) {
      return whichDevice(
        t,
        this.asking,
        (where) => this.#dial(this.asking ?? "", where),
        () => {
          this.asking = null;
        },
      );
    }
    if (list) return listView(list, this);
    if (canAskMicrophone(state) && !this.later) {
      return microphonePage(context, () => {
        this.later = true;
      });
    }
    if (state.reach.state === "elsewhere" && state.method !== "desk") return elsewherePage(context);
    return this.#dialer(context);
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
      .digits=${this.digits}
      .note=${this.note?.text ?? ""}
      .transferTo=${this.transferTo}
      ?large=${call.phase === "ringing"}
      panel=${this.panel}
    ></yeastar-linkus-call>`;
  }

  #dialer(context: PanelContext): TemplateResult {
    const { state, t } = context;
    const compact = this.layout === "compact";
    const problem = state.method === "desk" ? null : problemOf(state);
    let above: TemplateResult | typeof nothing = nothing;
    if (problem) above = problemNotice(context, problem);
    else if (state.outdated) above = outdatedNotice(t);
    else if (state.soundLocked && state.reach.state === "ready") above = soundNotice(context);
    return html`<yeastar-linkus-dialer ?compact=${compact} ?asks=${this.askEachCall} .phone=${this.phone} .state=${state} .t=${t} .value=${this.number} .last=${this.#lastDialled}>
        ${compact ? nothing : above}
      </yeastar-linkus-dialer>
      ${compact && problem ? html`<p class="why dim ellipsis" title=${t(`problem.${problem}.do`)}>${t(`problem.${problem}.why`)}</p>` : nothing}`;
  }
}

define("yeastar-linkus-phone", PhoneView);
