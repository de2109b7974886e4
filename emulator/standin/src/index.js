import { PBXOperator } from "./pbx.js";
import { PhoneOperator } from "./phone.js";
import { INIT_ERROR, PHONE_ERROR, Result } from "./results.js";
import { Session } from "./session.js";

/** The errors of the whole page go to the PBX from the first login on, whoever caused them; nothing takes this back. */
let reporter;
function reportPageErrors(pbx) {
  const first = reporter === undefined;
  reporter = pbx;
  if (!first) return;
  const report = (error) => error?.stack && reporter.upload("error", String(error.stack));
  window.addEventListener("error", (event) => report(event.error));
  window.addEventListener("unhandledrejection", (event) => report(event.reason));
}

function address(pbxURL) {
  let url;
  try {
    url = pbxURL instanceof URL ? pbxURL : typeof pbxURL === "string" ? new URL(pbxURL) : undefined;
  } catch {
    // not an address: the answer is below
  }
  if (!url) throw INIT_ERROR.url();
  if (url.protocol !== "https:") throw INIT_ERROR.notHttps();
  return url;
}

/** Log in. Resolves with the two operators; the phone does nothing before its `start()`. */
export async function init(options) {
  const pbx = new PBXOperator(address(options.pbxURL), options);
  reportPageErrors(pbx);
  await pbx.init();
  const phone = new PhoneOperator(pbx, options);
  const destroy = () => {
    pbx.destroy();
    phone.destroy();
  };
  pbx.destroyAll = destroy;
  window.addEventListener("unload", destroy);
  return { phone, pbx, destroy };
}

export { PBXOperator, PHONE_ERROR, PhoneOperator, Result, Session };
