import { expect, it, vi } from "vitest";
import { ownConnection } from "./own-connection";
import { FakeHass } from "./testing/fake-hass";

const world = vi.hoisted(() => ({ createConnection: vi.fn() }));
vi.mock("home-assistant-js-websocket", () => world);

it("uses the page's login for a connection of its own", async () => {
  const auth = { wsUrl: "ws://house/api/websocket" };
  world.createConnection.mockResolvedValue("connection");
  const hass = Object.assign(new FakeHass(), { auth });
  expect(await ownConnection(hass)).toBe("connection");
  expect(world.createConnection).toHaveBeenCalledWith({ auth, setupRetry: 0 });
  world.createConnection.mockRejectedValue(2);
  expect(await ownConnection(hass)).toBeNull();
});

it("does without where there is no login to use", async () => {
  world.createConnection.mockClear();
  expect(await ownConnection(new FakeHass())).toBeNull();
  expect(world.createConnection).not.toHaveBeenCalled();
});
