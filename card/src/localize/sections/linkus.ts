/** What is said around the vendor's own UI. */
export const linkusTexts = {
  en: {
    missing:
      "The Linkus look needs the files of the official UI, and Home Assistant has none. An administrator can fetch or upload them in the integration's options. Until then this look is shown.",
    failed: "The files of the official UI could not be loaded. This look is shown instead.",
    elsewhere: "The Linkus look is shown in another tab or card.",
    here: "Show here",
    dismiss: "Close",
  },
  de: {
    missing:
      "Für das Aussehen „Linkus“ fehlen Home Assistant die Dateien der Oberfläche des Herstellers. Ein Administrator kann sie in den Optionen der Integration laden oder hochladen. Bis dahin erscheint dieses Aussehen.",
    failed:
      "Die Dateien der Oberfläche des Herstellers ließen sich nicht laden. Stattdessen erscheint dieses Aussehen.",
    elsewhere: "Linkus wird in einem anderen Tab oder einer anderen Karte angezeigt.",
    here: "Hier anzeigen",
    dismiss: "Schließen",
  },
} as const;

/** The UI's own texts by the vendor's documented keys. It speaks English by itself. */
export const vendorTexts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  de: {
    "common.cancel": "Abbrechen",
    "common.confirm": "Bestätigen",
    "dial_panel.input.placeholder": "Nummer eingeben",
    "dial_panel.tip.connect_failed":
      "Keine Verbindung zur Telefonanlage: Anrufe sind nicht möglich. Die Verbindung wird neu aufgebaut.",
    "incoming.btn.hang_up": "Ablehnen",
    "incoming.btn.video": "Video",
    "incoming.btn.audio": "Annehmen",
    "session.calling": "Wird gewählt …",
    "session.ringing": "Es klingelt …",
    "session.talking": "Im Gespräch …",
    "session.connecting": "Verbinden …",
    "session.hang_up": "Auflegen",
    "session.new_call": "Neuer Anruf",
    "session.record": "Aufnehmen",
    "session.mute": "Stumm",
    "session.video": "Video",
    "session.hold": "Halten",
    "session.resume": "Fortsetzen",
    "session.dialpad": "Tasten",
    "session.transfer": "Verbinden",
    "session.attended_transfer": "Mit Rückfrage",
    "session.blind_transfer": "Direkt",
    "session.modal.change_to_video.title": "Anfrage",
    "session.modal.change_to_video.content": "{0} möchte auf Video umschalten. Annehmen?",
    "session.error.client_error": "Fehler: {0}",
    "session.tip.recording": "Das Gespräch wird aufgenommen …",
    "session.tip.pause": "Die Aufnahme ist angehalten.",
    "session.tip.can_no_use_video": "Dafür ist der Ultimate-Plan nötig.",
    "error.code_200": "Unbekannter Fehler.",
    "error.code_202": "Kein Mikrofon verfügbar (keine Erlaubnis).",
    "error.code_205": "Nicht möglich: Es laufen schon zu viele Anrufe.",
    "error.code_206": "Kein Mikrofon verfügbar.",
    "error.code_207": "Das Verbinden ist misslungen.",
    "error.code_208": "Zu schnell hintereinander gewählt.",
    "error.code_209": "Ungültige Nummer.",
    "error.code_210": "Erst den anderen Anruf beenden.",
    "error.code_211": "Annehmen ist misslungen.",
    "error.code_290": "Kein Mikrofon gefunden.",
    "error.code_291": "Keine Kamera gefunden.",
  },
};
