import { LINGER } from "../../state/all-calls";
import { type CallFacts, callOf, holdAfter } from "../../state/browser-calls";
import { OrderError } from "../../state/problems";
import type { Call } from "../../state/types";
import type { Pictures } from "../../ui/data";
import type { SdkPhone, SdkSession, SdkSessionEvent } from "./sdk";
import { tap } from "./tap";

export interface Tracked {
  readonly session: SdkSession;
  facts: CallFacts;
}

export interface SessionEvents {
  /** Something about the calls changed. */
  changed(): void;
  /** The remote audio is another stream object now: after every change of it, each unhold included. */
  stream(id: string, stream: MediaStream | null): void;
  talking(id: string): void;
  ended(facts: CallFacts): void;
}

/** What fails in here must not end the SDK's own work: it calls us from the middle of it. */
const guarded =
  <T extends unknown[]>(react: (...args: T) => void) =>
  (...args: T): void => {
    try {
      react(...args);
    } catch (error) {
      console.error("yeastar_linkus:", error);
    }
  };

/** The SDK's sessions, watched: what we know of each call, told when it changes. */
export class Sessions {
  readonly #sessions = new Map<string, Tracked>();

  constructor(
    private readonly phone: SdkPhone,
    private readonly pbxOrigin: string,
    private readonly now: () => number,
    private readonly events: SessionEvents,
    /** The official UI draws the sessions, and drops the listeners of others. */
    private readonly drawn = false,
  ) {
    // `newRTCSession` is early enough for every later event of a session; the others are for what came before us.
    for (const event of ["newRTCSession", "incoming", "startSession"])
      phone.on(
        event,
        guarded(({ session }: SdkSessionEvent) => this.#track(session)),
      );
    // The most reliable "call is gone". An unknown id: the caller gave up before the SDK announced the call.
    phone.on(
      "deleteSession",
      guarded(({ callId, cause }: { callId: string; cause?: string }) => this.end(callId, cause)),
    );
    for (const event of ["recordPermissionsChange", "videoPlanChange"])
      phone.on(event, () => {
        for (const id of this.#sessions.keys()) this.look(id);
        events.changed();
      });
  }

  get calls(): readonly Call[] {
    return [...this.#sessions.values()].map(({ facts }) => callOf(facts));
  }

  talking(): readonly Tracked[] {
    return [...this.#sessions.values()].filter(({ facts }) => facts.answeredAt !== null && facts.endedAt === null);
  }

  /** The plan has calls with pictures. */
  get video(): boolean {
    return this.phone.videoPlan === "connected";
  }

  /** What is to be seen of a call; null where there is nothing. `far` finds the other side's picture by the stream of its sound. */
  pictures(id: string, far: (stream: MediaStream | null) => MediaStream | null): Pictures | null {
    const session = this.#sessions.get(id)?.session;
    if (!session || !this.alive(id)) return null;
    const seen = (stream: MediaStream | null | undefined) => (stream?.getVideoTracks().length ? stream : null);
    return { far: far(session.remoteStream) ?? seen(session.remoteStream), own: seen(session.localStream) };
  }

  alive(id: string): boolean {
    return this.#sessions.get(id)?.facts.endedAt === null;
  }

  /** The facts of a call that lives (and talks); an order for any other is refused. */
  live(id: string, talking = false): CallFacts {
    const facts = this.#sessions.get(id)?.facts;
    if (!facts || facts.endedAt !== null || (talking && facts.answeredAt === null)) throw new OrderError("call_gone");
    return facts;
  }

  change(id: string, change: Partial<CallFacts>, tell = true): void {
    const tracked = this.#sessions.get(id);
    if (!tracked || tracked.facts.endedAt !== null) return;
    const keys = Object.keys(change) as (keyof CallFacts)[];
    if (keys.every((key) => tracked.facts[key] === change[key])) return;
    tracked.facts = { ...tracked.facts, ...change };
    if (tell) this.events.changed();
  }

  /** The SDK changes one status object in place: what is new in it is found by our own copy. */
  look(id: string): void {
    const status = this.#sessions.get(id)?.session.status;
    if (!status) return;
    const recording = ({ stop: "off", recording: "on", pause: "paused" } as const)[status.recordStatus] ?? "off";
    const permission = this.phone.recordPermissions ?? 0;
    this.change(id, {
      number: status.number,
      name: status.name,
      company: status.company,
      avatar: status.avatar?.startsWith(`${this.pbxOrigin}/`) ? status.avatar : null,
      status: status.callStatus,
      muted: status.isMute,
      recording,
      mayRecord: permission >= 2 || (permission === 1 && recording !== "off"),
      picture: status.isVideo ?? false,
      mayShow: this.video,
    });
  }

  end(id: string, cause = "", code: number | null = null): void {
    if (!this.alive(id)) return;
    this.change(id, { endedAt: this.now(), cause, code });
    const facts = this.#sessions.get(id)?.facts;
    setTimeout(() => {
      this.#sessions.delete(id);
      this.events.changed();
    }, LINGER);
    if (facts) this.events.ended(facts);
  }

  endAll(): void {
    for (const id of this.#sessions.keys()) this.end(id);
  }

  #track(session: SdkSession): void {
    const { status } = session;
    const id = status.callId;
    if (!this.#sessions.has(id)) {
      this.#sessions.set(id, { session, facts: this.#first(session) });
      this.#listen(id, session);
    }
    this.look(id);
  }

  #first({ status }: SdkSession): CallFacts {
    return {
      id: status.callId,
      inbound: status.communicationType === "inbound",
      number: status.number,
      name: status.name,
      company: status.company,
      avatar: null,
      status: "",
      startedAt: this.now(),
      answeredAt: null,
      endedAt: null,
      held: false,
      heldByOther: false,
      offered: [],
      muted: false,
      recording: "off",
      mayRecord: false,
      picture: false,
      pictures: 0,
      mayShow: false,
      cameraOff: false,
      earlyMedia: false,
      consultationFor: (status.isTransfer && status.transferParent?.callId) || null,
      myEnd: null,
      cause: "",
      code: null,
      quality: null,
    };
  }

  #listen(id: string, session: SdkSession): void {
    const listen = this.drawn ? tap(session) : session.on.bind(session);
    const on = <T extends unknown[]>(events: string[], react: (...args: T) => void) => {
      for (const event of events) listen(event, guarded(react) as unknown as () => void);
    };
    on(["statusChange", "staticStatusChange", "progress", "accepted", "reinvite"], () => this.look(id));
    on(["confirmed"], () => {
      // The SDK's `callStartTime` is when the session was made.
      this.change(id, { answeredAt: this.#sessions.get(id)?.facts.answeredAt ?? this.now() });
      this.events.talking(id);
    });
    on(["sdp"], (description: { originator: string; type: string; sdp: string }) => {
      const facts = this.#sessions.get(id)?.facts;
      if (facts) this.change(id, holdAfter(facts, description));
    });
    on(["streamAdded", "updateRemoteStream", "updateLocalStream", "confirmed"], () => {
      const facts = this.#sessions.get(id)?.facts;
      if (facts?.picture) this.change(id, { pictures: facts.pictures + 1 });
    });
    on(["streamAdded", "updateRemoteStream"], () => {
      this.events.stream(id, session.remoteStream);
      this.change(id, { earlyMedia: session.remoteStream !== null });
    });
    on(["ended", "failed"], ({ cause, code }: { cause?: string; code?: number }) => this.end(id, cause, code ?? null));
  }
}
