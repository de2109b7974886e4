import type { CallRecord, Directory, Journal, Mailbox, Person, Pictures, RichPhone, Voicemail } from "../data";
import { FakePhone } from "./fake-phone";

const person = (id: string, name: string, number: string, change: Partial<Person> = {}): Person => ({
  id,
  name,
  company: "",
  avatar: null,
  favourite: false,
  numbers: [{ number, kind: "extension" }],
  presence: "available",
  line: "idle",
  ...change,
});

export const PEOPLE: readonly Person[] = [
  person("1", "Mia Sommer", "1007", { favourite: true, line: "talking" }),
  person("2", "Jürgen Groß", "1002", {
    favourite: true,
    numbers: [
      { number: "1002", kind: "extension" },
      { number: "+49 171 5550123", kind: "mobile" },
    ],
  }),
  person("3", "Zoë Ahrens", "1003", { presence: "do_not_disturb" }),
  person("4", "Ben Okafor", "1004", { presence: "lunch" }),
  person("5", "Front door", "1099", { presence: null, line: "idle" }),
  person("6", "Lena Fischer", "1005", { line: "unreachable" }),
  person("7", "Berger Heizungsbau", "+49 30 5550 1234", {
    company: "Heizung",
    presence: null,
    line: null,
    numbers: [{ number: "+49 30 5550 1234", kind: "business" }],
  }),
  person("8", "محمد الفاسي", "1006", {}),
];

export function records(now = Date.now()): readonly CallRecord[] {
  const record = (id: string, minutes: number, change: Partial<CallRecord>): CallRecord => ({
    id,
    direction: "in",
    name: "Jonas Berger",
    number: "+49 30 5550 1234",
    company: "Berger Heizungsbau",
    startedAt: now - minutes * 60_000,
    durationMs: 192_000,
    outcome: "answered",
    answeredBy: "",
    did: "030 5550 99",
    note: "",
    ...change,
  });
  return [
    record("1", 12, { outcome: "missed", durationMs: 0 }),
    record("2", 55, {
      direction: "internal_out",
      name: "Mia Sommer",
      number: "1007",
      durationMs: 34_000,
      quality: { lossPercent: 9.5, jitterMs: 60, roundTripMs: 310, score: 2.2, side: "own" },
    }),
    record("3", 60 * 26, { recorded: true, note: "Heating: spare part arrives on Tuesday, call again then." }),
    record("4", 60 * 27, { direction: "out", name: "", number: "+49 89 4444", outcome: "busy", durationMs: 0 }),
    record("5", 60 * 24 * 4, { name: "", number: "", company: "", outcome: "voicemail", durationMs: 0 }),
    record("6", 60 * 24 * 40, { direction: "internal_in", name: "Front door", number: "1099", durationMs: 8_000 }),
  ];
}

export class FakeDirectory implements Directory {
  readonly searched: string[] = [];
  #listeners = new Set<(people: readonly Person[]) => void>();
  people = PEOPLE;
  further: readonly Person[] = [];

  subscribe(listener: (people: readonly Person[]) => void): () => void {
    this.#listeners.add(listener);
    listener(this.people);
    return () => this.#listeners.delete(listener);
  }

  async search(query: string): Promise<readonly Person[]> {
    this.searched.push(query);
    return this.further;
  }
}

export class FakeJournal implements Journal {
  readonly asked: object[] = [];
  readonly notes: [string, string][] = [];
  all = records();
  pageSize = 50;
  refuse = false;
  #listeners = new Set<() => void>();

  async page(options: Parameters<Journal["page"]>[0]) {
    this.asked.push(options);
    if (this.refuse) throw new Error("refused");
    const fitting = this.all.filter(
      (record) =>
        (!options.missedOnly || record.outcome === "missed") && (!options.number || record.number === options.number),
    );
    const from = Number(options.after ?? 0);
    const to = from + this.pageSize;
    return { records: fitting.slice(from, to), next: to < fitting.length ? String(to) : null };
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  change(): void {
    for (const listener of this.#listeners) listener();
  }

  address = "/api/yeastar_linkus/sound/1";
  readonly played: string[] = [];

  async recording({ id }: CallRecord): Promise<string> {
    this.played.push(id);
    return this.address;
  }

  async setNote(callId: string, note: string): Promise<void> {
    if (this.refuse) throw new Error("refused");
    this.notes.push([callId, note]);
  }
}

export class FakeMailbox implements Mailbox {
  address = "/api/media/1";
  readonly done: [string, string][] = [];
  messages: readonly Voicemail[];
  #listeners = new Set<(messages: readonly Voicemail[]) => void>();

  constructor(now = Date.now()) {
    this.messages = [
      {
        id: "v1",
        name: "Jonas Berger",
        number: "+49 30 5550 1234",
        at: now - 3_600_000,
        durationMs: 23_000,
        heard: false,
      },
      { id: "v2", name: "", number: "", at: now - 90_000_000, durationMs: 61_000, heard: true },
    ];
  }

  subscribe(listener: (messages: readonly Voicemail[]) => void): () => void {
    this.#listeners.add(listener);
    listener(this.messages);
    return () => this.#listeners.delete(listener);
  }

  #set(messages: readonly Voicemail[]): void {
    this.messages = messages;
    for (const listener of this.#listeners) listener(messages);
  }

  async audio(): Promise<string> {
    return this.address;
  }

  async setHeard(id: string, heard: boolean): Promise<void> {
    this.done.push(["heard", id]);
    this.#set(this.messages.map((message) => (message.id === id ? { ...message, heard } : message)));
  }

  async remove(id: string): Promise<void> {
    this.done.push(["remove", id]);
    this.#set(this.messages.filter((message) => message.id !== id));
  }
}

const DOOR_PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360"><rect width="640" height="360" fill="#456"/><rect x="250" y="60" width="140" height="300" fill="#753"/><circle cx="365" cy="220" r="8" fill="#db4"/><circle cx="130" cy="190" r="40" fill="#db9"/><rect x="80" y="235" width="100" height="125" fill="#246"/></svg>`;

/** A fake phone with people, recents, voicemail, parking and fetching of desk-phone calls. */
export class FakeRichPhone extends FakePhone implements RichPhone {
  readonly directory = new FakeDirectory();
  readonly journal = new FakeJournal();
  readonly mailbox = new FakeMailbox();

  pictures(): Pictures | null {
    return null;
  }

  async camera(callId: string, on: boolean): Promise<void> {
    this.orders.push(["camera", callId, on]);
    this.change(callId, { cameraOff: !on });
  }

  async park(callId: string): Promise<void> {
    this.orders.push(["park", callId]);
  }

  readonly doors = {
    refuse: false,
    address: `data:image/svg+xml,${encodeURIComponent(DOOR_PICTURE)}`,
    picture: async (camera: string) => {
      this.orders.push(["picture", camera]);
      return this.doors.address;
    },
    open: async (callId: string) => {
      this.orders.push(["open", callId]);
      if (this.doors.refuse) throw new Error("refused");
    },
  };

  async invite(callId: string, number: string): Promise<void> {
    this.orders.push(["invite", callId, number]);
    this.change(callId, { invited: [number] });
  }

  async merge(): Promise<void> {
    this.orders.push(["merge"]);
    this.set({ calls: this.state.calls.slice(0, 1) });
  }

  async toVoicemail(callId: string): Promise<void> {
    this.orders.push(["toVoicemail", callId]);
    this.change(callId, { phase: "ended", outcome: "voicemail", endedAt: Date.now() });
  }

  async take(callId: string): Promise<void> {
    this.orders.push(["take", callId]);
  }
}
