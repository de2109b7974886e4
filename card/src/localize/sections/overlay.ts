/** Over every page. */
export const overlayTexts = {
  en: {
    expand: "Open the phone",
    move: "Move",
    minimise: "Minimise",
    confirm: "Call {name}?",
    silence: "Silence",
  },
  de: {
    expand: "Telefon öffnen",
    move: "Verschieben",
    minimise: "Verkleinern",
    confirm: "{name} anrufen?",
    silence: "Klingeln aus",
  },
} as const;
