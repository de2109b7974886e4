/**
 * The Linkus SDK and its oddities are known in this folder only; everything else speaks in our own calls.
 */

import type { CallFacts } from "../../state/browser-calls";
import { dialable, sendableKeys } from "../../state/numbers";
import { OrderError, orderErrorOf, PhoneProblem, problemOfSdk } from "../../state/problems";
import type { Call, Problem } from "../../state/types";
import type { Pictures } from "../../ui/data";
import type { RemoteAudio } from "../audio/remote-audio";
import { CallMicrophones } from "./call-microphones";
import { farPicture } from "./far-picture";
import { type OpenFrame, openFrame } from "./frame-host";
import type { VendorFile } from "./frame-policy";
import { openLook, type Stage } from "./linkus-look";
import { peerOf, QualityWatch } from "./quality-watch";
import type { SdkDevices, SdkOperator, SdkPhone } from "./sdk";
import { Sessions } from "./sessions";
import { tap } from "./tap";

/** The SDK's own timeout for a request is ten minutes. */
const INIT_PATIENCE = 30_000;
/** The SDK refuses a second `call` within a second of the last one. */
const BETWEEN_CALLS = 1050;
const HOLD_STEP = 250;
const HOLD_TRIES = 16;
const TRANSFER_PATIENCE = 15_000;
const REASON_PATIENCE = 200;
const LOGOUT_PATIENCE = 2000;
const CLOSE_PATIENCE = 3000;

export interface LineOptions {
  readonly script: VendorFile;
  readonly username: string;
  readonly secret: string;
  readonly pbxUrl: string;
  readonly microphone: string | null;
  readonly camera?: string | null;
  readonly audio: Pick<RemoteAudio, "attach" | "detach">;
  onCalls(calls: readonly Call[]): void;
  onRegistered(on: boolean): void;
  /** Called once: this line will not come back, close it. */
  onFault(problem: Problem): void;
  /** Where the official UI is to be seen instead of running the SDK alone; null: nowhere. */
  readonly stage?: Stage | null;
  openFrame?(place?: HTMLElement): Promise<OpenFrame>;
  now?(): number;
}

const pause = (ms: number) => new Promise<void>((next) => setTimeout(next, ms));

/** What the promise gives, or null when that takes longer than `patience` ms. */
function within<T>(patience: number, promise: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), patience);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

const devicesFor = (microphone: string | null, camera: string | null): SdkDevices => ({
  ...(microphone && { microphoneId: microphone }),
  ...(camera && { cameraId: camera }),
});

/** The SDK says "refused" or "no camera" of a call with a picture; the microphone was looked at before. */
const cameraError = (error: unknown): OrderError | null => {
  const code = (error as { code?: unknown } | null)?.code;
  return code === -202 || code === -291 ? new OrderError("camera_failed") : null;
};

/** One login of one extension, from the frame it runs in to the frame's end. */
export class LinkusLine {
  readonly #sessions: Sessions;
  readonly #watch: QualityWatch;
  readonly #microphones: CallMicrophones;
  readonly #now: () => number;
  #registered = false;
  /** Nothing more is wanted of the SDK: it gave up, or we did. */
  #faulted = false;
  #closed: Promise<void> | null = null;
  #calledAt = Number.NEGATIVE_INFINITY;

  /** Loads the SDK into a frame of its own, logs in and starts to register. Rejects with a `PhoneProblem`. */
  static async open(options: LineOptions): Promise<LinkusLine> {
    const { stage } = options;
    if (stage) {
      const look = await openLook(stage, options, INIT_PATIENCE);
      if (look) return new LinkusLine(look.frame, look.operator, options, stage);
    }
    const frame = await (options.openFrame ?? openFrame)();
    try {
      const sdk = await frame.engine.load(options.script, options.pbxUrl).catch(() => {
        throw new PhoneProblem("sdk_missing");
      });
      const login = sdk.init({
        username: options.username,
        secret: options.secret,
        pbxURL: options.pbxUrl,
        enableLog: false,
        userAgent: "WebClient",
        disableCallWaiting: false,
        ...((options.microphone || options.camera) && {
          deviceIds: devicesFor(options.microphone, options.camera ?? null),
        }),
      });
      const operator = await within(
        INIT_PATIENCE,
        login.catch((error: unknown) => {
          throw new PhoneProblem(problemOfSdk(error));
        }),
      );
      if (!operator) throw new PhoneProblem("pbx_unreachable");
      return new LinkusLine(frame, operator, options);
    } catch (error) {
      frame.dispose();
      throw error instanceof PhoneProblem ? error : new PhoneProblem("sdk_blocked");
    }
  }

