import { EventEmitter } from "events";
import JsSIP from "jssip";
import { probe } from "./media.js";
import { services } from "./pbx.js";
import { OK, PHONE_ERROR } from "./results.js";
import { Session } from "./session.js";
import { SipSocket } from "./sip-socket.js";

const EXPIRES = 1800;
const ONE_SECOND = 1_000;
const MAX_CALLS = 2;

/** The phone: registration and calls of one extension. */
export class PhoneOperator extends EventEmitter {
  constructor(pbx, options) {
    super();
    const { extension, videoPlan } = pbx.settings;
    this.pbx = pbx;
    this.deviceIds = options.deviceIds ?? {};
    this.sessions = new Map();
    this.currentSessionID = "";
    this.isRegistered = false;
    this.recordPermissions = extension.enb_ctl_record;
    this.videoPlan = videoPlan;
    this.callWaiting = !options.disableCallWaiting && extension.enb_web_client_call_waiting !== 0;
    this.domain = pbx.url.hostname;
    this.lastCall = 0;
    pbx.onPhonePush = (type, payload) => this.pushed(type, payload);
  }

  // --- registration

  /** Connect and register. A second start attaches every handler again. */
  start() {
    this.ua ??= this.newUA();
    const { ua } = this;
    ua.on("connected", () => this.emit("connected"));
    ua.on("disconnected", () => {
      this.setRegistered(false);
      this.emit("disconnected");
    });
    ua.on("registered", () => {
      this.setRegistered(true);
      this.emit("registered");
    });
    ua.on("unregistered", () => this.setRegistered(false));
    ua.on("registrationFailed", ({ cause }) => this.emit("registrationFailed", cause));
    ua.on("newRTCSession", ({ originator, session, request }) => {
      if (originator === "remote") this.invited(session, request);
    });
    ua.start();
    return this;
  }

  newUA() {
    const { pbx, domain } = this;
    const { registration, accessType } = pbx.settings;
    const number = pbx.extensionNumber;
    const nat = ["external_ip", "external_host", "ys_domain"].includes(accessType) ? ";nat" : "";
    const ua = new JsSIP.UA({
      sockets: [new SipSocket(`wss://${pbx.url.host}/ws?exten=${number}`)],
      uri: `sip:${number}@${domain}`,
      contact_uri: `sip:${number}@${domain}${nat};${pbx.desktop ? "webpc" : "webclient"}`,
      registrar_server: `sip:${domain}`,
      via_host: domain,
      authorization_user: registration.registername || number,
      realm: registration.realm,
      ha1: registration.registerpassword,
      register_expires: EXPIRES,
      no_answer_timeout: 300,
      user_agent: pbx.userAgent,
      connection_recovery_min_interval: 2,
      connection_recovery_max_interval: 30,
    });
    if (accessType) ua.registrator().setExtraHeaders([`User-Agent-Access-Type: ${accessType}`]);
    return ua;
  }

  setRegistered(registered) {
    this.isRegistered = registered;
    this.emit("isRegisteredChange", registered);
  }

  reRegister() {
    if (!this.ua?.isConnected()) this.ua?.start();
  }

  disconnect() {
    this.ua?.stop();
    return true;
  }

  destroy() {
    // Last words: what listeners still hear are the end of the registration and of each call.
    this.setRegistered(false);
    for (const session of [...this.sessions.values()]) session.terminate();
    this.ua?.stop();
    this.removeAllListeners();
  }

  // --- sessions

  get currentSession() {
    return this.sessions.get(this.currentSessionID) ?? null;
  }

  get incomingList() {
    return this.getSessions().filter((session) => session.status.isRing);
  }

  get isMaxCall() {
    const counted = this.getSessions().filter((session) => !session.status.isTransfer);
    return counted.length >= (this.callWaiting ? MAX_CALLS : 1);
  }

  getSession(callId) {
    return this.sessions.get(callId);
  }

  getSessions() {
    return [...this.sessions.values()];
  }

  getCurrentSession() {
    return this.currentSession;
  }

