import { PHONE_ERROR } from "./results.js";

/** Constraints for a device id that exists, for the default device otherwise. */
async function wanted(kind, id) {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const ofKind = devices.filter((device) => device.kind === kind);
  return { any: ofKind.length > 0, use: id && ofKind.some((d) => d.deviceId === id) ? { deviceId: { exact: id } } : true };
}

/**
 * What to ask of getUserMedia, after one try whose tracks are stopped at once.
 * Rejects with the documented results for an insecure page, a refusal, a missing device.
 */
export async function probe(deviceIds, video) {
  if (!navigator.mediaDevices) throw PHONE_ERROR.insecure();
  const microphone = await wanted("audioinput", deviceIds?.microphoneId);
  if (!microphone.any) throw PHONE_ERROR.microphone();
  const constraints = { audio: microphone.use, video: false };
  if (video) {
    const camera = await wanted("videoinput", deviceIds?.cameraId);
    if (!camera.any) throw PHONE_ERROR.camera();
    constraints.video = camera.use;
  }
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints);
    for (const track of stream.getTracks()) track.stop();
  } catch (error) {
    throw error?.name === "NotFoundError" ? PHONE_ERROR.microphone() : PHONE_ERROR.permission();
  }
  return constraints;
}
