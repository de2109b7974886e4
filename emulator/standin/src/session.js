import { EventEmitter } from "events";

const CALL_REPORT_EVERY = 3_000;
const HANG_UP = { status_code: 486, reason_phrase: "Busy Here" };
const CANCEL = { status_code: 487, reason_phrase: "Request Terminated" };

function withoutPicture(sdp) {
  const [sound, ...pictures] = sdp.split(/^(?=m=video)/m);
  return sound + pictures.map((one) => one.replace(/^a=(sendrecv|sendonly|recvonly)/gm, "a=inactive")).join("");
}

/** One call. `rtc` is JsSIP's session; `status` is one object for the whole call, changed in place. */
export class Session extends EventEmitter {
  constructor(phone, rtc, callId, details) {
    super();
    this.phone = phone;
    this.rtc = rtc;
    this.localStream = null;
    this.remoteStream = null;
    this.over = false;
    this.stuckOnHold = false;
    this.pausedByConsultation = null;
    this.callReport = {};
    this.timer = { ringDuration: 0, callingDuration: 0, callDuration: 0, holdDuration: 0 };
    const outgoing = rtc.direction === "outgoing";
    this.status = {
      callId,
      communicationType: outgoing ? "outbound" : "inbound",
      number: details.number,
      name: details.name || details.number,
      avatar: details.avatar ?? "",
      company: details.company ?? "",
      callStatus: outgoing ? "calling" : "connecting",
      isRing: !outgoing,
      isHold: false,
      isMute: false,
      isVideo: Boolean(details.video),
      callStartTime: Date.now(),
      recordStatus: "stop",
      isConference: false,
      isTransfer: Boolean(details.parent),
    };
    if (details.parent) this.status.transferParent = details.parent;
    this.manual = false;
    this.listen();
  }

  get callId() {
    return this.status.callId;
  }

  get talking() {
    return this.status.callStatus === "talking";
  }

  // --- events

  /** Both arguments are the same object: listeners that want a difference must keep a copy. */
  changed() {
    this.emit("statusChange", this.status, this.status);
  }

  listen() {
    const { rtc, callId } = this;
    rtc.on("peerconnection", ({ peerconnection }) => this.watch(peerconnection));
    if (rtc.connection) this.watch(rtc.connection);
    let lastCandidate;
    rtc.on("icecandidate", ({ ready }) => {
      clearTimeout(lastCandidate);
      lastCandidate = setTimeout(ready, 2_000);
    });
    rtc.on("sdp", (event) => {
      const { originator, type } = event;
      // A picture that is not wanted is not answered.
      if (originator === "remote" && type === "offer" && !this.talking && !this.status.isVideo)
        event.sdp = withoutPicture(event.sdp);
      this.emit("sdp", { callId, originator, type, sdp: event.sdp });
    });
    rtc.on("progress", ({ originator, response }) => {
      if (originator !== "remote") return;
      this.readParty(response);
      this.status.callStatus = "ringing";
      this.changed();
      this.emit("progress", { callId, statusCode: response.status_code });
    });
    rtc.on("accepted", ({ originator, response }) => {
      if (originator === "remote") {
        this.readParty(response);
        this.changed();
      }
      this.emit("accepted", { callId, session: this });
    });
    rtc.on("confirmed", () => {
      if (this.talking) return;
      this.status.callStatus = "talking";
      this.showCamera();
      this.phone.currentSessionID = callId;
      this.changed();
      this.emit("confirmed", { callId, session: this });
      this.startedAt = Date.now();
      this.report();
      this.reporting = setInterval(() => this.report(), CALL_REPORT_EVERY);
    });
    rtc.on("reinvite", ({ request }) => this.renegotiated(request));
    rtc.on("ended", ({ cause }) => this.ended("ended", { callId, cause }));
    rtc.on("failed", ({ cause, message }) => {
      const code = message?.status_code;
      this.ended("failed", { callId, cause, ...(code ? { code } : {}) });
    });
    this.ticking = setInterval(() => this.tick(), 1_000);
  }

