import { expect, it, vi } from "vitest";
import type { DoorCall } from "../ha/door";
import { FakeHass } from "../ha/testing/fake-hass";
import { callOf } from "../state/browser-calls";
import { facts } from "../state/testing/facts";
import { DoorPhones } from "./door-phones";

const door = { name: "Gate", camera_entity: "camera.gate", unlock_entity: null, unlock_digits: null };
function make(over: Partial<typeof door> | null) {
  const hass = new FakeHass();
  hass.answers["auth/sign_path"] = ({ path }) => ({ path });
  const order = vi.fn(async () => {});
  const reported = over && ({ id: "p1", door: { ...door, ...over } } as unknown as DoorCall);
  const doors = new DoorPhones({
    hass,
    call: (id) => (id === "a" ? { ...callOf(facts({ answeredAt: 1 })), pbxId: "p1" } : undefined),
    reported: () => (reported ? [reported] : []),
    order,
  });
  return { hass, order, doors };
}

it("shows the camera", async () =>
  expect(await make({}).doors.picture("camera.gate")).toBe("/api/camera_proxy_stream/camera.gate"));

it("opens by the button, which works in every call", async () => {
  const { hass, order, doors } = make({ unlock_entity: "button.gate" as never, unlock_digits: "*9" as never });
  await doors.open("a");
  expect(hass.of("call_service")).toMatchObject([{ service: "press", target: { entity_id: "button.gate" } }]);
  expect(order).not.toHaveBeenCalled();
});

it("opens by digits in the call", async () => {
  const { hass, order, doors } = make({ unlock_digits: "*9" as never });
  await doors.open("a");
  expect(order).toHaveBeenCalledWith("sendKeys", "a", "*9");
  expect(hass.sent).toEqual([]);
});

it("says when it cannot open", async () => {
  await expect(make({}).doors.open("a")).rejects.toThrow("no way to open");
  await expect(make(null).doors.open("a")).rejects.toThrow("no way to open");
  await expect(make({ unlock_digits: "*9" as never }).doors.open("gone")).rejects.toThrow("no way to open");
});
