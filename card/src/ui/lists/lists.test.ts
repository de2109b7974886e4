import { html } from "lit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PhoneState } from "../../state/types";
import "../call/call-view";
import "../dial/favourites-row";
import "../call/note-view";
import "./people-view";
import "../phone/notice";
import "../phone/pages";
import "../phone/phone-view";
import type { PhoneView } from "../phone/phone-view";
import "./recents-view";
import "../call/screen-pop";
import "../dial/suggestions";
import "../call/transfer-view";
import "./voicemail-view";
import { FakeRichPhone, PEOPLE, records } from "../testing/fake-data";
import { fakeCall } from "../testing/fake-phone";
import { click, deep, mount, one, press, reading, settle } from "../testing/page";

async function show(state: Partial<PhoneState> = {}, layout = "full", phone = new FakeRichPhone(state)) {
  const view = await mount<PhoneView>(
    html`<yeastar-linkus-phone .phone=${phone} layout=${layout}></yeastar-linkus-phone>`,
    "yeastar-linkus-phone",
  );
  return { phone, view };
}

async function write(view: Element, selector: string, text: string): Promise<void> {
  const field = one(view, selector) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  await settle(view);
}

const tab = (view: Element, name: string) => click(view, `[data-tab="${name}"]`);
const ringing = fakeCall({ id: "r", phase: "ringing", answeredAt: null });

