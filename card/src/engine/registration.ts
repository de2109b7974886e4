import { askSignature, errorCode, type Info, type InfoPhone, type RemoteOrder, sdkFile } from "../ha/door";
import type { Hass } from "../ha/hass";
import { backOff, PhoneProblem, problemOfDoor, problemOfInfo, remedyFor } from "../state/problems";
import type { LineState } from "../state/reach";
import type { Call, Problem } from "../state/types";
import type { RemoteAudio } from "./audio/remote-audio";
import { microphoneProblem } from "./browser/microphone";
import { whyUnreachable } from "./browser/pbx-reach";
import { Wakefulness } from "./browser/wakefulness";
import { Lease } from "./lease";
import { type LineOptions, LinkusLine } from "./linkus/linkus-line";
import type { Stage } from "./linkus/linkus-look";

export interface RegistrationOptions {
  hass(): Hass;
  readonly info: () => Info;
  /** Always the newest that Home Assistant says about it. */
  phone(): InfoPhone;
  readonly browserId: string;
  readonly browserName: string;
  microphone(): string | null;
  camera?(): string | null;
  /** Home Assistant's word for whether the PBX can be reached from there. */
  pbxAvailable(): boolean;
  readonly audio: Pick<RemoteAudio, "attach" | "detach">;
  onState(state: LineState): void;
  onCalls(calls: readonly Call[]): void;
  /** An action of Home Assistant for this browser. */
  onOrder?(order: RemoteOrder, on: boolean): void;
  /** Where the official UI is wanted; null: nowhere. */
  stage?(): Stage | null;
  /** For tests. */
  readonly openLine?: (options: LineOptions) => Promise<LinkusLine>;
  readonly preflight?: () => Promise<Problem | null>;
}

/** A lost registration is told only when the SDK did not repair it within this time, ms. */
const GRACE = 3000;
/** A registration that is not there by then is made anew. */
const REGISTER_PATIENCE = 20_000;
/** A registration that held for so long begins to count its failures anew. */
const STEADY = 60_000;
const PROBE_PATIENCE = 4000;

type Timer = ReturnType<typeof setTimeout>;

/**
 * Keeps one extension registered in this tab: lease, signature, frame, and all of it again whenever it is lost. The SDK
 * repairs a lost socket and nothing else; the rest is done here, with a new frame and a fresh signature.
 */
export class Registration {
  #line: LinkusLine | null = null;
  #state: LineState = { kind: "off" };
  #wanted = false;
  /** Grows with every attempt and every stop: what an older attempt still has under way is thrown away. */
  #attempt = 0;
  #failures = 0;
  #refusals = 0;
  #retryTimer: Timer | null = null;
  #graceTimer: Timer | null = null;
  #lostTimer: Timer | null = null;
  #leaseTimer: Timer | null = null;
  #leaseFailures = 0;
  #steadyTimer: Timer | null = null;
  #renewAfterCalls = false;
  /** Attempts under way. */
  #opening = 0;
  #closing: Promise<void> = Promise.resolve();
  readonly #lease: Lease;
  readonly #wakefulness: Wakefulness;

