import "./call-button";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakePhone, fakeInfo } from "../testing/fake-phone";
import { deep, one, reading, settle } from "../testing/page";
import { providePhone, registerCard, suggestCards, YeastarLinkusCard } from "./card-element";
import { checkConfig } from "./layout";

vi.stubGlobal(
  "IntersectionObserver",
  class {
    observe() {}
    disconnect() {}
  },
);
registerCard();

async function card(
  config: object,
  hass: object | null = { locale: { language: "en" } },
  preview = false,
): Promise<YeastarLinkusCard> {
  const element = document.createElement("yeastar-linkus-card") as YeastarLinkusCard;
  element.setConfig({ type: "custom:yeastar-linkus-card", ...config });
  element.preview = preview;
  if (hass) element.hass = hass;
  document.body.append(element);
  await settle(element);
  return element;
}

let phone: FakePhone;
let asked: number;
const unfollowed = vi.fn();

beforeEach(() => {
  phone = new FakePhone();
  asked = 0;
  const other = new FakePhone({ phone: fakeInfo({ phoneId: "p2", name: "Ben Carter" }) });
  providePhone(
    async () => {
      asked += 1;
      return phone;
    },
    async () => ({
      cardForm: async () => "form",
      followPhone: (_hass, main, wanted, use) => {
        use(wanted.phone_id === "p2" ? other : main);
        return unfollowed;
      },
    }),
  );
  unfollowed.mockClear();
});

afterEach(() => {
  document.body.replaceChildren();
});

describe("the card", () => {
  it("is in the picker once, with a preview", () => {
    registerCard();
    const list = (window as unknown as { customCards: { type: string; preview: boolean }[] }).customCards;
    expect(list.filter((item) => item.type === "yeastar-linkus-card")).toMatchObject([{ preview: true }]);
    expect(customElements.get("yeastar-linkus-card")).toBe(YeastarLinkusCard);
  });

  it("answers what dashboards ask", async () => {
    const element = await card({ layout: "compact" });
    expect(element.getCardSize()).toBe(4);
    expect(element.getGridOptions()).toMatchObject({ columns: 12, rows: 3 });
    expect(YeastarLinkusCard.getStubConfig()).toEqual({ layout: "full" });
    expect(await YeastarLinkusCard.getConfigForm()).toBe("form");
    expect(() => element.setConfig({ layout: "x" })).toThrow("Unknown layout");
  });

  it("shows the phone that it is for, and lets go of it", async () => {
    const element = await card({ phone_id: "p2" });
    await settle(element);
    expect(reading(element)).toContain("Ben Carter");
    element.remove();
    expect(unfollowed).toHaveBeenCalledTimes(1);
    document.body.append(element);
    await settle(element);
    expect(reading(element)).toContain("Ben Carter");
  });

  it("asks for the phone once, however often hass changes, and then leaves hass alone", async () => {
    const element = await card({});
    expect(reading(element)).toContain("Anna Weber");
    const draw = vi.spyOn(element as unknown as { render(): unknown }, "render");
    for (let change = 0; change < 50; change += 1) {
      element.hass = { locale: { language: "en" } };
      await element.updateComplete;
    }
    expect(draw).not.toHaveBeenCalled();
    expect(asked).toBe(1);
  });

  it("shows a made-up phone in the preview and starts nothing", async () => {
    const element = await card({}, { language: "en" }, true);
    expect(asked).toBe(0);
    await vi.waitFor(() => expect(reading(element)).toContain("Reachable"));
  });

  it("speaks the user's language", async () => {
    const element = await card({}, { locale: { language: "de" } });
    await vi.waitFor(() => expect(reading(element)).toContain("Erreichbar"));
  });

  it("is right-to-left where the language is", async () => {
    const element = await card({}, { locale: { language: "ar" } });
    await vi.waitFor(() => expect(one(element, ".card").getAttribute("dir")).toBe("rtl"));
  });

  it.each([
    ["reload_page", "Reload this page"],
    ["network", "could not be loaded"],
  ])("says what to do when the phone does not come (%s)", async (message, words) => {
    providePhone(() => Promise.reject(new Error(message)));
    const element = await card({});
    await settle(element);
    expect(reading(element)).toContain(words);
  });

  it("stays silent without hass", async () => {
    const element = await card({}, null);
    expect(asked).toBe(0);
    expect(reading(element)).toContain("Starting the phone");
  });
});

describe("suggestions", () => {
  it("are made for entities of this integration and for no other", () => {
    const hass = { entities: { "sensor.anna": { platform: "yeastar_linkus" }, "light.desk": { platform: "hue" } } };
    const layouts = suggestCards(hass, "sensor.anna")?.map(({ config }) => [config.type, config.layout]);
    expect(layouts).toEqual([
      ["custom:yeastar-linkus-card", "full"],
      ["custom:yeastar-linkus-card", "compact"],
    ]);
    for (const { config } of suggestCards(hass, "sensor.anna") ?? []) expect(() => checkConfig(config)).not.toThrow();
    expect(suggestCards(hass, "light.desk")).toBeNull();
    expect(suggestCards({}, "sensor.anna")).toBeNull();
  });
});

describe("the call button", () => {
  it("asks before it calls", async () => {
    const element = await card({ layout: "call_button", number: "+49 30 1", name: "Door" });
    one(element, "button").click();
    expect(phone.orders).toEqual([["ask", "+49301", "Door"]]);
  });

  it("calls at once when told so, then hangs up", async () => {
    const element = await card({ layout: "call_button", number: "1002", confirm: false });
    one(element, "button").click();
    await settle(element);
    expect(phone.orders).toEqual([["dial", "1002", "browser"]]);
    expect(one(element, "button").textContent).toContain("Hang up");
    one(element, "button").click();
    expect(phone.orders.at(-1)?.[0]).toBe("hangUp");
  });

  it("is off while no phone is there", async () => {
    phone.set({ phone: null });
    const element = await card({ layout: "call_button", number: "1002" });
    expect((one(element, "button") as HTMLButtonElement).disabled).toBe(true);
    expect(deep(element, "yeastar-linkus-phone")).toHaveLength(0);
  });
});
