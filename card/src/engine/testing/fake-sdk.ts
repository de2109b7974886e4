/**
 * A Linkus SDK without a PBX, for tests: the same calls and events, and the same oddities. Nothing happens by itself; the test is
 * the other side.
 */
import type { EngineFrame } from "../linkus/frame-contract";
import type { OpenFrame } from "../linkus/frame-host";
import type { VendorFile } from "../linkus/frame-policy";
import type { SdkOptions, SdkStatus, SdkUiOptions } from "../linkus/sdk";

type Listener = (...args: unknown[]) => void;

class Emitter {
  #listeners = new Map<string, Listener[]>();
  on(event: string, listener: unknown): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener as Listener]);
    return this;
  }
  emit(event: string, ...args: unknown[]): boolean {
    const listeners = this.#listeners.get(event) ?? [];
    for (const listener of listeners) listener(...args);
    return listeners.length > 0;
  }
  removeAllListeners(): void {
    this.#listeners.clear();
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
const description = (direction: string) => `v=0\r\nm=audio 9 X 111\r\na=${direction}\r\n`;

export class FakeSession extends Emitter {
  readonly status: Writable<SdkStatus>;
  remoteStream: MediaStream | null = null;
  localStream: MediaStream | null = null;
  /** Of the own camera. */
  readonly camera = { enabled: true } as MediaStreamTrack;
  /** A re-INVITE is under way: further ones are dropped, with `true`. */
  pending = false;
  localHold = false;
  keys: string[] = [];

  constructor(
    readonly sdk: FakeSdk,
    status: Partial<SdkStatus> & Pick<SdkStatus, "callId" | "communicationType" | "number">,
  ) {
    super();
    this.status = {
      name: status.number,
      avatar: "",
      company: "",
      callStatus: status.communicationType === "inbound" ? "connecting" : "calling",
      isRing: status.communicationType === "inbound",
      isHold: false,
      isMute: false,
      recordStatus: "stop",
      ...status,
    };
  }

  get id(): string {
    return this.status.callId;
  }

  /** `statusChange` has the same object twice. */
  changed(change: Partial<SdkStatus> = {}): void {
    Object.assign(this.status, change);
    this.emit("statusChange", this.status, this.status);
  }

  rings(): void {
    this.changed({ callStatus: "ringing" });
    this.emit("progress", { callId: this.id, statusCode: 180 });
  }

  /** A picture may come: a caller says so in the offer, the SDK only when told to. */
  receives = true;

  /** The remote stream is a new object every time. */
  stream(): void {
    this.remoteStream = Object.assign(new MediaStream(), {
      getAudioTracks: () => [{ id: `track-${this.id}` } as MediaStreamTrack],
      getVideoTracks: () => (this.status.isVideo && this.receives ? [{} as MediaStreamTrack] : []),
    });
    this.emit("updateRemoteStream", this.remoteStream);
    this.emit("streamAdded", { callId: this.id, stream: this.remoteStream });
  }

  talks(): void {
    this.emit("sdp", { originator: "remote", type: "answer", sdp: description("sendrecv") });
    this.stream();
    this.emit("accepted", { callId: this.id, session: this });
    if (this.status.isVideo)
      this.localStream = Object.assign(new MediaStream(), { getVideoTracks: () => [this.camera] });
    this.changed({ callStatus: "talking", isRing: false });
    this.emit("confirmed", { callId: this.id, session: this });
  }

  reinvite(held: boolean): boolean {
    if (this.pending || this.localHold === held) return true;
    this.localHold = held;
    this.changed({ isHold: held });
    this.emit("sdp", { originator: "local", type: "offer", sdp: description(held ? "sendonly" : "sendrecv") });
    this.emit("sdp", { originator: "remote", type: "answer", sdp: description(held ? "recvonly" : "sendrecv") });
    return true;
  }

  /** The other side holds. Without a direction the SDK takes it for a hold and does not come back. */
  otherHolds(direction: "sendonly" | "sendrecv" | ""): void {
    this.emit("sdp", {
      originator: "remote",
      type: "offer",
      sdp: direction ? description(direction) : "v=0\r\nm=audio 9 X 111\r\n",
    });
    if (direction !== "sendrecv") this.status.isHold = true;
    this.emit("reinvite", { callId: this.id, session: this });
  }

  over(cause: string, code?: number): void {
    if (!this.sdk.sessions.delete(this.id)) return;
    this.remoteStream = null;
    this.emit("updateRemoteStream", null);
    const talked = this.status.callStatus === "talking";
    this.emit(talked ? "ended" : "failed", { callId: this.id, cause, ...(code ? { code } : {}) });
    this.removeAllListeners();
    this.sdk.phone.emit("deleteSession", { callId: this.id, cause });
    // When the first call ends the SDK hangs up the consultation.
    for (const other of [...this.sdk.sessions.values()])
      if (other.status.transferParent?.callId === this.id) other.over("Terminated");
  }
}

export class FakePhone extends Emitter {
  isRegistered = false;
  started = 0;
  recordPermissions = 2;
  deviceIds: { microphoneId?: string; cameraId?: string } = {};
  videoPlan = "unused";
  /** The next call or answer is refused with this code. */
  refuse: number | null = null;
  /** A refused transfer changes nothing and says nothing. */
  refusesTransfer = false;
  transferred: string[] = [];
  current: string | null = null;
  #calledAt = 0;

  constructor(private readonly sdk: FakeSdk) {
    super();
  }

  start(): this {
    this.started++;
    return this;
  }

  async call(
    number: string,
    options?: { video?: boolean; offerToReceiveVideo?: boolean },
    parent?: string,
  ): Promise<{ code: number }> {
    const now = Date.now();
    if (number.includes("@")) return { code: -209 };
    if (now - this.#calledAt < 1000) throw { code: -208 };
    this.#calledAt = now;
    if (this.refuse) throw { code: this.refuse };
    for (const other of this.sdk.talking()) other.reinvite(true);
    const session = new FakeSession(this.sdk, {
      callId: `call-${++this.sdk.count}`,
      communicationType: "outbound",
      number,
      isVideo: options?.video ?? false,
      ...(parent ? { isTransfer: true, transferParent: { callId: parent } } : {}),
    });
    session.receives = options?.offerToReceiveVideo ?? false;
    this.sdk.sessions.set(session.id, session);
    this.emit("newRTCSession", { callId: session.id, session });
    this.emit("startSession", { callId: session.id, session });
    return { code: 200 };
  }

  async answer(id: string, options?: { video?: boolean }): Promise<{ code: number }> {
    const session = this.sdk.sessions.get(id);
    if (!session) throw { code: -211 };
    if (this.refuse) throw { code: this.refuse };
    for (const other of this.sdk.talking()) other.reinvite(true);
    session.status.isRing = false;
    session.status.isVideo = options?.video ?? false;
    this.emit("startSession", { callId: id, session });
    session.talks();
    return { code: 200 };
  }

  #with(id: string, act: (session: FakeSession) => void): boolean {
    const session = this.sdk.sessions.get(id);
    if (session) act(session);
    return Boolean(session);
  }

  reject = (id: string): boolean => this.#with(id, (session) => session.over("Rejected"));
  hangup = (id: string): boolean =>
    this.#with(id, (session) => session.over(session.status.callStatus === "talking" ? "Terminated" : "Canceled"));
  hold = (id: string): boolean => this.#with(id, (session) => session.reinvite(true));
  unhold = (id: string): boolean =>
    this.#with(id, (session) => {
      for (const other of this.sdk.talking()) if (other !== session) other.reinvite(true);
      session.reinvite(false);
    });
  mute = (id: string): boolean => this.#with(id, (session) => session.changed({ isMute: true }));
  unmute = (id: string): boolean => this.#with(id, (session) => session.changed({ isMute: false }));
  dtmf = (id: string, keys: string): boolean =>
    this.#with(id, (session) => {
      if (/[^0-9A-D#*,]/.test(keys)) throw new TypeError("key");
      if (this.refuse) throw new Error("InvalidState");
      session.keys.push(keys);
    });
  startRecord = (id: string): boolean => {
    if (this.refuse) throw new Error("no record code");
    return this.recordPermissions > 0 && this.sdk.sessions.has(id);
  };
  pauseRecord = this.startRecord;
  blindTransfer = (id: string, number: string): boolean =>
    this.#with(id, (session) => {
      if (session.status.callStatus === "talking") this.transferred.push(number);
      session.over("Terminated");
    });
  attendedTransfer = (id: string, number: string): boolean => {
    const session = this.sdk.sessions.get(id);
    const parent = session?.status.transferParent?.callId;
    if (!parent) return false;
    this.transferred.push(number);
    if (!this.refusesTransfer) this.sdk.sessions.get(parent)?.over("Terminated");
    return true;
  };
  setCurrentSession = (id: string): boolean => {
    this.current = id;
    return true;
  };
}

