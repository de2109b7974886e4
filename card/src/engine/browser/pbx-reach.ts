import type { Problem } from "../../state/types";

/** A certificate is refused at once; a network that leads nowhere keeps silent. */
const AT_ONCE = 3000;
const PATIENCE = 8000;

/**
 * Why the SDK found no PBX, as far as a page may know: it answers but not to this origin (CORS), this browser does not trust
 * its certificate, or it cannot be reached. `available`: Home Assistant reaches it.
 */
export async function whyUnreachable(
  pbxUrl: string,
  available: boolean,
  ask: typeof fetch = fetch,
  now: () => number = Date.now,
): Promise<Problem> {
  const asked = now();
  try {
    // An opaque answer tells nothing but that there is one, over a connection that the browser accepts.
    await ask(new URL("/api/v1.0/pbx/getproduct", pbxUrl), {
      mode: "no-cors",
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE),
    });
    return "origin_refused";
  } catch {
    return available && now() - asked < AT_ONCE && pbxUrl.startsWith("https:") ? "certificate" : "pbx_unreachable";
  }
}
