/** The result objects of the documented interface: `{code, message}`. */

export class Result {
  constructor(code, message) {
    this.code = code;
    this.message = message;
  }
}

const result = (code, message) => new Result(code, message);

export const OK = () => result(200, "SUCCESS");

export const INIT_ERROR = {
  url: () => result(-2, "INVALID_PBX_URL"),
  notHttps: () => result(-3, "PBX_URL_NOT_HTTPS"),
  product: () => result(-4, "GET_PRODUCT_FAILED"),
};

export const PBX_ERROR = {
  network: () => result(-102, "PBX_NETWORK_ERROR"),
  api: () => result(-103, "PBX_API_ERROR"),
  personal: () => result(-104, "GET_PERSONAL_NOT_FOUND_DATA"),
  initialised: () => result(-105, "PBX_ALREADY_INITIALIZED"),
  disabled: () => result(-106, "LINKUS_DISABLED"),
  elsewhere: () => result(-107, "LOGGED_IN_ELSEWHERE"),
  deleted: () => result(-108, "EXTENSION_DELETED"),
  relogin: () => result(-109, "RE_LOGIN"),
  plan: () => result(-110, "SDK_PLAN_DISABLED"),
};

export const PHONE_ERROR = {
  permission: () => result(-202, "GET_AGREE_CHROME_USER_MEDIA_ROLE_ERROR"),
  limit: () => result(-205, "MAX_LIMIT_CALL"),
  insecure: () => result(-206, "GET_LOCAL_MEDIA_INFO_ERROR"),
  parent: () => result(-207, "ATTENDED_PARENT_NOT_FOUND"),
  hasty: () => result(-208, "CALL_TOO_MANY_TIMES"),
  number: () => result(-209, "INVALID_NUMBER"),
  connecting: () => result(-210, "CURRENT_CALL_HAS_NOT_CONNECTED"),
  unknownCall: () => result(-211, "NOT_FOUND_CALL_ID"),
  microphone: () => result(-290, "NO_MICROPHONE"),
  camera: () => result(-291, "NO_CAMERA"),
};
