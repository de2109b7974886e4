/**
 * The part of Home Assistant's `hass` object that is used here. Everything that knows this shape is in this folder,
 * so that the frontend's move to contexts stays a local change.
 */
export type Unsubscribe = () => void | Promise<void>;

export interface Connection {
  readonly connected: boolean;
  sendMessagePromise<T>(message: object): Promise<T>;
  subscribeMessage<T>(
    callback: (event: T) => void,
    message: object,
    options?: { resubscribe?: boolean },
  ): Promise<Unsubscribe>;
  addEventListener(type: "ready" | "disconnected", listener: () => void): void;
  removeEventListener(type: "ready" | "disconnected", listener: () => void): void;
}

export interface Hass {
  readonly connection: Connection;
  readonly user?: { readonly id: string; readonly name: string; readonly is_admin: boolean };
  readonly language?: string;
  /** The login, as home-assistant-js-websocket takes it. */
  readonly auth?: { readonly external?: unknown; readonly wsUrl?: string };
}

/** The `hass` of the page this runs in, as soon as the frontend has one. */
export function pageHass(): Hass | null {
  const root = document.querySelector("home-assistant") as (Element & { hass?: Hass }) | null;
  return root?.hass?.connection ? root.hass : null;
}
