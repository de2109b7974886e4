import { expect, it } from "vitest";
import { errorCode, sdkFile } from "./door";

it("knows the SDK's files with what their bytes must be", () => {
  const sdk = {
    available: true,
    url: "/sdk.js",
    ui_url: "/ui.js",
    ui_css_url: null,
    version: "1",
    problem: null,
    integrity: { "/sdk.js": "sha256-a" },
  };
  expect(sdkFile(sdk, "url")).toEqual({ url: "/sdk.js", integrity: "sha256-a" });
  // A file without a hash is not loaded.
  expect(sdkFile(sdk, "ui_url")).toEqual({ url: "/ui.js", integrity: "" });
  expect(sdkFile(sdk, "ui_css_url")).toEqual({ url: "", integrity: "" });
  const { integrity, ...older } = sdk;
  expect(sdkFile(older, "url")).toEqual({ url: "/sdk.js", integrity: "" });
});

it.each([
  [{ code: "not_allowed" }, "not_allowed"],
  [{ code: 3 }, "unknown_error"],
  [new Error("lost"), "unknown_error"],
  [null, "unknown_error"],
  ["text", "unknown_error"],
])("reads the code of %j", (error, code) => expect(errorCode(error)).toBe(code));
