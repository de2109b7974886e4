import type { PhoneState, Problem } from "../src/state/types";
import { fakeAbilities, fakeCall, fakeInfo } from "../src/ui/testing/fake-phone";

/** Every face of the card, by name. Times are fixed distances from now. */
export function states(): Record<string, Partial<PhoneState>> {
  const now = Date.now();
  const good = { lossPercent: 0.1, jitterMs: 4, roundTripMs: 28, sentLossPercent: 0, score: 4.6, side: null };
  const door = { name: "Front door", camera: "camera.front_door", opensBy: "button" } as const;
  const visitor = fakeCall({ id: "d", name: "Front door", number: "1099", company: "", direction: "internal", door });
  const anna = fakeCall({ id: "a", answeredAt: now - 754_000, quality: good });
  const mia = fakeCall({ id: "b", name: "Mia Sommer", number: "1007", company: "", direction: "internal", answeredAt: now - 12_000, quality: good });
  const problem = (name: Problem, change: Partial<PhoneState> = {}): Partial<PhoneState> => ({ reach: { state: "problem", problem: name }, ...change });
  return {
    starting: { reach: { state: "starting" }, phone: null },
    not_mapped: { phone: null, reach: { state: "problem", problem: "no_phone" } },
    not_mapped_admin: { phone: null, reach: { state: "problem", problem: "no_phone" }, isAdmin: true },
    first_use: { method: "ask", reach: { state: "off" } },
    idle: { missed: 2 },
    idle_desk: { method: "desk", reach: { state: "desk_only" } },
    sound_locked: { soundLocked: true },
    microphone: { microphone: "prompt", reach: { state: "off" } },
    problem_denied: problem("microphone_denied", { microphone: "denied" }),
    problem_pbx: problem("pbx_unreachable"),
    problem_certificate: problem("certificate", { phone: fakeInfo({ desk: false }) }),
    elsewhere: { reach: { state: "elsewhere", by: "Kitchen tablet", since: now - 3_600_000 } },
    elsewhere_in_call: { reach: { state: "elsewhere", by: "Kitchen tablet", since: now - 60_000, inCall: true } },
    incoming_voicemail: { calls: [fakeCall({ phase: "ringing", answeredAt: null, pbxId: "p1" })] },
    incoming: { calls: [fakeCall({ phase: "ringing", answeredAt: null, did: "030 5550 99" })] },
    incoming_unknown: { calls: [fakeCall({ phase: "ringing", answeredAt: null, name: "", number: "", company: "" })] },
    incoming_desk: { method: "desk", calls: [fakeCall({ phase: "ringing", answeredAt: null, where: "desk" })] },
    outgoing: { calls: [fakeCall({ direction: "out", phase: "dialing", answeredAt: null, company: "" })] },
    outgoing_desk: { calls: [fakeCall({ direction: "out", phase: "dialing", answeredAt: null, company: "", where: "desk" })] },
    talking: { calls: [anna] },
    talking_muted: { calls: [{ ...anna, muted: true, recording: "on", quality: { ...good, score: 1.8, side: "own" } }] },
    talking_desk: { calls: [{ ...anna, where: "desk", can: fakeAbilities("talking", "desk") }] },
    three_way: { calls: [{ ...anna, invited: ["Mia Sommer", "+49 171 555 0123"] }] },
    door_rings: { calls: [{ ...visitor, phase: "ringing", answeredAt: null, can: fakeAbilities("ringing", "browser") }] },
    door_talks: { calls: [{ ...visitor, quality: good }] },
    held: { calls: [{ ...anna, held: true }] },
    held_by_other: { calls: [{ ...anna, heldByOther: true }] },
    second_call: { calls: [anna, { ...mia, phase: "ringing", answeredAt: null, can: fakeAbilities("ringing", "browser") }] },
    two_calls: { calls: [{ ...anna, pbxId: "p1", held: true }, mia] },
    consultation: { calls: [{ ...anna, held: true }, { ...mia, consultationFor: "a" }] },
    ended: { calls: [{ ...anna, phase: "ended", endedAt: now, outcome: "answered" }] },
    ended_busy: { calls: [{ ...anna, direction: "out", phase: "ended", answeredAt: null, endedAt: now, outcome: "busy" }] },
    outdated: { outdated: true },
    notice: { notice: { key: "transfer_failed" }, calls: [anna] },
    hostile: {
      calls: [
        fakeCall({
          phase: "ringing",
          answeredAt: null,
          name: `<img src=x onerror=alert(1)> \u202Eevil\u202C ${"A".repeat(10_000)}`,
          number: "+4930\u202E1234<b>",
          company: "🧨".repeat(500),
        }),
      ],
    },
  };
}

/** What shows over a page only. */
export function overlayStates(): Record<string, Partial<PhoneState>> {
  return {
    notice_alone: { notice: { key: "desk_failed" } },
    asked: { asked: { name: "Anna Berger", number: "+49 30 5550 1234" } },
    asked_how: { method: "ask", asked: { name: "", number: "+49 30 5550 1234" } },
  };
}
