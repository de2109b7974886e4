import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EngineFrame, FrameWindow } from "./frame-contract";
import { openFrame } from "./frame-host";
import { wakeTimers } from "./wake-timers";

describe("wakeTimers", () => {
  class FakeWorker {
    static last: FakeWorker;
    posted: unknown[] = [];
    onmessage: ((event: { data: number }) => void) | null = null;
    onerror: (() => void) | null = null;
    constructor() {
      FakeWorker.last = this;
    }
    postMessage(message: unknown) {
      this.posted.push(message);
    }
  }
  const native = () => ({
    Worker: FakeWorker,
    setTimeout: vi.fn((_run: () => void, _wait: number) => 1),
    setInterval: vi.fn((_run: () => void, _wait: number) => 2),
    clearTimeout: vi.fn(),
    clearInterval: vi.fn(),
  });
  const wake = (over = {}) => {
    const scope = { ...native(), ...over };
    const { setTimeout, setInterval, clearTimeout } = scope;
    wakeTimers(scope as unknown as Window & typeof globalThis);
    return { scope: scope as unknown as Window, setTimeout, setInterval, clearTimeout };
  };
  beforeEach(() => vi.stubGlobal("URL", { createObjectURL: () => "blob:x" }));
  afterEach(() => vi.unstubAllGlobals());

  it("leaves long waits to a worker and short ones to the browser", () => {
    const { scope, setTimeout } = wake();
    const run = vi.fn();
    scope.setTimeout(run, 10);
    expect(setTimeout).toHaveBeenCalledTimes(1);
    const id = scope.setTimeout(run, 30_000, "x");
    expect(FakeWorker.last.posted).toEqual([[id, 30_000, false]]);
    FakeWorker.last.onmessage?.({ data: id });
    FakeWorker.last.onmessage?.({ data: id });
    expect(run.mock.calls).toEqual([["x"]]);
  });

  it("takes a wait that is none for none", () => {
    const { scope, setTimeout } = wake();
    const run = vi.fn();
    scope.setTimeout(run);
    expect(setTimeout).toHaveBeenCalledWith(run, 0);
  });

  it("repeats until it is cleared, by either function", () => {
    const { scope, clearTimeout } = wake();
    const run = vi.fn();
    const id = scope.setInterval(run, 1000);
    FakeWorker.last.onmessage?.({ data: id });
    FakeWorker.last.onmessage?.({ data: id });
    scope.clearTimeout(id);
    FakeWorker.last.onmessage?.({ data: id });
    expect(run).toHaveBeenCalledTimes(2);
    expect(FakeWorker.last.posted.at(-1)).toEqual([id, -1, false]);
    scope.clearInterval(7);
    scope.clearInterval(undefined);
    expect(clearTimeout.mock.calls).toEqual([[7], [undefined]]);
  });

  it("goes back to the browser's timers when the worker fails", () => {
    const { scope, setTimeout, setInterval } = wake();
    const run = vi.fn();
    scope.setTimeout(run, 1000);
    scope.setInterval(run, 1000);
    FakeWorker.last.onerror?.();
    setTimeout.mock.calls[0]?.[0]();
    setInterval.mock.calls[0]?.[0]();
    expect(run).toHaveBeenCalledTimes(2);
    scope.setTimeout(run, 5000);
    expect(setTimeout).toHaveBeenCalledTimes(2);
  });

  it("changes nothing where there may be no worker", () => {
    const { scope, setTimeout } = wake({
      Worker: class {
        constructor() {
          throw new DOMException("", "SecurityError");
        }
      },
    });
    expect(scope.setTimeout).toBe(setTimeout);
  });
});

