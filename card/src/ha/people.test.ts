import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallRecord, Person, Voicemail } from "../ui/data";
import { PhoneBook } from "./people";
import { FakeHass } from "./testing/fake-hass";

const person = (id: string, over: object = {}) => ({
  id,
  name: `Name ${id}`,
  company: "",
  avatar: null,
  favourite: false,
  numbers: [{ number: id, kind: "extension" }],
  presence: "available",
  line: "idle",
  ...over,
});
const pass = () => new Promise((resolve) => setTimeout(resolve));

let hass: FakeHass;
let phoneId: string;
let book: PhoneBook;

beforeEach(() => {
  hass = new FakeHass();
  phoneId = "phone-1";
  book = new PhoneBook(hass, () => phoneId);
});
afterEach(() => vi.restoreAllMocks());

describe("people", () => {
  it("are one subscription for all views, told first whole and then by what changed", async () => {
    const one: (readonly Person[])[] = [];
    const two: (readonly Person[])[] = [];
    const stopOne = book.directory.subscribe((people) => one.push(people));
    await pass();
    hass.tell("people/subscribe", { kind: "snapshot", people: [person("1001"), person("1002")] });
    const stopTwo = book.directory.subscribe((people) => two.push(people));
    hass.tell("people/subscribe", { kind: "update", people: [person("1002", { line: "talking" })], gone: ["1001"] });
    expect(hass.of("people/subscribe")).toEqual([{ type: "yeastar_linkus/people/subscribe", phone_id: "phone-1" }]);
    expect(one[0]?.map(({ id }) => id)).toEqual(["1001", "1002"]);
    expect(two.map((people) => people.map(({ id, line }) => [id, line]))).toEqual([
      [
        ["1001", "idle"],
        ["1002", "idle"],
      ],
      [["1002", "talking"]],
    ]);
    stopOne();
    expect(hass.following.get("people/subscribe")?.size).toBe(1);
    stopTwo();
    await pass();
    expect(hass.following.get("people/subscribe")?.size).toBe(0);
  });

  it("lose what turns writing around, and keep to a length", async () => {
    const told = vi.fn();
    book.directory.subscribe(told);
    await pass();
    const hostile = person("1", {
      name: `\u202e${"x".repeat(500)}`,
      company: "\u0000A",
      numbers: [{ number: "\u200f1", kind: "mobile" }],
    });
    hass.tell("people/subscribe", { kind: "snapshot", people: [hostile] });
    const [[[seen]]] = told.mock.calls as [[Person[]]];
    expect(seen).toMatchObject({ name: "x".repeat(80), company: "A", numbers: [{ number: "1", kind: "mobile" }] });
  });

  it("are searched for in Home Assistant, and kept as favourites there", async () => {
    hass.answers["people/search"] = () => ({ people: [person("contact:7")] });
    await expect(book.directory.search?.("hei", 20)).resolves.toMatchObject([{ id: "contact:7" }]);
    await book.directory.setFavourite?.("contact:7", true);
    expect(hass.sent).toEqual([
      { type: "yeastar_linkus/people/search", phone_id: "phone-1", query: "hei", limit: 20 },
      { type: "yeastar_linkus/people/favourite", phone_id: "phone-1", person_id: "contact:7", favourite: true },
    ]);
  });

  it("are those of the phone that was chosen", async () => {
    const told = vi.fn();
    book.directory.subscribe(told);
    await pass();
    hass.tell("people/subscribe", { kind: "snapshot", people: [person("1001")] });
    phoneId = "phone-2";
    book.phoneChanged();
    await pass();
    expect(hass.of("people/subscribe").map(({ phone_id }) => phone_id)).toEqual(["phone-1", "phone-2"]);
    expect(hass.following.get("people/subscribe")?.size).toBe(1);
    hass.tell("people/subscribe", { kind: "update", people: [person("2001")] });
    expect(told.mock.lastCall?.[0].map(({ id }: Person) => id)).toEqual(["2001"]);
  });

  it("are missing without harm where the integration is older", async () => {
    const warned = vi.spyOn(console, "warn").mockReturnValue();
    hass.answers["people/subscribe"] = () => Promise.reject({ code: "unknown_command" });
    const stop = book.directory.subscribe(vi.fn());
    await pass();
    stop();
    expect(warned).toHaveBeenCalledOnce();
  });
});

