import { expect, it } from "vitest";
import { sdkFile } from "./door";

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