describe("openFrame", () => {
  // Apart from the document, because there the test's DOM would begin to load the page.
  let holder: HTMLElement;
  beforeEach(() => {
    vi.useFakeTimers();
    holder = document.createElement("div");
    vi.spyOn(document.body, "append").mockImplementation((...nodes) => holder.append(...nodes));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });
  const element = () => holder.querySelector("iframe") as HTMLIFrameElement;
  const withWindow = (found: unknown) =>
    Object.defineProperty(
      element(),
      "contentWindow",
      typeof found === "function" ? { get: found as () => unknown } : { value: found },
    );
  const load = () => element().onload?.(new Event("load"));

  it("opens a hidden frame that may use the microphone, and takes it away", async () => {
    const opened = openFrame(null, "about:blank");
    expect(element().allow).toContain("microphone");
    expect(element().getAttribute("aria-hidden")).toBe("true");
    const engine = {} as EngineFrame;
    withWindow({ yeastarEngine: engine });
    load();
    const frame = await opened;
    expect(frame.engine).toBe(engine);
    frame.dispose();
    expect(element()).toBeNull();
  });

  it("opens a frame to be seen in its place", async () => {
    const place = document.createElement("div");
    vi.spyOn(place, "append").mockImplementation((...nodes) => holder.append(...nodes));
    const opened = openFrame(place, "about:blank");
    expect([element().title, element().dataset.yeastarLinkus]).toEqual(["Linkus", "look"]);
    expect(element().hasAttribute("aria-hidden")).toBe(false);
    expect(element().style.width).toBe("100%");
    withWindow({ yeastarEngine: {} });
    load();
    await opened;
  });

  it.each<[string, () => void]>([
    ["it stays silent", () => vi.advanceTimersByTime(15_000)],
    [
      "it holds another page",
      () => {
        withWindow({});
        load();
      },
    ],
    [
      "it holds a page of another origin",
      () => {
        withWindow(() => {
          throw new DOMException("", "SecurityError");
        });
        load();
      },
    ],
  ])("fails when %s", async (_, happen) => {
    const opened = openFrame(null, "about:blank").catch((error: unknown) => error);
    happen();
    expect(await opened).toMatchObject({ problem: "sdk_blocked" });
    expect(element()).toBeNull();
  });
});