  watch(connection) {
    connection.addEventListener("track", ({ track }) => {
      const { callId } = this;
      const before = this.remoteStream?.getTracks().filter((t) => t.kind !== track.kind && t.readyState === "live") ?? [];
      this.remoteStream = new MediaStream([...before, track]);
      this.emit("updateRemoteStream", { callId, stream: this.remoteStream });
      this.emit("streamAdded", {
        callId,
        communicationType: this.status.communicationType,
        stream: this.remoteStream,
      });
    });
  }

  /** A picture that the other side did not take is over; one that it took can be seen here too. */
  showCamera() {
    const pictures = this.rtc.connection.getTransceivers().filter(({ receiver }) => receiver.track.kind === "video");
    const taken = pictures.some(({ currentDirection }) => !["inactive", "stopped", null].includes(currentDirection));
    if (!taken) this.status.isVideo = false;
    const own = pictures.map(({ sender }) => sender.track).filter((track) => taken && track);
    if (!own.length) return;
    this.localStream = new MediaStream(own);
    this.emit("updateLocalStream", { callId: this.callId, localStream: this.localStream });
  }

  tick() {
    const { timer, status } = this;
    if (status.isRing) timer.ringDuration += 1;
    else if (!this.talking) timer.callingDuration += 1;
    else timer.callDuration += 1;
    if (status.isHold) timer.holdDuration += 1;
    this.emit("updateTimer", { callId: this.callId, timer });
  }

  async report() {
    const { connection } = this.rtc;
    if (!connection) return;
    const found = { rx: 0, tx: 0, lost: 0, jitter: 0 };
    for (const entry of (await connection.getStats()).values()) {
      if (entry.kind !== "audio") continue;
      if (entry.type === "inbound-rtp")
        Object.assign(found, { rx: entry.packetsReceived, lost: entry.packetsLost, jitter: entry.jitter });
      if (entry.type === "outbound-rtp") found.tx = entry.packetsSent;
    }
    if (this.over) return;
    Object.assign(this.callReport, {
      extension: this.status.number,
      lksAudioCodec: "opus",
      lksAudioRx: String(found.rx),
      lksAudioTx: String(found.tx),
      lksAudioRxLost: String(found.rx ? found.lost / found.rx : 0),
      lksAudioRxAvgjitter: String(Math.round((found.jitter ?? 0) * 1000)),
      iceResult: "local",
      lksNetworkType: "unknown",
      lksDuration: String(Math.round((Date.now() - this.startedAt) / 1000)),
    });
    this.emit("callReport", { callId: this.callId, callReport: this.callReport });
  }

