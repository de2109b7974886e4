/** English, what the first picture may need: the source of the texts (the others are in `sections/`). `{name}` is replaced; keys ending in `_one`/`_other` follow Intl.PluralRules. */
export const en = {
  // Reachability, one word each
  "reach.off": "Off",
  "reach.starting": "Starting…",
  "reach.ready": "Reachable",
  "reach.desk_only": "Desk phone",
  "reach.elsewhere": "In use elsewhere",
  "reach.problem": "Not reachable",

  // The device chip
  "device.title": "Calls are made with",
  "device.browser": "This browser",
  "device.desk": "Desk phone",
  "device.ask": "Ask me",
  "device.ask_long": "Ask me for every call",
  "device.phones": "Extension",

  // Dialling
  "dial.field": "Name or number",
  "dial.erase": "Delete last digit",
  "dial.call": "Call",
  "dial.call_desk": "Call with desk phone",
  "dial.call_name": "Call {name}",
  "dial.keypad": "Keypad",
  "dial.hold_zero": "{key}, hold for +",
  "dial.cancel": "Cancel",

  // In a call
  "call.reject": "Reject",
  "call.hang_up": "Hang up",
  "call.unmuted": "Microphone on",
  "call.muted": "Muted",
  "call.back": "Call back",
  "call.close": "Close",
  "call.incoming": "Incoming call",
  "call.outgoing": "Ringing…",
  "call.talking": "In a call",
  "call.on_hold": "On hold",
  "call.held_by_other": "You are on hold",
  "call.unknown": "Hidden number",
  "call.second": "Second call",
  "call.hold_answer": "Hold & answer",

  // How a call ended
  "outcome.answered": "Call ended",
  "outcome.missed": "Missed call",
  "outcome.rejected": "Rejected",
  "outcome.busy": "Busy",
  "outcome.no_answer": "No answer",
  "outcome.failed": "The call did not work",
  "outcome.cancelled": "Cancelled",
  "outcome.abandoned": "The caller hung up",
  "outcome.voicemail": "Went to voicemail",
  "outcome.transferred": "Transferred",
  "outcome.answered_elsewhere": "Answered on another device",
  "outcome.answered_by": "Answered by {name}",
  "outcome.unknown": "Call ended",

  // The phone as a whole
  "elsewhere.title": "In use on {by}",
  "load.reload": "The phone was updated. Reload this page to go on.",
  "load.failed": "The phone could not be loaded.",
  "load.reload_button": "Reload",
  "settings.title": "Sound and devices",
  "loading.text": "Starting the phone…",

  // The page
  "overlay.label": "Phone",
  "overlay.incoming_label": "Incoming call from {name}",
  "overlay.missed_one": "{count} missed call",
  "overlay.missed_other": "{count} missed calls",

  // Tabs
  "tab.keypad": "Keypad",
  "tab.people": "People",
  "tab.recents": "Recents",
  "tab.voicemail": "Voicemail",

  // The editor
  "layout.full": "Full phone",
  "layout.compact": "Compact",
  "tab.call": "Call",
  "tab.messages_one": "{count} new message",
  "tab.messages_other": "{count} new messages",
} as const;

export type Key = keyof typeof en;
export type Texts = Readonly<Record<Key, string>>;
