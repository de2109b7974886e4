/** People, history and voicemail of the user's phone, as the views want them, over the integration's commands. */
import { outsideText } from "../state/numbers";
import type { QualitySummary } from "../state/quality-log";
import type {
  CallRecord,
  Directory,
  Journal,
  JournalPage,
  Line,
  Mailbox,
  Person,
  Presence,
  Voicemail,
} from "../ui/data";
import { type DoorQuality, reportQuality } from "./door";
import type { Hass, Unsubscribe } from "./hass";

interface DoorPerson {
  readonly id: string;
  readonly name: string;
  readonly company: string;
  readonly avatar: string | null;
  readonly favourite: boolean;
  readonly numbers: readonly { readonly number: string; readonly kind: Person["numbers"][number]["kind"] }[];
  readonly presence: Presence | null;
  readonly line: Line | null;
}

interface PeopleEvent {
  readonly kind: "snapshot" | "update";
  readonly people: readonly DoorPerson[];
  readonly gone?: readonly string[];
}

interface DoorRecord {
  readonly id: string;
  readonly direction: CallRecord["direction"];
  readonly name: string;
  readonly number: string;
  readonly company: string;
  readonly started_at: number;
  readonly duration_ms: number;
  readonly outcome: string;
  readonly answered_by?: string;
  readonly did: string;
  readonly note: string;
  readonly recorded?: boolean;
  readonly quality: DoorQuality | null;
}

interface DoorMessage {
  readonly id: string;
  readonly name: string;
  readonly number: string;
  readonly at: number;
  readonly duration_ms: number;
  readonly heard: boolean;
}

const person = (told: DoorPerson): Person => ({
  ...told,
  name: outsideText(told.name),
  company: outsideText(told.company),
  numbers: told.numbers.map(({ number, kind }) => ({ number: outsideText(number, 40), kind })),
});

const record = (told: DoorRecord): CallRecord => ({
  id: told.id,
  direction: told.direction,
  name: outsideText(told.name),
  number: outsideText(told.number, 40),
  company: outsideText(told.company),
  startedAt: told.started_at,
  durationMs: told.duration_ms,
  outcome: told.outcome,
  answeredBy: outsideText(told.answered_by ?? ""),
  did: outsideText(told.did, 40),
  note: told.note,
  recorded: told.recorded ?? false,
  quality: told.quality && {
    lossPercent: told.quality.loss_percent,
    jitterMs: told.quality.jitter_ms,
    roundTripMs: told.quality.round_trip_ms,
    score: told.quality.score,
    side: told.quality.side,
  },
});

const message = (told: DoorMessage): Voicemail => ({
  id: told.id,
  name: outsideText(told.name),
  number: outsideText(told.number, 40),
  at: told.at,
  durationMs: told.duration_ms,
  heard: told.heard,
});

/**
 * One subscription for all listeners, held while there is one, and followed to another phone. It goes on by itself
 * after a reconnect.
 */
class Following<Event, Listener> {
  readonly listeners = new Set<Listener>();
  #stop: Promise<Unsubscribe | null> | null = null;

  constructor(
    private readonly door: Door,
    private readonly command: string,
    private readonly take: (event: Event) => void,
    private readonly forget: () => void,
  ) {}

  add(listener: Listener): () => void {
    this.listeners.add(listener);
    this.#stop ??= this.#start();
    return () => {
      this.listeners.delete(listener);
      if (!this.listeners.size) this.#end();
    };
  }

  again(): void {
    this.#end();
    if (this.listeners.size) this.#stop = this.#start();
  }

  #start(): Promise<Unsubscribe | null> {
    let live = true;
    const { hass } = this.door;
    const message = { type: `yeastar_linkus/${this.command}`, phone_id: this.door.phoneId() };
    return hass.connection
      .subscribeMessage<Event>((event) => live && this.take(event), message)
      .then(
        (unsubscribe) => () => {
          live = false;
          return unsubscribe();
        },
        (error: unknown) => {
          console.warn("yeastar_linkus:", error);
          return null;
        },
      );
  }

  #end(): void {
    const stop = this.#stop;
    this.#stop = null;
    this.forget();
    void stop?.then((unsubscribe) => unsubscribe?.()).catch(() => {});
  }
}

interface Door {
  readonly hass: Hass;
  phoneId(): string;
}

const ask = <T>(door: Door, command: string, data: object = {}): Promise<T> =>
  door.hass.connection.sendMessagePromise<T>({
    type: `yeastar_linkus/${command}`,
    phone_id: door.phoneId(),
    ...data,
  });

class People implements Directory {
  #people: Map<string, Person> | null = null;
  readonly #following: Following<PeopleEvent, (people: readonly Person[]) => void>;