  readParty(message) {
    const header = message?.getHeader("Remote-Party-ID");
    const match = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*?))\s*<sips?:([^@>;]+)@/.exec(header ?? "");
    if (!match) return false;
    const name = (match[1] ?? match[2] ?? "").replace(/\\(.)/g, "$1");
    const number = match[3];
    const moved = number !== this.status.number;
    this.status.number = number;
    if (!this.manual) this.status.name = name || number;
    if (moved) this.phone.lookUpAvatar(number).then((avatar) => this.showAvatar(avatar));
    return true;
  }

  showAvatar(avatar) {
    if (!avatar || this.over) return;
    this.status.avatar = avatar;
    this.changed();
  }

  /**
   * A re-INVITE of the PBX. Anything but an explicit sendrecv counts as hold; after a missing direction or recvonly
   * a later sendrecv no longer takes it back.
   */
  renegotiated(request) {
    const direction = /^a=(sendrecv|sendonly|recvonly|inactive)\r?$/m.exec(request.body ?? "")?.[1];
    this.readParty(request);
    if (direction === "sendrecv") {
      if (!this.stuckOnHold && !this.rtc.isOnHold().local) this.status.isHold = false;
    } else {
      this.status.isHold = true;
      if (direction !== "sendonly" && direction !== "inactive") this.stuckOnHold = true;
    }
    this.changed();
    this.emit("reinvite", { callId: this.callId, session: this });
  }

  ended(event, detail) {
    if (this.over) return;
    this.over = true;
    clearInterval(this.ticking);
    clearInterval(this.reporting);
    this.localStream = null;
    this.remoteStream = null;
    this.emit("updateLocalStream", { callId: this.callId, stream: null });
    this.emit("updateRemoteStream", { callId: this.callId, stream: null });
    this.emit(event, detail);
    this.removeAllListeners();
    this.phone.forget(this, detail.cause);
  }

  /** A caller that asks for a session timer refreshes it; without asking there is none. */
  agreeOnTimer(request) {
    this.timed = Boolean(request.session_expires);
    if (!this.timed) this.rtc._sessionTimers.enabled = false;
  }

  // --- what a page may do

  hold() {
    if (!this.talking || this.rtc.isOnHold().local) return;
    if (this.rtc.hold({})) this.setHold(true);
  }

  unhold() {
    if (!this.talking || !this.rtc.isOnHold().local) return;
    this.phone.holdOthers(this);
    if (this.rtc.unhold({})) this.setHold(false);
  }

  setHold(held) {
    this.status.isHold = held;
    this.changed();
  }

  mute() {
    this.rtc.mute({ audio: true });
    this.status.isMute = true;
    this.changed();
  }

  unmute() {
    this.rtc.unmute({ audio: true });
    this.status.isMute = false;
    this.changed();
  }

  dtmf(tones) {
    this.rtc.sendDTMF(tones, { transportType: "RFC2833", duration: 100, interToneGap: 100 });
  }

  hangup() {
    this.terminate();
  }

  reject() {
    this.terminate();
  }

  terminate() {
    if (this.over || this.rtc.isEnded()) return;
    const unanswered = this.rtc.direction === "outgoing" && this.rtc.isInProgress();
    this.rtc.terminate({ ...(unanswered ? CANCEL : HANG_UP) });
  }

  blindTransfer(number) {
    if (this.rtc.isEstablished()) this.rtc.refer(number);
    this.terminate();
  }

  /** Only on a consultation: joins its party with the parent's. */
  attendedTransfer(number) {
    const parent = this.phone.sessions.get(this.status.transferParent?.callId);
    const dialog = parent?.rtc._dialog;
    if (!this.status.isTransfer || !dialog) return false;
    const { call_id: id, local_tag: own, remote_tag: other } = dialog.id;
    const replaces = encodeURIComponent(`${id};to-tag=${other};from-tag=${own}`);
    const target = `sip:${number}@${this.phone.domain}?Replaces=${replaces}`;
    if (this.rtc.isEstablished()) return Boolean(this.rtc.refer(target));
    return this.referEarly(target);
  }

  /** JsSIP refers only in a confirmed dialog; a consultation that still rings has an early one. */
  referEarly(target) {
    const referred = `Referred-By: <sip:${this.phone.pbx.extensionNumber}@${this.phone.domain}>`;
    return Boolean(
      this.rtc.sendRequest("REFER", {
        extraHeaders: [`Refer-To: <${target}>`, referred, `Contact: ${this.rtc.contact}`],
      }),
    );
  }

  startRecord() {
    return this.record();
  }

  pauseRecord() {
    return this.record();
  }

  record() {
    if (!this.phone.recordPermissions) return false;
    this.dtmf(this.phone.pbx.settings.global.record_feature_code);
    return true;
  }

  setStaticStatus(values, manual = false) {
    const old = { ...this.status };
    for (const key of ["name", "avatar", "company"]) if (values?.[key] !== undefined) this.status[key] = values[key];
    this.manual = manual;
    this.emit("staticStatusChange", this.status, old);
  }

  /** Push 20048, the only change that comes with a real pair of new and old. */
  recorded(recordStatus, isConference) {
    const old = this.status;
    this.status = { ...old, recordStatus, isConference };
    this.emit("statusChange", this.status, old);
  }
}
