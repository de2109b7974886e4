import { addTexts } from "./index";

/** English texts that no first picture needs; whoever shows them imports this file. Rules as in `en.ts`. */
export const later = {
  // In a call
  "call.merge": "Merge",
  "call.three_way": "with {names}",
  "call.talking_elsewhere": "On {by}",
  "call.to_voicemail": "To voicemail",
  "add.title": "Call somebody else",
  "add.hold_call": "Hold & call",
  "add.into_call": "Add to this call",
  "quality.own": "your network",
  "quality.far": "probably their network",
  "quality.show": "{quality}. Show details",
  "quality.heard": "You hear: {loss} % lost, {jitter} ms jitter",
  "quality.sent": "They hear: {loss} % lost",
  "quality.delay": "Delay {delay} ms",
  "notice.invite_failed": "Nobody could be added to this call.",
  "notice.camera_failed":
    "The camera cannot be used: not allowed for this site, not there, or in use. The call goes without a picture.",
  "notice.voicemail_failed": "The PBX did not send the call to voicemail. It rings on.",

  // At the door
  "door.open": "Open",
  "door.opening": "Opening…",
  "door.opened": "Opened",
  "door.failed": "The door did not open",
  "door.picture": "Camera of {name}",
  "door.no_picture": "The camera shows no picture",

  // Sound and devices
  "settings.ring_tone": "Ring tone",
  "settings.tone.chimes": "Chimes",
  "settings.tone.bells": "Bells",
  "settings.tone.marimba": "Marimba",
  "settings.tone.classic": "Office phone",
  "settings.tone.pulse": "Pulse",
  "settings.test_speaker": "Play a sound",
  "settings.try_microphone": "Try the microphone",
  "settings.stop_microphone": "Stop",
  "settings.level": "How loud you are",
  "settings.level_none": "The microphone cannot be heard. Is it allowed and plugged in?",

  // Lists, notes, transfers
  "transfer.title": "Transfer {name} to",
  "transfer.now": "Transfer now",
  "transfer.ask_first": "Ask first",
  "transfer.back": "Back to the call",
  "transfer.complete": "Complete",
  "transfer.cancel": "Cancel",
  "transfer.consulting": "Asking {name}",
  "transfer.waiting": "{name} waits on hold",
  "recents.all": "All",
  "recents.missed": "Missed",
  "recents.none": "No calls yet",
  "recents.none_missed": "No missed calls",
  "recents.incoming": "Incoming",
  "recents.outgoing": "Outgoing",
  "voicemail.none": "No messages",
  "voicemail.new": "New",
  "voicemail.play": "Play",
  "voicemail.stop": "Stop",
  "voicemail.delete": "Delete",
  "pop.title": "Last calls",
  "note.placeholder": "Note on this call",
  "note.done": "Done",
  "note.kept": "Saved",
  "note.failed": "The note could not be saved.",
} as const;

addTexts(later);
