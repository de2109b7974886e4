import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LINGER } from "../../state/all-calls";
import { FakeSdk, FakeSession } from "../testing/fake-sdk";
import type { SdkPhone } from "./sdk";
import { Sessions } from "./sessions";

let sdk: FakeSdk;
let sessions: Sessions;
const events = { changed: vi.fn(), stream: vi.fn(), talking: vi.fn(), ended: vi.fn() };

const session = (over = {}) => {
  const made = new FakeSession(sdk, { callId: "1", communicationType: "inbound", number: "+4930", ...over });
  sdk.sessions.set(made.id, made);
  sdk.phone.emit("incoming", { callId: made.id, session: made });
  return made;
};

beforeEach(() => {
  vi.useFakeTimers();
  for (const event of Object.values(events)) event.mockReset();
  sdk = new FakeSdk();
  sessions = new Sessions(sdk.phone as unknown as SdkPhone, "https://pbx.test", Date.now, events);
});
afterEach(() => vi.useRealTimers());

it("does not break the SDK when somebody who is told fails", () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  events.changed.mockImplementation(() => {
    throw new Error("ours");
  });
  expect(() => session()).not.toThrow();
  expect(logged).toHaveBeenCalledWith("yeastar_linkus:", expect.any(Error));
  logged.mockRestore();
});

it("knows of no call that is not there, and of none that is over", () => {
  sessions.look("nobody");
  sessions.change("nobody", { held: true });
  sessions.end("nobody");
  expect(events.changed).not.toHaveBeenCalled();
  const one = session();
  sessions.end("1");
  events.changed.mockClear();
  sessions.change("1", { held: true });
  expect([events.changed.mock.calls, sessions.calls[0]?.held]).toEqual([[], false]);
  vi.advanceTimersByTime(LINGER);
  expect(sessions.calls).toEqual([]);
  // What the SDK says of a call that was forgotten.
  one.emit("sdp", { originator: "remote", type: "offer", sdp: "" });
  one.emit("confirmed", { callId: "1", session: one });
  expect(sessions.calls).toEqual([]);
});

it("takes an unknown recording state for none, and no answer for no permission", () => {
  Object.assign(sdk.phone, { recordPermissions: undefined });
  session({ recordStatus: "strange" });
  expect(sessions.calls[0]).toMatchObject({ recording: "off", can: { record: false } });
});
