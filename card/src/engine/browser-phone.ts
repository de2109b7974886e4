import type { Info, InfoPhone } from "../ha/door";
import type { Hass } from "../ha/hass";
import { type OwnConnection, ownConnection } from "../ha/own-connection";
import { OrderError } from "../state/problems";
import type { LineState } from "../state/reach";
import { loopFor } from "../state/sounds";
import type { Call } from "../state/types";
import type { Pictures } from "../ui/data";
import { Sounds } from "./audio/sounds";
import { AutoAnswer } from "./auto-answer";
import { microphonePermission } from "./browser/microphone";
import { browserName, type Settings } from "./browser/settings";
import type { Stage } from "./linkus/linkus-look";
import { Registration } from "./registration";
import { RemoteOrders } from "./remote-orders";
import { type LeaderState, Tabs } from "./tabs";

export interface BrowserPhoneOptions {
  hass(): Hass;
  readonly info: () => Info;
  /** Always the newest that Home Assistant says about it; its id stays. */
  phone(): InfoPhone;
  settings(): Settings;
  wanted(): boolean;
  pbxAvailable(): boolean;
  /** Where the official UI is wanted in this tab; null: nowhere. */
  stage(): Stage | null;
  /** Anything about it changed. */
  changed(): void;
}

/** The phone of this browser, in whichever of its tabs: registered, rung and heard in one, seen and worked from all. */
export class BrowserPhone {
  readonly #tabs: Tabs;
  readonly #sounds: Sounds;
  readonly #silenced = new Set<string>();
  readonly #orders = new RemoteOrders(
    () => this.#calls,
    (name, args) => this.#carryOut(name, args),
  );
  readonly #autoAnswer: AutoAnswer;
  #registration: Registration | null = null;
  #connection: OwnConnection | null = null;
  #applied: Settings | null = null;
  #borrowedRing: (() => void) | null = null;
  #calls: readonly Call[] = [];
  #soundLocked = false;
  #closed = false;
  /** What the tab that carries the phone says, while that is another one. */
  #other: LeaderState | null = null;

  constructor(private readonly options: BrowserPhoneOptions) {
    this.#sounds = new Sounds((locked) => {
      if (locked === this.#soundLocked) return;
      this.#soundLocked = locked;
      this.#changed();
    });
    this.#autoAnswer = new AutoAnswer({
      calls: () => this.#calls,
      chosen: () => options.settings().autoAnswer,
      silenced: (id) => this.#silenced.has(id),
      microphone: () => microphonePermission(),
      audible: () => this.#sounds.check(),
      announce: () => this.#sounds.announce(),
      answer: (id) => this.#carryOut("answer", [id]),
    });
    this.#tabs = new Tabs(`yeastar_linkus:${options.phone().phone_id}`, {
      lead: () => this.#lead(),
      lost: () => this.#lost(),
      state: (state) => {
        this.#other = state;
        this.#lendSound();
        options.changed();
      },
      order: (name, args) => this.#carryOut(name, args),
      leaderState: () => this.#leaderState(),
      sight: () => {
        this.#lendSound();
        options.changed();
      },
    });
    this.#tabs.start();
  }

  get leading(): boolean {
    return this.#tabs.leading;
  }

  get inSight(): boolean {
    return this.#tabs.inSight;
  }

  get line(): LineState {
    return this.#current.line;
  }

  get calls(): readonly Call[] {
    return this.#current.calls;
  }

  /** Sound is made in the tab that carries the phone, so that is the one that somebody has to touch. */
  get soundLocked(): boolean {
    return this.options.wanted() && this.#current.soundLocked;
  }

  get ringing(): boolean {
    const { calls, silenced } = this.#current;
    // The official UI's own ring knows no silence.
    if (this.leading && this.options.stage()) return false;
    const loop = loopFor(calls, new Set(silenced));
    return loop === "ring" || loop === "waiting";
  }

  get video(): boolean {
    return this.line.kind === "ready" && this.#current.video === true;
  }

  /** Streams cannot be given to another tab. */
  pictures(id: string): Pictures | null {
    return this.#tabs.leading ? (this.#registration?.line?.pictures(id) ?? null) : null;
  }

  /** Gives an order to the tab that carries the phone. Rejects with an `OrderError`. */
  order(name: Order, ...args: unknown[]): Promise<void> {
    return this.#tabs.leading ? this.#carryOut(name, args) : this.#tabs.order(name, args);
  }

  /** The choice of method or devices changed. */
  settingsChanged(): void {
    this.#applySettings();
    if (!this.options.wanted()) void this.#registration?.stop();
    else if (this.#registration) this.#registration.start();
    else if (this.leading) void this.#begin();
  }

  /** Home Assistant says something else about the phone: what stood in the way may be gone. */
  infoChanged(): void {
    this.#registration?.retry();
  }

  /** Something was plugged in or out. */
  devicesChanged(): void {
    const { speaker, ringer } = this.options.settings();
    this.#sounds.setDevices(speaker, ringer);
    this.#registration?.devicesChanged();
  }

  /** The official UI is wanted here, or no longer. The tab it is in carries the phone. */
  stageChanged(): void {
    const staged = this.options.stage() !== null;
    if (this.#tabs.leading) this.#registration?.renew(!staged);
    // Only from a tab that is known to carry it: this one may be about to.
    else if (staged && this.#other && this.options.wanted() && this.calls.every((call) => call.phase === "ended"))
      this.#tabs.take();
  }

  key(key: string): void {
    this.#sounds.key(key);
  }

  testRing(): Promise<void> {
    return this.#sounds.test();
  }

  testSpeaker(): Promise<void> {
    return this.#sounds.testSpeaker();
  }

  /** From within a touch of this tab. */
  async unlockSound(): Promise<void> {
    await this.#sounds.unlock();
  }

  leave(): void {
    this.#registration?.leave();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#end();
    this.#borrowedRing?.();
    this.#sounds.close();
    this.#tabs.close();
  }

  get #current(): LeaderState {
    if (this.#tabs.leading) return this.#leaderState();
    return this.#other ?? { line: { kind: "starting" }, calls: [], silenced: [], soundLocked: false };
  }

  #leaderState(): LeaderState {
    return {
      line: this.#registration?.state ?? { kind: "off" },
      calls: this.#calls,
      silenced: [...this.#silenced],
      soundLocked: this.#soundLocked,
      // The official UI has pictures of its own.
      video: !this.options.stage() && (this.#registration?.line?.video ?? false),
    };
  }

  #lead(): void {
    this.#other = null;
    this.#lendSound();
    this.#applySettings();
    if (this.options.wanted()) void this.#begin();
    this.#changed();
  }

  /** The first wish to be registered in this tab. */
  async #begin(): Promise<void> {
    const { options } = this;
    const page = options.hass();
    const own = await ownConnection(page);
    if (this.#closed || this.#registration || !this.#tabs.leading) {
      own?.close();
      return;
    }
    this.#connection = own;
    const hass: Hass = own ? { connection: own } : page;
    this.#registration = new Registration({
      hass: () => hass,
      info: options.info,
      phone: options.phone,
      browserId: options.settings().browserId,
      browserName: browserName(),
      microphone: () => options.settings().microphone,
      camera: () => options.settings().camera,
      pbxAvailable: options.pbxAvailable,
      audio: this.#sounds.remote,
      stage: options.stage,
      onState: (state) => {
        if (state.kind === "ready") void this.#sounds.check();
        this.#changed();
      },
      onCalls: (calls) => this.#follow(calls),
      onOrder: (order, on) => this.#orders.obey(order, on),
    });
    if (options.wanted()) this.#registration.start();
  }

  async #end(): Promise<void> {
    const registration = this.#registration;
    const connection = this.#connection;
    this.#orders.forget();
    this.#registration = this.#connection = null;
    await registration?.close();
    connection?.close();
  }

  #lost(): void {
    void this.#end();
    this.#follow([]);
  }

  /** What differs from what was applied: a microphone is not changed because the ring got louder. */
  #applySettings(): void {
    const now = this.options.settings();
    const before = this.#applied;
    this.#applied = now;
    if (now.speaker !== before?.speaker || now.ringer !== before.ringer)
      this.#sounds.setDevices(now.speaker, now.ringer);
    if (now.ringVolume !== before?.ringVolume) this.#sounds.setRingVolume(now.ringVolume);
    if (now.ringTone !== before?.ringTone) this.#sounds.setRingTone(now.ringTone);
    if (before && now.camera !== before.camera) this.#registration?.chooseCamera(now.camera);
    if (before && now.microphone !== before.microphone) this.#registration?.chooseMicrophone(now.microphone);
  }

  /**
   * The tab that carries the phone may be one that nobody has touched, and so may not ring. Then one that somebody has
   * touched and looks at rings for it; a lock keeps it at one.
   */
  #lendSound(): void {
    const { calls, silenced, soundLocked } = this.#current;
    const able = !this.leading && document.visibilityState === "visible" && navigator.userActivation?.hasBeenActive;
    const wanted = soundLocked && able && loopFor(calls, new Set(silenced)) !== null;
    if (!wanted) {
      this.#borrowedRing?.();
      this.#borrowedRing = null;
    } else if (!this.#borrowedRing && navigator.locks) {
      const end = new AbortController();
      const rung = new Promise((resolve) => end.signal.addEventListener("abort", resolve));
      this.#borrowedRing = () => end.abort();
      void navigator.locks.request(
        `yeastar_linkus:ring:${this.options.phone().phone_id}`,
        { ifAvailable: true },
        (lock) => {
          if (!lock) return;
          this.#sounds.follow(calls, new Set(silenced), true);
          return rung.then(() => this.#sounds.follow([], new Set(), false));
        },
      );
    }
  }

  #follow(calls: readonly Call[]): void {
    const before = this.#calls;
    this.#calls = calls;
    for (const id of this.#silenced) if (!calls.some((call) => call.id === id)) this.#silenced.delete(id);
    for (const call of calls)
      if (call.phase === "ringing" && !before.some((one) => one.id === call.id)) this.#autoAnswer.consider(call);
    this.#orders.look();
    this.#changed();
  }

  #changed(): void {
    // A ring lent to another tab is that tab's.
    if (!this.#borrowedRing)
      this.#sounds.follow(this.#calls, this.#silenced, this.#tabs.leading && !this.options.stage());
    this.#tabs.publish(this.#leaderState());
    this.options.changed();
  }

  async #carryOut(name: string, args: unknown[]): Promise<void> {
    const registration = this.#registration;
    const [id, value] = args as [string, never];
    switch (name) {
      case "retry":
        return registration?.retry();
      case "takeOver":
        return registration?.retry(true);
      case "silence":
        for (const call of this.#calls) if (call.phase === "ringing") this.#silenced.add(call.id);
        return this.#changed();
      case "unlockSound":
        return void (await this.#sounds.check());
    }
    const line = registration?.line;
    if (!line) throw new OrderError("call_gone");
    switch (name) {
      case "dial":
        return line.dial(id, value);
      case "answer":
        return line.answer(id, value);
      case "camera":
        return line.camera(id, value);
      case "reject":
        return line.reject(id);
      case "hangUp":
        return line.hangUp(id);
      case "hold":
        return line.hold(id, value);
      case "mute":
        return line.mute(id, value);
      case "sendKeys":
        return line.sendKeys(id, value);
      case "record":
        return line.record(id, value);
      case "blindTransfer":
        return line.blindTransfer(id, value);
      case "consult":
        return line.consult(id, value);
      case "completeTransfer":
        return line.completeTransfer(id);
    }
  }
}

export type Order =
  | "retry"
  | "takeOver"
  | "silence"
  | "unlockSound"
  | "dial"
  | "camera"
  | "answer"
  | "reject"
  | "hangUp"
  | "hold"
  | "mute"
  | "sendKeys"
  | "record"
  | "blindTransfer"
  | "consult"
  | "completeTransfer";
