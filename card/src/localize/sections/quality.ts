/** How a call sounds. */
export const qualityTexts = {
  en: {
    "5": "Excellent sound",
    "4": "Good sound",
    "3": "Fair sound",
    "2": "Poor sound",
    "1": "Bad sound",
    own: "your network",
    far: "probably their network",
    show: "{quality}. Show details",
    heard: "You hear: {loss} % lost, {jitter} ms jitter",
    sent: "They hear: {loss} % lost",
    delay: "Delay {delay} ms",
  },
  de: {
    "5": "Ausgezeichneter Ton",
    "4": "Guter Ton",
    "3": "Mittelmäßiger Ton",
    "2": "Schlechter Ton",
    "1": "Sehr schlechter Ton",
    own: "Ihr Netz",
    far: "wohl das Netz der Gegenseite",
    show: "{quality}. Einzelheiten zeigen",
    heard: "Sie hören: {loss} % verloren, {jitter} ms Schwankung",
    sent: "Dort: {loss} % verloren",
    delay: "Verzögerung {delay} ms",
  },
} as const;
