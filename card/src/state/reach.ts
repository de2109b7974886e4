import type { PhoneInfo, Problem, Reach } from "./types";

/** The browser phone of this browser, whichever tab carries it. */
export type LineState =
  | { readonly kind: "off" }
  | { readonly kind: "starting" }
  | { readonly kind: "ready" }
  | { readonly kind: "elsewhere"; readonly by: string; readonly since: number }
  | { readonly kind: "problem"; readonly problem: Problem };

export interface ReachFacts {
  readonly phone: PhoneInfo | null;
  /** Why there is none. */
  readonly noPhone: Problem | null;
  readonly method: "ask" | "browser" | "desk";
  readonly line: LineState;
  /** What the browser that is registered says of itself, whichever it is. */
  readonly leaseState?: string | null;
}

/** The one line for the eyes. */
export function reachOf({ phone, noPhone, method, line, leaseState }: ReachFacts): Reach {
  if (!phone) return noPhone ? { state: "problem", problem: noPhone } : { state: "starting" };
  if (method === "desk") return { state: "desk_only" };
  if (method === "ask") return { state: "off" };
  switch (line.kind) {
    case "ready":
      return { state: "ready" };
    case "elsewhere":
      return { state: "elsewhere", by: line.by, since: line.since, inCall: leaseState === "in_call" };
    case "problem":
      return { state: "problem", problem: line.problem };
    default:
      // Wanted, so what is still off is about to start.
      return { state: "starting" };
  }
}

/** Where an order to call goes. `instead` is why it is not the browser, although that was wanted. */
export type Route =
  | { readonly way: "browser" }
  | { readonly way: "desk"; readonly instead: string | null }
  | { readonly way: "ask" }
  | { readonly way: "wait" }
  | { readonly way: "none"; readonly why: string };

export function routeOf(reach: Reach, phone: PhoneInfo | null, wanted: "ask" | "browser" | "desk"): Route {
  if (!phone) return { way: "none", why: reach.state === "problem" ? reach.problem : "no_phone" };
  if (wanted === "ask") return { way: "ask" };
  if (wanted === "desk") return phone.desk ? { way: "desk", instead: null } : { way: "none", why: "no_way_to_call" };
  if (reach.state === "ready") return { way: "browser" };
  if (reach.state === "starting") return { way: "wait" };
  const why = reach.state === "problem" ? reach.problem : reach.state === "elsewhere" ? "elsewhere" : "off";
  return phone.desk ? { way: "desk", instead: why } : { way: "none", why };
}
