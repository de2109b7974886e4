import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PhoneProblem } from "../../state/problems";
import { EMPTY, Store } from "../../state/store";
import { Permissions } from "./permissions";

const world = vi.hoisted(() => ({
  found: vi.fn(),
  plugged: () => {},
  allowed: () => {},
  permission: "prompt",
  ask: vi.fn(),
}));
vi.mock("./devices", () => ({
  findDevices: world.found,
  followDevices: (changed: () => void) => {
    world.plugged = changed;
  },
}));
vi.mock("./microphone", () => ({
  microphonePermission: async () => world.permission,
  followMicrophonePermission: (changed: () => void) => {
    world.allowed = changed;
  },
  askForMicrophone: world.ask,
}));

let store: Store;
const options = { devicesChanged: vi.fn(), retry: vi.fn(), notice: vi.fn() };
const devices = { microphones: [{ id: "m", label: "Mic" }], speakers: [] };
const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  vi.resetAllMocks();
  world.found.mockResolvedValue(devices);
  world.ask.mockResolvedValue(undefined);
  options.retry.mockResolvedValue(undefined);
  store = new Store(EMPTY);
});
afterEach(() => vi.unstubAllGlobals());

it("puts into the state what there is and what is allowed", async () => {
  vi.stubGlobal("Notification", { permission: "denied" });
  await new Permissions(store, options).look();
  await settled();
  expect(store.state).toMatchObject({ devices, microphone: "prompt", notifications: "denied" });
  vi.stubGlobal("Notification", undefined);
  await new Permissions(store, options).look();
  expect(store.state.notifications).toBe("unsupported");
  await new Permissions(store, options).allowNotifications();
});

it("follows what is plugged in, and tries again when a microphone was missing", async () => {
  new Permissions(store, options);
  world.plugged();
  await settled();
  expect(options.devicesChanged).toHaveBeenCalledTimes(1);
  expect(options.retry).not.toHaveBeenCalled();
  store.set({ reach: { state: "problem", problem: "microphone_missing" } });
  world.plugged();
  await settled();
  expect(options.retry).toHaveBeenCalledTimes(1);
});

it("tries again when the permission changes in the browser's own dialogs", async () => {
  options.retry.mockRejectedValue(new Error("no phone"));
  new Permissions(store, options);
  world.permission = "granted";
  world.allowed();
  await settled();
  expect(store.state.microphone).toBe("granted");
  expect(options.retry).toHaveBeenCalledTimes(1);
});

it("asks, and says what was refused", async () => {
  const permissions = new Permissions(store, options);
  await permissions.allowMicrophone();
  expect(options.notice).not.toHaveBeenCalled();
  world.ask.mockRejectedValue(new PhoneProblem("microphone_policy"));
  await permissions.allowMicrophone();
  world.ask.mockRejectedValue(new Error("strange"));
  await permissions.allowMicrophone();
  expect(options.notice.mock.calls).toEqual([["microphone_policy"], ["unknown"]]);
  expect(options.retry).toHaveBeenCalledTimes(3);
  const requestPermission = vi.fn(() => Promise.reject(new Error("no gesture")));
  vi.stubGlobal("Notification", { permission: "default", requestPermission });
  await permissions.allowNotifications();
  expect(requestPermission).toHaveBeenCalled();
  expect(store.state.notifications).toBe("default");
});