  setCurrentSession(callId) {
    if (!this.sessions.has(callId)) return false;
    this.currentSessionID = callId;
    return true;
  }

  setSessionStaticStatus(callId, values, manual) {
    return this.on_(callId, (session) => session.setStaticStatus(values, manual));
  }

  holdOthers(but) {
    for (const session of this.getSessions()) if (session !== but && session.talking) session.hold();
  }

  forget(session, cause) {
    const { callId } = session;
    this.sessions.delete(callId);
    const [other] = this.getSessions();
    if (other && this.currentSessionID === callId) this.currentSessionID = other.callId;
    for (const consultation of this.getSessions())
      if (consultation.status.transferParent?.callId === callId) consultation.terminate();
    this.emit("deleteSession", { callId, cause });
    if (session.startedAt && this.pbx.settings.fqdnStatus === "connected") this.sendReport(session.callReport);
  }

  sendReport(callReport) {
    const snake = (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const body = Object.fromEntries(Object.entries(callReport).map(([key, value]) => [snake(key), value]));
    this.pbx.api.post("/v1.0/rascallreport/web", { lks_timestamp: String(Date.now()), ...body }).catch(() => {});
  }

  async lookUpAvatar(number) {
    const answer = await this.pbx.api.get(`/v1.0/extension/getphoto?ext_num=${number}`).catch(() => undefined);
    return answer?.errcode === 0 && answer.photo ? `${this.pbx.url.origin}/api/photo/${answer.photo}` : "";
  }

  // --- calls out

  /** Dial. `parentId` makes it the consultation of an attended transfer. */
  async call(number, options = {}, parentId = undefined) {
    if (!number) throw PHONE_ERROR.number();
    const dialling = this.getSessions().some((s) => s.status.communicationType === "outbound" && !s.talking);
    const busyRinging = this.incomingList.length > 0 && this.getSessions().some((s) => s.talking);
    if (dialling || busyRinging) throw PHONE_ERROR.connecting();
    const target = this.target(number);
    if (!target) return PHONE_ERROR.number();
    if (Date.now() - this.lastCall < ONE_SECOND) throw PHONE_ERROR.hasty();
    this.lastCall = Date.now();
    const parent = parentId === undefined ? undefined : this.sessions.get(parentId);
    if (parentId !== undefined && !parent) throw PHONE_ERROR.parent();
    if (!parent && this.isMaxCall) throw PHONE_ERROR.limit();
    const mediaConstraints = await probe(this.deviceIds, options.video);
    this.holdOthers();
    this.pbx.api.post("/v1.0/dct/init", { type: "call" });
    const known = await this.pbx.api.get(`/v1.0/contacts/matchall?number=${encodeURIComponent(number)}`).catch(() => ({}));
    const avatar = await this.lookUpAvatar(encodeURIComponent(number));
    const rtc = this.ua.call(target, {
      mediaConstraints,
      extraHeaders: options.extraHeaders,
      pcConfig: { iceServers: this.iceServers() },
      sessionTimersExpires: EXPIRES,
    });
    const session = new Session(this, rtc, rtc._request.call_id, {
      number: target.user,
      name: known.errcode === 0 ? known.name : "",
      avatar,
      video: options.video,
      parent: parent && this.asParent(parent),
    });
    this.add(session);
    this.currentSessionID = session.callId;
    this.emit("startSession", { callId: session.callId, session });
    return OK();
  }

  target(number) {
    // The dialled string goes out as it is, special characters escaped; an address with a host dials that host.
    const text = String(number).replace(/[^\w.!~*'()+@:;=-]/g, (character) => encodeURIComponent(character));
    const uri = JsSIP.URI.parse(/^sips?:/.test(text) ? text : `sip:${text.includes("@") ? text : `${text}@${this.domain}`}`);
    return uri?.user ? uri : undefined;
  }

  iceServers() {
    const { enable_nat_fqdn: on, fqdn_domain: domain, turn_port: port } = this.pbx.settings.global;
    return on === 1 && domain ? [{ urls: `stun:${domain.toLowerCase()}:${port || 11009}` }] : [];
  }

  asParent(session) {
    const { callId, number, name, avatar } = session.status;
    const { callDuration, holdDuration } = session.timer;
    return { callId, number, name, avatar, callDuration, holdDuration };
  }

  add(session) {
    this.sessions.set(session.callId, session);
    this.emit("newRTCSession", { callId: session.callId, session });
  }

  // --- calls in

  async invited(rtc, request) {
    if (this.isMaxCall) {
      rtc.terminate({ status_code: 486, reason_phrase: "Busy Here" });
      return;
    }
    let gone = false;
    rtc.once("failed", ({ cause }) => {
      gone = true;
      if (!this.sessions.has(request.call_id)) this.emit("deleteSession", { callId: request.call_id, cause });
    });
    const number = request.from.uri.user;
    const avatar = await this.lookUpAvatar(number);
    if (gone) throw new TypeError("The call is gone");
    const session = new Session(this, rtc, request.call_id, {
      number,
      name: request.from.display_name,
      avatar,
      company: request.getHeader("Contacts-Company"),
      video: /^m=video [1-9]/m.test(request.body ?? ""),
    });
    session.agreeOnTimer(request);
    this.add(session);
    this.emit("incoming", { callId: session.callId, session });
  }

  /** Take a ringing call, by its callId. */
  async answer(callId, options = {}) {
    const session = this.sessions.get(callId);
    if (!session?.status.isRing) throw PHONE_ERROR.unknownCall();
    if (this.getSessions().some((s) => s.status.communicationType === "outbound" && !s.talking))
      throw PHONE_ERROR.connecting();
    const mediaConstraints = await probe(this.deviceIds, options.video);
    this.holdOthers(session);
    if (session.over) throw PHONE_ERROR.unknownCall();
    session.changed();
    session.status.isRing = false;
    session.status.isVideo = Boolean(options.video);
    this.currentSessionID = callId;
    this.emit("startSession", { callId, session });
    session.rtc.answer({
      mediaConstraints,
      extraHeaders: session.timed ? ["Require: timer"] : [],
      pcConfig: { iceServers: this.iceServers() },
      sessionTimersExpires: EXPIRES,
    });
    return OK();
  }

  // --- what a page may do with one call: true when the call exists, whatever comes of it

  on_(callId, act) {
    const session = this.sessions.get(callId);
    if (!session) return false;
    act(session);
    return true;
  }

  reject(callId) {
    return this.on_(callId, (session) => session.reject());
  }

  hangup(callId) {
    return this.on_(callId, (session) => session.hangup());
  }

  terminate(callId) {
    return this.hangup(callId);
  }

  hold(callId) {
    return this.on_(callId, (session) => session.hold());
  }

  unhold(callId) {
    return this.on_(callId, (session) => session.unhold());
  }

  mute(callId) {
    return this.on_(callId, (session) => session.mute());
  }

  unmute(callId) {
    return this.on_(callId, (session) => session.unmute());
  }

  dtmf(callId, tones) {
    return this.on_(callId, (session) => session.dtmf(tones));
  }

  blindTransfer(callId, number) {
    return this.on_(callId, (session) => session.blindTransfer(number));
  }

  attendedTransfer(callId, number) {
    return this.sessions.get(callId)?.attendedTransfer(number) ?? false;
  }

  startRecord(callId) {
    return this.sessions.get(callId)?.startRecord() ?? false;
  }

  pauseRecord(callId) {
    return this.sessions.get(callId)?.pauseRecord() ?? false;
  }

  // --- pushes about calls

  pushed(type, payload) {
    if (type === 20047) {
      this.recordPermissions = payload.enb_ctl_record;
      this.emit("recordPermissionsChange", this.recordPermissions);
    } else if (type === 20048) {
      const own = this.pbx.extensionNumber;
      const callId = payload.caller_origin_number === own ? payload.caller_sip_callid : payload.callee_sip_callid;
      this.sessions.get(callId)?.recorded(payload.record_status, payload.call_feature === "conference");
    } else if (type === 20053) {
      this.videoPlan = services(payload).videoPlan;
      this.emit("videoPlanChange", this.videoPlan);
    }
  }
}
