import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { callOf } from "../../state/browser-calls";
import { RING_TONES, TONES } from "../../state/sounds";
import { facts } from "../../state/testing/facts";
import { RemoteAudio } from "./remote-audio";
import { Sounds } from "./sounds";
import { TonePlayer } from "./tone-player";

class FakeContext {
  state = "suspended";
  /** The browser lets it play. */
  allowed = true;
  currentTime = 0;
  destination = {};
  starts: number[] = [];
  connected = 0;
  sink = "";
  closed = false;
  setSinkId = async (id: string) => {
    if (id === "unplugged") throw new DOMException("", "NotFoundError");
    this.sink = id;
  };
  async resume() {
    if (this.allowed) this.state = "running";
    else await new Promise(() => {});
  }
  async suspend() {
    this.state = "suspended";
  }
  async close() {
    this.closed = true;
  }
  #param = () => ({
    value: 0,
    setValueAtTime: vi.fn(),
    linearRampToValueAtTime: vi.fn(),
    exponentialRampToValueAtTime: vi.fn(),
  });
  createGain() {
    const node = {
      gain: this.#param(),
      connect: (to: unknown) => {
        if (to === this.destination) this.connected++;
        return to;
      },
      disconnect: () => this.connected--,
    };
    return node;
  }
  createOscillator() {
    return {
      frequency: this.#param(),
      connect: (to: unknown) => to,
      start: (at: number) => this.starts.push(at),
      stop: () => {},
    };
  }
}

