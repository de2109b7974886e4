import { expect, it } from "vitest";
import { errorCode } from "./door";

it.each([
  [{ code: "not_allowed" }, "not_allowed"],
  [{ code: 3 }, "unknown_error"],
  [new Error("lost"), "unknown_error"],
  [null, "unknown_error"],
  ["text", "unknown_error"],
])("reads the code of %j", (error, code) => expect(errorCode(error)).toBe(code));
