import { expect, it, vi } from "vitest";
import { FakePhone } from "../testing/fake-phone";
import { settle } from "../testing/page";

const phone = new FakePhone();
const getPhone = vi.hoisted(() => vi.fn());
vi.mock("../../ha/page", () => ({ getPhone }));
vi.mock("../../ha/card-extras", () => ({ cardForm: async () => "the form" }));

it("gives cards the page's phone, and their form when it is asked for", async () => {
  getPhone.mockResolvedValue(phone);
  await import("./card");
  const Card = customElements.get("yeastar-linkus-card") as unknown as {
    new (): HTMLElement & { hass: unknown; setConfig(config: object): void };
    getConfigForm(): Promise<unknown>;
  };
  expect(await Card.getConfigForm()).toBe("the form");
  const card = new Card();
  card.setConfig({ type: "custom:yeastar-linkus-card" });
  const hass = { locale: { language: "en" } };
  card.hass = hass;
  document.body.append(card);
  await settle(card);
  expect(getPhone).toHaveBeenCalledWith(hass);
  card.remove();
});
