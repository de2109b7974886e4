import { outsideText } from "./numbers";
import type { Call, CallAbilities, CallQuality } from "./types";

/** Everything known about one call of the browser phone: the SDK's words, and what was seen happening to it. */
export interface CallFacts {
  readonly id: string;
  readonly inbound: boolean;
  readonly number: string;
  readonly name: string;
  readonly company: string;
  readonly avatar: string | null;
  /** The SDK's `callStatus`. */
  readonly status: "calling" | "connecting" | "ringing" | "talking" | string;
  /** Ours, not the SDK's: when the session appeared, when it was confirmed, when it was gone. */
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly held: boolean;
  readonly heldByOther: boolean;
  /** What `holdAfter` keeps of offers without an answer. */
  readonly offered: readonly boolean[];
  readonly muted: boolean;
  readonly recording: "off" | "on" | "paused";
  readonly mayRecord: boolean;
  /** The call has a picture, or the caller offers one; `pictures` counts how often what is to be seen changed. */
  readonly picture: boolean;
  readonly pictures: number;
  /** The plan has pictures. */
  readonly mayShow: boolean;
  readonly cameraOff: boolean;
  /** Sound of the other side before the answer: no ringback of our own. */
  readonly earlyMedia: boolean;
  readonly consultationFor: string | null;
  /** How this end took part in the ending. */
  readonly myEnd: "hangup" | "reject" | "transfer" | null;
  readonly cause: string;
  readonly code: number | null;
  readonly quality: CallQuality | null;
}

const NOTHING: CallAbilities = {
  answer: false,
  reject: false,
  hangUp: false,
  hold: false,
  mute: false,
  dtmf: false,
  transfer: false,
  record: false,
  video: false,
};

export const noAbilities = (over: Partial<CallAbilities> = {}): CallAbilities => ({ ...NOTHING, ...over });

export function outcomeOf(facts: CallFacts): string {
  if (facts.myEnd === "transfer") return "transferred";
  if (facts.answeredAt !== null) return "answered";
  if (facts.inbound) {
    if (facts.myEnd) return "rejected";
    return facts.cause === "Canceled" || facts.cause === "No Answer" || facts.cause === "" ? "missed" : "failed";
  }
  if (facts.myEnd) return "cancelled";
  switch (facts.cause) {
    case "Busy":
      return "busy";
    case "Rejected":
      return "rejected";
    case "Unavailable":
    case "No Answer":
    case "Request Timeout":
      return "no_answer";
    default:
      return "failed";
  }
}

export function callOf(facts: CallFacts): Call {
  const ended = facts.endedAt !== null;
  const talking = !ended && facts.answeredAt !== null;
  const ringing = !ended && !talking && facts.inbound;
  return {
    id: facts.id,
    where: "browser",
    direction: facts.inbound ? "in" : "out",
    number: outsideText(facts.number, 40),
    name: facts.name === facts.number ? "" : outsideText(facts.name),
    company: outsideText(facts.company),
    avatar: facts.avatar,
    phase: ended ? "ended" : talking ? "talking" : ringing ? "ringing" : "dialing",
    alerting: !ended && !talking && !facts.inbound && facts.status === "ringing",
    earlyMedia: !ended && !talking && !facts.inbound && facts.earlyMedia,
    held: talking && facts.held,
    heldByOther: talking && facts.heldByOther,
    muted: facts.muted,
    recording: facts.recording,
    picture: facts.picture && !ended,
    pictures: facts.pictures,
    cameraOff: facts.cameraOff,
    startedAt: facts.startedAt,
    answeredAt: facts.answeredAt,
    endedAt: facts.endedAt,
    outcome: ended ? outcomeOf(facts) : null,
    did: "",
    consultationFor: facts.consultationFor,
    quality: facts.quality,
    invited: [],
    door: null,
    pbxId: null,
    can: noAbilities(
      ended
        ? {}
        : {
            answer: ringing,
            reject: ringing,
            hangUp: !ringing,
            hold: talking,
            mute: !ringing,
            dtmf: talking,
            transfer: talking && !facts.consultationFor,
            record: talking && facts.mayRecord,
            video: facts.picture && facts.mayShow && (ringing || talking),
          },
    ),
  };
}

/** The direction of the audio in a session description; `sendrecv` when it says nothing (RFC 3264). */
export function audioDirection(sdp: string): "sendrecv" | "sendonly" | "recvonly" | "inactive" {
  const [session = "", ...media] = sdp.split(/^m=/m);
  const said = /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m;
  const audio = media.find((section) => section.startsWith("audio")) ?? "";
  return ((said.exec(audio) ?? said.exec(session))?.[1] as "sendrecv" | undefined) ?? "sendrecv";
}

/** Who holds, and whether the descriptions that this side offered since the last answer (the last two of them) hold. */
export interface Hold {
  readonly held: boolean;
  readonly heldByOther: boolean;
  readonly offered: readonly boolean[];
}

/**
 * Who holds, after a description went by. The SDK has one flag for both sides and does not always clear it, so holding is
 * read from the offers: each side says in its own offer whether it holds. An offer of this side goes by twice, the second time
 * with the hold in it, and may go by once more without it when a timer of the SDK ends late: it counts when it is answered.
 */
export function holdAfter(
  before: Hold,
  { originator, type, sdp }: { originator: "local" | "remote" | string; type: string; sdp: string },
): Hold {
  const remote = originator === "remote";
  const holds = ["sendonly", "inactive"].includes(audioDirection(sdp));
  if (type === "offer" && remote) return { ...before, heldByOther: holds };
  if (type === "offer") return { ...before, offered: [...before.offered.slice(-1), holds] };
  if (!remote || !before.offered.length) return before;
  return { ...before, held: before.offered.includes(true), offered: [] };
}
