/** What the system's own notifications say. */
export const attentionTexts = {
  en: {
    answer: "Click to answer",
    missed: "Missed call",
  },
  de: {
    answer: "Zum Annehmen klicken",
    missed: "Verpasster Anruf",
  },
} as const;
