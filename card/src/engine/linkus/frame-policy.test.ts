import { describe, expect, it } from "vitest";
import { framePolicy } from "./frame-policy";

const PAGE = "https://house.test:8123/yeastar_linkus/engine.html?1";
const SCRIPT = { url: "/yeastar_linkus/sdk/4d1a/ys-webrtc.umd.js", integrity: "sha256-a" };
const SHEET = { url: "/yeastar_linkus/sdk/eb33/ui.css", integrity: "sha256-b" };
const parts = (policy: string) => Object.fromEntries(policy.split("; ").map((part) => part.split(/ (.*)/)));

describe("the frame's policy", () => {
  it("lets one script run and one PBX be reached", () => {
    expect(parts(framePolicy(PAGE, "https://pbx.test:8088/x?y#z", SCRIPT))).toEqual({
      "default-src": "'none'",
      "script-src": "https://house.test:8123/yeastar_linkus/sdk/4d1a/ys-webrtc.umd.js",
      "connect-src": "https://pbx.test:8088 wss://pbx.test:8088",
      "base-uri": "'none'",
      "form-action": "'none'",
    });
  });

  it("lets the SDK's face show pictures and play its sounds", () => {
    expect(parts(framePolicy(PAGE, "https://pbx.test", SCRIPT, SHEET))).toMatchObject({
      "default-src": "'none'",
      "style-src": "https://house.test:8123/yeastar_linkus/sdk/eb33/ui.css 'unsafe-inline'",
      "img-src": "data: blob: https://pbx.test",
      "media-src": "data: blob: https://pbx.test",
      "font-src": "data:",
      "connect-src": "https://pbx.test wss://pbx.test",
    });
  });

  it("knows an unencrypted PBX", () => {
    expect(parts(framePolicy(PAGE, "http://127.0.0.1:8088", SCRIPT))["connect-src"]).toBe(
      "http://127.0.0.1:8088 ws://127.0.0.1:8088",
    );
  });

  it("goes as near as it can with an IPv6 address, of which policies know nothing", () => {
    expect(
      parts(framePolicy("http://[::1]:8123/a/engine.html", "https://[fd00::1]:8088", SCRIPT, SHEET)),
    ).toMatchObject({
      "script-src": "'self'",
      "style-src": "'self' 'unsafe-inline'",
      "connect-src": "https: wss:",
      "img-src": "data: blob: https:",
    });
  });

  it.each(["https://*", "https://pbx.test;worker-src", "https://pbx.test,x"])(
    "cannot be talked into more by the address %s",
    (pbx) => expect(parts(framePolicy(PAGE, pbx, SCRIPT))["connect-src"]).toBe("'none' 'none'"),
  );
});
