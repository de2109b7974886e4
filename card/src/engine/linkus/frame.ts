/**
 * Runs inside the hidden frame, before the SDK. Nothing else runs there, so what the browser offers may be adjusted to
 * the SDK without anybody else noticing.
 */
import { errorName } from "../../state/problems";
import { type EngineFrame, type FrameWindow, SLOW_LOOKUP } from "./frame-contract";
import { framePolicy, type VendorFile } from "./frame-policy";
import { wakeTimers } from "./wake-timers";

const frame = window as unknown as FrameWindow;

// Without a global `ms` the SDK's init fails when the page's localStorage asks for JsSIP's debug output.
frame.ms = (value: unknown) => String(value);

const peers = new Set<RTCPeerConnection>();
const sockets = new Set<WebSocket>();
let mediaError: string | null = null;
let heardAt = 0;

frame.RTCPeerConnection = new Proxy(RTCPeerConnection, {
  construct(target, args, self) {
    const peer = Reflect.construct(target, args, self) as RTCPeerConnection;
    peers.add(peer);
    return peer;
  },
});
// No event tells of a connection that its own side closes, and a browser allows some hundreds that are not forgotten.
const { close } = RTCPeerConnection.prototype;
RTCPeerConnection.prototype.close = function (this: RTCPeerConnection) {
  peers.delete(this);
  close.call(this);
};

frame.WebSocket = new Proxy(WebSocket, {
  construct(target, args, self) {
    const socket = Reflect.construct(target, args, self) as WebSocket;
    sockets.add(socket);
    socket.addEventListener("message", () => {
      heardAt = Date.now();
    });
    socket.addEventListener("close", () => sockets.delete(socket));
    return socket;
  },
});

// The SDK looks names and pictures up before it announces or sends a call, and would wait ten minutes for a slow PBX.
const { open, send } = XMLHttpRequest.prototype;
const lookups = new WeakSet<XMLHttpRequest>();
XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...args: unknown[]) {
  if (/\/(extension\/getphoto|contacts\/matchall)\b/.test(String(args[1]))) lookups.add(this);
  return Reflect.apply(open, this, args);
} as typeof open;
XMLHttpRequest.prototype.send = function (body) {
  if (lookups.has(this)) this.timeout = SLOW_LOOKUP;
  return send.call(this, body);
};

// The SDK says "refused" for whatever kept the microphone from it.
const media = navigator.mediaDevices;
if (media) {
  const getUserMedia = media.getUserMedia.bind(media);
  media.getUserMedia = async (constraints) => {
    try {
      const stream = await getUserMedia(constraints);
      mediaError = null;
      return stream;
    } catch (error) {
      mediaError = errorName(error);
      throw error;
    }
  };
}

wakeTimers(window);

/** From here on the frame keeps to the policy; what takes the element out again does not take the policy out. */
const seal = (...files: Parameters<typeof framePolicy>) =>
  document.head.append(
    Object.assign(document.createElement("meta"), {
      httpEquiv: "Content-Security-Policy",
      content: framePolicy(...files),
    }),
  );

/** Resolves when the browser has taken it over; rejects when it cannot be fetched or has other bytes. */
const added = (element: HTMLScriptElement | HTMLLinkElement, { integrity }: VendorFile) =>
  new Promise<void>((resolve, reject) => {
    // A browser takes a file without a hash for one that nobody wants checked.
    if (!integrity) throw new Error(`${element.localName} has no hash`);
    element.integrity = integrity;
    element.onload = () => resolve();
    element.onerror = () => reject(new Error(`${element.localName} could not be loaded`));
    document.head.append(element);
  });
const script = (file: VendorFile) => added(Object.assign(document.createElement("script"), { src: file.url }), file);

const pause = () => new Promise((next) => setTimeout(next, 100));

const engine: EngineFrame = {
  peers,
  mediaError: () => mediaError,
  async load(file, pbx) {
    seal(document.baseURI, pbx, file);
    await script(file);
    if (!frame.YSWebRTC?.init) throw new Error("the SDK's script made no YSWebRTC");
    return frame.YSWebRTC;
  },
  async loadUi(file, sheet, style, pbx) {
    seal(document.baseURI, pbx, file, sheet);
    await Promise.all([
      script(file),
      added(Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet.url }), sheet),
    ]);
    if (!frame.YSWebRTCUI?.init) throw new Error("the UI's script made no YSWebRTCUI");
    document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
    const container = document.body.appendChild(document.createElement("div"));
    return { ui: frame.YSWebRTCUI, container };
  },
  getMicrophone: (deviceId) => media.getUserMedia({ audio: deviceId ? { deviceId: { exact: deviceId } } : true }),
  reconnect() {
    for (const socket of [...sockets].filter(({ protocol }) => protocol === "sip")) {
      const { onclose } = socket;
      socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
      sockets.delete(socket);
      socket.close();
      // A dead network takes its time to close a socket; the SDK need not wait for that.
      onclose?.call(socket, new CloseEvent("close", { code: 1006, wasClean: false }));
    }
  },
  async closed(patience) {
    const asked = Date.now();
    while (sockets.size && Date.now() - asked < patience) await pause();
  },
  async probe(patience) {
    const asked = Date.now();
    // The notification socket answers a heartbeat; the SIP socket need not.
    const open = [...sockets].filter((socket) => socket.readyState === WebSocket.OPEN && socket.protocol !== "sip");
    if (!open.length) return false;
    for (const socket of open) socket.send("heartbeat");
    while (heardAt < asked && Date.now() - asked < patience) await pause();
    return heardAt >= asked;
  },
};
frame.yeastarEngine = engine;
frame.dispatchEvent(new Event("yeastar-engine"));