describe("the frame's script", () => {
  class FakeSocket extends EventTarget {
    static OPEN = 1;
    readyState = 1;
    sent: string[] = [];
    onclose: ((event: Event) => void) | null = null;
    onopen = null;
    onmessage = null;
    onerror = null;
    closed = false;
    constructor(
      _url: string,
      readonly protocol = "",
    ) {
      super();
    }
    send(text: string) {
      this.sent.push(text);
      if (text === "heartbeat") queueMicrotask(() => this.dispatchEvent(new Event("message")));
    }
    close() {
      this.closed = true;
    }
  }
  class FakePeer extends EventTarget {
    connectionState = "new";
    // As in a browser: without an event.
    close() {
      this.connectionState = "closed";
    }
  }
  class FakeRequest {
    timeout = 600_000;
    sent = false;
    open(_method: string, _url: string) {}
    send(_body?: unknown) {
      this.sent = true;
    }
  }
  const getUserMedia = vi.fn(async (_constraints: unknown): Promise<unknown> => ({}));
  let frame: FrameWindow & typeof globalThis;
  let engine: EngineFrame;

  beforeEach(async () => {
    vi.resetModules();
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.stubGlobal("RTCPeerConnection", class extends FakePeer {});
    vi.stubGlobal("XMLHttpRequest", class extends FakeRequest {});
    vi.stubGlobal("Worker", undefined);
    Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia }, configurable: true });
    await import("./frame");
    frame = window as never;
    engine = frame.yeastarEngine as EngineFrame;
  });
  afterEach(() => vi.unstubAllGlobals());

  it("lives with a browser that has no microphones at all", async () => {
    vi.resetModules();
    Object.defineProperty(navigator, "mediaDevices", { value: undefined, configurable: true });
    await import("./frame");
    expect((window as unknown as FrameWindow).yeastarEngine?.mediaError()).toBeNull();
  });

  it("has what the SDK wants to find", () => expect(frame.ms?.(5)).toBe("5"));

  it("does not let a slow lookup hold a call up", () => {
    for (const [url, timeout] of [
      ["https://pbx/api/v1.0/extension/getphoto?ext_num=1", 1500],
      ["https://pbx/api/v1.0/contacts/matchall?number=1", 1500],
      ["https://pbx/api/v1.0/login", 600_000],
    ] as const) {
      const request = new frame.XMLHttpRequest();
      request.open("GET", url);
      request.send();
      expect(request).toMatchObject({ timeout, sent: true });
    }
  });

  it("keeps the microphone's last error until it works", async () => {
    getUserMedia.mockRejectedValueOnce({ name: "NotReadableError" });
    await expect(navigator.mediaDevices.getUserMedia({ audio: true })).rejects.toBeDefined();
    expect(engine.mediaError()).toBe("NotReadableError");
    await engine.getMicrophone("m");
    expect(getUserMedia).toHaveBeenLastCalledWith({ audio: { deviceId: { exact: "m" } } });
    await engine.getMicrophone(null);
    expect(getUserMedia).toHaveBeenLastCalledWith({ audio: true });
    expect(engine.mediaError()).toBeNull();
  });

  it("knows the connections that are open", () => {
    const peer = new frame.RTCPeerConnection() as unknown as FakePeer;
    expect(engine.peers.size).toBe(1);
    peer.close();
    expect(peer.connectionState).toBe("closed");
    expect(engine.peers.size).toBe(0);
  });

  it("asks the PBX whether it is there", async () => {
    expect(await engine.probe(100)).toBe(false);
    const socket = new frame.WebSocket("wss://pbx/api/v1.0/subscribe") as unknown as FakeSocket;
    const sip = new frame.WebSocket("wss://pbx/ws", "sip") as unknown as FakeSocket;
    expect(await engine.probe(1000)).toBe(true);
    expect([socket.sent, sip.sent]).toEqual([["heartbeat"], []]);
    socket.send = () => {};
    expect(await engine.probe(150)).toBe(false);
  });

  it("has the SDK open its SIP socket anew, without waiting for the old one", async () => {
    const socket = new frame.WebSocket("wss://pbx/api/v1.0/subscribe") as unknown as FakeSocket;
    const sip = new frame.WebSocket("wss://pbx/ws", "sip") as unknown as FakeSocket;
    const closed = vi.fn();
    sip.onclose = closed;
    engine.reconnect();
    engine.reconnect();
    expect(closed).toHaveBeenCalledTimes(1);
    expect([sip.closed, sip.onclose, socket.closed]).toEqual([true, null, false]);
    const waited = engine.closed(5000);
    socket.dispatchEvent(new Event("close"));
    await waited;
    new frame.WebSocket("wss://pbx/api/v1.0/subscribe");
    await engine.closed(50);
  });

  describe("loading", () => {
    const PBX = "https://pbx.test:8088/";
    const file = (url: string, integrity = `sha256-${url}`) => ({ url, integrity });
    const added: (HTMLScriptElement & HTMLLinkElement & HTMLMetaElement)[] = [];
    beforeEach(() => {
      added.length = 0;
      delete frame.YSWebRTC;
      delete frame.YSWebRTCUI;
      vi.spyOn(document.head, "append").mockImplementation((node) => {
        const element = node as (typeof added)[number];
        added.push(element);
        queueMicrotask(() =>
          (element.src ?? element.href)?.endsWith("missing.js")
            ? element.onerror?.(new Event("error"))
            : element.onload?.(new Event("load")),
        );
      });
    });
    afterEach(() => vi.restoreAllMocks());

    it("closes the frame before it takes the SDK's file, and has the browser check its bytes", async () => {
      frame.YSWebRTC = { init: vi.fn() };
      expect(await engine.load(file("/sdk.js", "sha256-abc="), PBX)).toBe(frame.YSWebRTC);
      const [policy, script] = added;
      expect(policy?.httpEquiv).toBe("Content-Security-Policy");
      expect(policy?.content).toContain("connect-src https://pbx.test:8088 wss://pbx.test:8088;");
      expect([script?.localName, script?.integrity]).toEqual(["script", "sha256-abc="]);
    });

    it("takes no file without a hash", async () => {
      frame.YSWebRTC = { init: vi.fn() };
      await expect(engine.load(file("/sdk.js", ""), PBX)).rejects.toThrow("no hash");
      expect(added.map(({ localName }) => localName)).toEqual(["meta"]);
    });

    it("says when a file does not come or is another one", async () => {
      await expect(engine.load(file("/missing.js"), PBX)).rejects.toThrow("could not be loaded");
      await expect(engine.load(file("/empty.js"), PBX)).rejects.toThrow("YSWebRTC");
      await expect(engine.loadUi(file("/ui.js"), file("/ui.css"), "", PBX)).rejects.toThrow("YSWebRTCUI");
      frame.YSWebRTCUI = { init: vi.fn() };
      await expect(engine.loadUi(file("/ui.js"), file("/missing.js"), "", PBX)).rejects.toThrow("could not be loaded");
    });

    it("gives the SDK's own face its styles and a place", async () => {
      const ui = { init: vi.fn() };
      frame.YSWebRTCUI = ui;
      const loaded = await engine.loadUi(file("/ui.js"), file("/ui.css"), "body { margin: 0 }", PBX);
      expect(loaded.ui).toBe(ui);
      expect(loaded.container.parentElement?.localName).toBe("body");
      expect(added.map(({ localName, integrity }) => [localName, integrity || ""])).toEqual([
        ["meta", ""],
        ["script", "sha256-/ui.js"],
        ["link", "sha256-/ui.css"],
        ["style", ""],
      ]);
      expect(added[0]?.content).toContain("style-src");
    });
  });
});
