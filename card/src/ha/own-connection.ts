import { type Auth, createConnection } from "home-assistant-js-websocket";
import type { Connection, Hass } from "./hass";

export interface OwnConnection extends Connection {
  close(): void;
}

/**
 * A connection to Home Assistant apart from the page's. The frontend suspends the page's own after five minutes out of sight, and
 * with it would go the lease and the way to a new signature: a phone has to be reached just then.
 *
 * Null where the page does not let its login be used twice; the page's connection has to do then.
 */
export async function ownConnection(hass: Hass): Promise<OwnConnection | null> {
  const auth = hass.auth as Auth | undefined;
  if (typeof auth?.wsUrl !== "string") return null;
  try {
    return (await createConnection({ auth, setupRetry: 0 })) as OwnConnection;
  } catch {
    return null;
  }
}
