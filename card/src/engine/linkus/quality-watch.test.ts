import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { peerOf, QualityWatch } from "./quality-watch";

const seen = vi.fn();
let talking: [string, RTCPeerConnection | null][];
let received: number;
let watch: QualityWatch;

const peer = (getStats: () => Promise<unknown>) => ({ getStats }) as unknown as RTCPeerConnection;
const losses = () => seen.mock.calls.map(([, { lossPercent }]) => lossPercent > 0);
/** Fifty packets were lost before the first look, none after. */
const stats = async () => {
  received += 150;
  return new Map([
    ["in", { type: "inbound-rtp", kind: "audio", packetsReceived: received, packetsLost: 50, jitter: 0.004 }],
  ]);
};

beforeEach(() => {
  vi.useFakeTimers();
  seen.mockClear();
  received = 0;
  talking = [["a", peer(stats)]];
  watch = new QualityWatch(() => talking, seen);
});
afterEach(() => {
  watch.stop();
  vi.useRealTimers();
});

it("measures between two looks, every three seconds, until it is stopped", async () => {
  watch.start();
  watch.start();
  await vi.advanceTimersByTimeAsync(3000);
  expect(seen.mock.calls.map(([id]) => id)).toEqual(["a"]);
  await vi.advanceTimersByTimeAsync(3000);
  expect(losses()).toEqual([true, false]);
  watch.stop();
  await vi.advanceTimersByTimeAsync(9000);
  expect(seen).toHaveBeenCalledTimes(2);
});

it("begins anew with a call that had gone, and lives with connections that say nothing", async () => {
  await watch.look();
  await watch.look();
  const gone = talking;
  talking = [
    ["b", null],
    ["c", peer(async () => Promise.reject(new Error("closed")))],
  ];
  await watch.look();
  talking = gone;
  await watch.look();
  expect(losses()).toEqual([true, false, true]);
});

it("finds the open connection that feeds a stream", () => {
  const from = (id: string, connectionState = "connected") =>
    ({ connectionState, getReceivers: () => [{ track: { id } }] }) as unknown as RTCPeerConnection;
  const stream = { getAudioTracks: () => [{ id: "t" }] } as unknown as MediaStream;
  const right = from("t");
  expect(peerOf([from("t", "closed"), from("other"), right], stream)).toBe(right);
  expect(peerOf([from("other")], stream)).toBeNull();
  expect(peerOf([right], null)).toBeNull();
});
