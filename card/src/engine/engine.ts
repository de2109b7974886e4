import { askInfo, clearMissed, errorCode, hangUpDesk, type Info, type InfoPhone, sdkFile } from "../ha/door";
import type { Hass } from "../ha/hass";
import { PhoneBook } from "../ha/people";
import { type Memory, mergeCalls } from "../state/all-calls";
import { dialable, outsideText } from "../state/numbers";
import { OrderError } from "../state/problems";
import { QualityLog } from "../state/quality-log";
import { reachOf } from "../state/reach";
import { EMPTY, Store } from "../state/store";
import type { Call, Devices, Method, NoticeKey, PhoneInfo, PhoneState, Problem, RingTone, Where } from "../state/types";
import type { Linkus, LinkusStage, Pictures, RichPhone } from "../ui/data";
import { Attention } from "./attention";
import { watchLevel } from "./audio/level-meter";
import { canChooseOutput } from "./browser/devices";
import { Permissions } from "./browser/permissions";
import { SettingsStore } from "./browser/settings";
import { BrowserPhone, type Order } from "./browser-phone";
import { followClicks } from "./click-to-call";
import { DeskCalls } from "./desk-calls";
import { Dialling } from "./dialling";
import { DoorPhones } from "./door-phones";
import type { Stage } from "./linkus/linkus-look";
import { showPhone, tellPage } from "./page-events";
import { PbxOrders } from "./pbx-orders";

/**
 * Makes the phone of this page, or with `only` the one with that id beside it. Resolves always: what the user has or lacks is in
 * the state.
 */
export async function startPhone(hass: Hass, info: Info | null, only: string | null = null): Promise<PhoneEngine> {
  const phone = new PhoneEngine(hass, only);
  await phone.open(info);
  return phone;
}

export class PhoneEngine implements RichPhone {
  readonly #store = new Store(EMPTY);
  readonly #settings: SettingsStore;
  readonly #attention: Attention;
  readonly #dialling: Dialling;
  readonly #permissions: Permissions;
  readonly #book: PhoneBook;
  readonly #pbx: PbxOrders;
  readonly #doors: DoorPhones;
  readonly #quality: QualityLog;
  readonly #memory: Memory = { pairs: new Map(), seen: new Map() };
  #info: Info | null = null;
  #noPhone: Problem | null = null;
  /** What Home Assistant said last of the phone is not for long. */
  #passing = false;
  #phone: InfoPhone | null = null;
  #browser: BrowserPhone | null = null;
  #desk: DeskCalls | null = null;
  #again: ReturnType<typeof setTimeout> | null = null;
  #stage: Stage | null = null;
  #closed = false;

