/** Door phones, by Home Assistant's own means: the camera's signed address, and the button that opens. */
import type { Hass } from "./hass";

/** How long a signed address of a camera is good, s. */
const SIGNED_FOR = 600;

/** An address that streams the camera into an `<img>`, for this user only. */
export async function cameraPicture(hass: Hass, camera: string): Promise<string> {
  if (!/^camera\.\w+$/.test(camera)) throw new Error("no camera");
  const { path } = await hass.connection.sendMessagePromise<{ path: string }>({
    type: "auth/sign_path",
    path: `/api/camera_proxy_stream/${camera}`,
    expires: SIGNED_FOR,
  });
  return path;
}

/** Presses a button as this user. Rejects with Home Assistant's error. */
export const pressButton = (hass: Hass, entity_id: string): Promise<unknown> =>
  hass.connection.sendMessagePromise({
    type: "call_service",
    domain: "button",
    service: "press",
    target: { entity_id },
  });
