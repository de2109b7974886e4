import { EventEmitter } from "events";
import { Api, setToken } from "./http.js";
import { Notifications } from "./notifications.js";
import { INIT_ERROR, PBX_ERROR } from "./results.js";

/** The login and what comes with it: `init`, notifications, call history, logout. */
export class PBXOperator extends EventEmitter {
  constructor(url, options) {
    super();
    this.url = url;
    this.username = options.username;
    this.secret = options.secret;
    this.userAgent = options.userAgent ?? "WebClient";
    this.enableLog = options.enableLog !== false;
    this.isInited = false;
    this.token = "";
    this.api = new Api(url);
    this.settings = {};
  }

  get desktop() {
    return this.userAgent === "WebPC";
  }

  /** Log in and read everything a phone needs; the order of the requests is fixed. */
  async init() {
    if (this.isInited) throw PBX_ERROR.initialised();
    const { product, access_type: accessType } = await this.product();
    await this.login();
    const global = await this.api.demand("/v1.0/extension/getpersonalglobal");
    const licence = await this.api.demand("/v1.0/licenseservice/get");
    const { extension } = await this.api.demand("/v1.0/extension/getpersonal");
    if (!extension) throw PBX_ERROR.personal();
    const chinese = product.base_oem_id === 1;
    const allowed = chinese
      ? global.enb_internal_client
      : this.desktop
        ? extension.enb_desktop_client
        : extension.enb_web_client;
    if (allowed !== 1) {
      await this.logout().catch(() => {});
      throw PBX_ERROR.disabled();
    }
    const registration = await this.api.demand("/v1.0/extension/getregisterinfo");
    this.extensionNumber = extension.number;
    this.extensionId = extension.id;
    this.extensionName = extension.caller_id_name;
    this.settings = { product, accessType: accessType ?? "", global, extension, registration, ...services(licence) };
    this.chinese = chinese;
    const socket = `wss://${this.url.host}/api/v1.0/subscribe?access_token=${this.token}`;
    this.notifications = new Notifications(socket, product.version, this.desktop, (type, payload) =>
      this.pushed(type, payload),
    );
    this.isInited = true;
  }

  get socket() {
    return this.notifications?.socket;
  }

  async product() {
    const answer = await this.api.get(`/v1.0/pbx/getproduct?host=${this.url.host}`).catch(() => undefined);
    if (answer?.errcode !== 0 || answer.product?.base_oem_id === undefined) throw INIT_ERROR.product();
    return answer;
  }

  async login() {
    setToken(undefined);
    const answer = await this.api.post("/v1.0/login", {
      username: this.username,
      password: this.secret,
      login_source: this.desktop ? "webpc" : null,
      login_jump: "sdk",
    });
    if (answer.errcode !== 0) {
      this.log("warn", `login ${answer.errcode}`);
      this.log("error", "init failed");
      throw answer.errcode === 70136 ? PBX_ERROR.plan() : PBX_ERROR.api();
    }
    this.token = answer.access_token;
    setToken(this.token);
  }

  /** A line for the PBX's log. */
  log(level, msg) {
    if (!this.enableLog) return;
    console.info(`[${level}] ${msg}`);
    this.upload(level, msg);
  }

  upload(level, msg) {
    const line = JSON.stringify({ level, msg, source: "", ts: Date.now(), extensionInfo: {} });
    this.api.post("/v1.0/systemlog/webclientlog", { log_list: [line] }).catch(() => {});
  }

  /** The personal call history, as the PBX answers it, errcode and all. */
  cdrQuery({ page = 1, size = 20, status = 0, sortBy = "time", orderBy = "desc", filter } = {}) {
    const query = new URLSearchParams({ page, page_size: size, sort_by: sortBy, order_by: orderBy, status });
    if (filter) query.set("number", filter);
    return this.api.get(`/v1.0/cdr/searchpersonal?${query}`);
  }

  /** Tell the PBX that this token is done with. Stops nothing here. */
  logout() {
    return this.api.get("/v1.0/logout");
  }

  pushed(type, payload) {
    switch (type) {
      case 10000:
        if (payload.username === this.extensionNumber) this.tearDown(PBX_ERROR.elsewhere());
        break;
      case 20007:
        this.tearDown(PBX_ERROR.deleted());
        break;
      case 20010:
      case 20154:
        this.tearDown(PBX_ERROR.relogin());
        break;
      case 20153:
        if (payload.enable !== 1) this.tearDown(PBX_ERROR.plan());
        break;
      case 20015:
        if (!this.chinese && !this.desktop && payload.enb_web_client !== 1) this.shutOut();
        break;
      case 20013:
        if (!this.chinese && this.desktop && payload.enb_desktop_client !== 1) this.shutOut();
        break;
      case 20082:
        if (this.chinese && payload.enb_internal_client !== 1) this.shutOut();
        break;
      case 20008:
        this.settings.global.record_feature_code = payload.record_feature_code;
        break;
      case 20049:
        this.emit("cdrChange", payload);
        break;
      case 20065:
        Object.assign(this.settings.global, payload);
        break;
      default:
        this.onPhonePush?.(type, payload);
    }
  }

  /** The web client was switched off for this extension: both registered handlers log out. */
  shutOut() {
    this.logout().catch(() => {});
    this.logout().catch(() => {});
    this.tearDown(PBX_ERROR.disabled());
  }

  /** The end from the PBX's side. The event comes after every listener has been removed: nobody hears it. */
  tearDown(error) {
    this.destroyAll?.();
    this.emit("runtimeError", error);
  }

  destroy() {
    this.isInited = false;
    this.notifications?.close();
    this.token = "";
    this.secret = "";
    setToken("");
    this.removeAllListeners();
  }
}

export function services(licence) {
  const found = { fqdn: "unused", video: "unused" };
  for (const plan of licence.subscribe_plan_list ?? [])
    for (const { service_name: name, status } of plan.service_list ?? []) if (name in found) found[name] = status;
  return { fqdnStatus: found.fqdn, videoPlan: found.video };
}
