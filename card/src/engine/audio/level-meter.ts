/** Between two looks at the microphone, ms. */
const EVERY = 80;
/** What counts as silence, in decibels below the loudest. */
const FLOOR = 55;

/** How loud samples are to an ear: 0 for silence, 1 for the loudest. */
export function loudness(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += (samples[index] as number) ** 2;
  const rms = Math.sqrt(sum / (samples.length || 1));
  return rms === 0 ? 0 : Math.max(0, Math.min(1, 1 + (20 * Math.log10(rms)) / FLOOR));
}

/**
 * Tells how loud the microphone is (null: the system's default) until the returned function is called; null once when it
 * cannot be heard.
 */
export function watchLevel(
  deviceId: string | null,
  listener: (level: number | null) => void,
  makeContext: () => AudioContext = () => new AudioContext(),
): () => void {
  let over = false;
  let stop = () => {};
  const listen = async (): Promise<void> => {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: deviceId ? { deviceId: { exact: deviceId } } : true,
    });
    const context = makeContext();
    stop = () => {
      for (const track of stream.getTracks()) track.stop();
      void context.close().catch(() => {});
    };
    if (over) return stop();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      listener(loudness(samples));
    }, EVERY);
    const release = stop;
    stop = () => {
      clearInterval(timer);
      release();
    };
  };
  listen().catch(() => {
    stop();
    if (!over) listener(null);
  });
  return () => {
    over = true;
    stop();
  };
}