  constructor(private readonly door: Door) {
    this.#following = new Following(
      door,
      "people/subscribe",
      (event) => this.#take(event),
      () => {
        this.#people = null;
      },
    );
  }

  subscribe(listener: (people: readonly Person[]) => void): () => void {
    const stop = this.#following.add(listener);
    if (this.#people) listener([...this.#people.values()]);
    return stop;
  }

  again(): void {
    this.#following.again();
  }

  async search(query: string, limit: number): Promise<readonly Person[]> {
    const found = await ask<{ people: DoorPerson[] }>(this.door, "people/search", {
      query: query.slice(0, 80),
      limit,
    });
    return found.people.map(person);
  }

  async setFavourite(person_id: string, favourite: boolean): Promise<void> {
    await ask(this.door, "people/favourite", { person_id, favourite });
  }

  #take({ kind, people, gone }: PeopleEvent): void {
    if (kind === "snapshot" || !this.#people) this.#people = new Map();
    for (const told of people) this.#people.set(told.id, person(told));
    for (const id of gone ?? []) this.#people.delete(id);
    const all = [...this.#people.values()];
    for (const listener of [...this.#following.listeners]) listener(all);
  }
}

class History implements Journal {
  readonly #following: Following<unknown, () => void>;

  constructor(private readonly door: Door) {
    let first = true;
    this.#following = new Following(
      door,
      "journal/subscribe",
      () => {
        // The first word comes with the subscription: whoever listens has just asked for the page.
        if (!first) for (const listener of [...this.#following.listeners]) listener();
        first = false;
      },
      () => {
        first = true;
      },
    );
  }

  async page(options: Parameters<Journal["page"]>[0]): Promise<JournalPage> {
    const page = await ask<{ records: DoorRecord[]; next: string | null }>(this.door, "journal/page", {
      missed_only: options.missedOnly ?? false,
      number: (options.number ?? "").slice(0, 64),
      after: options.after ?? null,
    });
    return { records: page.records.map(record), next: page.next };
  }

  onChange(listener: () => void): () => void {
    return this.#following.add(listener);
  }

  again(): void {
    this.#following.again();
    for (const listener of [...this.#following.listeners]) listener();
  }

  async recording({ id, startedAt }: CallRecord): Promise<string> {
    return (await ask<{ url: string }>(this.door, "journal/recording", { call_id: id, started_at: startedAt })).url;
  }

  async setNote(call_id: string, note: string): Promise<void> {
    await ask(this.door, "journal/note", { call_id, note });
  }
}

class Messages implements Mailbox {
  #messages: readonly Voicemail[] | null = null;
  readonly #following: Following<{ messages: DoorMessage[] }, (messages: readonly Voicemail[]) => void>;

  constructor(private readonly door: Door) {
    this.#following = new Following(
      door,
      "mailbox/subscribe",
      ({ messages }) => {
        this.#messages = messages.map(message);
        for (const listener of [...this.#following.listeners]) listener(this.#messages);
      },
      () => {
        this.#messages = null;
      },
    );
  }

  subscribe(listener: (messages: readonly Voicemail[]) => void): () => void {
    const stop = this.#following.add(listener);
    if (this.#messages) listener(this.#messages);
    return stop;
  }

  again(): void {
    this.#following.again();
  }

  async audio(message_id: string): Promise<string> {
    return (await ask<{ url: string }>(this.door, "mailbox/audio", { message_id })).url;
  }

  async setHeard(message_id: string, heard: boolean): Promise<void> {
    await ask(this.door, "mailbox/heard", { message_id, heard });
  }

  async remove(message_id: string): Promise<void> {
    await ask(this.door, "mailbox/remove", { message_id });
  }
}

/** What Home Assistant knows around the calls of one phone. */
export class PhoneBook {
  readonly directory: Directory;
  readonly journal: Journal;
  readonly mailbox: Mailbox;
  readonly #door: Door;
  readonly #parts: readonly { again(): void }[];

  constructor(hass: Hass, phoneId: () => string) {
    this.#door = { hass, phoneId };
    const people = new People(this.#door);
    const history = new History(this.#door);
    const messages = new Messages(this.#door);
    this.directory = people;
    this.journal = history;
    this.mailbox = messages;
    this.#parts = [people, history, messages];
  }

  /** The user's phone is another one now. */
  phoneChanged(): void {
    for (const part of this.#parts) part.again();
  }

  /** Parks the far side of a call. Returns the slot, which any phone can dial. */
  async park(callId: string): Promise<string> {
    return (await ask<{ slot: string }>(this.#door, "phone/park", { call_id: callId })).slot;
  }

  /** Tells how a call of this browser sounded that has just ended. */
  reportQuality(callId: string, { lossPercent, jitterMs, roundTripMs, score, side }: QualitySummary): void {
    const quality = { loss_percent: lossPercent, jitter_ms: jitterMs, round_trip_ms: roundTripMs, score, side };
    // Not worth a word to the user when it does not arrive.
    void reportQuality(this.#door.hass, this.#door.phoneId(), callId, quality).catch(() => {});
  }

  /** Calls somebody into a conversation. Rejects when the PBX or the options refuse it. */
  async invite(call_id: string, number: string): Promise<void> {
    await this.#door.hass.connection.sendMessagePromise({
      type: "call_service",
      domain: "yeastar_linkus",
      service: "add_member",
      service_data: { call_id, number },
    });
  }

  /** Sends a ringing call to the extension's mailbox. */
  async toVoicemail(callId: string): Promise<void> {
    await ask(this.#door, "phone/to_voicemail", { call_id: callId });
  }

  /** Frees a call from the device that has it. Returns the number that this browser dials to get it. */
  async take(callId: string): Promise<string> {
    return (await ask<{ slot: string }>(this.#door, "phone/take", { call_id: callId })).slot;
  }
}