  private constructor(
    private readonly frame: OpenFrame,
    private readonly operator: SdkOperator,
    private readonly options: LineOptions,
    /** The official UI, which makes its own sounds and has started its phone. */
    readonly stage: Stage | null = null,
  ) {
    this.#now = options.now ?? Date.now;
    this.#microphones = new CallMicrophones(frame.engine);
    this.#sessions = new Sessions(
      operator.phone,
      new URL(options.pbxUrl).origin,
      this.#now,
      {
        changed: () => options.onCalls(this.calls),
        stream: (id, stream) => stage || options.audio.attach(id, stream),
        talking: () => this.#watch.start(),
        ended: (facts) => this.#ended(facts),
      },
      stage !== null,
    );
    this.#watch = new QualityWatch(
      () =>
        this.#sessions
          .talking()
          .map(({ facts, session }) => [facts.id, peerOf(frame.engine.peers, session.remoteStream)] as const),
      (id, quality) => this.#sessions.change(id, { quality }),
    );
    const { phone, pbx } = operator;
    // `on("runtimeError")` never fires: the SDK removes all listeners before it emits.
    tap(pbx)("runtimeError", (error: unknown) => this.#fault(problemOfSdk(error)));
    phone.on("isRegisteredChange", (on: boolean) => {
      // The SDK tears itself down. Why, if it says so, comes a moment later through `emit`.
      if (!on && !pbx.isInited) setTimeout(() => this.#fault("registration_lost"), REASON_PATIENCE);
      this.#register(on);
    });
    phone.on("registered", () => this.#register(true));
    phone.on("disconnected", () => this.#register(false));
    // Never repeated by the SDK while the socket is up.
    phone.on("registrationFailed", () => this.#fault("registration_lost"));
    if (!stage) phone.start();
    else if (phone.isRegistered) this.#registered = true;
    stage?.shown(true);
  }

  get registered(): boolean {
    return this.#registered;
  }

  get calls(): readonly Call[] {
    return this.#sessions.calls;
  }

  /** Does the PBX still answer? False also while the sockets are being opened again. */
  probe(patience: number): Promise<boolean> {
    return this.frame.engine.probe(patience);
  }

  /** Opens the SIP socket again and registers over it; calls go on. */
  reconnect(): void {
    this.frame.engine.reconnect();
  }

  async dial(number: string, video = false): Promise<void> {
    await this.#call(number, undefined, video && this.video);
  }

  /** Calls may have pictures. */
  get video(): boolean {
    return this.#sessions.video;
  }

  pictures(id: string): Pictures | null {
    return this.#sessions.pictures(id, (stream) => farPicture(peerOf(this.frame.engine.peers, stream)));
  }

  /** Shows the own picture to the other side, or keeps it. */
  camera(id: string, on: boolean): void {
    this.#sessions.live(id, true);
    const tracks = this.pictures(id)?.own?.getVideoTracks() ?? [];
    if (!tracks.length) throw new OrderError("camera_failed");
    for (const track of tracks) track.enabled = on;
    this.#sessions.change(id, { cameraOff: !on });
  }

  /** Calls somebody about a call, which is held meanwhile. */
  async consult(id: string, number: string): Promise<void> {
    await this.#call(number, this.#sessions.live(id, true).id);
  }

  async answer(id: string, video = false): Promise<void> {
    const pictured = video && this.video && this.#sessions.live(id).picture;
    this.#sessions.live(id);
    const result = await this.#phone.answer(id, pictured ? { video: true } : undefined).catch((error: unknown) => {
      throw (pictured && cameraError(error)) || orderErrorOf(error, "answer_failed", this.frame.engine.mediaError());
    });
    if (result.code !== 200) throw orderErrorOf(result, "answer_failed");
  }

  reject(id: string): void {
    this.#sessions.live(id);
    this.#sessions.change(id, { myEnd: "reject" }, false);
    this.#phone.reject(id);
  }

  hangUp(id: string): void {
    const facts = this.#sessions.live(id);
    this.#sessions.change(id, { myEnd: "hangup" }, false);
    if (facts.inbound && facts.answeredAt === null) this.#phone.reject(id);
    else this.#phone.hangup(id);
  }

  /** Taking a call back from hold holds every other one. */
  async hold(id: string, held: boolean): Promise<void> {
    this.#sessions.live(id, true);
    for (let tries = 0; tries < HOLD_TRIES; tries++) {
      // `true` means nothing, and an order during a pending one is dropped: the offer that goes out is what counts.
      if (held) this.#phone.hold(id);
      else this.#phone.unhold(id);
      if (this.#sessions.live(id, true).held !== held) await pause(HOLD_STEP);
      if (this.#sessions.live(id, true).held === held) {
        if (!held) this.#phone.setCurrentSession(id);
        return;
      }
    }
    throw new OrderError("hold_failed");
  }

  mute(id: string, muted: boolean): void {
    this.#sessions.live(id);
    if (muted) this.#phone.mute(id);
    else this.#phone.unmute(id);
    this.#sessions.look(id);
  }

  sendKeys(id: string, keys: string): void {
    this.#sessions.live(id, true);
    const sendable = sendableKeys(keys);
    try {
      if (sendable) this.#phone.dtmf(id, sendable);
    } catch {
      throw new OrderError("keys_not_possible");
    }
  }

  record(id: string, on: boolean): void {
    const facts = this.#sessions.live(id, true);
    if ((facts.recording === "on") === on) return;
    if (!facts.mayRecord) throw new OrderError("record_not_allowed");
    let done = false;
    try {
      done = on ? this.#phone.startRecord(id) : this.#phone.pauseRecord(id);
    } catch {}
    if (!done) throw new OrderError("record_failed");
  }

  /** Whether it succeeded is never known: the SDK hangs up behind the request. */
  blindTransfer(id: string, number: string): void {
    // Before the call talks the SDK would hang up only.
    this.#sessions.live(id, true);
    const target = this.#number(number);
    this.#sessions.change(id, { myEnd: "transfer" }, false);
    this.#phone.blindTransfer(id, target);
  }

  /** Connects the call that the consultation is for with the consulted. */
  async completeTransfer(consultation: string): Promise<void> {
    const facts = this.#sessions.live(consultation);
    const parent = facts.consultationFor;
    if (!parent) throw new OrderError("transfer_failed");
    this.#sessions.live(parent);
    for (const id of [parent, consultation]) this.#sessions.change(id, { myEnd: "transfer" }, false);
    const ordered = this.#phone.attendedTransfer(consultation, facts.number);
    // A refused transfer is not told by anybody.
    for (let waited = 0; ordered && waited < TRANSFER_PATIENCE; waited += HOLD_STEP) {
      if (!this.#sessions.alive(parent)) return;
      await pause(HOLD_STEP);
    }
    for (const id of [parent, consultation]) this.#sessions.change(id, { myEnd: null }, false);
    throw new OrderError("transfer_failed");
  }

  /** For the next call, and at once for those that talk. */
  async chooseMicrophone(deviceId: string | null): Promise<void> {
    this.#phone.deviceIds = devicesFor(deviceId, this.#phone.deviceIds.cameraId ?? null);
    await this.#microphones.change(deviceId);
  }

  /** For the next call. */
  chooseCamera(deviceId: string | null): void {
    this.#phone.deviceIds = devicesFor(this.#phone.deviceIds.microphoneId ?? null, deviceId);
  }

  /** After something was plugged in or out: a call whose microphone went gets another one. */
  async devicesChanged(): Promise<void> {
    await this.#microphones.change(this.#phone.deviceIds.microphoneId ?? null, true);
  }

  /** Logs out, ends the calls, unregisters, and takes the frame away. */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      this.#faulted = true;
      this.#watch.stop();
      // A stage that was taken out of the page took the frame with it, and its sockets: nothing in there runs any more.
      const alive = this.stage?.place.isConnected ?? true;
      if (alive) await within(LOGOUT_PATIENCE, this.operator.pbx.logout()).catch(() => {});
      this.closeNow();
      // The next login uses the same contact: what unregisters this one must not come after it.
      if (alive) await this.frame.engine.closed(CLOSE_PATIENCE).catch(() => {});
      this.frame.dispose();
      this.stage?.shown(false);
    })();
    return this.#closed;
  }

  /** What can still be done while the page goes away. */
  closeNow(): void {
    this.#faulted = true;
    try {
      this.operator.destroy();
    } catch {}
    this.#sessions.endAll();
    this.#register(false);
  }

  get #phone(): SdkPhone {
    return this.operator.phone;
  }

  #number(number: string): string {
    const clean = dialable(number);
    if (!clean) throw new OrderError("number_invalid", number.slice(0, 40));
    return clean;
  }

  async #call(number: string, parent?: string, video = false): Promise<void> {
    const clean = this.#number(number);
    const wait = this.#calledAt + BETWEEN_CALLS - this.#now();
    if (wait > 0) await pause(wait);
    this.#calledAt = this.#now();
    // Without the second the SDK offers to send its picture only.
    const options = video ? { video: true, offerToReceiveVideo: true } : undefined;
    const result = await this.#phone.call(clean, options, parent).catch((error: unknown) => {
      throw (video && cameraError(error)) || orderErrorOf(error, "call_failed", this.frame.engine.mediaError());
    });
    // A target the SDK cannot parse is not rejected but resolved, with the error's code.
    if (result.code !== 200) throw orderErrorOf(result, "call_failed");
  }

  #register(on: boolean): void {
    if (on === this.#registered) return;
    this.#registered = on;
    this.options.onRegistered(on);
  }

  #fault(problem: Problem): void {
    if (this.#faulted) return;
    this.#faulted = true;
    // Not from within the SDK's own teardown.
    queueMicrotask(() => this.options.onFault(problem));
  }

  #ended({ id, consultationFor, myEnd }: CallFacts): void {
    this.options.audio.detach(id);
    if (!this.#sessions.talking().length) {
      this.#watch.stop();
      this.#microphones.release();
    }
    // A consultation that ended without a transfer leaves the first call on hold.
    if (!consultationFor || myEnd === "transfer" || this.#faulted || !this.#sessions.alive(consultationFor)) return;
    void this.hold(consultationFor, false).catch(() => {});
  }
}
