import type {
  Call,
  CallAbilities,
  Devices,
  Method,
  Phone,
  PhoneInfo,
  PhoneState,
  RingTone,
  Where,
} from "../../state/types";

export function fakeInfo(change: Partial<PhoneInfo> = {}): PhoneInfo {
  return {
    phoneId: "p1",
    extension: "1001",
    name: "Anna Weber",
    pbx: "Office",
    pbxUrl: "https://pbx.example",
    browser: true,
    desk: true,
    ...change,
  };
}

/** What a call in this browser, or one on the desk phone, can do in its phase. */
export function fakeAbilities(phase: Call["phase"], where: Where): CallAbilities {
  const here = where === "browser";
  const talking = phase === "talking" && here;
  return {
    answer: phase === "ringing" && here,
    reject: phase === "ringing",
    hangUp: phase === "talking" || phase === "dialing",
    hold: talking,
    mute: talking,
    dtmf: talking,
    transfer: talking,
    record: talking,
    video: false,
  };
}

export function fakeCall(change: Partial<Call> = {}): Call {
  return {
    can: fakeAbilities(change.phase ?? "talking", change.where ?? "browser"),
    pbxId: null,
    alerting: true,
    earlyMedia: false,
    id: "c1",
    where: "browser",
    direction: "in",
    number: "+49 30 5550 1234",
    name: "Jonas Berger",
    company: "Berger Heizungsbau",
    avatar: null,
    phase: "talking",
    held: false,
    heldByOther: false,
    muted: false,
    recording: "off",
    picture: false,
    pictures: 0,
    cameraOff: false,
    startedAt: Date.now() - 70_000,
    answeredAt: Date.now() - 65_000,
    endedAt: null,
    outcome: null,
    did: "",
    consultationFor: null,
    quality: null,
    invited: [],
    door: null,
    ...change,
  };
}

export function fakeDevices(change: Partial<Devices> = {}): Devices {
  return {
    microphones: [
      { id: "m1", label: "Headset" },
      { id: "m2", label: "Built-in microphone" },
    ],
    speakers: [
      { id: "s1", label: "Headset" },
      { id: "s2", label: "Built-in speakers" },
    ],
    cameras: [{ id: "k1", label: "Webcam" }],
    camera: null,
    microphone: null,
    speaker: null,
    ringer: null,
    canChooseOutput: true,
    ...change,
  };
}

export function fakeState(change: Partial<PhoneState> = {}): PhoneState {
  const phone = change.phone === undefined ? fakeInfo() : change.phone;
  return {
    phone,
    phones: phone ? [phone] : [],
    reach: { state: "ready" },
    method: "browser",
    calls: [],
    missed: 0,
    video: false,
    microphone: "granted",
    notifications: "granted",
    soundLocked: false,
    reachSince: Date.now() - 5_000,
    tab: "here",
    devices: fakeDevices(),
    ringVolume: 0.8,
    ringTone: "chimes",
    autoAnswer: [],
    outdated: false,
    ringing: false,
    asked: null,
    notice: null,
    isAdmin: false,
    ...change,
  };
}

/** A phone without a PBX: remembers its orders, and does what a PBX on a good day would do. */
export class FakePhone implements Phone {
  state: PhoneState;
  readonly orders: [string, ...unknown[]][] = [];
  /** When set, every order is refused with it. */
  refuse: unknown = null;
  #listeners = new Set<(state: PhoneState) => void>();

  constructor(change: Partial<PhoneState> = {}) {
    this.state = fakeState(change);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  set(change: Partial<PhoneState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener(this.state);
  }

  change(callId: string, change: Partial<Call>): void {
    const changed = (call: Call): Call => {
      const next = { ...call, ...change };
      return { ...next, can: change.can ?? { ...fakeAbilities(next.phase, next.where), video: next.picture } };
    };
    this.set({ calls: this.state.calls.map((call) => (call.id === callId ? changed(call) : call)) });
  }

  subscribe(listener: (state: PhoneState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.state);
    return () => this.#listeners.delete(listener);
  }

  async #order(...order: [string, ...unknown[]]): Promise<void> {
    this.orders.push(order);
    if (this.refuse !== null) throw this.refuse;
  }

  async dial(number: string, options?: { where?: Where; video?: boolean }): Promise<void> {
    await this.#order("dial", number, options?.video ? options : options?.where);
    const id = `d${this.orders.length}`;
    const call = { id, number, name: "", company: "", direction: "out", phase: "dialing", answeredAt: null } as const;
    this.set({ calls: [...this.state.calls, fakeCall({ ...call, where: options?.where ?? "browser" })] });
  }

  async answer(callId: string, options?: { video?: boolean }): Promise<void> {
    await this.#order("answer", callId, ...(options ? [options] : []));
    this.change(callId, { phase: "talking", answeredAt: Date.now() });
  }

