/** A Home Assistant for tests: answers the browser door's commands as the test says, and can go away. */
import type { Info, InfoPhone } from "../door";
import type { Hass } from "../hass";

export const infoPhone = (over: Partial<InfoPhone> = {}): InfoPhone => ({
  phone_id: "phone-1",
  entry_id: "entry-1",
  pbx: "Office",
  pbx_url: "https://pbx.test",
  extension: "1001",
  name: "Anna Weber",
  browser: true,
  desk: true,
  entity_id: null,
  problem: null,
  ...over,
});

export const info = (over: Partial<Info> = {}): Info => ({
  version: "0.1.0",
  card: "",
  enabled: true,
  default_method: "browser",
  is_admin: false,
  country: "DE",
  sdk: { available: true, url: "/sdk.js", version: "1.0.15", problem: null },
  phones: [infoPhone()],
  ...over,
});

type Message = { type: string; [key: string]: unknown };
type Answer = (message: Message) => unknown;

export class FakeHass implements Hass {
  readonly sent: Message[] = [];
  readonly answers: Record<string, Answer> = {
    info: () => info(),
    "phone/signature": () => ({ username: "1001", secret: "s", pbx_url: "https://pbx.test", expires_at: null }),
  };
  /** Subscriptions that are alive, by command. */
  readonly following = new Map<string, Set<(event: never) => void>>();
  /** What a new lease is told first. */
  lease: object = { kind: "granted" };
  readonly user = { id: "anna", name: "Anna", is_admin: false };
  readonly #listeners = { ready: new Set<() => void>(), disconnected: new Set<() => void>() };

  readonly connection = {
    connected: true,
    sendMessagePromise: async <T>(message: object): Promise<T> => {
      const told = message as Message;
      this.sent.push(told);
      if (!this.connection.connected) throw { code: "connection_lost", message: "" };
      return (await this.answers[this.#command(told)]?.(told)) as T;
    },
    subscribeMessage: async <T>(callback: (event: T) => void, message: object) => {
      const told = message as Message;
      const command = this.#command(told);
      this.sent.push(told);
      if (!this.connection.connected) throw { code: "connection_lost", message: "" };
      await this.answers[command]?.(told);
      const followers = this.following.get(command) ?? new Set();
      this.following.set(command, followers.add(callback as never));
      if (command === "phone/lease") queueMicrotask(() => callback(this.lease as T));
      return () => void followers.delete(callback as never);
    },
    addEventListener: (type: "ready" | "disconnected", listener: () => void) => this.#listeners[type].add(listener),
    removeEventListener: (type: "ready" | "disconnected", listener: () => void) =>
      this.#listeners[type].delete(listener),
  };

  tell(command: string, event: object): void {
    for (const callback of [...(this.following.get(command) ?? [])]) callback(event as never);
  }

  of(command: string): Message[] {
    return this.sent.filter((message) => this.#command(message) === command);
  }

  goes(): void {
    this.connection.connected = false;
    this.following.get("phone/lease")?.clear();
    for (const listener of [...this.#listeners.disconnected]) listener();
  }

  comesBack(): void {
    this.connection.connected = true;
    for (const listener of [...this.#listeners.ready]) listener();
  }

  #command({ type }: Message): string {
    return type.replace("yeastar_linkus/", "");
  }
}
