import type { Problem } from "./types";

/** What to do about a problem without being asked: at once with a fresh signature, again and again, or nothing. */
export type Remedy = "now" | "later" | "never";

/** An order that could not be carried out; `key` names the text that says so. */
export class OrderError extends Error {
  constructor(
    readonly key: string,
    readonly detail?: string,
  ) {
    super(key);
    this.name = "OrderError";
  }
}

/** A phone that cannot work, and why. */
export class PhoneProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem);
    this.name = "PhoneProblem";
  }
}

const sdkCode = (error: unknown): number | null =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "number" ? error.code : null;

/** Codes with which the SDK's `init` rejects and which it emits as `runtimeError`. */
export function problemOfSdk(error: unknown): Problem {
  switch (sdkCode(error)) {
    case -2:
    case -3:
    case -4:
    case -102:
      return "pbx_unreachable";
    case -103:
      return "login_refused";
    case -104:
    case -108:
      return "extension_missing";
    case -106:
      return "web_client_disabled";
    case -107:
      return "logged_in_elsewhere";
    case -109:
      return "registration_lost";
    case -110:
      return "plan_missing";
    default:
      return "unknown";
  }
}

/** Codes of the integration's WebSocket commands. */
export function problemOfDoor(code: string): Problem {
  switch (code) {
    case "not_found":
      return "no_phone";
    case "not_allowed":
      return "calling_disabled";
    case "pbx_unreachable":
      return "pbx_unreachable";
    case "invalid_auth":
      return "no_sdk_credentials";
    case "sdk_plan_missing":
      return "plan_missing";
    case "extension_missing":
      return "extension_missing";
    case "connection_lost":
      return "home_assistant_lost";
    default:
      return "unknown";
  }
}

/** The integration's own word for a phone's or the SDK's problem, where it is one of ours. */
export function problemOfInfo(problem: string | null): Problem | null {
  if (problem === null) return null;
  switch (problem) {
    case "calling_disabled":
    case "no_sdk_credentials":
    case "extension_missing":
    case "pbx_unreachable":
    case "plan_missing":
    case "sdk_missing":
      return problem;
    default:
      return "unknown";
  }
}

/** By its name only, because an error of the frame is no `Error` of the page. */
export const errorName = (error: unknown): string =>
  typeof error === "object" && error !== null && "name" in error ? String(error.name) : "";

/** The name of the error with which `getUserMedia` rejects. */
export function problemOfMicrophone(name: string): Problem {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return "microphone_denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "microphone_missing";
    case "NotReadableError":
    case "AbortError":
      return "microphone_busy";
    default:
      return "unknown";
  }
}

/**
 * Refused logins are not repeated: the PBX blocks an address after a few, and a second login of the extension would be
 * thrown out by the first for ever.
 */
export function remedyFor(problem: Problem): Remedy {
  switch (problem) {
    case "registration_lost":
      return "now";
    case "pbx_unreachable":
    case "certificate":
    case "home_assistant_lost":
    case "unknown":
      return "later";
    default:
      return "never";
  }
}

/** The notice for an order that the SDK refused; `media` is the name of the last microphone error, if there was one. */
export function orderErrorOf(error: unknown, fallback: string, media: string | null = null): OrderError {
  if (error instanceof OrderError) return error;
  switch (sdkCode(error)) {
    case -202:
      return new OrderError(media ? problemOfMicrophone(media) : "microphone_denied");
    case -205:
      return new OrderError("call_limit");
    case -206:
      return new OrderError("insecure_origin");
    case -207:
    case -211:
      return new OrderError("call_gone");
    case -209:
      return new OrderError("number_invalid");
    case -210:
      return new OrderError("call_in_progress");
    case -290:
      return new OrderError("microphone_missing");
    default:
      return new OrderError(fallback);
  }
}

/** Wait before attempt `n` (from 0): 2 s, 4 s … 60 s, each spread by a quarter so that browsers do not come back in step. */
export function backOff(attempt: number, random: () => number = Math.random): number {
  const plain = Math.min(60_000, 2000 * 2 ** Math.min(attempt, 10));
  return Math.round(plain * (0.75 + random() * 0.5));
}