beforeEach(() => {
  localStorage.clear();
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

describe("favourites above the keys", () => {
  it("are called by one press, and say what their line does", async () => {
    const { phone, view } = await show();
    await vi.waitFor(() => expect(deep(view, "yeastar-linkus-favourites button").length).toBeGreaterThan(0));
    const mia = one(view, 'yeastar-linkus-favourites [aria-label="Call Mia Sommer, In a call"]');
    mia.click();
    await settle(view);
    expect(phone.orders).toEqual([["dial", "1007", "browser"]]);
  });

  it("take no room where there are none, and are gone while a name is written", async () => {
    const { view } = await show();
    await write(view, "input", "mi");
    expect(deep(view, "yeastar-linkus-favourites")).toHaveLength(0);
    const poor = new FakeRichPhone();
    Object.assign(poor, { directory: undefined });
    document.body.replaceChildren();
    expect(deep((await show({}, "full", poor)).view, "yeastar-linkus-favourites")).toHaveLength(0);
  });
});

describe("the tabs", () => {
  it("are there for what the phone offers, and not at all for a phone that offers nothing", async () => {
    const { view } = await show();
    expect(deep(view, "[role=tab]").map((each) => each.dataset.tab)).toEqual([
      "keypad",
      "people",
      "recents",
      "voicemail",
    ]);
    const poor = new FakeRichPhone();
    Object.assign(poor, { directory: undefined, journal: undefined, mailbox: undefined });
    const { view: bare } = await show({}, "full", poor);
    expect(deep(bare, "[role=tab]")).toHaveLength(0);
  });

  it("carry badges that are spoken too, and are walked by arrow keys", async () => {
    const { view } = await show({ missed: 2 });
    expect(one(view, '[data-tab="recents"]').textContent).toMatch(/Recents\s*, 2 missed calls/);
    expect(one(view, '[data-tab="voicemail"]').textContent).toMatch(/Voicemail\s*, 1 new message/);
    press(one(view, '[data-tab="keypad"]'), "ArrowRight");
    await settle(view);
    expect(one(view, '[aria-selected="true"]').dataset.tab).toBe("people");
    press(one(view, '[data-tab="people"]'), "End");
    await settle(view);
    expect(one(view, '[aria-selected="true"]').dataset.tab).toBe("voicemail");
  });

  it("give way to a call, and come back by a tap while talking", async () => {
    const { phone, view } = await show();
    await tab(view, "people");
    phone.set({ calls: [ringing] });
    await settle(view);
    expect(deep(view, ".answer")).toHaveLength(1);
    phone.change("r", { phase: "talking", answeredAt: Date.now() });
    await settle(view);
    await tab(view, "people");
    expect(deep(view, "yeastar-linkus-people")).toHaveLength(1);
    expect(reading(one(view, '[data-tab="keypad"]'))).toBe("Call");
  });

  it("a person picked in a call is who it may be given to", async () => {
    const { phone, view } = await show({ calls: [fakeCall()] });
    await tab(view, "people");
    await click(view, "yeastar-linkus-people .row, .row");
    expect(phone.orders).toEqual([]);
    await click(view, ".ask");
    expect(phone.orders).toEqual([["consult", "c1", "1002"]]);
  });
});

describe("people", () => {
  it("are called by a tap, favourites first, with what they do now", async () => {
    const { phone, view } = await show();
    await tab(view, "people");
    const rows = deep(view, ".row");
    expect(reading(rows[0] as Element)).toContain("Jürgen Groß");
    expect(reading(rows[1] as Element)).toContain("In a call");
    rows[0]?.click();
    await settle(view);
    expect(phone.orders).toEqual([["dial", "1002", "browser"]]);
  });

  it("open to all their numbers", async () => {
    const { phone, view } = await show();
    await tab(view, "people");
    await click(view, ".side");
    await click(view, ".numbers .row:last-child");
    expect(phone.orders).toEqual([["dial", "+491715550123", "browser"]]);
  });

  it("are searched here at once and further away after a pause", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { phone, view } = await show();
    phone.directory.further = [
      { ...(PEOPLE[0] as (typeof PEOPLE)[number]), id: "far", name: "Zora Far", favourite: false },
    ];
    await tab(view, "people");
    await write(view, ".search", "z");
    expect(deep(view, ".row").map((row) => reading(row))).toEqual([expect.stringContaining("Zoë")]);
    await write(view, ".search", "zo");
    vi.advanceTimersByTime(300);
    await settle(view);
    expect(phone.directory.searched).toEqual(["zo"]);
    expect(deep(view, ".row")).toHaveLength(2);
    await write(view, ".search", "zzz");
    expect(reading(view)).toContain("Nobody found");
  });

  it("are found by letters in the number field, and Enter calls the first", async () => {
    const { phone, view } = await show();
    await write(view, "yeastar-linkus-dialer input, input", "mia");
    expect(deep(view, "yeastar-linkus-keypad")).toHaveLength(0);
    press(one(view, "input"), "Enter");
    await settle(view);
    expect(phone.orders).toEqual([["dial", "1007", "browser"]]);
  });

  it("are found by digits, names on the keys included", async () => {
    const { view } = await show();
    press(view, "6");
    press(view, "4");
    press(view, "2");
    await settle(view);
    expect(reading(one(view, ".one"))).toContain("Mia Sommer");
    await click(view, ".one");
    expect((one(view, "input") as HTMLInputElement).value).toBe("1007");
  });

  it("are found in a transfer", async () => {
    const { phone, view } = await show({ calls: [fakeCall()] });
    press(view, "t");
    await settle(view);
    await write(view, "yeastar-linkus-transfer input, input", "zoe");
    await click(view, "yeastar-linkus-suggestions .row, .row");
    await click(view, ".now");
    expect(phone.orders).toEqual([["blindTransfer", "c1", "1003"]]);
  });
});

describe("recents", () => {
  it("show the last calls by day, and looking at them clears the badge", async () => {
    const { phone, view } = await show({ missed: 1 });
    await tab(view, "recents");
    expect(phone.orders).toEqual([["clearMissed"]]);
    expect(deep(view, ".row")).toHaveLength(6);
    expect(reading(view)).toContain("Missed call");
    expect(reading(view)).toContain("spare part");
    await click(view, ".row");
    expect(phone.orders.at(-1)).toEqual(["dial", "+493055501234", "browser"]);
  });

  it("name who took a call at another phone", async () => {
    const { phone, view } = await show();
    await tab(view, "recents");
    const [first] = records();
    if (first) phone.journal.all = [{ ...first, outcome: "answered_elsewhere", answeredBy: "Mia Sommer" }];
    phone.journal.change();
    await settle(view);
    expect(reading(view)).toContain("Answered by Mia Sommer");
    expect(deep(view, ".missed")).toHaveLength(0);
    if (first) phone.journal.all = [{ ...first, outcome: "answered_elsewhere" }];
    phone.journal.change();
    await settle(view);
    expect(reading(view)).toContain("Answered on another device");
  });

  it("can be the missed ones only", async () => {
    const { phone, view } = await show();
    await tab(view, "recents");
    await click(view, ".chips button:last-child");
    expect(deep(view, ".row")).toHaveLength(1);
    expect(phone.journal.asked.at(-1)).toMatchObject({ missedOnly: true });
  });

  it("load further when scrolled to the end, once", async () => {
    const phone = new FakeRichPhone();
    phone.journal.pageSize = 4;
    const { view } = await show({}, "full", phone);
    await tab(view, "recents");
    expect(deep(view, ".row")).toHaveLength(4);
    one(view, ".scroll").dispatchEvent(new Event("scroll"));
    one(view, ".scroll").dispatchEvent(new Event("scroll"));
    await settle(view);
    expect(deep(view, ".row")).toHaveLength(6);
    expect(phone.journal.asked).toHaveLength(2);
  });

  it("follow what happens, and say when they cannot be had", async () => {
    const { phone, view } = await show();
    await tab(view, "recents");
    phone.journal.all = records().slice(0, 2);
    phone.journal.change();
    await settle(view);
    expect(deep(view, ".row")).toHaveLength(2);
    phone.journal.refuse = true;
    phone.journal.change();
    await settle(view);
    expect(reading(view)).toContain("could not be loaded");
    phone.journal.refuse = false;
    await click(view, ".empty button");
    expect(reading(view)).not.toContain("could not be loaded");
  });
});

describe("a recorded call", () => {
  it("is played from its row, one at a time, without calling back", async () => {
    const { phone, view } = await show();
    await tab(view, "recents");
    expect(deep(view, ".play")).toHaveLength(1);
    expect(one(view, ".play").getAttribute("aria-label")).toBe("Play the recording: Jonas Berger");
    await click(view, ".play");
    expect(one(view, "audio").getAttribute("src")).toBe("/api/yeastar_linkus/sound/1");
    expect(phone.journal.played).toEqual(["3"]);
    expect(phone.orders.filter(([order]) => order === "dial")).toEqual([]);
    await click(view, ".play");
    expect(deep(view, "audio")).toHaveLength(0);
  });

  it("is never played from elsewhere", async () => {
    const { phone, view } = await show();
    phone.journal.address = "https://evil.example/x.wav";
    await tab(view, "recents");
    await click(view, ".play");
    expect(deep(view, "audio")).toHaveLength(0);
    expect(deep(view, "[role=alert]")).toHaveLength(1);
  });

  it("is not played where the phone cannot", async () => {
    const phone = new FakeRichPhone();
    Object.assign(phone.journal, { recording: undefined });
    const { view } = await show({}, "full", phone);
    await tab(view, "recents");
    expect(deep(view, ".play")).toHaveLength(0);
  });

  it("is heard on the speaker for calls, and gives way to a call", async () => {
    const sink = vi.fn(async () => {});
    Object.assign(HTMLAudioElement.prototype, { setSinkId: sink });
    const phone = new FakeRichPhone();
    phone.set({ devices: { ...phone.state.devices, speaker: "desk-speaker" } });
    const { view } = await show({}, "recents", phone);
    await click(view, ".play");
    expect(sink).toHaveBeenCalledWith("desk-speaker");
    const audio = one(view, "audio") as HTMLAudioElement;
    const pause = vi.spyOn(audio, "pause");
    audio.dispatchEvent(new Event("play"));
    expect(pause).not.toHaveBeenCalled();
    phone.set({ calls: [fakeCall()] });
    await settle(view);
    expect(pause).toHaveBeenCalled();
    Reflect.deleteProperty(HTMLAudioElement.prototype, "setSinkId");
  });
});

describe("voicemail", () => {
  it("plays, and is then no longer new", async () => {
    const { phone, view } = await show();
    await tab(view, "voicemail");
    await click(view, ".row");
    expect(one(view, "audio").getAttribute("src")).toBe("/api/media/1");
    expect(phone.mailbox.done).toEqual([["heard", "v1"]]);
    await click(view, ".row");
    expect(deep(view, "audio")).toHaveLength(0);
  });

  it.each(["https://evil.example/x.mp3", "//evil.example", "javascript:alert(1)"])(
    "never plays from elsewhere (%s)",
    async (address) => {
      const { phone, view } = await show();
      phone.mailbox.address = address;
      await tab(view, "voicemail");
      await click(view, ".row");
      expect(deep(view, "audio")).toHaveLength(0);
      expect(deep(view, "[role=alert]")).toHaveLength(1);
    },
  );

  it("is deleted only after a yes", async () => {
    const { phone, view } = await show();
    await tab(view, "voicemail");
    await click(view, ".remove");
    expect(phone.mailbox.done).toEqual([]);
    await click(view, ".yes");
    expect(phone.mailbox.done).toEqual([["remove", "v1"]]);
    expect(deep(view, ".row")).toHaveLength(1);
  });
});

describe("the screen pop", () => {
  it("shows the last calls with the caller and the last note, while it rings", async () => {
    const { phone, view } = await show({ calls: [ringing] });
    expect(phone.journal.asked).toEqual([{ number: "+49 30 5550 1234" }]);
    const pop = reading(one(view, "yeastar-linkus-pop"));
    expect(pop).toContain("Missed call");
    expect(pop).toContain("spare part");
  });

  it("shows nothing for a stranger, and never stands in the way", async () => {
    const phone = new FakeRichPhone({ calls: [{ ...ringing, number: "1" }] });
    phone.journal.refuse = true;
    const { view } = await show({}, "full", phone);
    expect(deep(view, ".box")).toHaveLength(0);
    expect(deep(view, ".answer")).toHaveLength(1);
  });
});

describe("a note", () => {
  it("is kept under the PBX's id, and survives the end of the call until it is done", async () => {
    const { phone, view } = await show({ calls: [fakeCall({ pbxId: "pbx-1" })] });
    await click(view, '[data-control="more"]');
    await click(view, ".round:nth-of-type(3)");
    await write(view, "textarea", "Call again on Tuesday");
    phone.set({ calls: [] });
    await settle(view);
    expect((one(view, "textarea") as HTMLTextAreaElement).value).toBe("Call again on Tuesday");
    await click(view, ".done");
    expect(deep(view, "textarea")).toHaveLength(0);
    expect(phone.journal.notes).toEqual([["pbx-1", "Call again on Tuesday"]]);
  });

  it("says when it was not kept", async () => {
    const { phone, view } = await show({ calls: [fakeCall({ phase: "ended", outcome: "answered", endedAt: 1 })] });
    phone.journal.refuse = true;
    await click(view, ".add-note");
    await write(view, "textarea", "x");
    one(view, "textarea").dispatchEvent(new Event("blur"));
    await settle(view);
    expect(reading(view)).toContain("could not be saved");
  });
});

describe("what else a rich phone can", () => {
  it("parks, and fetches the desk phone's call", async () => {
    const { phone, view } = await show({ calls: [fakeCall()] });
    await click(view, '[data-control="more"]');
    await click(view, ".round:nth-of-type(2)");
    expect(phone.orders).toEqual([["park", "c1"]]);
    phone.set({ calls: [fakeCall({ where: "desk" })] });
    await settle(view);
    await click(view, ".take");
    expect(phone.orders.at(-1)).toEqual(["take", "c1"]);
  });
});

describe.each(["people", "recents"])("the %s layout", (layout) => {
  it("is the list alone, in a call too", async () => {
    const { phone, view } = await show({ calls: [fakeCall()] }, layout);
    expect(deep(view, "[role=tab]")).toHaveLength(0);
    expect(deep(view, `yeastar-linkus-${layout}`)).toHaveLength(1);
    await click(view, ".row");
    expect(phone.orders.at(-1)?.[0]).toBe("dial");
  });
});