let context: FakeContext;
const player = () => new TonePlayer(() => context as unknown as AudioContext);
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
beforeEach(() => {
  vi.useFakeTimers();
  context = new FakeContext();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("TonePlayer", () => {
  it("comes back after a pause of the context, and rests when nothing plays", async () => {
    const tones = player();
    tones.loop(TONES.ringback);
    context.state = "suspended";
    context.currentTime = 30;
    await pass(2500);
    expect(context.starts.some((at) => at >= 30)).toBe(true);
    tones.stop();
    tones.stop();
    await pass(10_000);
    expect(context.state).toBe("suspended");
    tones.stop();
    tones.close();
    expect(context.closed).toBe(true);
  });

  it("ends a sound early, and is silent where there can be no context", () => {
    const tones = player();
    const end = tones.once(TONES.busy);
    expect(context.connected).toBe(1);
    end();
    expect(context.connected).toBe(0);
    const none = new TonePlayer(() => {
      throw new Error("too many contexts");
    });
    expect(none.once(TONES.busy)()).toBeUndefined();
    none.loop(TONES.busy);
    none.close();
  });

  it("may play at once where the page was touched", async () => {
    context.state = "running";
    expect(await player().unlock()).toBe(true);
  });

  it("lives with a browser that refuses all it is asked for", async () => {
    const no = async () => Promise.reject(new DOMException("", "InvalidStateError"));
    Object.assign(context, { resume: no, suspend: no, close: no, setSinkId: no });
    const tones = player();
    expect(await tones.unlock()).toBe(false);
    tones.setSink("speaker");
    await pass();
    tones.loop(TONES.ringback);
    tones.once(TONES.busy);
    tones.stop();
    await pass(20_000);
    // Refused when there is no context any more.
    tones.setSink(null);
    tones.close();
    await pass();
    expect(context.state).toBe("suspended");
  });

  it("repeats a pattern ahead of time, and is silent at once", async () => {
    const tones = player();
    tones.loop(TONES.ringback);
    expect(context.starts).toEqual([0.05, 5.05]);
    context.currentTime = 6;
    await pass(5000);
    expect(context.starts).toHaveLength(4);
    tones.stop();
    expect(context.connected).toBe(0);
    const before = context.starts.length;
    await pass(20_000);
    expect(context.starts).toHaveLength(before);
    expect(context.state).toBe("suspended");
  });

  it("never rings twice", () => {
    const tones = player();
    tones.loop(RING_TONES.chimes);
    tones.loop(TONES.waiting);
    expect(context.connected).toBe(1);
    tones.close();
    expect([context.connected, context.closed]).toEqual([0, true]);
  });

  it("plays something once", async () => {
    const tones = player();
    tones.once(TONES.busy);
    expect(context.starts).toHaveLength(3);
    await pass(10_000);
    expect(context.connected).toBe(0);
  });

  it("finds out whether it may play", async () => {
    expect(await player().unlock()).toBe(true);
    context = new FakeContext();
    context.allowed = false;
    const locked = player().unlock();
    await pass(500);
    expect(await locked).toBe(false);
    const none = new TonePlayer(() => {
      throw new Error("no audio");
    });
    none.loop(RING_TONES.chimes);
    none.once(TONES.busy);
    none.stop();
    none.close();
    expect(await none.unlock()).toBe(false);
  });

  it("plays on the chosen output, or the default one when that is gone", async () => {
    const tones = player();
    tones.setSink("headset");
    tones.setVolume(0.3);
    tones.loop(RING_TONES.chimes);
    expect(context.sink).toBe("headset");
    tones.setSink("unplugged");
    await pass();
    expect(context.sink).toBe("");
  });
});

describe("RemoteAudio", () => {
  class FakeAudio {
    static made: FakeAudio[] = [];
    static locked = false;
    srcObject: unknown = null;
    autoplay = false;
    paused = false;
    sink: string | null = null;
    constructor() {
      FakeAudio.made.push(this);
    }
    async play() {
      if (FakeAudio.locked) throw new DOMException("", "NotAllowedError");
    }
    pause() {
      this.paused = true;
    }
    async setSinkId(id: string) {
      if (id === "unplugged") throw new DOMException("", "NotFoundError");
      this.sink = id;
    }
  }
  const stream = () => ({}) as MediaStream;
  beforeEach(() => {
    FakeAudio.made = [];
    FakeAudio.locked = false;
    vi.stubGlobal("Audio", FakeAudio);
  });

  it("goes on where a device is refused, and so is the default", async () => {
    const sink = vi.spyOn(FakeAudio.prototype, "setSinkId").mockRejectedValue(new DOMException("", "AbortError"));
    const audio = new RemoteAudio(vi.fn());
    audio.attach("1", stream());
    audio.setSink("speaker");
    await pass();
    expect(sink).toHaveBeenCalledWith("speaker");
    expect(sink).toHaveBeenLastCalledWith("");
    expect(FakeAudio.made[0]?.paused).toBe(false);
    sink.mockRestore();
  });

  it("plays each new stream of a call on one element", async () => {
    const locked = vi.fn();
    const audio = new RemoteAudio(locked);
    audio.attach("a", stream());
    const second = stream();
    audio.attach("a", second);
    audio.attach("a", null);
    audio.attach("b", stream());
    await pass();
    expect(FakeAudio.made).toHaveLength(2);
    expect(FakeAudio.made[0]?.srcObject).toBe(second);
    expect(locked).toHaveBeenLastCalledWith(false);
    audio.detach("a");
    audio.detach("a");
    expect(FakeAudio.made[0]).toMatchObject({ paused: true, srcObject: null });
    audio.clear();
    expect(FakeAudio.made[1]?.paused).toBe(true);
  });

  it("says when nobody hears it, and plays after a touch", async () => {
    const locked = vi.fn();
    const audio = new RemoteAudio(locked);
    FakeAudio.locked = true;
    audio.attach("a", stream());
    await pass();
    expect(locked).toHaveBeenLastCalledWith(true);
    FakeAudio.locked = false;
    audio.resume();
    await pass();
    expect(locked).toHaveBeenLastCalledWith(false);
  });

  it("plays on the chosen speaker", async () => {
    const audio = new RemoteAudio(() => {});
    audio.setSink("headset");
    audio.attach("a", stream());
    await pass();
    expect(FakeAudio.made[0]?.sink).toBe("headset");
    audio.setSink("unplugged");
    await pass();
    expect(FakeAudio.made[0]?.sink).toBe("");
  });
});

describe("Sounds", () => {
  const none: ReadonlySet<string> = new Set();
  const fake = () => ({
    loop: vi.fn(),
    once: vi.fn(() => vi.fn()),
    stop: vi.fn(),
    unlock: vi.fn(async () => true),
    setSink: vi.fn(),
    setVolume: vi.fn(),
    close: vi.fn(),
  });
  const make = () => {
    const [ringer, speaker, locked] = [fake(), fake(), vi.fn()];
    return { ringer, speaker, locked, sounds: new Sounds(locked, { ringer, speaker } as never) };
  };
  const rings = callOf(facts({ id: "r", inbound: true }));

  it("rings as long as it rings, and says how it ended", () => {
    const { sounds, ringer, speaker } = make();
    sounds.follow([rings], none, true);
    sounds.follow([rings], none, true);
    expect(ringer.loop).toHaveBeenCalledTimes(1);
    expect(sounds.loop).toBe("ring");
    sounds.setRingVolume(0.2);
    expect(ringer.loop).toHaveBeenCalledTimes(2);
    sounds.setRingTone("pulse");
    expect(ringer.loop).toHaveBeenLastCalledWith(RING_TONES.pulse);
    sounds.follow([callOf(facts({ id: "r", inbound: true, answeredAt: 1 }))], none, true);
    expect(ringer.stop).toHaveBeenCalled();
    expect(sounds.loop).toBeNull();
    sounds.follow([callOf(facts({ id: "r", inbound: true, answeredAt: 1, endedAt: 2 }))], none, true);
    expect(speaker.once).toHaveBeenCalledWith(TONES.ended);
    sounds.follow([callOf(facts({ status: "ringing" }))], none, true);
    expect(speaker.loop).toHaveBeenCalledWith(TONES.ringback);
  });

  it("leaves it to the tab that carries the phone", () => {
    const { sounds, ringer } = make();
    sounds.follow([rings], none, false);
    sounds.setRingVolume(1);
    expect(ringer.loop).not.toHaveBeenCalled();
  });

  it("tells whether it is locked", async () => {
    const { sounds, speaker, locked } = make();
    speaker.unlock.mockResolvedValue(false);
    expect(await sounds.check()).toBe(false);
    expect(locked).toHaveBeenLastCalledWith(true);
    speaker.unlock.mockResolvedValue(true);
    expect(await sounds.unlock()).toBe(true);
    expect(locked).toHaveBeenLastCalledWith(false);
  });

  it("makes the small sounds", async () => {
    const { sounds, ringer, speaker } = make();
    sounds.key("5");
    sounds.key("x");
    expect(speaker.once).toHaveBeenCalledTimes(1);
    await sounds.test();
    expect(ringer.once).toHaveBeenCalledWith(RING_TONES.chimes);
    const [test] = ringer.once.mock.results;
    sounds.setRingTone("bells");
    await sounds.test();
    expect(test?.value).toHaveBeenCalled();
    expect(ringer.once).toHaveBeenLastCalledWith(RING_TONES.bells);
    await sounds.testSpeaker();
    expect(speaker.once).toHaveBeenLastCalledWith(RING_TONES.marimba);
    sounds.announce();
    expect(ringer.once).toHaveBeenLastCalledWith(TONES.announce);
    sounds.setDevices("s", "r");
    expect([speaker.setSink.mock.calls, ringer.setSink.mock.calls]).toEqual([[["s"]], [["r"]]]);
    sounds.close();
    expect(ringer.close).toHaveBeenCalled();
  });
});