describe("the history", () => {
  it("comes page by page", async () => {
    const record = {
      id: "1763826000.10",
      direction: "in",
      name: "Dora Klein",
      number: "+493044400001",
      company: "Klein Heating",
      started_at: 5000,
      duration_ms: 60_000,
      outcome: "answered",
      did: "",
      note: "call again",
      recorded: true,
      quality: { loss_percent: 2.5, jitter_ms: 31, round_trip_ms: null, score: 3.6, side: "far" },
    };
    hass.answers["journal/page"] = ({ after }) => ({ records: [record], next: after ? null : "5000|x" });
    const first = await book.journal.page({ missedOnly: true });
    expect(first.next).toBe("5000|x");
    expect(first.records).toEqual([
      {
        id: "1763826000.10",
        direction: "in",
        name: "Dora Klein",
        number: "+493044400001",
        company: "Klein Heating",
        startedAt: 5000,
        durationMs: 60_000,
        outcome: "answered",
        answeredBy: "",
        did: "",
        note: "call again",
        recorded: true,
        quality: { lossPercent: 2.5, jitterMs: 31, roundTripMs: null, score: 3.6, side: "far" },
      } satisfies CallRecord,
    ]);
    expect((await book.journal.page({ after: first.next, number: "1002" })).next).toBeNull();
    expect(hass.of("journal/page").map(({ type, phone_id, ...asked }) => asked)).toEqual([
      { missed_only: true, number: "", after: null },
      { missed_only: false, number: "1002", after: "5000|x" },
    ]);
  });

  it("says when it changed, but not what its reader just read", async () => {
    const changed = vi.fn();
    const stop = book.journal.onChange(changed);
    await pass();
    hass.tell("journal/subscribe", { kind: "changed" });
    expect(changed).not.toHaveBeenCalled();
    hass.tell("journal/subscribe", { kind: "changed" });
    expect(changed).toHaveBeenCalledOnce();
    book.phoneChanged();
    expect(changed).toHaveBeenCalledTimes(2);
    stop();
  });

  it("takes a call of an older integration for one without a recording", async () => {
    hass.answers["journal/page"] = () => ({ records: [{ id: "1", direction: "in", number: "+4930" }], next: null });
    expect((await book.journal.page({})).records).toMatchObject([{ id: "1", recorded: false }]);
  });

  it("asks for the sound of a recorded call by what the call is known by", async () => {
    hass.answers["journal/recording"] = () => ({ url: "/api/yeastar_linkus/sound/x?authSig=y" });
    const address = await book.journal.recording?.({ id: "1.1", startedAt: 5000 } as CallRecord);
    expect(address).toBe("/api/yeastar_linkus/sound/x?authSig=y");
    expect(hass.of("journal/recording")).toEqual([
      { type: "yeastar_linkus/journal/recording", phone_id: expect.any(String), call_id: "1.1", started_at: 5000 },
    ]);
  });

  it("keeps notes", async () => {
    await book.journal.setNote?.("1.1", "spare part on Tuesday");
    expect(hass.sent).toEqual([
      { type: "yeastar_linkus/journal/note", phone_id: "phone-1", call_id: "1.1", note: "spare part on Tuesday" },
    ]);
  });
});

describe("voicemail", () => {
  it("is told, played, marked and removed through Home Assistant", async () => {
    const told: (readonly Voicemail[])[] = [];
    book.mailbox.subscribe((messages) => told.push(messages));
    await pass();
    const message = { id: "3", name: "", number: "030", at: 9000, duration_ms: 4000, heard: false };
    hass.tell("mailbox/subscribe", { messages: [message] });
    book.mailbox.subscribe((messages) => told.push(messages));
    expect(told).toHaveLength(2);
    expect(told[1]).toEqual([{ id: "3", name: "", number: "030", at: 9000, durationMs: 4000, heard: false }]);
    hass.answers["mailbox/audio"] = () => ({ url: "/api/yeastar_linkus/sound/ticket?authSig=x" });
    await expect(book.mailbox.audio("3")).resolves.toBe("/api/yeastar_linkus/sound/ticket?authSig=x");
    await book.mailbox.setHeard("3", true);
    await book.mailbox.remove?.("3");
    expect(hass.of("mailbox/heard")).toMatchObject([{ message_id: "3", heard: true }]);
    expect(hass.of("mailbox/remove")).toMatchObject([{ message_id: "3" }]);
    book.phoneChanged();
  });
});

it("parks and fetches calls by the PBX's id", async () => {
  hass.answers["phone/park"] = hass.answers["phone/take"] = ({ call_id }) => ({
    slot: call_id === "9.9" ? "6000" : "",
  });
  await expect(book.park("9.9")).resolves.toBe("6000");
  await expect(book.take("9.9")).resolves.toBe("6000");
});

it("lives with a connection that is gone when the last listener goes", async () => {
  const lost = new FakeHass();
  const unsubscribe = vi.fn(async () => Promise.reject(new Error("lost")));
  lost.connection.subscribeMessage = vi.fn(async () => unsubscribe) as never;
  const stop = new PhoneBook(lost, () => "phone-1").directory.subscribe(vi.fn());
  stop();
  await vi.waitFor(() => expect(unsubscribe).toHaveBeenCalledTimes(1));
});
