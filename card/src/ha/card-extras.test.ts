import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakePhone, fakeInfo } from "../ui/testing/fake-phone";
import { cardForm, followPhone } from "./card-extras";
import { FakeHass, info, infoPhone } from "./testing/fake-hass";

const page = vi.hoisted(() => ({ getSidePhone: vi.fn(), dropSidePhone: vi.fn(), mountOverlay: vi.fn() }));
vi.mock("./page", () => page);
vi.mock("../ui/overlay/overlay", () => page);

const office = fakeInfo({ phoneId: "p1", extension: "1001" });
const home = fakeInfo({ phoneId: "p2", extension: "2001", pbx: "Home" });
const hass = new FakeHass();
let main: FakePhone;
let side: FakePhone;
const used: unknown[] = [];
const follow = (wanted: object) => followPhone(hass, main, wanted, (phone) => used.push(phone));

beforeEach(() => {
  main = new FakePhone({ phone: office, phones: [office, home] });
  side = new FakePhone({ phone: home });
  used.length = 0;
  page.getSidePhone.mockReset().mockResolvedValue(side);
  page.dropSidePhone.mockReset();
  page.mountOverlay.mockReset();
});
afterEach(() => document.body.replaceChildren());

describe("the phone of a card", () => {
  it("is the page's own where that is the one", async () => {
    follow({ phone_id: "p1" });
    follow({ extension: "1001" });
    expect(used).toEqual([main, main]);
    expect(page.getSidePhone).not.toHaveBeenCalled();
  });

  it("is one beside it otherwise, with an overlay of its own", async () => {
    follow({ extension: "2001" });
    await vi.waitFor(() => expect(used).toEqual([side]));
    expect(page.getSidePhone).toHaveBeenCalledWith(hass, "p2");
    expect(page.mountOverlay).toHaveBeenCalledWith(side, hass, "p2");
  });

  it("is the page's own where the user has no such phone", () => {
    follow({ phone_id: "gone" });
    expect(used).toEqual([main]);
  });

  it("changes with the page's own, which then needs none beside it", async () => {
    const stop = follow({ phone_id: "p2" });
    await vi.waitFor(() => expect(used).toEqual([side]));
    main.set({ phone: home });
    expect(used).toEqual([side, main]);
    expect(page.dropSidePhone).toHaveBeenCalledWith("p2");
    stop();
    main.set({ phone: office });
    expect(used).toHaveLength(2);
  });

  it("is not decided before the user's phones are known, nor twice", async () => {
    main = new FakePhone({ phone: null, phones: [] });
    follow({ phone_id: "p2" });
    expect(used).toEqual([]);
    main.set({ phone: office, phones: [office] });
    main.set({ missed: 1 });
    expect(used).toEqual([main]);
  });

  it("is not handed over when the card is gone or wants another by then", async () => {
    let made: (phone: FakePhone) => void = () => {};
    page.getSidePhone.mockReturnValue(
      new Promise((resolve) => {
        made = resolve;
      }),
    );
    const stop = follow({ phone_id: "p2" });
    stop();
    made(side);
    await vi.waitFor(() => expect(page.mountOverlay).toHaveBeenCalled());
    expect(used).toEqual([]);
  });

  it("is asked for again when it could not be loaded", async () => {
    page.getSidePhone.mockRejectedValueOnce(new Error("gone"));
    follow({ phone_id: "p2" });
    await vi.waitFor(() => expect(page.getSidePhone).toHaveBeenCalledTimes(1));
    await Promise.resolve();
    main.set({ missed: 1 });
    await vi.waitFor(() => expect(used).toEqual([side]));
  });
});

describe("the editor", () => {
  it("speaks the page's language and lists the user's phones", async () => {
    const element = document.createElement("home-assistant") as HTMLElement & { hass: unknown };
    element.hass = Object.assign(hass, { language: "de" });
    document.body.append(element);
    hass.answers.info = () => info({ phones: [infoPhone(), infoPhone({ phone_id: "p2", extension: "2001" })] });
    const form = await cardForm();
    expect(form.computeLabel({ name: "phone_id", selector: {} })).toBe("Telefon");
    expect(JSON.stringify(form.schema)).toContain("2001");
  });

  it("comes without them where the integration does not answer", async () => {
    const root = Object.assign(document.createElement("home-assistant"), { hass: new FakeHass() });
    root.hass.answers.info = () => Promise.reject({ code: "unknown_command" });
    document.body.append(root);
    expect((await cardForm()).schema.map(({ name }) => name)).not.toContain("phone_id");
  });

  it("comes without them where Home Assistant does not answer", async () => {
    expect((await cardForm()).schema.map(({ name }) => name)).not.toContain("phone_id");
  });
});
