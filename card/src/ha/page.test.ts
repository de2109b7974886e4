import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeHass, info } from "./testing/fake-hass";

const world = vi.hoisted(() => ({ startPhone: vi.fn(), mountOverlay: vi.fn() }));
vi.mock("../engine/engine", () => ({ startPhone: world.startPhone }));
vi.mock("../ui/overlay/overlay", () => ({ mountOverlay: world.mountOverlay }));

const KEY = Symbol.for("yeastar_linkus");
const page = window as unknown as Record<symbol, unknown>;
let hass: FakeHass;
const phone = { state: {} };
const pass = async (ms = 0) => vi.advanceTimersByTimeAsync(ms);

class Root extends HTMLElement {
  hass: FakeHass | undefined;
}
const load = async () => {
  vi.resetModules();
  const module = await import("./page");
  await pass(20);
  return module;
};

beforeEach(() => {
  vi.useFakeTimers();
  delete page[KEY];
  hass = new FakeHass();
  world.startPhone.mockReset().mockResolvedValue(phone);
  world.mountOverlay.mockReset();
  if (!customElements.get("home-assistant")) customElements.define("home-assistant", Root);
  document.body.innerHTML = "<home-assistant></home-assistant>";
  (document.querySelector("home-assistant") as Root).hass = hass;
});
afterEach(() => vi.useRealTimers());

it("starts the phone for a user who has one", async () => {
  await load();
  await vi.waitFor(() => expect(world.mountOverlay).toHaveBeenCalledWith(phone, hass));
  expect(hass.of("info")).toHaveLength(1);
  expect(world.startPhone).toHaveBeenCalledTimes(1);
});

it("waits for the frontend", async () => {
  (document.querySelector("home-assistant") as Root).hass = undefined;
  await load();
  expect(hass.of("info")).toHaveLength(0);
  (document.querySelector("home-assistant") as Root).hass = hass;
  await pass(5000);
  expect(hass.of("info")).toHaveLength(1);
});

it.each([
  ["without a phone", info({ phones: [] })],
  ["where calling is disabled", info({ enabled: false })],
])("loads nothing %s, and asks again after a reconnect", async (_, answer) => {
  hass.answers.info = () => answer;
  await load();
  await pass(120_000);
  expect(world.startPhone).not.toHaveBeenCalled();
  expect(hass.of("info")).toHaveLength(4);
  hass.answers.info = () => info();
  hass.comesBack();
  await vi.waitFor(() => expect(world.startPhone).toHaveBeenCalledTimes(1));
  hass.comesBack();
  await pass(10);
  expect(hass.of("info")).toHaveLength(5);
});

it("lives with an integration that is not there", async () => {
  hass.answers.info = () => Promise.reject({ code: "unknown_command" });
  await load();
  expect(world.startPhone).not.toHaveBeenCalled();
});

it("waits for an integration that is being set up", async () => {
  hass.answers.info = () => info({ enabled: false });
  await load();
  hass.answers.info = () => info();
  await pass(6000);
  await vi.waitFor(() => expect(world.startPhone).toHaveBeenCalledTimes(1));
});

it("has one phone, whoever asks", async () => {
  const { getPhone } = await load();
  expect(await getPhone(hass)).toBe(phone);
  expect(await getPhone(hass)).toBe(phone);
  expect(world.startPhone).toHaveBeenCalledTimes(1);
});

it("tries again when the engine could not be loaded", async () => {
  hass.answers.info = () => info({ phones: [] });
  const { getPhone } = await load();
  world.startPhone.mockRejectedValueOnce(new TypeError("Failed to fetch dynamically imported module"));
  await expect(getPhone(hass)).rejects.toThrow("Failed to fetch");
  expect(await getPhone(hass)).toBe(phone);
});

it("does not mix with a copy of another contract, and leaves the page to the first", async () => {
  page[KEY] = { contract: 0, build: "older", phone: null };
  const { getPhone } = await load();
  await expect(getPhone(hass)).rejects.toThrow("reload_page");
  expect(hass.of("info")).toHaveLength(0);
});

it("asks for the number that the address brought", async () => {
  history.replaceState(null, "", "/?yeastar_linkus_call=tel%3A%2B49301234");
  const ask = vi.fn();
  world.startPhone.mockResolvedValue({ ...phone, ask });
  await load();
  await vi.waitFor(() => expect(ask).toHaveBeenCalledTimes(1));
  history.replaceState(null, "", "/");
});

it("says in the console why it could not start", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  world.startPhone.mockRejectedValue(new Error("gone"));
  await load();
  await vi.waitFor(() => expect(warn).toHaveBeenCalledWith("yeastar_linkus:", expect.any(Error)));
  warn.mockRestore();
});

it("makes a phone beside the page's own once, again when that failed, and closes it", async () => {
  const { getSidePhone, dropSidePhone } = await load();
  const close = vi.fn().mockRejectedValue(new Error("connection gone"));
  world.startPhone.mockReset().mockRejectedValueOnce(new Error("not now")).mockResolvedValue({ close });
  dropSidePhone("p2");
  await expect(getSidePhone(hass, "p2")).rejects.toThrow("not now");
  const side = await getSidePhone(hass, "p2");
  expect(await getSidePhone(hass, "p2")).toBe(side);
  expect(world.startPhone.mock.calls).toEqual([
    [hass, null, "p2"],
    [hass, null, "p2"],
  ]);
  dropSidePhone("p2");
  await vi.waitFor(() => expect(close).toHaveBeenCalledTimes(1));
  await getSidePhone(hass, "p2");
  expect(world.startPhone).toHaveBeenCalledTimes(3);
});
