import { EMPTY } from "../../state/store";
import type { Phone, PhoneState } from "../../state/types";

const state: PhoneState = {
  ...EMPTY,
  phone: { phoneId: "demo", extension: "1001", name: "Anna Weber", pbx: "PBX", pbxUrl: "", browser: true, desk: true },
  reach: { state: "ready" },
  method: "browser",
  microphone: "granted",
  notifications: "granted",
};
const nothing = async (): Promise<void> => {};
const ignore = (): void => {};

/** A phone that only looks like one: for the card picker's preview. */
export const demoPhone: Phone = {
  state,
  subscribe(listener) {
    listener(state);
    return ignore;
  },
  dial: nothing,
  answer: nothing,
  reject: nothing,
  hangUp: nothing,
  hold: nothing,
  mute: nothing,
  sendDtmf: nothing,
  blindTransfer: nothing,
  consult: nothing,
  completeTransfer: nothing,
  keyTone: ignore,
  cancelTransfer: nothing,
  swap: nothing,
  record: nothing,
  silence: ignore,
  chooseDevices: ignore,
  setRingVolume: ignore,
  setRingTone: ignore,
  testSpeaker: nothing,
  watchMicrophone: () => ignore,
  testRing: nothing,
  setAutoAnswer: ignore,
  retry: nothing,
  ask: ignore,
  dismissAsked: ignore,
  chooseMethod: ignore,
  choosePhone: ignore,
  takeOver: nothing,
  allowMicrophone: nothing,
  allowNotifications: nothing,
  unlockSound: nothing,
  clearMissed: ignore,
  dismissNotice: ignore,
};