export class FakeSdk {
  readonly phone = new FakePhone(this);
  readonly sessions = new Map<string, FakeSession>();
  readonly pbx = Object.assign(new Emitter(), {
    isInited: true,
    logout: async () => {
      this.log.push("logout");
    },
  });
  readonly log: string[] = [];
  count = 0;
  options: SdkOptions | null = null;
  /** `init` rejects with this code. */
  refuse: number | null = null;
  loads = true;
  hangs = false;

  talking(): FakeSession[] {
    return [...this.sessions.values()].filter((session) => session.status.callStatus === "talking");
  }

  /** What `load` of the frame resolves with. */
  readonly module = {
    init: async (options: SdkOptions) => {
      this.options = options;
      if (this.hangs) await new Promise(() => {});
      if (this.refuse) throw { code: this.refuse };
      return { phone: this.phone, pbx: this.pbx, destroy: () => this.destroy() };
    },
  };

  uiLoads = true;
  /** What the frame was last asked to load. */
  files: VendorFile[] = [];
  uiOptions: SdkUiOptions | null = null;
  /** What `loadUi` of the frame resolves with: it starts its phone itself. */
  readonly ui = {
    init: async (_container: HTMLElement, options: SdkUiOptions) => {
      this.uiOptions = options;
      return (await this.module.init(options as unknown as SdkOptions)) as never;
    },
  };

