import { beforeEach, expect, it, vi } from "vitest";
import { CallMicrophones } from "./call-microphones";
import type { EngineFrame } from "./frame-contract";

const track = (over: Partial<MediaStreamTrack> = {}) =>
  ({ kind: "audio", readyState: "live", enabled: true, stop: vi.fn(), ...over }) as unknown as MediaStreamTrack;
const sender = (own: MediaStreamTrack | null) => ({ track: own, replaceTrack: vi.fn(async () => {}) });
const peer = (senders: unknown[], connectionState = "connected") => ({ connectionState, getSenders: () => senders });

let peers: unknown[];
let found: MediaStreamTrack[];
const getMicrophone = vi.fn(async (_id: string | null) => ({ getAudioTracks: () => found }));
let microphones: CallMicrophones;

beforeEach(() => {
  peers = [];
  found = [track()];
  getMicrophone.mockClear();
  microphones = new CallMicrophones({
    get peers() {
      return peers;
    },
    getMicrophone,
  } as unknown as EngineFrame);
});

it("puts another microphone in, as silent as the one before, and stops that one", async () => {
  const old = track({ enabled: false });
  const audio = sender(old);
  const video = sender(track({ kind: "video" }));
  peers = [peer([audio, video, sender(null)]), peer([sender(track())], "closed")];
  await microphones.change("usb");
  expect(getMicrophone.mock.calls).toEqual([["usb"]]);
  expect(audio.replaceTrack).toHaveBeenCalledWith(found[0]);
  expect(found[0]?.enabled).toBe(false);
  expect(old.stop).toHaveBeenCalled();
  expect(video.replaceTrack).not.toHaveBeenCalled();
  microphones.release();
  expect(found[0]?.stop).toHaveBeenCalledTimes(1);
});

it("changes only what was unplugged, when that is all that is wanted", async () => {
  const [lives, lost] = [sender(track()), sender(track({ readyState: "ended" }))];
  peers = [peer([lives, lost])];
  await microphones.change(null, true);
  expect(lives.replaceTrack).not.toHaveBeenCalled();
  expect(lost.replaceTrack).toHaveBeenCalledTimes(1);
});

it("takes the system's own when the chosen one is gone, and keeps the call's when there is none", async () => {
  const audio = sender(track());
  peers = [peer([audio])];
  getMicrophone.mockRejectedValueOnce(new DOMException("", "NotFoundError"));
  await microphones.change("usb");
  expect(getMicrophone.mock.calls).toEqual([["usb"], [null]]);
  expect(audio.replaceTrack).toHaveBeenCalledTimes(1);
  found = [];
  await microphones.change("usb");
  expect(audio.replaceTrack).toHaveBeenCalledTimes(1);
});