  constructor(
    private readonly hass: Hass,
    /** The one phone that this is for; null: the chosen one. */
    private readonly only: string | null = null,
  ) {
    this.#book = new PhoneBook(hass, () => this.#phone?.phone_id ?? "");
    this.#settings = new SettingsStore(() => this.#settingsChanged());
    this.#attention = new Attention({
      leading: () => this.#browser?.leading ?? false,
      inSight: () => this.#browser?.inSight ?? document.visibilityState === "visible",
      orders: this,
    });
    this.#dialling = new Dialling({
      hass,
      state: () => this.state,
      subscribe: (listener) => this.subscribe(listener),
      method: () => this.#method,
      inBrowser: (number, video) => this.#order("dial", number, ...(video ? [true] : [])),
      ask: (number) => this.ask(number),
      notice: (key, detail) => this.#notice(key, detail),
    });
    this.#pbx = new PbxOrders({
      book: this.#book,
      state: () => this.state,
      subscribe: (listener) => this.subscribe(listener),
      order: (name, ...args) => this.#order(name, ...args),
      notice: (key, detail) => this.#notice(key, detail),
    });
    this.#doors = new DoorPhones({
      hass,
      call: (id) => this.#call(id),
      reported: () => this.#desk?.calls ?? [],
      order: (name, ...args) => this.#order(name, ...args),
    });
    this.#quality = new QualityLog((callId, summary) => this.#book.reportQuality(callId, summary));
    this.#store.subscribe((state) => this.#attention.follow(state));
    tellPage(this);
    // A number on the page is the page's own phone's.
    if (only === null) followClicks(() => this);
    this.#permissions = new Permissions(this.#store, {
      devicesChanged: () => this.#browser?.devicesChanged(),
      retry: () => this.#order("retry"),
      notice: (problem) => this.#notice(problem),
    });
    hass.connection.addEventListener("ready", () => void this.#askAgain());
    // Any touch of the page lets it make sound from then on.
    for (const event of ["pointerdown", "keydown"])
      window.addEventListener(event, () => void (this.state.soundLocked && this.unlockSound()), { capture: true });
    window.addEventListener("pagehide", (event) => !event.persisted && this.#browser?.leave());
  }

  async open(info: Info | null): Promise<void> {
    await this.#take(info ?? (await askInfo(this.hass).catch(() => null)));
    await this.#permissions.look();
  }

  /** Another engine carries this phone from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#phone = null;
    await this.#change(null);
    this.#show();
  }

  get state(): PhoneState {
    return this.#store.state;
  }

  subscribe(listener: (state: PhoneState) => void): () => void {
    return this.#store.subscribe(listener);
  }

  // Read with the Open API, which the desk phone needs too.
  get directory() {
    return this.#phone?.desk ? this.#book.directory : undefined;
  }
  get journal() {
    return this.#phone?.desk ? this.#book.journal : undefined;
  }
  get mailbox() {
    return this.#phone?.desk ? this.#book.mailbox : undefined;
  }

  get linkus(): Linkus | undefined {
    const { ui_url, ui_css_url } = this.#info?.sdk ?? {};
    if (!this.#phone?.browser) return undefined;
    return { available: Boolean(ui_url && ui_css_url), show: (stage) => this.#showLinkus(stage) };
  }

  #showLinkus(stage: LinkusStage): () => void {
    const change = (now: Stage | null) => {
      this.#stage = now;
      this.#browser?.stageChanged();
      this.#show();
    };
    const sdk = this.#info?.sdk;
    if (!sdk?.ui_url || !sdk.ui_css_url) {
      stage.failed();
      return () => {};
    }
    const mine: Stage = {
      ...stage,
      script: sdkFile(sdk, "ui_url"),
      sheet: sdkFile(sdk, "ui_css_url"),
      failed: () => {
        if (this.#stage === mine) this.#stage = null;
        stage.failed();
      },
    };
    change(mine);
    return () => this.#stage === mine && change(null);
  }

  get doors() {
    return this.#phone?.desk ? this.#doors : undefined;
  }

  park(id: string): Promise<void> {
    return this.#pbx.park(id);
  }
  take(id: string): Promise<void> {
    return this.#pbx.take(id);
  }
  invite(id: string, number: string, name?: string): Promise<void> {
    return this.#pbx.invite(id, number, name).finally(() => this.#show());
  }
  merge(): Promise<void> {
    return this.#pbx.merge().finally(() => this.#show());
  }
  toVoicemail(id: string): Promise<void> {
    return this.#pbx.toVoicemail(id);
  }

  async dial(number: string, options: { where?: Where; video?: boolean } = {}): Promise<void> {
    this.#store.set({ asked: null });
    await this.#dialling.dial(number, options.where, options.video);
  }

  answer(id: string, options: { video?: boolean } = {}): Promise<void> {
    return options.video ? this.#try("answer", id, true) : this.#try("answer", id);
  }

  camera(id: string, on: boolean): Promise<void> {
    return this.#try("camera", id, on);
  }

  pictures(id: string): Pictures | null {
    return this.#browser?.pictures(id) ?? null;
  }
  reject(id: string): Promise<void> {
    return this.#call(id)?.where === "desk" ? this.hangUp(id) : this.#try("reject", id);
  }

  async hangUp(id: string): Promise<void> {
    const call = this.#call(id);
    if (call?.where !== "desk") return this.#try("hangUp", id);
    await hangUpDesk(this.hass, (this.#phone as InfoPhone).phone_id, call.pbxId as string).catch((error: unknown) => {
      if (errorCode(error) !== "not_found") this.#notice("desk_failed", errorCode(error));
    });
  }

  hold(id: string, held: boolean): Promise<void> {
    return this.#try("hold", id, held);
  }
  mute(id: string, muted: boolean): Promise<void> {
    return this.#try("mute", id, muted);
  }
  sendDtmf(id: string, digits: string): Promise<void> {
    return this.#try("sendKeys", id, digits);
  }
  blindTransfer(id: string, number: string): Promise<void> {
    return this.#try("blindTransfer", id, number);
  }
  consult(id: string, number: string): Promise<void> {
    return this.#try("consult", id, number);
  }
  completeTransfer(consultationId: string): Promise<void> {
    return this.#try("completeTransfer", consultationId);
  }
  cancelTransfer(consultationId: string): Promise<void> {
    return this.#try("hangUp", consultationId);
  }
  swap(id: string): Promise<void> {
    return this.#try("hold", id, false);
  }
  record(id: string, on: boolean): Promise<void> {
    return this.#try("record", id, on);
  }

  silence(): void {
    void this.#try("silence");
  }

  keyTone(key: string): void {
    this.#browser?.key(key);
  }

  chooseMethod(method: Method): void {
    this.#settings.set({ method });
  }

  choosePhone(phoneId: string): void {
    this.#settings.set({ phoneId });
    void this.#take(this.#info);
  }

  async takeOver(): Promise<void> {
    this.#settings.set({ method: "browser" });
    await this.#try("takeOver");
  }

  async retry(): Promise<void> {
    if (!this.#phone) return this.#askAgain();
    await this.#try("retry");
  }

  allowMicrophone(): Promise<void> {
    return this.#permissions.allowMicrophone();
  }
  allowNotifications(): Promise<void> {
    return this.#permissions.allowNotifications();
  }

  async unlockSound(): Promise<void> {
    await this.#browser?.unlockSound();
  }

  chooseDevices(choice: Partial<Pick<Devices, "microphone" | "camera" | "speaker" | "ringer">>): void {
    this.#settings.set(choice);
  }

  setRingVolume(volume: number): void {
    this.#settings.set({ ringVolume: Math.max(0, Math.min(1, volume)) });
  }

  setRingTone(ringTone: RingTone): void {
    this.#settings.set({ ringTone });
  }

  async testSpeaker(): Promise<void> {
    await this.#browser?.testSpeaker();
  }

  watchMicrophone(listener: (level: number | null) => void): () => void {
    return watchLevel(this.#settings.now.microphone, listener);
  }

  async testRing(): Promise<void> {
    await this.#browser?.testRing();
  }

  setAutoAnswer(numbers: readonly string[]): void {
    this.#settings.set({ autoAnswer: numbers.filter((number) => dialable(number)).slice(0, 50) });
  }

  ask(number: string, name = ""): void {
    const clean = dialable(number);
    if (clean) this.#store.set({ asked: { number: clean, name: outsideText(name) } });
  }

  dismissAsked(): void {
    this.#store.set({ asked: null });
  }

  clearMissed(): void {
    if (this.#phone) void clearMissed(this.hass, this.#phone.phone_id).catch(() => {});
    if (this.#desk) this.#desk.missed = 0;
    this.#show();
  }

  dismissNotice(): void {
    this.#store.set({ notice: null });
  }

  get #method(): Method {
    const chosen = this.#settings.now.method;
    if (chosen && chosen !== "ask") return chosen;
    // Nothing to choose where browsers may not call.
    if (this.#phone && !this.#phone.browser && this.#phone.desk) return "desk";
    return chosen ?? this.#info?.default_method ?? "ask";
  }

  #call(id: string): Call | undefined {
    return this.state.calls.find((call) => call.id === id);
  }

  #order(name: Order, ...args: unknown[]): Promise<void> {
    return this.#browser?.order(name, ...args) ?? Promise.reject(new OrderError("call_gone"));
  }

  /** Orders, and says what went wrong instead of failing: views have nothing to catch. */
  async #try(name: Order, ...args: unknown[]): Promise<void> {
    await this.#order(name, ...args).catch((error: unknown) => {
      if (error instanceof OrderError) this.#notice(error.key as NoticeKey, error.detail);
      else this.#notice("call_failed");
    });
  }

  #notice(key: NoticeKey | Problem, detail?: string): void {
    this.#store.set({ notice: detail === undefined ? { key } : { key, detail } });
  }

  async #askAgain(): Promise<void> {
    const info = await askInfo(this.hass).catch(() => null);
    if (info) await this.#take(info);
  }

  /** Takes what Home Assistant says about this user's phones. */
  async #take(info: Info | null): Promise<void> {
    if (this.#closed) return;
    this.#info = info;
    const phoneId = this.only ?? this.#settings.now.phoneId;
    const first = this.only === null ? info?.phones[0] : null;
    let phone = info?.phones.find((one) => one.phone_id === phoneId) ?? first ?? null;
    // Home Assistant is still starting, or lost the PBX: what it said before holds until it has the PBX again.
    this.#passing = phone?.problem === "pbx_unreachable";
    if (this.#passing && phone?.phone_id === this.#phone?.phone_id) phone = this.#phone;
    this.#noPhone = info ? (phone ? null : "no_phone") : "home_assistant_lost";
    const same = phone?.phone_id === this.#phone?.phone_id && phone?.extension === this.#phone?.extension;
    const news = JSON.stringify(phone) !== JSON.stringify(this.#phone);
    this.#phone = phone;
    if (!same) await this.#change(phone);
    else if (news) this.#browser?.infoChanged();
    this.#show();
  }

  /** Another phone, or none. What Home Assistant says anew about the same one ends no call. */
  async #change(phone: InfoPhone | null): Promise<void> {
    this.#desk?.close();
    const old = this.#browser;
    this.#desk = this.#browser = null;
    await old?.close();
    this.#memory.pairs.clear();
    this.#memory.seen.clear();
    this.#book.phoneChanged();
    if (!phone || phone.phone_id !== this.#phone?.phone_id) return;
    this.#desk = new DeskCalls(this.hass, phone.phone_id, {
      changed: () => this.#show(),
      available: (again) => (again || this.#passing) && void this.#askAgain(),
      show: () => showPhone(phone.phone_id),
    });
    this.#browser = new BrowserPhone({
      hass: () => this.hass,
      info: () => this.#info as Info,
      phone: () => this.#phone ?? phone,
      settings: () => this.#settings.now,
      wanted: () => this.#method === "browser",
      pbxAvailable: () => this.#desk?.available ?? true,
      stage: () => this.#stage,
      changed: () => this.#show(),
    });
  }

  #settingsChanged(): void {
    this.#browser?.settingsChanged();
    this.#show();
  }

  /** Puts the state together from all that it is made of. */
  #show(): void {
    const browser = this.#browser;
    const settings = this.#settings.now;
    const phone = this.#phone && phoneInfo(this.#phone);
    const line = browser?.line ?? ({ kind: "off" } as const);
    const ready = line.kind === "ready";
    const merged = mergeCalls(browser?.calls ?? [], this.#desk?.calls ?? [], Date.now(), ready, this.#memory);
    this.#pbx.keep(merged.calls.map(({ id }) => id));
    const calls = merged.calls.map((call) => ({ ...call, invited: this.#pbx.invitedTo(call.id) }));
    if (browser?.leading) this.#quality.follow(calls);
    if (this.#again !== null) clearTimeout(this.#again);
    this.#again =
      merged.again === null ? null : setTimeout(() => this.#show(), Math.max(20, merged.again - Date.now()));
    this.#store.set({
      phone,
      phones: this.only === null ? (this.#info?.phones.map(phoneInfo) ?? []) : [],
      reach: reachOf({
        phone,
        noPhone: this.#noPhone,
        method: this.#method,
        line,
        leaseState: this.#desk?.leaseState ?? null,
      }),
      method: this.#method,
      calls,
      missed: this.#desk?.missed ?? 0,
      video: browser?.video ?? false,
      soundLocked: browser?.soundLocked ?? false,
      ringing: browser?.ringing ?? false,
      tab: !browser || browser.leading ? "here" : "other",
      devices: {
        ...this.state.devices,
        microphone: settings.microphone,
        camera: settings.camera,
        speaker: settings.speaker,
        ringer: settings.ringer,
        canChooseOutput: canChooseOutput(),
      },
      ringVolume: settings.ringVolume,
      ringTone: settings.ringTone,
      autoAnswer: settings.autoAnswer,
      isAdmin: this.#info?.is_admin ?? false,
      outdated: Boolean(__BUILD__ && this.#info?.card && this.#info.card !== __BUILD__),
    });
  }
}

const phoneInfo = (phone: InfoPhone): PhoneInfo => ({
  phoneId: phone.phone_id,
  extension: phone.extension,
  name: outsideText(phone.name),
  pbx: outsideText(phone.pbx),
  pbxUrl: phone.pbx_url,
  browser: phone.browser,
  desk: phone.desk,
});