  registers(on = true): void {
    this.phone.isRegistered = on;
    this.phone.emit("isRegisteredChange", on);
    if (on) this.phone.emit("registered");
    else this.phone.emit("disconnected");
  }

  incoming(number: string, name = number, isVideo = false): FakeSession {
    const session = new FakeSession(this, {
      callId: `call-${++this.count}`,
      communicationType: "inbound",
      number,
      name,
      isVideo,
    });
    this.sessions.set(session.id, session);
    this.phone.emit("newRTCSession", { callId: session.id, session });
    this.phone.emit("incoming", { callId: session.id, session });
    return session;
  }

  destroy(): void {
    this.log.push("destroy");
    this.pbx.isInited = false;
    this.phone.emit("isRegisteredChange", false);
    for (const session of [...this.sessions.values()]) session.over("Terminated");
    this.phone.removeAllListeners();
    this.pbx.removeAllListeners();
  }

  /** The PBX ends the login: everything is taken down, the listeners too, and only then it is said why. */
  runtimeError(code: number): void {
    this.destroy();
    this.pbx.emit("runtimeError", { code, message: "" });
  }
}

export function fakeFrame(sdk: FakeSdk, over: Partial<EngineFrame> = {}): OpenFrame & { disposed: boolean } {
  const frame = {
    disposed: false,
    engine: {
      peers: new Set<RTCPeerConnection>(),
      mediaError: () => null,
      load: async (script: VendorFile) => {
        sdk.files = [script];
        if (!sdk.loads) throw new Error("404");
        return sdk.module as never;
      },
      loadUi: async (script: VendorFile, sheet: VendorFile) => {
        sdk.files = [script, sheet];
        if (!sdk.uiLoads) throw new Error("404");
        return { ui: sdk.ui, container: document.createElement("div") };
      },
      getMicrophone: () => Promise.reject(new Error("no microphone in tests")),
      reconnect: () => sdk.log.push("reconnect"),
      closed: async () => {
        sdk.log.push("closed");
      },
      probe: async () => true,
      ...over,
    },
    dispose: () => {
      frame.disposed = true;
      sdk.log.push("dispose");
    },
  };
  return frame;
}
