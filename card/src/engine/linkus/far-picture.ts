/** One stream for each track: a picture whose stream changes starts anew. */
const streams = new WeakMap<MediaStreamTrack, MediaStream>();

/**
 * The picture that comes over this connection, or null. The SDK's `remoteStream` cannot be asked for it: 1.0.15 switches a
 * track of pictures off and puts the sound into its stream once more.
 */
export function farPicture(peer: RTCPeerConnection | null): MediaStream | null {
  for (const { receiver, currentDirection } of peer?.getTransceivers() ?? []) {
    const { track } = receiver;
    if (track.kind !== "video" || !currentDirection?.includes("recv")) continue;
    track.enabled = true;
    const stream = streams.get(track) ?? new MediaStream([track]);
    streams.set(track, stream);
    return stream;
  }
  return null;
}