  async reject(callId: string): Promise<void> {
    await this.#order("reject", callId);
    this.change(callId, { phase: "ended", outcome: "rejected", endedAt: Date.now() });
  }

  async hangUp(callId: string): Promise<void> {
    await this.#order("hangUp", callId);
    this.change(callId, { phase: "ended", outcome: "answered", endedAt: Date.now() });
  }

  async hold(callId: string, held: boolean): Promise<void> {
    await this.#order("hold", callId, held);
    this.change(callId, { held });
  }

  async mute(callId: string, muted: boolean): Promise<void> {
    await this.#order("mute", callId, muted);
    this.change(callId, { muted });
  }

  async sendDtmf(callId: string, digits: string): Promise<void> {
    await this.#order("sendDtmf", callId, digits);
  }

  async blindTransfer(callId: string, number: string): Promise<void> {
    await this.#order("blindTransfer", callId, number);
    this.change(callId, { phase: "ended", outcome: "transferred", endedAt: Date.now() });
  }

  async consult(callId: string, number: string): Promise<void> {
    await this.#order("consult", callId, number);
    this.change(callId, { held: true });
    const asked = fakeCall({
      id: `q${this.orders.length}`,
      number,
      name: "",
      company: "",
      consultationFor: callId,
      direction: "out",
    });
    this.set({ calls: [...this.state.calls, asked] });
  }

  async completeTransfer(consultationId: string): Promise<void> {
    await this.#order("completeTransfer", consultationId);
    this.set({ calls: [] });
  }

  async cancelTransfer(consultationId: string): Promise<void> {
    await this.#order("cancelTransfer", consultationId);
    const consultation = this.state.calls.find((call) => call.id === consultationId);
    this.set({ calls: this.state.calls.filter((call) => call.id !== consultationId) });
    if (consultation?.consultationFor) this.change(consultation.consultationFor, { held: false });
  }

  async swap(callId: string): Promise<void> {
    await this.#order("swap", callId);
    for (const call of this.state.calls)
      if (call.phase === "talking") this.change(call.id, { held: call.id !== callId });
  }

  async record(callId: string, on: boolean): Promise<void> {
    await this.#order("record", callId, on);
    this.change(callId, { recording: on ? "on" : "off" });
  }

  keyTone(key: string): void {
    this.orders.push(["keyTone", key]);
  }

  silence(): void {
    this.orders.push(["silence"]);
    this.set({ ringing: false });
  }

  chooseDevices(choice: Partial<Pick<Devices, "microphone" | "speaker" | "ringer">>): void {
    this.orders.push(["chooseDevices", choice]);
    this.set({ devices: { ...this.state.devices, ...choice } });
  }

  setRingVolume(volume: number): void {
    this.orders.push(["setRingVolume", volume]);
    this.set({ ringVolume: volume });
  }

  setRingTone(tone: RingTone): void {
    this.orders.push(["setRingTone", tone]);
    this.set({ ringTone: tone });
  }

  testSpeaker(): Promise<void> {
    return this.#order("testSpeaker");
  }

  /** What the microphone hears; null: nothing. */
  level: number | null = 0.6;
  watchMicrophone(listener: (level: number | null) => void): () => void {
    this.orders.push(["watchMicrophone"]);
    listener(this.level);
    return () => this.orders.push(["stopMicrophone"]);
  }

  testRing(): Promise<void> {
    return this.#order("testRing");
  }

  setAutoAnswer(numbers: readonly string[]): void {
    this.orders.push(["setAutoAnswer", numbers]);
    this.set({ autoAnswer: numbers });
  }

  retry(): Promise<void> {
    return this.#order("retry");
  }

  ask(number: string, name = ""): void {
    this.orders.push(["ask", number, name]);
    this.set({ asked: { number, name } });
  }

  dismissAsked(): void {
    this.orders.push(["dismissAsked"]);
    this.set({ asked: null });
  }

  chooseMethod(method: Method): void {
    this.orders.push(["chooseMethod", method]);
    this.set({ method });
  }

  choosePhone(phoneId: string): void {
    this.orders.push(["choosePhone", phoneId]);
    this.set({ phone: this.state.phones.find((phone) => phone.phoneId === phoneId) ?? this.state.phone });
  }

  takeOver(): Promise<void> {
    return this.#order("takeOver");
  }

  allowMicrophone(): Promise<void> {
    return this.#order("allowMicrophone");
  }

  allowNotifications(): Promise<void> {
    return this.#order("allowNotifications");
  }

  unlockSound(): Promise<void> {
    return this.#order("unlockSound");
  }

  clearMissed(): void {
    this.orders.push(["clearMissed"]);
    this.set({ missed: 0 });
  }

  dismissNotice(): void {
    this.orders.push(["dismissNotice"]);
    this.set({ notice: null });
  }
}
