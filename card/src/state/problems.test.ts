import { describe, expect, it } from "vitest";
import {
  backOff,
  errorName,
  OrderError,
  orderErrorOf,
  PhoneProblem,
  problemOfDoor,
  problemOfInfo,
  problemOfMicrophone,
  problemOfSdk,
  remedyFor,
} from "./problems";

it.each([
  [-2, "pbx_unreachable"],
  [-3, "pbx_unreachable"],
  [-4, "pbx_unreachable"],
  [-102, "pbx_unreachable"],
  [-103, "login_refused"],
  [-104, "extension_missing"],
  [-106, "web_client_disabled"],
  [-107, "logged_in_elsewhere"],
  [-108, "extension_missing"],
  [-109, "registration_lost"],
  [-110, "plan_missing"],
  [-999, "unknown"],
])("the SDK's %i is %s", (code, problem) => expect(problemOfSdk({ code })).toBe(problem));

it.each([undefined, null, "x", {}, { code: "-4" }])("the SDK's %j says nothing", (error) =>
  expect(problemOfSdk(error)).toBe("unknown"),
);

it.each([
  ["not_found", "no_phone"],
  ["not_allowed", "calling_disabled"],
  ["pbx_unreachable", "pbx_unreachable"],
  ["invalid_auth", "no_sdk_credentials"],
  ["sdk_plan_missing", "plan_missing"],
  ["extension_missing", "extension_missing"],
  ["connection_lost", "home_assistant_lost"],
  ["other", "unknown"],
])("the door's %s is %s", (code, problem) => expect(problemOfDoor(code)).toBe(problem));

it("keeps the integration's own words", () => {
  expect(problemOfInfo(null)).toBeNull();
  const own = ["calling_disabled", "no_sdk_credentials", "extension_missing", "pbx_unreachable", "plan_missing"];
  for (const problem of [...own, "sdk_missing"]) expect(problemOfInfo(problem)).toBe(problem);
  expect(problemOfInfo("something new")).toBe("unknown");
});

it.each([
  ["NotAllowedError", "microphone_denied"],
  ["SecurityError", "microphone_denied"],
  ["NotFoundError", "microphone_missing"],
  ["OverconstrainedError", "microphone_missing"],
  ["NotReadableError", "microphone_busy"],
  ["AbortError", "microphone_busy"],
  ["", "unknown"],
])("%j is %s", (name, problem) => expect(problemOfMicrophone(name)).toBe(problem));

it("repeats what may pass, and nothing that the PBX counts against us", () => {
  expect(remedyFor("registration_lost")).toBe("now");
  for (const problem of ["pbx_unreachable", "certificate", "home_assistant_lost", "unknown"] as const)
    expect(remedyFor(problem)).toBe("later");
  for (const problem of ["login_refused", "logged_in_elsewhere", "plan_missing", "microphone_denied"] as const)
    expect(remedyFor(problem)).toBe("never");
});

describe("orderErrorOf", () => {
  it.each<[unknown, string]>([
    [{ code: -202 }, "microphone_denied"],
    [{ code: -205 }, "call_limit"],
    [{ code: -206 }, "insecure_origin"],
    [{ code: -207 }, "call_gone"],
    [{ code: -209 }, "number_invalid"],
    [{ code: -210 }, "call_in_progress"],
    [{ code: -211 }, "call_gone"],
    [{ code: -290 }, "microphone_missing"],
    [{ code: -208 }, "call_failed"],
    [new TypeError("x"), "call_failed"],
    [new OrderError("hold_failed"), "hold_failed"],
  ])("%j is %s", (error, key) => expect(orderErrorOf(error, "call_failed").key).toBe(key));

  it("believes the microphone's own error", () =>
    expect(orderErrorOf({ code: -202 }, "", "NotReadableError").key).toBe("microphone_busy"));
});

it("waits longer each time, up to about a minute", () => {
  expect([0, 1, 2, 5, 50].map((attempt) => backOff(attempt, () => 0.5))).toEqual([2000, 4000, 8000, 60_000, 60_000]);
  expect(backOff(0, () => 0)).toBe(1500);
  expect(backOff(0)).toBeLessThanOrEqual(2500);
});

it("knows an error by its name, from whatever realm", () => {
  expect(errorName({ name: "AbortError" })).toBe("AbortError");
  for (const error of [null, undefined, "x", {}]) expect(errorName(error)).toBe("");
});

it("names its errors", () => {
  expect(new PhoneProblem("sdk_missing")).toMatchObject({ name: "PhoneProblem", message: "sdk_missing" });
  expect(new OrderError("call_gone", "x")).toMatchObject({ name: "OrderError", detail: "x" });
});
