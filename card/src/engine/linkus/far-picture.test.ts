import { beforeEach, expect, it, vi } from "vitest";
import { farPicture } from "./far-picture";

const peer = (...transceivers: { kind: string; currentDirection: string | null }[]) =>
  ({
    getTransceivers: () =>
      transceivers.map(({ kind, currentDirection }, at) => ({
        receiver: { track: tracks[at] ?? { kind } },
        currentDirection,
      })),
  }) as unknown as RTCPeerConnection;
const tracks: { kind: string; enabled: boolean }[] = [];

beforeEach(() => {
  tracks.splice(0, 9, { kind: "audio", enabled: true }, { kind: "video", enabled: false });
  vi.stubGlobal(
    "MediaStream",
    class {
      constructor(readonly tracks: unknown[]) {}
    },
  );
});

it("switches on what the SDK switched off, and stays the same stream", () => {
  const both = peer({ kind: "audio", currentDirection: "sendrecv" }, { kind: "video", currentDirection: "recvonly" });
  const found = farPicture(both);
  expect(found).toMatchObject({ tracks: [{ kind: "video", enabled: true }] });
  expect(farPicture(both)).toBe(found);
});

it.each([null, "sendonly", "inactive"])("shows nothing of a direction that is %s", (currentDirection) => {
  expect(
    farPicture(peer({ kind: "audio", currentDirection: "sendrecv" }, { kind: "video", currentDirection })),
  ).toBeNull();
  expect(tracks[1]?.enabled).toBe(false);
});

it("shows nothing of a call with sound only, or of none", () => {
  expect(farPicture(peer({ kind: "audio", currentDirection: "sendrecv" }))).toBeNull();
  expect(farPicture(null)).toBeNull();
});
