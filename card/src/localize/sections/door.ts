/** At the door. */
export const doorTexts = {
  en: {
    open: "Open",
    opening: "Opening…",
    opened: "Opened",
    failed: "The door did not open",
    picture: "Camera of {name}",
    no_picture: "The camera shows no picture",
  },
  de: {
    open: "Öffnen",
    opening: "Öffnet …",
    opened: "Geöffnet",
    failed: "Die Tür ging nicht auf",
    picture: "Kamera von {name}",
    no_picture: "Die Kamera zeigt kein Bild",
  },
} as const;