  constructor(private readonly options: RegistrationOptions) {
    this.#lease = new Lease({
      hass: () => options.hass(),
      phone: () => options.phone(),
      browserId: options.browserId,
      browserName: options.browserName,
      changed: (held, by) => this.#leaseChanged(held, by),
      onOrder: (order, on) => options.onOrder?.(order, on),
    });
    this.#wakefulness = new Wakefulness((kind) => void this.#woke(kind));
    const { connection } = options.hass();
    connection.addEventListener("ready", this.#homeAssistantBack);
    connection.addEventListener("disconnected", this.#homeAssistantGone);
  }

  get state(): LineState {
    return this.#state;
  }

  /** The line, if orders can be given to it. */
  get line(): LinkusLine | null {
    return this.#line;
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#failures = this.#refusals = 0;
    void this.#try(false);
  }

  /** Logs out and gives the lease back. */
  async stop(): Promise<void> {
    this.#wanted = false;
    this.#attempt++;
    this.#clearTimers();
    this.#lease.report("off", null);
    this.#set({ kind: "off" });
    await this.#closeLine();
    await this.#lease.release();
  }

  /** Tries now, whatever stood in the way; not during a call. */
  retry(takeOver = false): void {
    if (!this.#wanted || this.#busy()) return;
    if (this.#state.kind === "ready" && !takeOver) return;
    this.#failures = this.#refusals = 0;
    void this.#try(takeOver);
  }

  /** The stage is another one: logs in anew when no call lives; `atOnce` also while one does, which ends with it. */
  renew(atOnce = false): void {
    // An attempt under way looks at the stage before it is done.
    if (!this.#wanted || this.#opening > 0 || this.#state.kind === "elsewhere") return;
    if (this.#busy() && !atOnce) this.#renewAfterCalls = true;
    else void this.#try(false);
  }

  chooseMicrophone(deviceId: string | null): void {
    void this.#line?.chooseMicrophone(deviceId).catch(() => {});
  }

  chooseCamera(deviceId: string | null): void {
    this.#line?.chooseCamera(deviceId);
  }

  devicesChanged(): void {
    void this.#line?.devicesChanged().catch(() => {});
  }

  /** What can still be done while the page goes away. */
  leave(): void {
    this.#line?.closeNow();
  }

  close(): Promise<void> {
    this.#wakefulness.close();
    const { connection } = this.options.hass();
    connection.removeEventListener("ready", this.#homeAssistantBack);
    connection.removeEventListener("disconnected", this.#homeAssistantGone);
    return this.stop();
  }

  #busy(): boolean {
    return this.#line?.calls.some((call) => call.phase !== "ended") ?? false;
  }

  async #try(takeOver: boolean): Promise<void> {
    const attempt = ++this.#attempt;
    const current = () => attempt === this.#attempt && this.#wanted;
    this.#clearTimers();
    this.#set({ kind: "starting" });
    this.#opening++;
    try {
      await this.#closeLine();
      if (!current()) return;
      await this.#preflight();
      if (!current()) return;
      const elsewhere = (by: string, since: number) => current() && this.#set({ kind: "elsewhere", by, since });
      if (!(await this.#lease.ask(takeOver, elsewhere)) || !current()) return;
      this.#lease.report("connecting", null);
      const line = await this.#open();
      if (!current()) {
        await line.close();
        return;
      }
      this.#line = line;
      this.#lostTimer = setTimeout(() => this.#fault("registration_lost"), REGISTER_PATIENCE);
      if (line.registered) this.#registered(true);
      if (line.stage !== (this.options.stage?.() ?? null)) void this.#try(false);
    } catch (error) {
      if (current()) await this.#fail(error instanceof PhoneProblem ? error.problem : problemOfDoor(errorCode(error)));
    } finally {
      this.#opening--;
    }
  }

  async #preflight(): Promise<void> {
    const phone = this.options.phone();
    const { sdk } = this.options.info();
    // Home Assistant may have lost a PBX that this browser reaches; only while it has not set the PBX up nobody can call.
    const away = phone.problem === "pbx_unreachable";
    const problem =
      (away ? null : problemOfInfo(phone.problem)) ??
      (phone.browser ? null : away ? ("pbx_unreachable" as const) : ("calling_disabled" as const)) ??
      (sdk.available && sdk.url ? null : (problemOfInfo(sdk.problem) ?? ("sdk_missing" as const))) ??
      (await (this.options.preflight ?? microphoneProblem)()) ??
      (this.options.hass().connection.connected ? null : ("home_assistant_lost" as const));
    if (problem) throw new PhoneProblem(problem);
  }

  #leaseChanged(held: boolean, by: string): void {
    if (!this.#wanted) return;
    if (held) return void this.#try(false);
    this.#attempt++;
    this.#clearTimers();
    this.#set({ kind: "elsewhere", by, since: Date.now() });
    void this.#closeLine();
  }

  async #open(): Promise<LinkusLine> {
    const { options } = this;
    const { username, secret, pbx_url } = await askSignature(
      options.hass(),
      options.phone().phone_id,
      options.browserId,
    );
    const attempt = this.#attempt;
    // An older line may still have something to say while it is closed.
    const current = () => attempt === this.#attempt;
    try {
      return await (options.openLine ?? LinkusLine.open)({
        script: sdkFile(options.info().sdk, "url"),
        username,
        secret,
        pbxUrl: pbx_url,
        microphone: options.microphone(),
        camera: options.camera?.() ?? null,
        audio: options.audio,
        stage: options.stage?.() ?? null,
        onCalls: (calls) => current() && this.#calls(calls),
        onRegistered: (on) => current() && this.#registered(on),
        onFault: (problem) => current() && this.#fault(problem),
      });
    } catch (error) {
      if (error instanceof PhoneProblem && error.problem === "pbx_unreachable")
        throw new PhoneProblem(await whyUnreachable(pbx_url, options.pbxAvailable()));
      throw error;
    }
  }

  #calls(calls: readonly Call[]): void {
    this.options.onCalls(calls);
    this.#reportReady();
    if (this.#renewAfterCalls && !this.#busy()) {
      this.#renewAfterCalls = false;
      void this.#try(false);
    }
  }

  #registered(on: boolean): void {
    if (on) {
      this.#clearTimers();
      this.#refusals = 0;
      this.#steadyTimer = setTimeout(() => {
        this.#failures = 0;
      }, STEADY);
      this.#set({ kind: "ready" });
      this.#reportReady();
      return;
    }
    this.#clearTimers();
    this.#graceTimer = setTimeout(() => {
      this.#set({ kind: "starting" });
      this.#lease.report("connecting", null);
    }, GRACE);
    this.#lostTimer = setTimeout(() => this.#fault("registration_lost"), REGISTER_PATIENCE);
  }

  /** The line will not come back by itself. A call that still talks is left alone: its media needs no registration. */
  #fault(problem: Problem): void {
    if (this.#busy() && problem === "registration_lost") {
      this.#renewAfterCalls = true;
      return;
    }
    this.#attempt++;
    void this.#fail(problem);
  }

  async #fail(problem: Problem): Promise<void> {
    this.#clearTimers();
    // A signature may have been refused for its age only; a second refusal is one too many for the PBX's patience.
    const again = problem === "login_refused" && this.#refusals++ === 0;
    const remedy = again ? "now" : remedyFor(problem);
    const failures = this.#failures++;
    if (remedy === "now" && failures === 0) return this.#try(false);
    this.#set({ kind: "problem", problem });
    this.#lease.report("not_reachable", problem);
    await this.#closeLine();
    if (remedy !== "never" && this.#wanted && this.#retryTimer === null)
      this.#retryTimer = setTimeout(() => void this.#try(false), backOff(failures));
  }

  #closeLine(): Promise<void> {
    const line = this.#line;
    this.#line = null;
    if (line) {
      this.options.onCalls([]);
      this.#closing = this.#closing.then(() => line.close()).catch(() => {});
    }
    return this.#closing;
  }

  readonly #homeAssistantBack = (): void => {
    // The lease went with the connection; a running registration goes on while it is asked for again.
    this.#lease.forget();
    this.#leaseFailures = 0;
    if (this.#leaseTimer !== null) clearTimeout(this.#leaseTimer);
    if (!this.#wanted) return;
    if (this.#line && this.#state.kind !== "problem") void this.#leaseAgain();
    else void this.#try(false);
  };

  async #leaseAgain(): Promise<void> {
    const attempt = this.#attempt;
    // In a call the phone is here, whoever else wants it.
    const granted = await this.#lease.ask(this.#busy(), () => {}).catch(() => null);
    if (attempt !== this.#attempt) return;
    // Home Assistant may not have set the integration up yet. Without a connection the next one begins it again.
    if (granted === null) {
      if (this.options.hass().connection.connected)
        this.#leaseTimer = setTimeout(() => void this.#leaseAgain(), backOff(this.#leaseFailures++));
    } else if (granted) this.#reportReady();
    else void this.#try(false);
  }

  readonly #homeAssistantGone = (): void => {
    this.#lease.forget();
  };

  async #woke(kind: "sight" | "network" | "sleep"): Promise<void> {
    if (!this.#wanted) return;
    const line = this.#line;
    if (!line) {
      if (this.#state.kind === "problem" && remedyFor(this.#state.problem) !== "never") this.retry();
      return;
    }
    const answers = await line.probe(PROBE_PATIENCE);
    if (line !== this.#line) return;
    // After a sleep or on another network the SIP socket may be dead without knowing it. Calls survive its renewal.
    if (kind !== "sight" || !answers) line.reconnect();
  }

  #reportReady(): void {
    if (this.#state.kind === "ready") this.#lease.report(this.#busy() ? "in_call" : "ready", null);
  }

  #clearTimers(): void {
    for (const timer of [this.#retryTimer, this.#graceTimer, this.#lostTimer, this.#steadyTimer])
      if (timer !== null) clearTimeout(timer);
    this.#retryTimer = this.#graceTimer = this.#lostTimer = this.#steadyTimer = null;
  }

  #set(state: LineState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    this.options.onState(state);
  }
}
