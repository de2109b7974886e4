import { expect, it } from "vitest";
import { cameraPicture, pressButton } from "./doors";
import { FakeHass } from "./testing/fake-hass";

it("has the camera's stream signed for this user", async () => {
  const hass = new FakeHass();
  hass.answers["auth/sign_path"] = ({ path }) => ({ path: `${path}?authSig=x` });
  expect(await cameraPicture(hass, "camera.front_door")).toBe("/api/camera_proxy_stream/camera.front_door?authSig=x");
  expect(hass.of("auth/sign_path")[0]).toMatchObject({ expires: 600 });
});

it("signs nothing but cameras", async () => {
  const hass = new FakeHass();
  for (const camera of ["", "light.hall", "camera.x/../y", "camera.x?y"])
    await expect(cameraPicture(hass, camera)).rejects.toThrow("no camera");
  expect(hass.sent).toEqual([]);
});

it("presses a button", async () => {
  const hass = new FakeHass();
  await pressButton(hass, "button.open");
  expect(hass.sent).toEqual([
    { type: "call_service", domain: "button", service: "press", target: { entity_id: "button.open" } },
  ]);
});
